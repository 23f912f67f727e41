/*
 * Exports that show a message box in a session. docs/contract.md#send-message: both lengths are in bytes, in
 * the W form too. The texts need no NUL, and may be as long as a request can carry. Arguments are checked
 * before the handle.
 */
#include <wtsapi32.h>

#include <stdlib.h>

#include "api/call.h"
#include "core/block.h"
#include "core/server.h"
#include "forward/forward.h"

/* A text as a caller gives it. */
struct given {
    const void *bytes;
    DWORD length;
};

static bool is_valid(const struct given *given)
{
    return given->bytes != NULL || given->length == 0;
}

/* Gives the text in UTF-16. An ANSI text is converted into *units, which the caller frees. An odd last byte
 * of UTF-16 is dropped. */
static DWORD read_text(enum wts_form form, const struct given *given, struct wts_text *text, WCHAR **units)
{
    *text = wts_text_empty();
    if (given->length == 0)
        return ERROR_SUCCESS;
    if (form == WTS_FORM_UTF16) {
        *text = (struct wts_text){given->bytes, given->length / sizeof(WCHAR)};
        return ERROR_SUCCESS;
    }
    /* No code page makes more units of a text than it has bytes. */
    *units = given->length <= INT_MAX ? calloc(given->length, sizeof **units) : NULL;
    if (*units == NULL)
        return ERROR_NOT_ENOUGH_MEMORY;
    const int length = (int)given->length;
    const int count = MultiByteToWideChar(CP_ACP, 0, given->bytes, length, *units, length);
    *text = (struct wts_text){*units, count > 0 ? (uint32_t)count : 0};
    return ERROR_SUCCESS;
}

/* `message` holds everything except the texts. */
static BOOL show(const char *name, HANDLE handle, enum wts_form form, const struct given *title,
                 const struct given *text, struct wts_message *message, DWORD *response)
{
    const struct wts_call call = wts_call_begin(name);
    struct wts_server *server;
    uint32_t answer = 0;
    WCHAR *title_units = NULL;
    WCHAR *text_units = NULL;
    if (response == NULL || !is_valid(title) || !is_valid(text))
        return wts_call_end(&call, ERROR_INVALID_PARAMETER);
    DWORD error = read_text(form, title, &message->title, &title_units);
    if (error == ERROR_SUCCESS)
        error = read_text(form, text, &message->text, &text_units);
    if (error == ERROR_SUCCESS)
        error = wts_server_acquire(handle, &server);
    if (error == ERROR_SUCCESS) {
        error = server->backend->send_message(server, message, &answer);
        wts_server_release(handle);
    }
    if (error == ERROR_SUCCESS)
        *response = answer;
    free(title_units);
    free(text_units);
    return wts_call_end(&call, error);
}

BOOL WINAPI WTSSendMessageW(HANDLE hServer, DWORD SessionId, LPWSTR pTitle, DWORD TitleLength,
                            LPWSTR pMessage, DWORD MessageLength, DWORD Style, DWORD Timeout,
                            DWORD *pResponse, BOOL bWait)
{
    WTS_FORWARD_LOCAL(
        WTSSendMessageW, hServer,
        (NULL, SessionId, pTitle, TitleLength, pMessage, MessageLength, Style, Timeout, pResponse, bWait));
    const struct given title = {pTitle, TitleLength};
    const struct given text = {pMessage, MessageLength};
    struct wts_message message = {
        .session_id = SessionId, .style = Style, .timeout_s = Timeout, .waits = bWait != FALSE};
    return show("WTSSendMessageW", hServer, WTS_FORM_UTF16, &title, &text, &message, pResponse);
}

BOOL WINAPI WTSSendMessageA(HANDLE hServer, DWORD SessionId, LPSTR pTitle, DWORD TitleLength, LPSTR pMessage,
                            DWORD MessageLength, DWORD Style, DWORD Timeout, DWORD *pResponse, BOOL bWait)
{
    WTS_FORWARD_LOCAL(
        WTSSendMessageA, hServer,
        (NULL, SessionId, pTitle, TitleLength, pMessage, MessageLength, Style, Timeout, pResponse, bWait));
    const struct given title = {pTitle, TitleLength};
    const struct given text = {pMessage, MessageLength};
    struct wts_message message = {
        .session_id = SessionId, .style = Style, .timeout_s = Timeout, .waits = bWait != FALSE};
    return show("WTSSendMessageA", hServer, WTS_FORM_ANSI, &title, &text, &message, pResponse);
}

/*
 * Exports that show a message box in a session. docs/contract.md#send-message: both lengths are bytes, in the
 * W form too, of texts that need no NUL and may be as long as a request carries; arguments are checked before
 * the handle.
 */
#include <wtsapi32.h>

#include <stdlib.h>

#include "api/call.h"
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

static DWORD send(HANDLE handle, const struct wts_message *message, DWORD *response)
{
    struct wts_server *server;
    uint32_t answer = 0;
    DWORD error = wts_server_acquire(handle, &server);
    if (error != ERROR_SUCCESS)
        return error;
    error = server->backend->send_message(server, message, &answer);
    wts_server_release(handle);
    if (error == ERROR_SUCCESS)
        *response = answer;
    return error;
}

/* The text in UTF-16, in memory that the caller frees. No code page makes more units of it than it has bytes.
 */
static DWORD convert(const struct given *given, struct wts_text *text, WCHAR **units)
{
    *text = wts_text_empty();
    if (given->length == 0)
        return ERROR_SUCCESS;
    *units = given->length <= INT_MAX ? calloc(given->length, sizeof **units) : NULL;
    if (*units == NULL)
        return ERROR_NOT_ENOUGH_MEMORY;
    const int length = (int)given->length;
    const int count = MultiByteToWideChar(CP_ACP, 0, given->bytes, length, *units, length);
    *text = (struct wts_text){*units, count > 0 ? (uint32_t)count : 0};
    return ERROR_SUCCESS;
}

/* Half a unit at the end is dropped. */
static struct wts_text text_of_wide(const struct given *given)
{
    if (given->length == 0)
        return wts_text_empty();
    return (struct wts_text){given->bytes, given->length / sizeof(WCHAR)};
}

BOOL WINAPI WTSSendMessageW(HANDLE hServer, DWORD SessionId, LPWSTR pTitle, DWORD TitleLength,
                            LPWSTR pMessage, DWORD MessageLength, DWORD Style, DWORD Timeout,
                            DWORD *pResponse, BOOL bWait)
{
    WTS_FORWARD_LOCAL(
        WTSSendMessageW, hServer,
        (NULL, SessionId, pTitle, TitleLength, pMessage, MessageLength, Style, Timeout, pResponse, bWait));
    const struct wts_call call = wts_call_begin("WTSSendMessageW");
    const struct given title = {pTitle, TitleLength};
    const struct given text = {pMessage, MessageLength};
    if (pResponse == NULL || !is_valid(&title) || !is_valid(&text))
        return wts_call_end(&call, ERROR_INVALID_PARAMETER);
    const struct wts_message message = {.session_id = SessionId,
                                        .title = text_of_wide(&title),
                                        .text = text_of_wide(&text),
                                        .style = Style,
                                        .timeout_s = Timeout,
                                        .waits = bWait != FALSE};
    return wts_call_end(&call, send(hServer, &message, pResponse));
}

BOOL WINAPI WTSSendMessageA(HANDLE hServer, DWORD SessionId, LPSTR pTitle, DWORD TitleLength, LPSTR pMessage,
                            DWORD MessageLength, DWORD Style, DWORD Timeout, DWORD *pResponse, BOOL bWait)
{
    WTS_FORWARD_LOCAL(
        WTSSendMessageA, hServer,
        (NULL, SessionId, pTitle, TitleLength, pMessage, MessageLength, Style, Timeout, pResponse, bWait));
    const struct wts_call call = wts_call_begin("WTSSendMessageA");
    const struct given title = {pTitle, TitleLength};
    const struct given text = {pMessage, MessageLength};
    WCHAR *title_units = NULL;
    WCHAR *text_units = NULL;
    struct wts_message message = {
        .session_id = SessionId, .style = Style, .timeout_s = Timeout, .waits = bWait != FALSE};
    if (pResponse == NULL || !is_valid(&title) || !is_valid(&text))
        return wts_call_end(&call, ERROR_INVALID_PARAMETER);
    DWORD error = convert(&title, &message.title, &title_units);
    if (error == ERROR_SUCCESS)
        error = convert(&text, &message.text, &text_units);
    if (error == ERROR_SUCCESS)
        error = send(hServer, &message, pResponse);
    free(title_units);
    free(text_units);
    return wts_call_end(&call, error);
}

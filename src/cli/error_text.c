/*
 * Win32 codes as sentences; see error_text.h. Wine 8.0 has a text for the codes of RPC and of log-on, and
 * none for those of the sessions (measured).
 */
#include "cli/error_text.h"

static const struct {
    DWORD error;
    const wchar_t *text;
} own_texts[] = {
    {ERROR_NO_BROWSER_SERVERS_FOUND, L"The list of servers of this domain is not available."},
    {ERROR_CTX_WINSTATION_NAME_INVALID, L"The name of the session is not valid."},
    {ERROR_INVALID_STATE, L"The session is not in a state that allows this."},
    {ERROR_CTX_CLOSE_PENDING, L"The session is being closed."},
    {ERROR_CTX_WINSTATION_NOT_FOUND, L"There is no such session."},
    {ERROR_CTX_WINSTATION_ALREADY_EXISTS, L"There is a session with this name already."},
    {ERROR_CTX_WINSTATION_BUSY, L"The session is busy."},
    {ERROR_CTX_GRAPHICS_INVALID, L"The session's display does not allow this."},
    {ERROR_CTX_LOGON_DISABLED, L"The server takes no new sessions."},
    {ERROR_CTX_NOT_CONSOLE, L"This is possible at the console only."},
    {ERROR_CTX_CLIENT_QUERY_TIMEOUT, L"The session's client did not answer in time."},
    {ERROR_CTX_CONSOLE_DISCONNECT, L"The console session cannot be disconnected."},
    {ERROR_CTX_CONSOLE_CONNECT, L"The console session cannot be connected to."},
    {ERROR_CTX_SHADOW_DENIED, L"The session's user did not allow remote control."},
    {ERROR_CTX_WINSTATION_ACCESS_DENIED, L"Access to the session is denied."},
    {ERROR_CTX_SHADOW_INVALID, L"The session cannot be controlled remotely."},
    {ERROR_CTX_SHADOW_DISABLED, L"Remote control of the session is switched off."},
    {ERROR_CTX_SHADOW_NOT_RUNNING, L"The session is not under remote control."},
};

const wchar_t *error_text(DWORD error, wchar_t *buffer, DWORD capacity)
{
    const DWORD flags = FORMAT_MESSAGE_FROM_SYSTEM | FORMAT_MESSAGE_IGNORE_INSERTS;
    DWORD length = FormatMessageW(flags, NULL, error, 0, buffer, capacity, NULL);
    while (length > 0 &&
           (buffer[length - 1] == L'\n' || buffer[length - 1] == L'\r' || buffer[length - 1] == L' '))
        buffer[--length] = L'\0';
    if (length > 0)
        return buffer;
    for (unsigned i = 0; i < ARRAYSIZE(own_texts); i++) {
        if (own_texts[i].error == error)
            return own_texts[i].text;
    }
    return L"unknown error";
}

void error_add(struct buffer *buffer, DWORD error)
{
    wchar_t sentence[512];
    buffer_add_format(buffer, "error %lu: %ls", error, error_text(error, sentence, ARRAYSIZE(sentence)));
}

bool error_is_about_answer(DWORD error)
{
    return error == RPC_S_CALL_FAILED || error == RPC_S_CALL_CANCELLED;
}

DWORD error_of_failure(void)
{
    const DWORD error = GetLastError();
    return error != ERROR_SUCCESS ? error : ERROR_GEN_FAILURE;
}

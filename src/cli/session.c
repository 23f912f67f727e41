/*
 * Sessions as words; see session.h.
 */
#include "cli/session.h"

#include "cli/number.h"

const wchar_t *session_state(WTS_CONNECTSTATE_CLASS state)
{
    static const wchar_t *const names[] = {
        [WTSActive] = L"Active",
        [WTSConnected] = L"Connected",
        [WTSConnectQuery] = L"ConnectQuery",
        [WTSShadow] = L"Shadow",
        [WTSDisconnected] = L"Disconnected",
        [WTSIdle] = L"Idle",
        [WTSListen] = L"Listen",
        [WTSReset] = L"Reset",
        [WTSDown] = L"Down",
        [WTSInit] = L"Init",
    };
    return (unsigned)state < ARRAYSIZE(names) ? names[state] : L"unknown";
}

const wchar_t *session_user(const wchar_t *domain, const wchar_t *user, struct buffer *buffer)
{
    if (user == NULL || user[0] == L'\0')
        return NULL;
    if (domain != NULL && domain[0] != L'\0')
        buffer_add_format(buffer, "%ls\\", domain);
    buffer_add_text(buffer, user);
    return buffer_text(buffer);
}

const wchar_t *session_failure(DWORD error, const wchar_t *otherwise)
{
    const bool is_absent = error == ERROR_FILE_NOT_FOUND || error == ERROR_CTX_WINSTATION_NOT_FOUND;
    return is_absent ? L"there is no such session" : otherwise;
}

DWORD session_read(struct request *request, struct buffer *wrong)
{
    const wchar_t *word = request->options.words[0];
    if (number_read(word, &request->session_id))
        return ERROR_SUCCESS;
    buffer_add_format(wrong, "%ls is not the number of a session", word);
    return ERROR_INVALID_PARAMETER;
}

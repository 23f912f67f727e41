/*
 * Exports that no documentation describes; docs/contract.md#undocumented,
 * docs/contract.md#set-session-information. Where the error is the whole contract, no argument is read and no
 * output written.
 */
#include <wtsapi32.h>

#include "api/call.h"
#include "core/backend.h"
#include "core/sessions.h"
#include "forward/forward.h"

static BOOL refuse(const char *name)
{
    const struct wts_call call = wts_call_begin(name);
    return wts_call_end(&call, ERROR_NOT_SUPPORTED);
}

/*
 * TRUE for every session that exists, except that of services. FALSE for that one is a result, not a failure.
 * Unverified: on Windows the function is too small to set a last error.
 */
BOOL WINAPI IsInteractiveUserSession(ULONG SessionId)
{
    WTS_FORWARD(IsInteractiveUserSession, (SessionId));
    const struct wts_call call = wts_call_begin("IsInteractiveUserSession");
    struct wts_session_information information;
    BOOL is_interactive = FALSE;
    const DWORD error =
        wts_local_server.backend->query_session(&wts_local_server, SessionId, 0, &information);
    if (error == ERROR_SUCCESS) {
        is_interactive = information.session_id != 0;
        information.free(&information);
    }
    return wts_call_end(&call, error) && is_interactive;
}

/* On Windows this and the next function, which has no argument, share one body, so nothing is ever written to
 * the pointer. */
BOOL WINAPI QueryActiveSession(PULONG pSessionId)
{
    WTS_FORWARD(QueryActiveSession, (pSessionId));
    return refuse("QueryActiveSession");
}

BOOL WINAPI RegisterUsertokenForNoWinlogon(VOID)
{
    WTS_FORWARD(RegisterUsertokenForNoWinlogon, ());
    return refuse("RegisterUsertokenForNoWinlogon");
}

/* Unverified: the error of both. On Windows they share one body, so no text is ever converted. */
BOOL WINAPI WTSSetSessionInformationA(HANDLE hServer, DWORD SessionId, WTS_INFO_CLASS WTSInfoClass,
                                      LPSTR pBuffer, DWORD DataLength)
{
    WTS_FORWARD_LOCAL(WTSSetSessionInformationA, hServer,
                      (NULL, SessionId, WTSInfoClass, pBuffer, DataLength));
    return wts_call_refuse("WTSSetSessionInformationA");
}

BOOL WINAPI WTSSetSessionInformationW(HANDLE hServer, DWORD SessionId, WTS_INFO_CLASS WTSInfoClass,
                                      LPWSTR pBuffer, DWORD DataLength)
{
    WTS_FORWARD_LOCAL(WTSSetSessionInformationW, hServer,
                      (NULL, SessionId, WTSInfoClass, pBuffer, DataLength));
    return wts_call_refuse("WTSSetSessionInformationW");
}

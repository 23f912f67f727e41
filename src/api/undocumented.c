/*
 * Exports that no documentation describes and that do nothing on the newest Windows but fail;
 * docs/contract.md#undocumented, docs/contract.md#set-session-information. The error is their whole contract:
 * no argument is looked at, no output written.
 */
#include <wtsapi32.h>

#include "api/call.h"
#include "forward/forward.h"

static BOOL refuse(const char *name)
{
    const struct wts_call call = wts_call_begin(name);
    return wts_call_end(&call, ERROR_NOT_SUPPORTED);
}

/* Unverified: on Windows its body is too small for more than a constant or a jump; the error is ours. */
BOOL WINAPI IsInteractiveUserSession(ULONG SessionId)
{
    WTS_FORWARD(IsInteractiveUserSession, (SessionId));
    return refuse("IsInteractiveUserSession");
}

/* Windows has one body for this and the next. */
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

/* Unverified: the error of both. Windows has one body for them: no text is ever converted. */
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

/*
 * Exports about child sessions, the nested desktops of one user, docs/contract.md#child-sessions. This system
 * cannot have one, so a call that switches them off succeeds.
 */
#include <wtsapi32.h>

#include "api/call.h"
#include "forward/forward.h"

BOOL WINAPI WTSEnableChildSessions(BOOL bEnable)
{
    WTS_FORWARD(WTSEnableChildSessions, (bEnable));
    const struct wts_call call = wts_call_begin("WTSEnableChildSessions");
    return wts_call_end(&call, bEnable ? ERROR_NOT_SUPPORTED : ERROR_SUCCESS);
}

BOOL WINAPI WTSIsChildSessionsEnabled(PBOOL pbEnabled)
{
    WTS_FORWARD(WTSIsChildSessionsEnabled, (pbEnabled));
    const struct wts_call call = wts_call_begin("WTSIsChildSessionsEnabled");
    if (pbEnabled == NULL)
        return wts_call_end(&call, ERROR_INVALID_PARAMETER);
    *pbEnabled = FALSE;
    return wts_call_end(&call, ERROR_SUCCESS);
}

BOOL WINAPI WTSGetChildSessionId(PULONG pSessionId)
{
    WTS_FORWARD(WTSGetChildSessionId, (pSessionId));
    const struct wts_call call = wts_call_begin("WTSGetChildSessionId");
    if (pSessionId == NULL)
        return wts_call_end(&call, ERROR_INVALID_PARAMETER);
    *pSessionId = (ULONG)-1;
    return wts_call_end(&call, ERROR_SUCCESS);
}

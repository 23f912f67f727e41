/*
 * Exports that watch and control another user's session, docs/contract.md#remote-control. Clients since
 * Windows 8 cannot do that, so these functions always fail.
 */
#include <wtsapi32.h>

#include "api/call.h"
#include "forward/forward.h"

BOOL WINAPI WTSStartRemoteControlSessionW(LPWSTR pTargetServerName, ULONG TargetLogonId, BYTE HotkeyVk,
                                          USHORT HotkeyModifiers)
{
    WTS_FORWARD(WTSStartRemoteControlSessionW, (pTargetServerName, TargetLogonId, HotkeyVk, HotkeyModifiers));
    const struct wts_call call = wts_call_begin("WTSStartRemoteControlSessionW");
    return wts_call_end(&call, ERROR_NOT_SUPPORTED);
}

BOOL WINAPI WTSStartRemoteControlSessionA(LPSTR pTargetServerName, ULONG TargetLogonId, BYTE HotkeyVk,
                                          USHORT HotkeyModifiers)
{
    WTS_FORWARD(WTSStartRemoteControlSessionA, (pTargetServerName, TargetLogonId, HotkeyVk, HotkeyModifiers));
    const struct wts_call call = wts_call_begin("WTSStartRemoteControlSessionA");
    return wts_call_end(&call, ERROR_NOT_SUPPORTED);
}

/* No remote control can have been started. Unverified: Windows may fail with 87. */
BOOL WINAPI WTSStopRemoteControlSession(ULONG LogonId)
{
    WTS_FORWARD(WTSStopRemoteControlSession, (LogonId));
    const struct wts_call call = wts_call_begin("WTSStopRemoteControlSession");
    return wts_call_end(&call, ERROR_CTX_WINSTATION_NOT_FOUND);
}

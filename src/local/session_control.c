/*
 * Logging off, disconnecting and taking over sessions, as far as a system without a session manager can: it
 * logs off the caller's own session, and shuts itself down. Contract: docs/contract.md#session-control.
 */
#include "local/local.h"

#include <wtsapi32.h>

#include "core/error.h"
#include "core/system.h"
#include "local/nt_token.h"
#include "local/session/snapshot.h"
#include "local/session/source.h"

#define END_TIMEOUT_MS 30000U
#define REASON (SHTDN_REASON_MAJOR_OTHER | SHTDN_REASON_MINOR_OTHER | SHTDN_REASON_FLAG_PLANNED)

/*
 * Ends the session, or with EWX_SHUTDOWN and the like the system. It uses force, because without it Wine
 * queries the windows, reports success whatever they answer, and leaves processes without a window alive
 * (measured: Wine 8.0).
 */
static uint32_t exit_windows(UINT flags)
{
    if (WTS_SYSTEM(ExitWindowsEx) == NULL)
        return ERROR_NOT_SUPPORTED;
    if (WTS_SYSTEM(ExitWindowsEx)(flags | EWX_FORCE, REASON))
        return ERROR_SUCCESS;
    const DWORD error = GetLastError();
    return error != ERROR_SUCCESS ? error : ERROR_GEN_FAILURE;
}

/*
 * Only the caller's own session can be logged off, and the session of services never. Unverified: the error
 * for services, by which programs that log off every disconnected session recognise it
 * (docs/contract.md#session-control). A caller that waits ends with its session.
 */
uint32_t wts_local_logoff_session(struct wts_server *server, uint32_t session_id, bool waits)
{
    bool is_own = false;
    (void)server;
    uint32_t error = wts_session_look_up(&session_id, &is_own);
    if (error != ERROR_SUCCESS)
        return error;
    if (session_id == WTS_SESSION_SERVICES)
        return ERROR_ACCESS_DENIED;
    if (!is_own)
        return ERROR_NOT_SUPPORTED;
    error = exit_windows(EWX_LOGOFF);
    if (error == ERROR_SUCCESS)
        wts_local_publish(WTS_CHANGE_LOGOFF, session_id);
    if (error != ERROR_SUCCESS || !waits)
        return error;
    WaitForSingleObject(GetCurrentProcess(), END_TIMEOUT_MS);
    return RPC_S_CALL_CANCELLED;
}

uint32_t wts_local_shutdown_system(struct wts_server *server, uint32_t flags)
{
    struct wts_privilege privilege;
    (void)server;
    /* LOGOFF alone means to log off all other sessions and to prevent new log-ons, which this system cannot
     * do. */
    if (flags == WTS_WSD_LOGOFF || (flags & WTS_WSD_FASTREBOOT) != 0)
        return ERROR_NOT_SUPPORTED;
    const UINT wanted = ((flags & WTS_WSD_SHUTDOWN) != 0 ? EWX_SHUTDOWN : 0U) |
                        ((flags & WTS_WSD_REBOOT) != 0 ? EWX_REBOOT : 0U) |
                        ((flags & WTS_WSD_POWEROFF) != 0 ? EWX_POWEROFF : 0U);
    if (!wts_privilege_enable(SE_SHUTDOWN_PRIVILEGE, &privilege))
        return ERROR_PRIVILEGE_NOT_HELD;
    const uint32_t error = exit_windows(wanted);
    wts_privilege_restore(&privilege);
    return error;
}

/* Refuses what this system cannot do to an existing session. */
static uint32_t refuse(uint32_t session_id)
{
    bool is_own;
    const uint32_t error = wts_session_look_up(&session_id, &is_own);
    return error != ERROR_SUCCESS ? error : ERROR_NOT_SUPPORTED;
}

/* Locking the session instead would not disconnect it. */
uint32_t wts_local_disconnect_session(struct wts_server *server, uint32_t session_id, bool waits)
{
    (void)server;
    (void)waits;
    return refuse(session_id);
}

uint32_t wts_local_connect_session(uint32_t session_id, uint32_t target_id, const uint16_t *password,
                                   bool waits)
{
    bool is_own;
    (void)password;
    (void)waits;
    const uint32_t error = wts_session_look_up(&session_id, &is_own);
    return error != ERROR_SUCCESS ? error : refuse(target_id);
}

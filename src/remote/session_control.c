/*
 * Controls the sessions of an opened server, and shuts the server down. [MS-TSTS], RpcDisconnect and
 * RpcLogoff of LSM, RpcWinStationShutdownSystem; docs/contract.md#session-control.
 */
#include "core/error.h"
#include "core/trace.h"
#include "remote/call.h"
#include "remote/remote.h"
#include "remote/tsts/legacy.h"
#include "remote/tsts/session.h"

#define POLL_MS 250U /* between two checks of a session that is logging off */

/* `waits` is ignored, because the procedure has no such flag. Unverified: that it returns when the session is
 * disconnected. */
uint32_t wts_remote_disconnect_session(struct wts_server *server, uint32_t session_id, bool waits)
{
    struct wts_tsts_result answer;
    (void)waits;
    struct wts_operation operation = wts_operation_begin(server);
    return wts_perform(&operation, &wts_lsm_disconnect, &session_id, NULL, &answer);
}

/* Whether a session is gone: it cannot be opened any more. Opening needs no right. */
static bool is_gone(const struct wts_operation *operation, uint32_t error)
{
    return wts_operation_was_refused(operation, error) &&
           (error == ERROR_FILE_NOT_FOUND || error == ERROR_CTX_WINSTATION_NOT_FOUND);
}

/*
 * Checks a session that is logging off until it is gone or the call's deadline passes (1818). The logoff
 * itself was accepted, so a check that fails, for example because the server shuts down, does not fail the
 * call.
 */
static uint32_t wait_until_gone(struct wts_operation *operation, uint32_t session_id)
{
    const uint64_t end_ms = operation->deadline.end_ms;
    for (;;) {
        const uint32_t error = wts_perform(operation, &wts_lsm_session_exists, &session_id, NULL, NULL);
        if (is_gone(operation, error))
            return ERROR_SUCCESS;
        const uint64_t next_ms = error == ERROR_SUCCESS ? wts_deadline_after(POLL_MS) : 0;
        if (!wts_pool_pause(&operation->remote->pool, next_ms < end_ms ? next_ms : end_ms))
            return RPC_S_CALL_FAILED; /* the handle was closed */
        if (wts_deadline_left(end_ms) == 0)
            return RPC_S_CALL_CANCELLED;
        if (error != ERROR_SUCCESS) {
            wts_trace(WTS_TRACE_ERRORS, "session %lu was logged off; error %lu while waiting for its end",
                      (unsigned long)session_id, (unsigned long)error);
            return ERROR_SUCCESS;
        }
    }
}

uint32_t wts_remote_logoff_session(struct wts_server *server, uint32_t session_id, bool waits)
{
    struct wts_operation operation = wts_operation_begin(server);
    struct wts_tsts_result answer;
    const uint32_t error = wts_perform(&operation, &wts_lsm_logoff, &session_id, NULL, &answer);
    return error == ERROR_SUCCESS && waits ? wait_until_gone(&operation, session_id) : error;
}

uint32_t wts_remote_shutdown_system(struct wts_server *server, uint32_t flags)
{
    struct wts_operation operation = wts_operation_begin(server);
    struct wts_legacy_result answer;
    return wts_perform(&operation, &wts_legacy_shutdown_system, &flags, NULL, &answer);
}

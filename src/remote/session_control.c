/*
 * What is done to the sessions of an opened server, and to the server itself. [MS-TSTS], RpcDisconnect and
 * RpcLogoff of LSM, RpcWinStationShutdownSystem; contract 3.11.
 */
#include "core/error.h"
#include "remote/question.h"
#include "remote/remote.h"
#include "remote/tsts/interfaces.h"
#include "remote/tsts/legacy.h"
#include "remote/tsts/session.h"

#define POLL_MS 250U /* between two looks at a session that is logging off */

static const struct wts_question disconnect = {.interface = &wts_interface_session,
                                               .rule = &wts_session_context,
                                               .opnum = WTS_LSM_DISCONNECT,
                                               .put_context = wts_lsm_put_disconnect,
                                               .get = wts_question_get_result};

static const struct wts_question logoff = {.interface = &wts_interface_session,
                                           .rule = &wts_session_context,
                                           .opnum = WTS_LSM_LOGOFF,
                                           .put_context = wts_lsm_put_logoff,
                                           .get = wts_question_get_result};

/* `waits` changes nothing: the call knows no such flag. Unverified: that it answers when all is done. */
uint32_t wts_remote_disconnect_session(struct wts_server *server, uint32_t session_id, bool waits)
{
    struct wts_tsts_result answer;
    (void)waits;
    return wts_remote_ask((struct wts_remote_server *)server, &disconnect, &session_id, NULL, &answer);
}

/* A session that is gone cannot be opened any more; opening needs no right. */
static uint32_t wait_until_gone(struct wts_remote_server *remote, uint32_t session_id)
{
    for (;;) {
        const uint32_t error = wts_remote_check_session(remote, session_id);
        if (error == ERROR_FILE_NOT_FOUND || error == ERROR_CTX_WINSTATION_NOT_FOUND)
            return ERROR_SUCCESS;
        if (error != ERROR_SUCCESS)
            return error;
        if (!wts_pool_pause(&remote->pool, wts_deadline_after(POLL_MS)))
            return RPC_S_CALL_FAILED;
    }
}

uint32_t wts_remote_logoff_session(struct wts_server *server, uint32_t session_id, bool waits)
{
    struct wts_remote_server *remote = (struct wts_remote_server *)server;
    struct wts_tsts_result answer;
    const uint32_t error = wts_remote_ask(remote, &logoff, &session_id, NULL, &answer);
    return error == ERROR_SUCCESS && waits ? wait_until_gone(remote, session_id) : error;
}

static void put_shutdown(struct wts_ndr_writer *writer, const struct wts_context_handle *context,
                         const void *arguments)
{
    const uint32_t *flags = arguments;
    wts_legacy_put_shutdown_system(writer, context, *flags);
}

static const struct wts_legacy_question shut_down = {
    .opnum = WTS_LEGACY_SHUTDOWN_SYSTEM, .put = put_shutdown, .get = wts_legacy_get_shutdown_system};

uint32_t wts_remote_shutdown_system(struct wts_server *server, uint32_t flags)
{
    return wts_legacy_ask((struct wts_remote_server *)server, &shut_down, &flags);
}

/*
 * Creates and frees the back end for an opened server. The first call is the first to touch the network.
 * docs/design.md#opening, docs/design.md#contexts, docs/design.md#deadlines.
 */
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>

#include "core/error.h"
#include "remote/call.h"
#include "remote/remote.h"

/* Closing a handle waits no longer than this for a silent server. */
#define GOODBYE_MS 2000U

/*
 * Ends calls in flight; then closes the contexts of the idle connections, all within one time limit. So a
 * silent server delays this once, not once for each connection; its own rundown does the rest.
 */
static void cancel(struct wts_server *server)
{
    struct wts_remote_server *remote = (struct wts_remote_server *)server;
    const uint32_t call_ms = remote->timeouts.call_ms;
    const uint64_t end_ms = wts_deadline_after(call_ms < GOODBYE_MS ? call_ms : GOODBYE_MS);
    bool answers = true;
    struct wts_link *link;
    wts_remote_events_close(remote);
    wts_pool_close(&remote->pool);
    while ((link = wts_pool_take_idle(&remote->pool)) != NULL) {
        if (link->kind != NULL && answers)
            answers = wts_link_close(&remote->pool, link, link->kind, &link->context, end_ms);
        wts_pool_drop(&remote->pool, link);
    }
}

static void destroy(struct wts_server *server)
{
    wts_remote_release((struct wts_remote_server *)server);
}

static const struct wts_backend remote_backend = {
    .terminate_process = wts_remote_terminate_process,
    .list_processes = wts_remote_list_processes,
    .list_sessions = wts_remote_list_sessions,
    .query_session = wts_remote_query_session,
    .send_message = wts_remote_send_message,
    .disconnect_session = wts_remote_disconnect_session,
    .logoff_session = wts_remote_logoff_session,
    .shutdown_system = wts_remote_shutdown_system,
    .wait_event = wts_remote_wait_event,
    .register_window = wts_remote_register_window,
    .unregister_window = wts_remote_unregister_window,
    .cancel = cancel,
    .destroy = destroy,
};

uint32_t wts_remote_open(const uint16_t *name, struct wts_server **server)
{
    size_t length = 0;
    struct wts_remote_server *remote = calloc(1, sizeof *remote);
    if (remote == NULL)
        return ERROR_NOT_ENOUGH_MEMORY;
    while (length < WTS_SERVER_NAME_CAPACITY - 1 && name[length] != 0)
        length++;
    memcpy(remote->name, name, length * sizeof *name);
    remote->server.backend = &remote_backend;
    remote->timeouts = wts_timeouts_read();
    atomic_init(&remote->users, 1);
    wts_remote_events_init(remote);
    wts_pool_init(&remote->pool, wts_transport_choose(), remote->name);
    *server = &remote->server;
    return ERROR_SUCCESS;
}

/*
 * The back end for this machine: its table of functions, the one object that NULL handles mean, and the
 * objects of handles opened by name.
 */
#include <stdlib.h>

#include "core/error.h"
#include "local/local.h"
#include "local/nt_process_list.h"
#include "local/session/source.h"

static void destroy(struct wts_server *server)
{
    free((struct wts_local_named *)server);
}

static uint32_t list_processes(struct wts_server *server, struct wts_processes *processes)
{
    (void)server;
    return wts_process_list_read(processes);
}

static const struct wts_backend local_backend = {
    .terminate_process = wts_local_terminate_process,
    .list_processes = list_processes,
    .list_sessions = wts_local_list_sessions,
    .query_session = wts_local_query_session,
    .send_message = wts_local_send_message,
    .disconnect_session = wts_local_disconnect_session,
    .logoff_session = wts_local_logoff_session,
    .shutdown_system = wts_local_shutdown_system,
    .wait_event = wts_local_wait_event,
    .register_window = wts_local_register_window,
    .unregister_window = wts_local_unregister_window,
    .cancel = wts_local_cancel,
    .destroy = destroy,
};

struct wts_server wts_local_server = {.backend = &local_backend};

uint32_t wts_local_open(struct wts_server **server)
{
    struct wts_local_named *named = calloc(1, sizeof *named);
    if (named == NULL)
        return ERROR_NOT_ENOUGH_MEMORY;
    named->server.backend = &local_backend;
    wts_event_queue_initialize(&named->events);
    *server = &named->server;
    return ERROR_SUCCESS;
}

void wts_local_unload(void)
{
    wts_sessions_forget();
    wts_local_forget_events();
}

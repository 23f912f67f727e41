/*
 * The back end for this machine: its table of functions, and the one object that NULL handles mean.
 */
#include "local/local.h"

#include "local/sids.h"

/* There is nothing to cancel or to free: the object lives as long as the process. */
static void nothing(struct wts_server *server)
{
    (void)server;
}

static const struct wts_backend local_backend = {
    .terminate_process = wts_local_terminate_process,
    .list_processes = wts_local_list_processes,
    .list_sessions = wts_local_list_sessions,
    .query_session = wts_local_query_session,
    .send_message = wts_local_send_message,
    .disconnect_session = wts_local_disconnect_session,
    .logoff_session = wts_local_logoff_session,
    .shutdown_system = wts_local_shutdown_system,
    .wait_event = wts_local_wait_event,
    .register_window = wts_local_register_window,
    .unregister_window = wts_local_unregister_window,
    .cancel = nothing,
    .destroy = nothing,
};

struct wts_server wts_local_server = {.backend = &local_backend};

void wts_local_unload(void)
{
    wts_sids_forget();
}

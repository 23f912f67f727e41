/*
 * The back end for this machine: its table of functions, and the one object that NULL handles mean.
 */
#include "local/local.h"

/* There is nothing to cancel or to free: the object lives as long as the process. */
static void nothing(struct wts_server *server)
{
    (void)server;
}

static const struct wts_backend local_backend = {
    .terminate_process = wts_local_terminate_process,
    .list_processes = wts_local_list_processes,
    .cancel = nothing,
    .destroy = nothing,
};

struct wts_server wts_local_server = {.backend = &local_backend};

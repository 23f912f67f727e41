/*
 * Stands for the rooms that exist on Windows only in native tests: the object that NULL handles mean, and the
 * choice of a transport, which is the script here.
 */
#include "core/backend.h"
#include "script.h"

static uint32_t terminate_process(struct wts_server *server, uint32_t process_id, uint32_t exit_code)
{
    (void)server;
    (void)process_id;
    (void)exit_code;
    return 0;
}

static void nothing(struct wts_server *server)
{
    (void)server;
}

static const struct wts_backend backend = {
    .terminate_process = terminate_process, .cancel = nothing, .destroy = nothing};

struct wts_server wts_local_server = {.backend = &backend};

const struct wts_transport *wts_transport_choose(void)
{
    return &wts_transport_script;
}

/*
 * The back end for an opened server, until a transport is there: the handle exists, each call on it fails
 * with 1703.
 */
#include <stdlib.h>

#include "core/backend.h"
#include "core/error.h"

static uint32_t terminate_process(struct wts_server *server, uint32_t process_id, uint32_t exit_code)
{
    (void)server;
    (void)process_id;
    (void)exit_code;
    return RPC_S_PROTSEQ_NOT_SUPPORTED;
}

static void cancel(struct wts_server *server)
{
    (void)server;
}

static void destroy(struct wts_server *server)
{
    free(server);
}

static const struct wts_backend remote_backend = {
    .terminate_process = terminate_process,
    .cancel = cancel,
    .destroy = destroy,
};

uint32_t wts_remote_open(const uint16_t *name, struct wts_server **server)
{
    (void)name;
    *server = malloc(sizeof **server);
    if (*server == NULL)
        return ERROR_NOT_ENOUGH_MEMORY;
    (*server)->backend = &remote_backend;
    return ERROR_SUCCESS;
}

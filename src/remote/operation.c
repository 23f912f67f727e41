/*
 * One exported call at an opened server; see operation.h.
 */
#include "remote/operation.h"

#include "core/error.h"
#include "remote/remote.h"

struct wts_operation wts_operation_begin(struct wts_server *server)
{
    struct wts_remote_server *remote = (struct wts_remote_server *)server;
    return (struct wts_operation){.remote = remote, .deadline = wts_deadline_start(&remote->timeouts)};
}

bool wts_operation_was_refused(const struct wts_operation *operation, uint32_t error)
{
    return error != ERROR_SUCCESS && operation->unanswered == ERROR_SUCCESS;
}

uint32_t wts_operation_lose(struct wts_operation *operation, uint32_t error)
{
    operation->unanswered = error;
    return error;
}

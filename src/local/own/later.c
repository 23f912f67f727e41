/*
 * Functions of the back end whose turn comes later: each refuses with 120.
 */
#include "local/local.h"

#include "core/error.h"

uint32_t wts_local_wait_event(struct wts_server *server, uint32_t mask, uint32_t *events)
{
    (void)server;
    (void)mask;
    (void)events;
    return ERROR_CALL_NOT_IMPLEMENTED;
}

uint32_t wts_local_register_window(struct wts_server *server, void *window, uint32_t flags)
{
    (void)server;
    (void)window;
    (void)flags;
    return ERROR_CALL_NOT_IMPLEMENTED;
}

uint32_t wts_local_unregister_window(struct wts_server *server, void *window)
{
    (void)server;
    (void)window;
    return ERROR_CALL_NOT_IMPLEMENTED;
}

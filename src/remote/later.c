/*
 * Functions of the back end whose turn comes later: each refuses with 120.
 */
#include "remote/remote.h"

#include "core/error.h"

uint32_t wts_remote_list_sessions(struct wts_server *server, enum wts_sessions_detail detail,
                                  struct wts_sessions *sessions)
{
    (void)server;
    (void)detail;
    (void)sessions;
    return ERROR_CALL_NOT_IMPLEMENTED;
}

uint32_t wts_remote_query_session(struct wts_server *server, uint32_t session_id, uint32_t parts,
                                  struct wts_session_information *information)
{
    (void)server;
    (void)session_id;
    (void)parts;
    (void)information;
    return ERROR_CALL_NOT_IMPLEMENTED;
}

uint32_t wts_remote_send_message(struct wts_server *server, const struct wts_message *message,
                                 uint32_t *response)
{
    (void)server;
    (void)message;
    (void)response;
    return ERROR_CALL_NOT_IMPLEMENTED;
}

uint32_t wts_remote_disconnect_session(struct wts_server *server, uint32_t session_id, bool waits)
{
    (void)server;
    (void)session_id;
    (void)waits;
    return ERROR_CALL_NOT_IMPLEMENTED;
}

uint32_t wts_remote_logoff_session(struct wts_server *server, uint32_t session_id, bool waits)
{
    (void)server;
    (void)session_id;
    (void)waits;
    return ERROR_CALL_NOT_IMPLEMENTED;
}

uint32_t wts_remote_shutdown_system(struct wts_server *server, uint32_t flags)
{
    (void)server;
    (void)flags;
    return ERROR_CALL_NOT_IMPLEMENTED;
}

uint32_t wts_remote_wait_event(struct wts_server *server, uint32_t mask, uint32_t *events)
{
    (void)server;
    (void)mask;
    (void)events;
    return ERROR_CALL_NOT_IMPLEMENTED;
}

uint32_t wts_remote_register_window(struct wts_server *server, void *window, uint32_t flags)
{
    (void)server;
    (void)window;
    (void)flags;
    return ERROR_CALL_NOT_IMPLEMENTED;
}

uint32_t wts_remote_unregister_window(struct wts_server *server, void *window)
{
    (void)server;
    (void)window;
    return ERROR_CALL_NOT_IMPLEMENTED;
}

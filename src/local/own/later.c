/*
 * Functions of the back end whose turn comes later: each refuses with 120.
 */
#include "local/local.h"

#include "core/error.h"

uint32_t wts_local_send_message(struct wts_server *server, const struct wts_message *message,
                                uint32_t *response)
{
    (void)server;
    (void)message;
    (void)response;
    return ERROR_CALL_NOT_IMPLEMENTED;
}

uint32_t wts_local_disconnect_session(struct wts_server *server, uint32_t session_id, bool waits)
{
    (void)server;
    (void)session_id;
    (void)waits;
    return ERROR_CALL_NOT_IMPLEMENTED;
}

uint32_t wts_local_logoff_session(struct wts_server *server, uint32_t session_id, bool waits)
{
    (void)server;
    (void)session_id;
    (void)waits;
    return ERROR_CALL_NOT_IMPLEMENTED;
}

uint32_t wts_local_shutdown_system(struct wts_server *server, uint32_t flags)
{
    (void)server;
    (void)flags;
    return ERROR_CALL_NOT_IMPLEMENTED;
}

uint32_t wts_local_connect_session(uint32_t session_id, uint32_t target_id, const uint16_t *password,
                                   bool waits)
{
    (void)session_id;
    (void)target_id;
    (void)password;
    (void)waits;
    return ERROR_CALL_NOT_IMPLEMENTED;
}

uint32_t wts_local_query_user_token(uint32_t session_id, void **token)
{
    (void)session_id;
    (void)token;
    return ERROR_CALL_NOT_IMPLEMENTED;
}

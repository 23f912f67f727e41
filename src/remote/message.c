/*
 * Messages to sessions of an opened server. [MS-TSTS], RpcShowMessageBox of LSM;
 * docs/contract.md#send-message.
 */
#include "core/error.h"
#include "remote/call.h"
#include "remote/remote.h"
#include "remote/tsts/session.h"

/* How much longer a waiting call may take: the time that the user has to answer. */
static uint32_t waiting_time(uint32_t timeout_s)
{
    return timeout_s == 0 || timeout_s > UINT32_MAX / 1000U ? UINT32_MAX : timeout_s * 1000U;
}

uint32_t wts_remote_send_message(struct wts_server *server, const struct wts_message *message,
                                 uint32_t *response)
{
    struct wts_operation operation = wts_operation_begin(server);
    struct wts_lsm_number answer;
    const struct wts_lsm_message_box box = {.session_id = message->session_id,
                                            .title = message->title,
                                            .message = message->text,
                                            .style = message->style,
                                            .timeout_s = message->timeout_s,
                                            .waits = message->waits};
    if (message->waits)
        operation.lasts_ms = waiting_time(message->timeout_s);
    const uint32_t error = wts_perform(&operation, &wts_lsm_show_message_box, &box, NULL, &answer);
    if (error == ERROR_SUCCESS)
        *response = answer.value;
    return error;
}

/*
 * Messages to sessions of an opened server. [MS-TSTS], RpcShowMessageBox of LSM; contract 3.10.
 */
#include "core/error.h"
#include "remote/question.h"
#include "remote/remote.h"
#include "remote/tsts/interfaces.h"
#include "remote/tsts/session.h"

struct box {
    uint32_t session_id; /* first: for the session's context */
    struct wts_lsm_message_box content;
};

static void put_box(struct wts_ndr_writer *writer, const struct wts_context_handle *context,
                    const void *arguments)
{
    const struct box *box = arguments;
    wts_lsm_put_show_message_box(writer, context, &box->content);
}

static enum wts_ndr_status get_answer(const uint8_t *stub, size_t length, struct wts_ndr_arena *arena,
                                      void *answer)
{
    (void)arena;
    return wts_lsm_get_show_message_box(stub, length, answer);
}

static const struct wts_question show_message_box = {.interface = &wts_interface_session,
                                                     .rule = &wts_session_context,
                                                     .opnum = WTS_LSM_SHOW_MESSAGE_BOX,
                                                     .put = put_box,
                                                     .get = get_answer};

/* How much longer a waiting call may take: as long as the person does, who may have a limit. */
static uint32_t waiting_time(uint32_t timeout_s)
{
    return timeout_s == 0 || timeout_s > UINT32_MAX / 1000U ? UINT32_MAX : timeout_s * 1000U;
}

uint32_t wts_remote_send_message(struct wts_server *server, const struct wts_message *message,
                                 uint32_t *response)
{
    struct wts_operation operation = wts_operation_begin(server);
    struct wts_lsm_number answer;
    const struct box box = {.session_id = message->session_id,
                            .content = {.title = message->title,
                                        .message = message->text,
                                        .style = message->style,
                                        .timeout_s = message->timeout_s,
                                        .waits = message->waits}};
    const uint32_t error = message->waits
                               ? wts_remote_ask_long(&operation, &show_message_box,
                                                     waiting_time(message->timeout_s), &box, NULL, &answer)
                               : wts_remote_ask(&operation, &show_message_box, &box, NULL, &answer);
    if (error == ERROR_SUCCESS)
        *response = answer.value;
    return error;
}

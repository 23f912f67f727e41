/*
 * Questions to LSM and RCM; see question.h.
 */
#include "remote/question.h"

#include <stdlib.h>

#include "core/error.h"
#include "remote/remote.h"
#include "remote/tsts/enumeration.h"
#include "remote/tsts/session.h"

bool wts_question_get_context(const uint8_t *stub, size_t length, struct wts_context_handle *context,
                              uint32_t *error)
{
    struct wts_tsts_result answer;
    const bool is_readable = wts_tsts_get_context(stub, length, &answer) == WTS_NDR_OK;
    *error = is_readable ? wts_error_from_hresult(answer.hresult) : RPC_X_BAD_STUB_DATA;
    if (is_readable)
        *context = answer.context;
    return is_readable;
}

static void put_open_session(struct wts_ndr_writer *writer, const void *subject)
{
    const uint32_t *session_id = subject;
    wts_lsm_put_open_session(writer, *session_id);
}

const struct wts_context_rule wts_session_context = {
    .open_opnum = WTS_LSM_OPEN_SESSION,
    .close_opnum = WTS_LSM_CLOSE_SESSION,
    .put_open = put_open_session,
    .get_open = wts_question_get_context,
    .put_close = wts_lsm_put_close_session,
};

static void put_open_enum(struct wts_ndr_writer *writer, const void *subject)
{
    (void)subject;
    wts_lsm_put_open_enum(writer);
}

const struct wts_context_rule wts_enumeration_context = {
    .open_opnum = WTS_LSM_OPEN_ENUM,
    .close_opnum = WTS_LSM_CLOSE_ENUM,
    .put_open = put_open_enum,
    .get_open = wts_question_get_context,
    .put_close = wts_lsm_put_close_enum,
};

static uint32_t read_answer(struct wts_operation *operation, const struct wts_question *question,
                            const struct wts_response *response, struct wts_ndr_arena *arena, void *answer)
{
    const struct wts_tsts_result *end = answer;
    switch (question->get(response->data, response->length, arena, answer)) {
    case WTS_NDR_OK:
        return wts_error_from_hresult(end->hresult);
    case WTS_NDR_NO_MEMORY:
        return wts_operation_lose(operation, ERROR_NOT_ENOUGH_MEMORY);
    default:
        return wts_operation_lose(operation, RPC_X_BAD_STUB_DATA);
    }
}

/* A question, and what it is about. */
struct asked {
    const struct wts_question *question;
    const void *arguments;
};

static void put_asked(struct wts_ndr_writer *writer, const struct wts_context_handle *context,
                      const void *arguments)
{
    const struct asked *asked = arguments;
    const struct wts_question *question = asked->question;
    if (question->put_context != NULL) {
        question->put_context(writer, context);
    } else if (question->put_session != NULL) {
        const uint32_t *session_id = asked->arguments;
        question->put_session(writer, *session_id);
    } else {
        question->put(writer, context, asked->arguments);
    }
}

static uint32_t ask(struct wts_operation *operation, const struct asked *asked, uint32_t lasts_ms,
                    struct wts_ndr_arena *arena, void *answer)
{
    const struct wts_remote_call call = {.interface = asked->question->interface,
                                         .opnum = asked->question->opnum,
                                         .lasts_ms = lasts_ms,
                                         .rule = asked->question->rule,
                                         .subject = asked->arguments,
                                         .put = put_asked,
                                         .arguments = asked};
    struct wts_response response;
    uint32_t error = wts_remote_perform(operation, &call, &response);
    if (error != ERROR_SUCCESS)
        return error;
    error = read_answer(operation, asked->question, &response, arena, answer);
    free(response.data);
    return error;
}

uint32_t wts_remote_ask(struct wts_operation *operation, const struct wts_question *question,
                        const void *arguments, struct wts_ndr_arena *arena, void *answer)
{
    const struct asked asked = {question, arguments};
    return ask(operation, &asked, 0, arena, answer);
}

uint32_t wts_remote_ask_long(struct wts_operation *operation, const struct wts_question *question,
                             uint32_t lasts_ms, const void *arguments, struct wts_ndr_arena *arena,
                             void *answer)
{
    const struct asked asked = {question, arguments};
    return ask(operation, &asked, lasts_ms, arena, answer);
}

enum wts_ndr_status wts_question_get_result(const uint8_t *stub, size_t length, struct wts_ndr_arena *arena,
                                            void *answer)
{
    (void)arena;
    return wts_tsts_get_result(stub, length, answer);
}

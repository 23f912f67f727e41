/*
 * What the Legacy interface adds to a call: the server handle, opened once for each connection and closed
 * with it, and the NTSTATUS of its answers. ms-tsts 3.3 and 6.2.
 */
#include <stdlib.h>

#include "core/error.h"
#include "remote/remote.h"
#include "remote/tsts/interfaces.h"
#include "remote/tsts/legacy.h"

uint32_t wts_legacy_error(uint32_t status)
{
    const uint32_t error = wts_error_from_status(status);
    return error != ERROR_SUCCESS ? error : ERROR_GEN_FAILURE;
}

static void put_open(struct wts_ndr_writer *writer, const void *subject)
{
    (void)subject;
    wts_legacy_put_open_server(writer);
}

static bool get_open(const uint8_t *stub, size_t length, struct wts_context_handle *context, uint32_t *error)
{
    struct wts_legacy_result answer;
    *error = RPC_X_BAD_STUB_DATA;
    if (!wts_legacy_get_open_server(stub, length, &answer))
        return false;
    *error = answer.result == 0 ? wts_legacy_error(answer.error) : ERROR_SUCCESS;
    *context = answer.context;
    return true;
}

const struct wts_context_rule wts_legacy_context = {
    .open_opnum = WTS_LEGACY_OPEN_SERVER,
    .close_opnum = WTS_LEGACY_CLOSE_SERVER_EX,
    .is_kept = true,
    .put_open = put_open,
    .get_open = get_open,
    .put_close = wts_legacy_put_close_server_ex,
};

uint32_t wts_legacy_ask(struct wts_operation *operation, const struct wts_legacy_question *question,
                        const void *arguments)
{
    const struct wts_remote_call call = {.interface = &wts_interface_legacy,
                                         .opnum = question->opnum,
                                         .rule = &wts_legacy_context,
                                         .put = question->put,
                                         .arguments = arguments};
    struct wts_response response;
    struct wts_legacy_result answer;
    uint32_t error = wts_remote_perform(operation, &call, &response);
    if (error != ERROR_SUCCESS)
        return error;
    if (!question->get(response.data, response.length, &answer))
        error = wts_operation_lose(operation, RPC_X_BAD_STUB_DATA);
    else if (answer.result == 0)
        error = wts_legacy_error(answer.error);
    free(response.data);
    return error;
}

/*
 * Processes of an opened server. [MS-TSTS], RpcWinStationTerminateProcess; contract 3.1.
 */
#include <stdlib.h>

#include "core/error.h"
#include "remote/remote.h"
#include "remote/tsts/interfaces.h"
#include "remote/tsts/legacy.h"

struct target {
    uint32_t process_id;
    uint32_t exit_code;
};

static void put_terminate(struct wts_ndr_writer *writer, const struct wts_context_handle *context,
                          const void *arguments)
{
    const struct target *target = arguments;
    wts_legacy_put_terminate_process(writer, context, target->process_id, target->exit_code);
}

uint32_t wts_remote_terminate_process(struct wts_server *server, uint32_t process_id, uint32_t exit_code)
{
    struct wts_remote_server *remote = (struct wts_remote_server *)server;
    const struct target target = {process_id, exit_code};
    const struct wts_remote_call call = {.interface = &wts_interface_legacy,
                                         .opnum = WTS_LEGACY_TERMINATE_PROCESS,
                                         .timeout_ms = remote->call_timeout_ms,
                                         .rule = &wts_legacy_context,
                                         .put = put_terminate,
                                         .arguments = &target};
    struct wts_response response;
    struct wts_legacy_result answer;
    uint32_t error = wts_remote_perform(remote, &call, &response);
    if (error != ERROR_SUCCESS)
        return error;
    if (!wts_legacy_get_terminate_process(response.data, response.length, &answer))
        error = RPC_X_BAD_STUB_DATA;
    else if (answer.result == 0)
        error = wts_legacy_error(answer.error);
    free(response.data);
    return error;
}

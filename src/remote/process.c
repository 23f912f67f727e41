/*
 * Processes of an opened server. [MS-TSTS], RpcWinStationTerminateProcess; contract 3.1.
 */
#include "remote/remote.h"
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

static const struct wts_legacy_question terminate = {
    .opnum = WTS_LEGACY_TERMINATE_PROCESS, .put = put_terminate, .get = wts_legacy_get_terminate_process};

uint32_t wts_remote_terminate_process(struct wts_server *server, uint32_t process_id, uint32_t exit_code)
{
    const struct target target = {process_id, exit_code};
    struct wts_operation operation = wts_operation_begin(server);
    return wts_legacy_ask(&operation, &terminate, &target);
}

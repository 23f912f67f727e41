/*
 * Processes of an opened server. [MS-TSTS], RpcWinStationTerminateProcess;
 * docs/contract.md#terminate-process.
 */
#include "remote/call.h"
#include "remote/remote.h"
#include "remote/tsts/legacy.h"

uint32_t wts_remote_terminate_process(struct wts_server *server, uint32_t process_id, uint32_t exit_code)
{
    struct wts_operation operation = wts_operation_begin(server);
    const struct wts_legacy_target target = {process_id, exit_code};
    struct wts_legacy_result answer;
    return wts_perform(&operation, &wts_legacy_terminate_process, &target, NULL, &answer);
}

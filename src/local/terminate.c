/*
 * Ending a process of this machine, by NT calls. Contract: docs/contract.md#terminate-process.
 */
#include "local/local.h"

#include "core/error.h"
#include "core/system.h"
#include "local/nt_process.h"
#include "local/nt_token.h"

struct target {
    DWORD process_id;
    ACCESS_MASK access;
    HANDLE process;
};

static NTSTATUS open_target(void *context)
{
    struct target *target = context;
    return wts_process_open(target->process_id, target->access, &target->process);
}

/*
 * Opens the process with the terminate right and no other, because protected processes refuse more. Windows
 * refuses to terminate a process that has already ended; Wine does not, so there its state is queried first.
 */
uint32_t wts_local_terminate_process(struct wts_server *server, uint32_t process_id, uint32_t exit_code)
{
    const bool is_wine = wts_system_is_wine();
    struct target target = {.process_id = process_id,
                            .access = is_wine ? PROCESS_TERMINATE | PROCESS_QUERY_LIMITED_INFORMATION
                                              : PROCESS_TERMINATE};
    (void)server;
    NTSTATUS status = wts_privilege_debug(open_target, &target);
    if (!NT_SUCCESS(status))
        return wts_error_from_status((uint32_t)status);
    if (is_wine && wts_process_has_ended(target.process))
        status = STATUS_PROCESS_IS_TERMINATING;
    else
        status = NtTerminateProcess(target.process, (NTSTATUS)exit_code);
    NtClose(target.process);
    return NT_SUCCESS(status) ? ERROR_SUCCESS : wts_error_from_status((uint32_t)status);
}

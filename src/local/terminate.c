/*
 * Ending a process of this machine, by NT calls. Contract 3.1 and section 9.
 */
#include "local/local.h"

#include <winternl.h>

#include "core/error.h"
#include "core/system.h"
#include "local/native.h"
#include "local/privilege.h"

static NTSTATUS open_process(DWORD process_id, ACCESS_MASK access, HANDLE *process)
{
    OBJECT_ATTRIBUTES attributes = {.Length = sizeof attributes};
    CLIENT_ID client = {.UniqueProcess = ULongToHandle(process_id)};
    return NtOpenProcess(process, access, &attributes, &client);
}

/*
 * Asks for the right to terminate and for nothing more, or protected processes start to fail. After a
 * refusal, and only then, once more with the debug privilege, which an administrator holds but has switched
 * off. When that does not help, the refusal stands.
 */
static NTSTATUS open_target(DWORD process_id, ACCESS_MASK access, HANDLE *process)
{
    struct wts_privilege privilege;
    NTSTATUS status = open_process(process_id, access, process);
    if (status != STATUS_ACCESS_DENIED || !wts_privilege_enable(SE_DEBUG_PRIVILEGE, &privilege))
        return status;
    status = open_process(process_id, access, process);
    wts_privilege_restore(&privilege);
    return status;
}

/*
 * Windows refuses to end a process that has already ended; Wine says yes a second time, so there it is asked
 * before. The exit time tells, not the exit code, which may be 259 (STILL_ACTIVE) for good.
 */
static bool has_ended(HANDLE process)
{
    KERNEL_USER_TIMES times;
    const NTSTATUS status = NtQueryInformationProcess(process, ProcessTimes, &times, sizeof times, NULL);
    return NT_SUCCESS(status) && (times.ExitTime.dwLowDateTime | times.ExitTime.dwHighDateTime) != 0;
}

uint32_t wts_local_terminate_process(struct wts_server *server, uint32_t process_id, uint32_t exit_code)
{
    const bool wine = wts_system_is_wine();
    const ACCESS_MASK access =
        wine ? PROCESS_TERMINATE | PROCESS_QUERY_LIMITED_INFORMATION : PROCESS_TERMINATE;
    HANDLE process;
    (void)server;
    NTSTATUS status = open_target(process_id, access, &process);
    if (!NT_SUCCESS(status))
        return wts_error_from_status((uint32_t)status);
    if (wine && has_ended(process))
        status = STATUS_PROCESS_IS_TERMINATING;
    else
        status = NtTerminateProcess(process, (NTSTATUS)exit_code);
    NtClose(process);
    return NT_SUCCESS(status) ? ERROR_SUCCESS : wts_error_from_status((uint32_t)status);
}

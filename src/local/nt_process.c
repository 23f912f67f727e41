/*
 * Processes of this machine; see nt_process.h.
 */
#include "local/nt_process.h"

NTSTATUS wts_process_open(DWORD process_id, ACCESS_MASK access, HANDLE *process)
{
    OBJECT_ATTRIBUTES attributes = {.Length = sizeof attributes};
    CLIENT_ID client = {.UniqueProcess = ULongToHandle(process_id)};
    return NtOpenProcess(process, access, &attributes, &client);
}

static int64_t number_of(FILETIME time)
{
    return (int64_t)time.dwHighDateTime << 32 | time.dwLowDateTime;
}

bool wts_process_was_created_at(HANDLE process, int64_t create_time)
{
    KERNEL_USER_TIMES times;
    const NTSTATUS status = NtQueryInformationProcess(process, ProcessTimes, &times, sizeof times, NULL);
    return NT_SUCCESS(status) && number_of(times.CreateTime) == create_time;
}

bool wts_process_has_ended(HANDLE process)
{
    KERNEL_USER_TIMES times;
    const NTSTATUS status = NtQueryInformationProcess(process, ProcessTimes, &times, sizeof times, NULL);
    return NT_SUCCESS(status) && number_of(times.ExitTime) != 0;
}

/*
 * The token of a session's user, from a process that the user runs there. Contract 3.13.
 */
#include "local/local.h"

#include <winternl.h>

#include "core/error.h"
#include "core/processes.h"
#include "local/native.h"
#include "local/own/session.h"
#include "local/privilege.h"
#include "local/sids.h"

/* Room for every privilege there is. */
union privileges {
    TOKEN_PRIVILEGES privileges;
    uint8_t room[sizeof(TOKEN_PRIVILEGES) + 64 * sizeof(LUID_AND_ATTRIBUTES)];
};

/* The token that the caller acts with: its thread's, else its process'. */
static NTSTATUS open_effective_token(HANDLE *token)
{
    const NTSTATUS status = NtOpenThreadToken(NtCurrentThread(), TOKEN_QUERY, TRUE, token);
    return status == STATUS_NO_TOKEN ? NtOpenProcessToken(NtCurrentProcess(), TOKEN_QUERY, token) : status;
}

static bool has_privilege(const TOKEN_PRIVILEGES *privileges, ULONG wanted)
{
    for (DWORD i = 0; i < privileges->PrivilegeCount; i++) {
        const LUID luid = privileges->Privileges[i].Luid;
        if (luid.LowPart == wanted && luid.HighPart == 0)
            return true;
    }
    return false;
}

/* Unverified: whether Windows wants the privilege switched on; that the token holds it is enough here. */
static bool caller_acts_for_the_system(void)
{
    union privileges answer = {.privileges = {.PrivilegeCount = 0}};
    HANDLE token;
    ULONG length;
    bool holds = false;
    if (!NT_SUCCESS(open_effective_token(&token)))
        return false;
    if (NT_SUCCESS(NtQueryInformationToken(token, TokenPrivileges, &answer, sizeof answer, &length)))
        holds = has_privilege(&answer.privileges, SE_TCB_PRIVILEGE);
    NtClose(token);
    return holds;
}

/* A process that ended since the list was made may have left its number to one of somebody else. */
static NTSTATUS open_token(const struct wts_process *found, HANDLE *token)
{
    OBJECT_ATTRIBUTES attributes = {.Length = sizeof attributes};
    CLIENT_ID client = {.UniqueProcess = ULongToHandle(found->process_id)};
    HANDLE process;
    NTSTATUS status = NtOpenProcess(&process, PROCESS_QUERY_LIMITED_INFORMATION, &attributes, &client);
    if (!NT_SUCCESS(status))
        return status;
    status = wts_sids_created_at(process, (int64_t)found->create_time)
                 ? NtOpenProcessToken(process, TOKEN_DUPLICATE, token)
                 : STATUS_INVALID_CID;
    NtClose(process);
    return status;
}

/* With the debug privilege where the caller has it: processes of others refuse else. */
static NTSTATUS open_token_of_other(const struct wts_process *found, HANDLE *token)
{
    struct wts_privilege privilege;
    NTSTATUS status = open_token(found, token);
    if (status != STATUS_ACCESS_DENIED || !wts_privilege_enable(SE_DEBUG_PRIVILEGE, &privilege))
        return status;
    status = open_token(found, token);
    wts_privilege_restore(&privilege);
    return status;
}

static NTSTATUS duplicate_primary(HANDLE token, HANDLE *copy)
{
    SECURITY_QUALITY_OF_SERVICE quality = {.Length = sizeof quality,
                                           .ImpersonationLevel = SecurityImpersonation};
    OBJECT_ATTRIBUTES attributes = {.Length = sizeof attributes, .SecurityQualityOfService = &quality};
    return NtDuplicateToken(token, MAXIMUM_ALLOWED, &attributes, FALSE, TokenPrimary, copy);
}

/* A process that ended in between is no sign of a user any more. */
static uint32_t copy_token(const struct wts_process *found, HANDLE *copy)
{
    HANDLE token;
    NTSTATUS status = open_token_of_other(found, &token);
    if (status == STATUS_INVALID_CID)
        return ERROR_NO_TOKEN;
    if (NT_SUCCESS(status)) {
        status = duplicate_primary(token, copy);
        NtClose(token);
    }
    return NT_SUCCESS(status) ? ERROR_SUCCESS : wts_error_from_status((uint32_t)status);
}

static uint32_t find_token(uint32_t session_id, const struct wts_processes *processes, HANDLE *token)
{
    if (!wts_session_is_there(session_id, processes))
        return ERROR_FILE_NOT_FOUND;
    const struct wts_process *process = NULL;
    if (!wts_session_is_services(session_id))
        process = wts_session_oldest(session_id, processes, true);
    return process != NULL ? copy_token(process, token) : ERROR_NO_TOKEN;
}

uint32_t wts_local_query_user_token(uint32_t session_id, void **token)
{
    struct wts_processes processes;
    if (!caller_acts_for_the_system())
        return ERROR_PRIVILEGE_NOT_HELD;
    if (session_id == WTS_SESSION_CURRENT)
        session_id = wts_session_own();
    uint32_t error = wts_local_list_processes(&wts_local_server, &processes);
    if (error != ERROR_SUCCESS)
        return error;
    error = find_token(session_id, &processes, token);
    processes.free(&processes);
    return error;
}

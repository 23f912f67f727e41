/*
 * The token of a session's user, taken from a process that the user runs there. Contract:
 * docs/contract.md#user-token.
 */
#include "local/local.h"

#include "core/error.h"
#include "local/nt_process.h"
#include "local/nt_token.h"
#include "local/session/source.h"

/* A process of a list, and a copy of its token. */
struct user_token {
    const struct wts_process *process;
    HANDLE copy;
};

/* The number of a process that has ended since the list was made may now belong to another user's process. */
static NTSTATUS copy_token(void *context)
{
    struct user_token *token = context;
    HANDLE process;
    NTSTATUS status =
        wts_process_open(token->process->process_id, PROCESS_QUERY_LIMITED_INFORMATION, &process);
    if (!NT_SUCCESS(status))
        return status;
    status = wts_process_was_created_at(process, (int64_t)token->process->create_time)
                 ? wts_token_duplicate_primary(process, &token->copy)
                 : STATUS_INVALID_CID;
    NtClose(process);
    return status;
}

/* Other users' processes need the debug privilege. A process that has ended in the meantime shows nothing
 * about the user. */
static uint32_t find_token(const struct wts_session_row *row, HANDLE *copy)
{
    struct user_token token = {.process = row->user_process};
    if (token.process == NULL)
        return ERROR_NO_TOKEN;
    const NTSTATUS status = wts_privilege_debug(copy_token, &token);
    if (status == STATUS_INVALID_CID)
        return ERROR_NO_TOKEN;
    if (!NT_SUCCESS(status))
        return wts_error_from_status((uint32_t)status);
    *copy = token.copy;
    return ERROR_SUCCESS;
}

/* Unverified: whether Windows requires the privilege to be enabled; here it is enough that the token holds
 * it. */
uint32_t wts_local_query_user_token(uint32_t session_id, void **token)
{
    struct wts_snapshot snapshot;
    if (!wts_token_holds(SE_TCB_PRIVILEGE))
        return ERROR_PRIVILEGE_NOT_HELD;
    uint32_t error = wts_snapshot_take(&snapshot, WTS_SESSION_ANY, WTS_PART_USER);
    if (error != ERROR_SUCCESS)
        return error;
    const struct wts_session_row *row = wts_snapshot_find(&snapshot, session_id);
    error = row != NULL ? find_token(row, token) : ERROR_FILE_NOT_FOUND;
    wts_snapshot_free(&snapshot);
    return error;
}

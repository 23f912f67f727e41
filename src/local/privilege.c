/*
 * A privilege on the calling thread for a moment; see privilege.h. NT calls throughout: they give a status
 * each, and leave the last error alone.
 */
#include "local/privilege.h"

#include <winternl.h>

#include "core/trace.h"
#include "local/native.h"

static NTSTATUS set_thread_token(HANDLE token)
{
    return NtSetInformationThread(NtCurrentThread(), ThreadImpersonationToken, &token, sizeof token);
}

/* The token the caller acts with: its thread's, opened as the process itself, else its process'. */
static NTSTATUS open_own_token(HANDLE *token, bool *impersonating)
{
    const ACCESS_MASK of_thread = TOKEN_QUERY | TOKEN_DUPLICATE | TOKEN_IMPERSONATE;
    NTSTATUS status = NtOpenThreadToken(NtCurrentThread(), of_thread, TRUE, token);
    *impersonating = status != STATUS_NO_TOKEN;
    if (status == STATUS_NO_TOKEN)
        status = NtOpenProcessToken(NtCurrentProcess(), TOKEN_QUERY | TOKEN_DUPLICATE, token);
    return status;
}

static NTSTATUS duplicate(HANDLE token, HANDLE *copy)
{
    SECURITY_QUALITY_OF_SERVICE quality = {.Length = sizeof quality,
                                           .ImpersonationLevel = SecurityImpersonation};
    OBJECT_ATTRIBUTES attributes = {.Length = sizeof attributes, .SecurityQualityOfService = &quality};
    const ACCESS_MASK access = TOKEN_QUERY | TOKEN_ADJUST_PRIVILEGES | TOKEN_IMPERSONATE;
    return NtDuplicateToken(token, access, &attributes, FALSE, TokenImpersonation, copy);
}

/* STATUS_NOT_ALL_ASSIGNED counts as a success of the call, and means that the token does not hold the
 * privilege. */
static bool switch_on(HANDLE token, ULONG privilege)
{
    TOKEN_PRIVILEGES wanted = {.PrivilegeCount = 1};
    wanted.Privileges[0].Luid.LowPart = privilege;
    wanted.Privileges[0].Attributes = SE_PRIVILEGE_ENABLED;
    return NtAdjustPrivilegesToken(token, FALSE, &wanted, 0, NULL, NULL) == STATUS_SUCCESS;
}

bool wts_privilege_enable(ULONG privilege, struct wts_privilege *state)
{
    HANDLE own = NULL;
    HANDLE copy = NULL;
    bool impersonating = false;
    bool enabled = false;
    if (!NT_SUCCESS(open_own_token(&own, &impersonating)))
        return false;
    if (NT_SUCCESS(duplicate(own, &copy))) {
        enabled = switch_on(copy, privilege) && NT_SUCCESS(set_thread_token(copy));
        NtClose(copy);
    }
    state->old_token = enabled && impersonating ? own : NULL;
    if (state->old_token == NULL)
        NtClose(own);
    return enabled;
}

void wts_privilege_restore(struct wts_privilege *state)
{
    NTSTATUS status = set_thread_token(state->old_token);
    if (!NT_SUCCESS(status)) {
        wts_trace(WTS_TRACE_ERRORS, "token: cannot be put back, status %08lx; reverting",
                  (unsigned long)status);
        status = set_thread_token(NULL);
    }
    if (!NT_SUCCESS(status))
        NtTerminateProcess(NtCurrentProcess(), status);
    if (state->old_token != NULL)
        NtClose(state->old_token);
}

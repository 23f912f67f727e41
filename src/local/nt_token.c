/*
 * Tokens; see nt_token.h.
 */
#include "local/nt_token.h"

#include <stddef.h>
#include <string.h>

#include "core/trace.h"

/* Room for every privilege that exists. */
union privileges {
    TOKEN_PRIVILEGES privileges;
    uint8_t room[sizeof(TOKEN_PRIVILEGES) + 64 * sizeof(LUID_AND_ATTRIBUTES)];
};

union user {
    TOKEN_USER user;
    uint8_t room[sizeof(TOKEN_USER) + WTS_SID_CAPACITY];
};

NTSTATUS wts_token_user(HANDLE process, uint8_t sid[WTS_SID_CAPACITY], uint32_t *length)
{
    union user answer;
    HANDLE token;
    ULONG needed;
    NTSTATUS status = NtOpenProcessToken(process, TOKEN_QUERY, &token);
    if (!NT_SUCCESS(status))
        return status;
    status = NtQueryInformationToken(token, TokenUser, &answer, sizeof answer, &needed);
    NtClose(token);
    if (!NT_SUCCESS(status))
        return status;
    const SID *user = answer.user.User.Sid;
    if (user->Revision != SID_REVISION || user->SubAuthorityCount > SID_MAX_SUB_AUTHORITIES)
        return STATUS_UNKNOWN_REVISION;
    *length = (uint32_t)(offsetof(SID, SubAuthority) + user->SubAuthorityCount * sizeof(DWORD));
    memcpy(sid, user, *length);
    return STATUS_SUCCESS;
}

static NTSTATUS duplicate(HANDLE token, TOKEN_TYPE type, ACCESS_MASK access, HANDLE *copy)
{
    SECURITY_QUALITY_OF_SERVICE quality = {.Length = sizeof quality,
                                           .ImpersonationLevel = SecurityImpersonation};
    OBJECT_ATTRIBUTES attributes = {.Length = sizeof attributes, .SecurityQualityOfService = &quality};
    return NtDuplicateToken(token, access, &attributes, FALSE, type, copy);
}

NTSTATUS wts_token_duplicate_primary(HANDLE process, HANDLE *copy)
{
    HANDLE token;
    NTSTATUS status = NtOpenProcessToken(process, TOKEN_DUPLICATE, &token);
    if (NT_SUCCESS(status)) {
        status = duplicate(token, TokenPrimary, MAXIMUM_ALLOWED, copy);
        NtClose(token);
    }
    return status;
}

/*
 * Opens the caller's effective token: that of the thread, if it has one, with `access` and `thread_access`,
 * which are checked against the rights of the process; else that of the process, with `access`.
 */
static NTSTATUS open_effective(ACCESS_MASK access, ACCESS_MASK thread_access, HANDLE *token,
                               bool *is_impersonating)
{
    NTSTATUS status = NtOpenThreadToken(NtCurrentThread(), access | thread_access, TRUE, token);
    *is_impersonating = status != STATUS_NO_TOKEN;
    if (status == STATUS_NO_TOKEN)
        status = NtOpenProcessToken(NtCurrentProcess(), access, token);
    return status;
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

bool wts_token_holds(ULONG privilege)
{
    union privileges answer = {.privileges = {.PrivilegeCount = 0}};
    HANDLE token;
    ULONG length;
    bool is_impersonating;
    bool holds = false;
    if (!NT_SUCCESS(open_effective(TOKEN_QUERY, 0, &token, &is_impersonating)))
        return false;
    if (NT_SUCCESS(NtQueryInformationToken(token, TokenPrivileges, &answer, sizeof answer, &length)))
        holds = has_privilege(&answer.privileges, privilege);
    NtClose(token);
    return holds;
}

static NTSTATUS set_thread_token(HANDLE token)
{
    return NtSetInformationThread(NtCurrentThread(), ThreadImpersonationToken, &token, sizeof token);
}

/* STATUS_NOT_ALL_ASSIGNED is a success code, but means that the token does not hold the privilege. */
static bool switch_on(HANDLE token, ULONG privilege)
{
    TOKEN_PRIVILEGES wanted = {.PrivilegeCount = 1};
    wanted.Privileges[0].Luid.LowPart = privilege;
    wanted.Privileges[0].Attributes = SE_PRIVILEGE_ENABLED;
    return NtAdjustPrivilegesToken(token, FALSE, &wanted, 0, NULL, NULL) == STATUS_SUCCESS;
}

bool wts_privilege_enable(ULONG privilege, struct wts_privilege *state)
{
    const ACCESS_MASK access_of_copy = TOKEN_QUERY | TOKEN_ADJUST_PRIVILEGES | TOKEN_IMPERSONATE;
    HANDLE own = NULL;
    HANDLE copy = NULL;
    bool is_impersonating = false;
    bool enabled = false;
    if (!NT_SUCCESS(
            open_effective(TOKEN_QUERY | TOKEN_DUPLICATE, TOKEN_IMPERSONATE, &own, &is_impersonating)))
        return false;
    if (NT_SUCCESS(duplicate(own, TokenImpersonation, access_of_copy, &copy))) {
        enabled = switch_on(copy, privilege) && NT_SUCCESS(set_thread_token(copy));
        NtClose(copy);
    }
    state->old_token = enabled && is_impersonating ? own : NULL;
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

NTSTATUS wts_privilege_debug(NTSTATUS (*attempt)(void *context), void *context)
{
    struct wts_privilege privilege;
    NTSTATUS status = attempt(context);
    if (status != STATUS_ACCESS_DENIED || !wts_privilege_enable(SE_DEBUG_PRIVILEGE, &privilege))
        return status;
    status = attempt(context);
    wts_privilege_restore(&privilege);
    return status;
}

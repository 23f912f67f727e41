/*
 * Who is logged on to a session; see session.h.
 */
#include "local/own/session.h"

#include <winternl.h>

#include <stdatomic.h>

#include "core/error.h"
#include "core/platform.h"
#include "local/local.h"
#include "local/native.h"
#include "local/sids.h"

union token_user {
    TOKEN_USER user;
    uint8_t room[sizeof(TOKEN_USER) + WTS_SID_CAPACITY];
};

/*
 * True for accounts of people: of a domain or of this machine (S-1-5-21), of Microsoft (S-1-11), of Entra
 * (S-1-12). The others belong to the system and its services.
 */
static bool is_person(const SID *sid)
{
    const BYTE authority = sid->IdentifierAuthority.Value[5];
    if (sid->SubAuthorityCount == 0)
        return false;
    return authority == 11 || authority == 12 ||
           (authority == 5 && sid->SubAuthority[0] == SECURITY_NT_NON_UNIQUE);
}

const struct wts_process *wts_session_oldest(uint32_t session_id, const struct wts_processes *processes,
                                             bool of_user)
{
    const struct wts_process *oldest = NULL;
    for (uint32_t i = 0; i < processes->count; i++) {
        const struct wts_process *process = &processes->rows[i];
        if (process->session_id != session_id)
            continue;
        if (of_user && (process->sid == NULL || !is_person((const void *)process->sid)))
            continue;
        if (oldest == NULL || process->create_time < oldest->create_time)
            oldest = process;
    }
    return oldest;
}

static uint32_t name_account(PSID sid, struct wts_session_user *user)
{
    DWORD name_count = ARRAYSIZE(user->name);
    DWORD domain_count = ARRAYSIZE(user->domain);
    SID_NAME_USE use;
    if (LookupAccountSidW(NULL, sid, user->name, &name_count, user->domain, &domain_count, &use))
        return ERROR_SUCCESS;
    return GetLastError();
}

uint32_t wts_session_find_user(uint32_t session_id, const struct wts_processes *processes,
                               struct wts_session_user *user)
{
    const struct wts_process *process = NULL;
    if (!wts_session_is_services(session_id))
        process = wts_session_oldest(session_id, processes, true);
    user->name[0] = L'\0';
    user->domain[0] = L'\0';
    return process != NULL ? name_account((PSID)(ULONG_PTR)process->sid, user) : ERROR_SUCCESS;
}

/* The account that runs this process, whoever the calling thread impersonates. */
static NTSTATUS ask_own_token(union token_user *answer)
{
    HANDLE token;
    ULONG length;
    NTSTATUS status = NtOpenProcessToken(NtCurrentProcess(), TOKEN_QUERY, &token);
    if (NT_SUCCESS(status)) {
        status = NtQueryInformationToken(token, TokenUser, answer, sizeof *answer, &length);
        NtClose(token);
    }
    return status;
}

/* A service of the system asks: other processes of the session know more. */
static uint32_t find_in_list(struct wts_session_user *user)
{
    struct wts_processes processes;
    uint32_t error = wts_local_list_processes(&wts_local_server, &processes);
    if (error != ERROR_SUCCESS)
        return error;
    error = wts_session_find_user(wts_session_own(), &processes, user);
    processes.free(&processes);
    return error;
}

static uint32_t find_own_user(struct wts_session_user *user)
{
    union token_user answer;
    const NTSTATUS status = ask_own_token(&answer);
    if (!NT_SUCCESS(status))
        return wts_error_from_status((uint32_t)status);
    if (wts_session_is_services(wts_session_own()) || !is_person(answer.user.User.Sid))
        return find_in_list(user);
    return name_account(answer.user.User.Sid, user);
}

uint32_t wts_session_own_user(const struct wts_session_user **user)
{
    static struct wts_session_user remembered;
    static atomic_bool is_remembered;
    static struct wts_lock lock = WTS_LOCK_INITIALIZER;
    *user = NULL;
    if (!atomic_load_explicit(&is_remembered, memory_order_acquire)) {
        struct wts_session_user found = {.name = L""};
        const uint32_t error = find_own_user(&found);
        if (error != ERROR_SUCCESS || found.name[0] == L'\0')
            return error;
        wts_lock_acquire(&lock);
        if (!atomic_load_explicit(&is_remembered, memory_order_relaxed)) {
            remembered = found;
            atomic_store_explicit(&is_remembered, true, memory_order_release);
        }
        wts_lock_release(&lock);
    }
    *user = &remembered;
    return ERROR_SUCCESS;
}

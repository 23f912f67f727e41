/*
 * Users of sessions; see user.h.
 */
#include "local/session/user.h"

#include <stdatomic.h>

#include "core/error.h"
#include "core/platform.h"
#include "core/system.h"
#include "local/nt_token.h"

/* The user of the caller's session, once found. */
static struct wts_session_user remembered;
static atomic_bool is_remembered;
static struct wts_lock lock = WTS_LOCK_INITIALIZER;

/* Accounts of a domain or of this machine (S-1-5-21), of Microsoft (S-1-11), of Entra (S-1-12). */
bool wts_user_is_person(const uint8_t *sid)
{
    const SID *account = (const void *)sid;
    const BYTE authority = account->IdentifierAuthority.Value[5];
    if (account->SubAuthorityCount == 0)
        return false;
    return authority == 11 || authority == 12 ||
           (authority == 5 && account->SubAuthority[0] == SECURITY_NT_NON_UNIQUE);
}

/* `sid` lies on a multiple of four. */
static uint32_t find_name(const uint8_t *sid, struct wts_session_user *user)
{
    DWORD name_count = ARRAYSIZE(user->name);
    DWORD domain_count = ARRAYSIZE(user->domain);
    SID_NAME_USE use;
    if (WTS_SYSTEM(LookupAccountSidW) == NULL)
        return ERROR_PROC_NOT_FOUND;
    if (WTS_SYSTEM(LookupAccountSidW)(NULL, (PSID)(ULONG_PTR)sid, user->name, &name_count, user->domain,
                                      &domain_count, &use))
        return ERROR_SUCCESS;
    return GetLastError();
}

uint32_t wts_user_find(const struct wts_session_row *row, struct wts_session_user *user)
{
    user->name[0] = L'\0';
    user->domain[0] = L'\0';
    return row->user_process != NULL ? find_name(row->user_process->sid, user) : ERROR_SUCCESS;
}

/* The account that runs this process, even if the calling thread impersonates another. */
struct own_account {
    _Alignas(DWORD) uint8_t sid[WTS_SID_CAPACITY];
    uint32_t length;
};

static NTSTATUS read_own_account(struct own_account *account)
{
    return wts_token_user(NtCurrentProcess(), account->sid, &account->length);
}

/* A system service can find the user of its session only from the session's other processes. */
static bool is_user_of(const struct own_account *account, bool is_services)
{
    return !is_services && wts_user_is_person(account->sid);
}

bool wts_user_own_is_known(bool is_services)
{
    struct own_account account;
    return atomic_load_explicit(&is_remembered, memory_order_acquire) ||
           !NT_SUCCESS(read_own_account(&account)) || is_user_of(&account, is_services);
}

static uint32_t find_own(const struct wts_snapshot *snapshot, struct wts_session_user *user)
{
    const struct wts_session_row *own = wts_snapshot_find(snapshot, WTS_SESSION_CURRENT);
    struct own_account account;
    const NTSTATUS status = read_own_account(&account);
    if (!NT_SUCCESS(status))
        return wts_error_from_status((uint32_t)status);
    return is_user_of(&account, own->is_services) ? find_name(account.sid, user) : wts_user_find(own, user);
}

uint32_t wts_user_find_own(const struct wts_snapshot *snapshot, const struct wts_session_user **user)
{
    *user = NULL;
    if (!atomic_load_explicit(&is_remembered, memory_order_acquire)) {
        struct wts_session_user found = {.name = L""};
        const uint32_t error = find_own(snapshot, &found);
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

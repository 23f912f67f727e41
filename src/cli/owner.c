/*
 * The owner of a process; see owner.h.
 */
#include "cli/owner.h"

#include "cli/account.h"

bool owner_is_needed(const WTS_PROCESS_INFOW *process)
{
    return process->pUserSid != NULL && !account_is_known(process->pUserSid) &&
           !account_is_of_system(process->pUserSid);
}

/* If several accounts run programs in a session, it is unknown which SID is the session's user. */
static bool is_only_account(const WTS_PROCESS_INFOW *process, const WTS_PROCESS_INFOW *processes, DWORD count)
{
    for (DWORD i = 0; i < count; i++) {
        const WTS_PROCESS_INFOW *other = &processes[i];
        if (other->SessionId == process->SessionId && other->pUserSid != NULL &&
            !account_is_of_system(other->pUserSid) && !EqualSid(other->pUserSid, process->pUserSid))
            return false;
    }
    return true;
}

const wchar_t *owner_name(const WTS_PROCESS_INFOW *process, const WTS_PROCESS_INFOW *processes, DWORD count,
                          const wchar_t *session_user)
{
    if (session_user != NULL && owner_is_needed(process) && is_only_account(process, processes, count))
        return session_user;
    return account_name(process->pUserSid);
}

/*
 * Tokens: who a process runs for, which privileges the caller has, and a privilege on the calling thread for
 * a moment. The process' own token is never changed: other threads do not notice. NT calls throughout: they
 * return a status each, and leave the last error alone. Windows only.
 */
#ifndef WTS_LOCAL_NT_TOKEN_H
#define WTS_LOCAL_NT_TOKEN_H

#include "local/nt.h"

#include <stdbool.h>
#include <stdint.h>

enum { WTS_SID_CAPACITY = 68 /* SECURITY_MAX_SID_SIZE: 15 sub-authorities */ };

/*
 * Gives the user of the opened `process`: its SID and the SID's length in bytes. A SID of a revision or a
 * length that does not exist yet is STATUS_UNKNOWN_REVISION.
 */
NTSTATUS wts_token_user(HANDLE process, uint8_t sid[WTS_SID_CAPACITY], uint32_t *length);

/* Opens the token of the opened `process` and gives a primary copy with all rights, the caller's to close. */
NTSTATUS wts_token_duplicate_primary(HANDLE process, HANDLE *copy);

/*
 * Whether the token that the caller acts with, which is the thread's if it impersonates, holds `privilege`
 * (an SE_*_PRIVILEGE number), switched on or not.
 */
bool wts_token_holds(ULONG privilege);

struct wts_privilege {
    HANDLE old_token; /* the caller's impersonation token, NULL: it had none */
};

/*
 * Puts a copy of the caller's token, with `privilege` switched on, on the calling thread. An impersonating
 * caller's own token is copied, never the one of its process. Returns false, with nothing changed, when the
 * token does not hold the privilege or may not be copied. Each success needs one wts_privilege_restore.
 */
bool wts_privilege_enable(ULONG privilege, struct wts_privilege *state);

/*
 * Puts the caller's token back. If that fails the thread is left without a token; if that fails too the
 * process ends, because a caller must never come back with more rights than it had.
 */
void wts_privilege_restore(struct wts_privilege *state);

/*
 * Returns what `attempt` returns. After STATUS_ACCESS_DENIED, and only then, tries once more with the debug
 * privilege, which an administrator holds but has switched off; without it the refusal stands.
 */
NTSTATUS wts_privilege_debug(NTSTATUS (*attempt)(void *context), void *context);

#endif

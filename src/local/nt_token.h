/*
 * Tokens: the user of a process, the privileges of the caller, and a privilege that the calling thread gets
 * for a moment. The process' own token is never changed, so other threads are not affected. All calls are NT
 * calls, because they return a status and leave the last error alone. Windows only.
 */
#ifndef WTS_LOCAL_NT_TOKEN_H
#define WTS_LOCAL_NT_TOKEN_H

#include "local/nt.h"

#include <stdbool.h>
#include <stdint.h>

enum { WTS_SID_CAPACITY = 68 /* SECURITY_MAX_SID_SIZE: 15 sub-authorities */ };

/*
 * Gives the user of the opened `process`: its SID and the SID's length in bytes. STATUS_UNKNOWN_REVISION: the
 * SID has an unknown revision or is too long.
 */
NTSTATUS wts_token_user(HANDLE process, uint8_t sid[WTS_SID_CAPACITY], uint32_t *length);

/* Opens the token of the opened `process` and gives a primary copy with all rights, which the caller
 * closes. */
NTSTATUS wts_token_duplicate_primary(HANDLE process, HANDLE *copy);

/*
 * Whether the caller's effective token (the thread's, if it impersonates) holds `privilege` (an
 * SE_*_PRIVILEGE number), enabled or not.
 */
bool wts_token_holds(ULONG privilege);

struct wts_privilege {
    HANDLE old_token; /* the caller's impersonation token; NULL: it had none */
};

/*
 * Puts a copy of the caller's token, with `privilege` enabled, on the calling thread. If the caller
 * impersonates, its thread's token is copied, never that of the process. Returns false, with nothing changed,
 * when the token does not hold the privilege or may not be copied. Each success needs one
 * wts_privilege_restore.
 */
bool wts_privilege_enable(ULONG privilege, struct wts_privilege *state);

/*
 * Puts the caller's token back. If that fails the thread is left without a token; if that fails too the
 * process ends, because a caller must never come back with more rights than it had.
 */
void wts_privilege_restore(struct wts_privilege *state);

/*
 * Calls `attempt` and returns its status. After STATUS_ACCESS_DENIED, and only then, calls it once more with
 * the debug privilege, which administrators hold but which is disabled by default. A caller without the
 * privilege gets the refusal.
 */
NTSTATUS wts_privilege_debug(NTSTATUS (*attempt)(void *context), void *context);

#endif

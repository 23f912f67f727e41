/*
 * A privilege on the calling thread for a moment. The process' own token is never changed: other threads do
 * not see it.
 */
#ifndef WTS_LOCAL_PRIVILEGE_H
#define WTS_LOCAL_PRIVILEGE_H

#include <windows.h>

#include <stdbool.h>

struct wts_privilege {
    HANDLE old_token; /* the caller's impersonation token, NULL when it had none */
};

/*
 * Puts a copy of the caller's token, with `privilege` (an SE_*_PRIVILEGE number) switched on, on the calling
 * thread. An impersonating caller's own token is copied, never the one of its process. Returns false, with
 * nothing changed, when the token does not hold the privilege or may not be copied. Each success needs one
 * wts_privilege_restore.
 */
bool wts_privilege_enable(ULONG privilege, struct wts_privilege *state);

/*
 * Puts the caller's token back. If that fails the thread is left without a token; if that fails too the
 * process ends, because a caller must never come back with more rights than it had.
 */
void wts_privilege_restore(struct wts_privilege *state);

#endif

/*
 * Keeps this project's own programs from writing a stored credential while one of them reads it: under Wine
 * CredReadW breaks the heap of its caller when the credential grows meanwhile, docs/wine.md#services. Writers
 * of other programs do not take this lock.
 */
#ifndef WTS_REMOTE_CREDENTIAL_LOCK_H
#define WTS_REMOTE_CREDENTIAL_LOCK_H

#include <windows.h>

/*
 * Takes the lock, for one call of CredReadW or CredWriteW. Waits `timeout_ms` at most for another process.
 * Returns NULL if the lock was not taken: the caller goes on without it.
 */
HANDLE wts_credential_lock(DWORD timeout_ms);

/* `lock` may be NULL. */
void wts_credential_unlock(HANDLE lock);

#endif

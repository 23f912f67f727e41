/*
 * The stored credentials, without their passwords: one way to list them for the DLL, and for wts.exe, which
 * shows them. Under Wine they are read from the registry, docs/wine.md#services: Wine's CredEnumerateW breaks
 * the heap of its caller when another process stores or removes a credential meanwhile.
 */
#ifndef WTS_REMOTE_CREDENTIAL_LIST_H
#define WTS_REMOTE_CREDENTIAL_LIST_H

#include <windows.h>

#include <stdint.h>
#include <wincred.h>

/*
 * Lists the stored credentials: type, target name, user name (or NULL) and persistence; no other member is
 * set. Under Wine every credential is listed that is stored during the whole call, whatever other processes
 * change meanwhile; one that is being stored is listed when it is complete. The caller frees *entries with
 * wts_credential_list_free(). Returns a Win32 code: ERROR_SUCCESS, also where nothing is stored,
 * ERROR_NOT_ENOUGH_MEMORY, ERROR_PROC_NOT_FOUND where advapi32 is unavailable, or what the system returned.
 */
DWORD wts_credential_list_read(CREDENTIALW ***entries, DWORD *count);

void wts_credential_list_free(CREDENTIALW **entries, DWORD count);

/* When a name last came or went, as wts_clock_now() counts; 0: unknown. Wine only. */
uint64_t wts_credential_list_changed_at(void);

#endif

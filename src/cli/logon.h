/*
 * The user that a server sees: the stored credentials and the Kerberos tickets with which the DLL logs on.
 */
#ifndef WTS_CLI_LOGON_H
#define WTS_CLI_LOGON_H

#include <windows.h>

#include <wincred.h>

/*
 * The stored credentials, without passwords: they are read once, and live as long as the program. Returns a
 * Win32 code; where that is a failure there are 0 of them.
 */
DWORD logon_entries(CREDENTIALW *const **list, DWORD *list_count);

/* The stored credential for a log-on to `server`, one of these. NULL: none is stored for the server. */
const CREDENTIALW *logon_entry(const wchar_t *server);

/*
 * The user of that credential, as it was stored; if none is stored, the principal of the Kerberos ticket of
 * the last log-on. Freed with free(). NULL: there was no log-on, or it used the caller's own account (on
 * Windows), or `server` is NULL, this machine.
 */
wchar_t *logon_of(const wchar_t *server);

#endif

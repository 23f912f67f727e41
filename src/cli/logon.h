/*
 * Whom a server sees: the stored credentials and the Kerberos tickets by which the DLL logs on.
 */
#ifndef WTS_CLI_LOGON_H
#define WTS_CLI_LOGON_H

#include <windows.h>

#include <wincred.h>

/*
 * The stored credential by which a log-on at `server` is done, without its password; it is kept as long as
 * the program runs. NULL: none is stored for it. They are read once.
 */
const CREDENTIALW *logon_entry(const wchar_t *server);

/*
 * The user of that credential, as it was stored; where none is stored, the principal of the Kerberos ticket
 * by which the last connection was logged on. Freed with free(). NULL: nobody was logged on, or the log-on
 * was the caller's own (on Windows), or `server` is NULL, this machine.
 */
wchar_t *logon_of(const wchar_t *server);

#endif

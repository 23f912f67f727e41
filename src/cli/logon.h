/*
 * Whom a server sees: the stored credentials and the Kerberos tickets by which the DLL logs on.
 */
#ifndef WTS_CLI_LOGON_H
#define WTS_CLI_LOGON_H

#include <wchar.h>

/*
 * Reads the stored credentials, once, without their passwords, and has the DLL write down each connection
 * from now on. Before there is a second thread, and before anything is called.
 */
void logon_read(void);

/*
 * The user of the credential that a log-on at `server` uses, as it was stored; where none is stored, the
 * principal of the Kerberos ticket by which the last connection was logged on. It is good until the next
 * call. NULL: nobody was logged on, or the log-on was the caller's own (on Windows), or `server` is NULL,
 * this machine. From one thread at a time.
 */
const wchar_t *logon_of(const wchar_t *server);

#endif

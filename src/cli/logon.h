/*
 * Whom a server sees: the stored credentials by which the DLL logs on.
 */
#ifndef WTS_CLI_LOGON_H
#define WTS_CLI_LOGON_H

#include <wchar.h>

/* Reads the stored credentials, once, without their passwords. Before there is a second thread. */
void logon_read(void);

/*
 * The user of the credential that a log-on at `server` uses, as it was stored, which is kept as long as the
 * program runs. NULL: none is stored, and the log-on is that of the caller (a Kerberos ticket, under Wine),
 * or `server` is NULL, this machine.
 */
const wchar_t *logon_of(const wchar_t *server);

#endif

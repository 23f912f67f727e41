/*
 * How far the DLL came in connecting to each server, and as which user. No function of the API reports it;
 * the record of connecting does, which the DLL writes into a file on request (WTSAPI32_CONNECT_FILE).
 */
#ifndef WTS_CLI_CONNECTIONS_H
#define WTS_CLI_CONNECTIONS_H

#include <windows.h>

#include <stdbool.h>

#include "cli/buffer.h"

/*
 * From now on failed connections are known, with `has_successes` the others, too, each of which writes a line
 * to a file. If the user has set up a trace, only the records in the user's WTSAPI32_CONNECT_FILE are known.
 * Call this before there is a second thread, and before anything else is called.
 */
void connections_watch(bool has_successes);

/*
 * The principal of the Kerberos ticket of the last log-on to `server`; freed with free(). NULL: no ticket was
 * used.
 */
wchar_t *connections_principal(const wchar_t *server);

/* Adds the step at which connecting to `server` failed, and why, if that is known. */
void connections_add_reason(struct buffer *buffer, const wchar_t *server);

#endif

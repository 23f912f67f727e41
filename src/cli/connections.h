/*
 * How far the DLL came on its way to each server, and as whom: no function of the API says it, the record of
 * connecting does, which the DLL writes into a file on request (WTSAPI32_CONNECT_FILE).
 */
#ifndef WTS_CLI_CONNECTIONS_H
#define WTS_CLI_CONNECTIONS_H

#include <windows.h>

#include <stdbool.h>

#include "cli/buffer.h"

/*
 * From now on each connection that fails is known, with `has_successes` the others, too, which costs a line
 * in a file for each. Where the user traces for himself, only what he has the DLL write into
 * WTSAPI32_CONNECT_FILE is known of failures. Before there is a second thread, and before anything is called.
 */
void connections_watch(bool has_successes);

/*
 * The principal of the Kerberos ticket by which `server` was last logged on to; freed with free(). NULL: none
 * was used.
 */
wchar_t *connections_principal(const wchar_t *server);

/* Adds at which step the way to `server` ended, and why, where that is known. */
void connections_add_reason(struct buffer *buffer, const wchar_t *server);

#endif

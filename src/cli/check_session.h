/*
 * wts check --session: where the DLL knows the caller's session from.
 */
#ifndef WTS_CLI_CHECK_SESSION_H
#define WTS_CLI_CHECK_SESSION_H

#include "cli/command.h"

extern const struct column check_session_columns[];
extern const unsigned check_session_column_count;

/* Prints each source of the session, what became of it, and why. Returns an exit status. */
int check_session(const struct request *request);

#endif

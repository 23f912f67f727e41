/*
 * wts check --session: which sources report the caller's session to the DLL.
 */
#ifndef WTS_CLI_CHECK_SESSION_H
#define WTS_CLI_CHECK_SESSION_H

#include "cli/command.h"

extern const struct column check_session_columns[];
extern const unsigned check_session_column_count;

/* Prints each source of the session, its state and the reason. Returns an exit status. */
int check_session(const struct request *request);

#endif

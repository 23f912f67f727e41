/*
 * Sessions as words.
 */
#ifndef WTS_CLI_SESSION_H
#define WTS_CLI_SESSION_H

#include <wtsapi32.h>

#include "cli/command.h"

/* "Active" for WTSActive, and so on. */
const wchar_t *session_state(WTS_CONNECTSTATE_CLASS state);

/* "DOMAIN\USER" in `buffer`, what there is of it; NULL when there is no user. */
const wchar_t *session_user(const wchar_t *domain, const wchar_t *user, struct buffer *buffer);

/* What a failure means: "there is no such session" where the error says so, else `otherwise`. */
const wchar_t *session_failure(DWORD error, const wchar_t *otherwise);

/* The `prepare` of a command whose first word is a session id. */
DWORD session_read(struct request *request, struct buffer *wrong);

#endif

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

/* A word that can mean a session. Not 0: it cannot; the reason is added to `wrong`. */
DWORD session_check(const wchar_t *word, struct buffer *wrong);

/*
 * Finds the sessions of the answer's server that `word` means, into its session_ids: the one of this id, or
 * the only one whose name, user or DOMAIN\USER it is, in any case; "*" means every session of a user where
 * `takes_all`. An id is not looked up. No such session, or no list: the answer has failed and is over.
 * Several: `wrong` of the answer lists them.
 */
void session_find(struct answer *answer, const wchar_t *word, bool takes_all);

/* The `prepare` and the `plan` of a command whose first word is a session. */
DWORD session_prepare(struct request *request, struct buffer *wrong);
void session_plan(const struct request *request, struct answer *answer);

#endif

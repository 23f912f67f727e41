/*
 * Sessions as words.
 */
#ifndef WTS_CLI_SESSION_H
#define WTS_CLI_SESSION_H

#include <wtsapi32.h>

#include "cli/command.h"

/* "Active" for WTSActive, and so on. */
const wchar_t *session_state(WTS_CONNECTSTATE_CLASS state);

/* "DOMAIN\USER" in `buffer`, as far as known; NULL when there is no user. */
const wchar_t *session_user(const wchar_t *domain, const wchar_t *user, struct buffer *buffer);

/* The meaning of a failure: "there is no such session" if the error says so, else `otherwise`. */
const wchar_t *session_failure(DWORD error, const wchar_t *otherwise);

/* Checks whether a word can mean a session. Not 0: it cannot; the reason is added to `wrong`. */
DWORD session_check(const wchar_t *word, struct buffer *wrong);

/* What a word may mean in addition to an id; bits. */
enum session_words {
    SESSION_BY_NAME = 1,
    SESSION_BY_USER = 2, /* USER or DOMAIN\USER */
    SESSION_ANY = SESSION_BY_NAME | SESSION_BY_USER,
    SESSION_ALL = 4,   /* "*" means every session that a user has or had connected */
    SESSION_EVERY = 8, /* a word that matches several sessions means each of them */
    /* These restrict SESSION_ALL: */
    SESSION_OF_USERS = 16,    /* only sessions with a user, not the caller's own */
    SESSION_CONNECTED = 32,   /* only those that are not disconnected */
    SESSION_DISCONNECTED = 64 /* only those that are disconnected */
};

/* Whether it is the session's name or user, in any case, as far as `words` allows that. */
bool session_is_meant(const WTS_SESSION_INFO_1W *session, const wchar_t *word, unsigned words);

/*
 * Adds the sessions of the answer's server that `word` means to its session_ids: the one with this id, or the
 * only one that the word matches. An id is not looked up. If there is no such session or no list, the answer
 * fails and is over; with SESSION_OF_USERS it is over, with nothing to do. If there are several, without
 * SESSION_EVERY, they are listed in `wrong` of the answer.
 */
void session_find(struct answer *answer, const wchar_t *word, unsigned words);

/* Adds the session of this id, unless it is there. `user` is copied; NULL: not known. */
void session_add(struct answer *answer, DWORD session_id, const wchar_t *user);

/* Whether the caller runs in this session of the answer's server. */
bool session_is_own(const struct answer *answer, DWORD session_id);

/* "session 2 (DOMAIN\USER)" in `buffer`, as far as that is known. */
const wchar_t *session_label(const struct meant_session *session, struct buffer *buffer);

/*
 * Runs `one` for each session that is meant, `at_once` of them at a time, each with an answer of its own, so
 * that no session waits for another; `answer` then has them in order.
 */
void session_each(const struct request *request, struct answer *answer, unsigned at_once,
                  void (*one)(const struct request *request, struct answer *part,
                              const struct meant_session *session));

/*
 * Reads the listeners of the answer's server: the rows of its short list that are not in `sessions`, its long
 * one. Returns the number of *listeners, which are freed with WTSFreeMemory(). If they cannot be listed the
 * answer fails, and the number is 0.
 */
DWORD session_read_listeners(struct answer *answer, const WTS_SESSION_INFO_1W *sessions, DWORD session_count,
                             WTS_SESSION_INFOW **listeners);

/* The `prepare` and the `plan` of a command whose first word is a session. */
DWORD session_prepare(struct request *request, struct buffer *wrong);
void session_plan(const struct request *request, struct answer *answer);

/*
 * If "*" was meant: reads the sessions again. A session that is no longer meant, or has another user now,
 * fails and is dropped; `failed` says what was not done. False: there is no list, and all of them fail.
 */
bool session_recheck(const struct request *request, struct answer *answer, const wchar_t *failed);

#endif

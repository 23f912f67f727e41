/*
 * The sessions of this machine as far as the system shows them without its session manager: the session ids
 * of the process list, the console, and the users of their processes. Windows only.
 */
#ifndef WTS_LOCAL_OWN_SESSION_H
#define WTS_LOCAL_OWN_SESSION_H

#include <windows.h>

#include <stdbool.h>
#include <stdint.h>

#include "core/processes.h"
#include "core/sessions.h"

struct wts_server;

#define WTS_SESSION_SERVICES 0U       /* the session of services, which is always there */
#define WTS_SESSION_NONE 0xFFFFFFFFU  /* what stands for the console's when it shows no session */
#define WTS_SESSION_NAME_CAPACITY 257 /* UNLEN, and the NUL */

/* The session of this process, and the one that the console shows or WTS_SESSION_NONE. */
uint32_t wts_session_own(void);
uint32_t wts_session_console(void);

/*
 * Replaces WTS_SESSION_CURRENT by the session of this process, and checks that the session is there. 2 when
 * it is not; also what a list of processes fails with.
 */
uint32_t wts_session_resolve(struct wts_server *server, uint32_t *session_id);

/* True for the session of services, which nobody logs on to; not where the console shows it. */
bool wts_session_is_services(uint32_t session_id);

/*
 * Name and state. The console's session is "Console" and active, session 0 "Services" and disconnected. The
 * system does not tell who sees any other: it has an empty name, and is disconnected unless this process is
 * in it.
 */
struct wts_text wts_session_name(uint32_t session_id);
uint32_t wts_session_state(uint32_t session_id);

/* Whether a process list, together with what is always there, has the session. */
bool wts_session_is_there(uint32_t session_id, const struct wts_processes *processes);

/* The oldest process of a session; with `of_user` the oldest that a person's account runs, which system
 * processes are older than. NULL: none. */
const struct wts_process *wts_session_oldest(uint32_t session_id, const struct wts_processes *processes,
                                             bool of_user);

/* Account and domain, NUL terminated; both empty when nobody is logged on. */
struct wts_session_user {
    WCHAR name[WTS_SESSION_NAME_CAPACITY];
    WCHAR domain[WTS_SESSION_NAME_CAPACITY];
};

/*
 * The user of a session: the account of its oldest process that a person's account runs; nobody in session 0.
 * Gives 0, or what LookupAccountSid fails with (1332: the account has no name).
 */
uint32_t wts_session_find_user(uint32_t session_id, const struct wts_processes *processes,
                               struct wts_session_user *user);

/*
 * The user of the caller's session, without a process list where a person's account runs this process: asked
 * once, then remembered, because neither that account nor the name it logged on with changes. `*user` is
 * valid for ever; NULL: nobody is logged on. Also gives 5, 8.
 */
uint32_t wts_session_own_user(const struct wts_session_user **user);

#endif

/*
 * Which sessions this machine has, what they are called and how they are; see session.h.
 */
#include "local/own/session.h"

#include <stdlib.h>

#include "core/error.h"
#include "local/local.h"

uint32_t wts_session_own(void)
{
    DWORD session = WTS_SESSION_SERVICES;
    ProcessIdToSessionId(GetCurrentProcessId(), &session);
    return session;
}

uint32_t wts_session_console(void)
{
    return WTSGetActiveConsoleSessionId();
}

bool wts_session_is_services(uint32_t session_id)
{
    return session_id == WTS_SESSION_SERVICES && wts_session_console() != WTS_SESSION_SERVICES;
}

struct wts_text wts_session_name(uint32_t session_id)
{
    if (session_id == wts_session_console())
        return wts_text_of(L"Console");
    return session_id == WTS_SESSION_SERVICES ? wts_text_of(L"Services") : wts_text_empty();
}

uint32_t wts_session_state(uint32_t session_id)
{
    const bool is_seen = session_id == wts_session_console() ||
                         (session_id == wts_session_own() && session_id != WTS_SESSION_SERVICES);
    return is_seen ? WTS_STATE_ACTIVE : WTS_STATE_DISCONNECTED;
}

bool wts_session_is_there(uint32_t session_id, const struct wts_processes *processes)
{
    return session_id == WTS_SESSION_SERVICES || session_id == wts_session_own() ||
           wts_session_oldest(session_id, processes, false) != NULL;
}

uint32_t wts_session_resolve(struct wts_server *server, uint32_t *session_id)
{
    struct wts_session_information information;
    const uint32_t error = wts_local_query_session(server, *session_id, 0, &information);
    if (error != ERROR_SUCCESS)
        return error;
    *session_id = information.session_id;
    information.free(&information);
    return ERROR_SUCCESS;
}

/* Owns what the rows point to. */
struct listing {
    struct wts_session_user *users; /* one a row, or NULL */
    struct wts_session rows[];
};

static void free_listing(struct wts_sessions *sessions)
{
    struct listing *listing = sessions->owner;
    free(listing->users);
    free(listing);
}

static void add_row(struct wts_sessions *sessions, uint32_t session_id)
{
    for (uint32_t i = 0; i < sessions->count; i++) {
        if (sessions->rows[i].session_id == session_id)
            return;
    }
    sessions->rows[sessions->count++] = (struct wts_session){.environment_id = session_id,
                                                             .session_id = session_id,
                                                             .state = wts_session_state(session_id),
                                                             .name = wts_session_name(session_id)};
}

/* Services, the console, then the others in the order of their first processes. */
static void add_rows(struct wts_sessions *sessions, const struct wts_processes *processes)
{
    add_row(sessions, WTS_SESSION_SERVICES);
    if (wts_session_is_there(wts_session_console(), processes))
        add_row(sessions, wts_session_console());
    for (uint32_t i = 0; i < processes->count; i++)
        add_row(sessions, processes->rows[i].session_id);
}

/* A user whose name cannot be had is absent, as one who is not there. */
static uint32_t add_users(struct listing *listing, uint32_t count, const struct wts_processes *processes)
{
    listing->users = malloc(count * sizeof listing->users[0]);
    if (listing->users == NULL)
        return ERROR_NOT_ENOUGH_MEMORY;
    for (uint32_t i = 0; i < count; i++) {
        struct wts_session *row = &listing->rows[i];
        struct wts_session_user *user = &listing->users[i];
        if (wts_session_find_user(row->session_id, processes, user) != ERROR_SUCCESS ||
            user->name[0] == L'\0')
            continue;
        row->user = wts_text_of(user->name);
        row->domain = wts_text_of(user->domain);
    }
    return ERROR_SUCCESS;
}

static uint32_t list(const struct wts_processes *processes, enum wts_sessions_detail detail,
                     struct wts_sessions *sessions)
{
    uint32_t error = ERROR_SUCCESS;
    struct listing *listing =
        calloc(1, sizeof *listing + ((size_t)processes->count + 2) * sizeof listing->rows[0]);
    if (listing == NULL)
        return ERROR_NOT_ENOUGH_MEMORY;
    *sessions = (struct wts_sessions){.rows = listing->rows, .owner = listing, .free = free_listing};
    add_rows(sessions, processes);
    if (detail == WTS_SESSIONS_WITH_USERS)
        error = add_users(listing, sessions->count, processes);
    if (error != ERROR_SUCCESS)
        free_listing(sessions);
    return error;
}

uint32_t wts_local_list_sessions(struct wts_server *server, enum wts_sessions_detail detail,
                                 struct wts_sessions *sessions)
{
    struct wts_processes processes;
    uint32_t error = wts_local_list_processes(server, &processes);
    if (error != ERROR_SUCCESS)
        return error;
    error = list(&processes, detail, sessions);
    processes.free(&processes);
    return error;
}

uint32_t wts_local_active_session_exists(bool *exists)
{
    *exists =
        wts_session_console() != WTS_SESSION_NONE || wts_session_state(wts_session_own()) == WTS_STATE_ACTIVE;
    return ERROR_SUCCESS;
}

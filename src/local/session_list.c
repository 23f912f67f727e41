/*
 * The sessions of this machine as lists. Contract: docs/contract.md#session-list,
 * docs/contract.md#session-list-ex, docs/contract.md#active-session-exists.
 */
#include "local/local.h"

#include <stdlib.h>

#include "core/error.h"
#include "local/session/source.h"
#include "local/session/user.h"

/* Owns the data that the rows point to. */
struct listing {
    struct wts_session_user *users; /* one for each row, or NULL */
    struct wts_session rows[];
};

static void free_listing(struct wts_sessions *sessions)
{
    struct listing *listing = sessions->owner;
    free(listing->users);
    free(listing);
}

/* A user without a name is absent, as if nobody were logged on. */
static uint32_t add_users(struct listing *listing, const struct wts_snapshot *snapshot)
{
    listing->users = calloc((size_t)snapshot->count + 1, sizeof listing->users[0]);
    if (listing->users == NULL)
        return ERROR_NOT_ENOUGH_MEMORY;
    for (uint32_t i = 0; i < snapshot->count; i++) {
        struct wts_session_user *user = &listing->users[i];
        if (wts_user_find(&snapshot->rows[i], user) != ERROR_SUCCESS || user->name[0] == L'\0')
            continue;
        listing->rows[i].user = wts_text_of(user->name);
        listing->rows[i].domain = wts_text_of(user->domain);
    }
    return ERROR_SUCCESS;
}

static uint32_t list(const struct wts_snapshot *snapshot, enum wts_sessions_detail detail,
                     struct wts_sessions *sessions)
{
    uint32_t error = ERROR_SUCCESS;
    struct listing *listing = calloc(1, sizeof *listing + snapshot->count * sizeof listing->rows[0]);
    if (listing == NULL)
        return ERROR_NOT_ENOUGH_MEMORY;
    for (uint32_t i = 0; i < snapshot->count; i++) {
        const struct wts_session_row *row = &snapshot->rows[i];
        listing->rows[i] = (struct wts_session){.environment_id = row->session_id,
                                                .session_id = row->session_id,
                                                .state = row->state,
                                                .name = row->name};
    }
    *sessions = (struct wts_sessions){
        .rows = listing->rows, .count = snapshot->count, .owner = listing, .free = free_listing};
    if (detail == WTS_SESSIONS_WITH_USERS)
        error = add_users(listing, snapshot);
    if (error != ERROR_SUCCESS)
        free_listing(sessions);
    return error;
}

uint32_t wts_local_list_sessions(struct wts_server *server, enum wts_sessions_detail detail,
                                 struct wts_sessions *sessions)
{
    struct wts_snapshot snapshot;
    (void)server;
    uint32_t error = wts_snapshot_take(&snapshot, WTS_SESSION_ANY,
                                       WTS_PART_STATE | WTS_PART_NAME |
                                           (detail == WTS_SESSIONS_WITH_USERS ? WTS_PART_USER : 0U));
    if (error != ERROR_SUCCESS)
        return error;
    error = list(&snapshot, detail, sessions);
    wts_snapshot_free(&snapshot);
    return error;
}

uint32_t wts_local_active_session_exists(bool *exists)
{
    struct wts_snapshot snapshot;
    const uint32_t error = wts_snapshot_take(&snapshot, WTS_SESSION_CURRENT, WTS_PART_STATE);
    if (error != ERROR_SUCCESS)
        return error;
    *exists = snapshot.console_id != WTS_SESSION_NONE ||
              wts_snapshot_find(&snapshot, WTS_SESSION_CURRENT)->state == WTS_STATE_ACTIVE;
    wts_snapshot_free(&snapshot);
    return ERROR_SUCCESS;
}

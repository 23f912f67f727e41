/*
 * What is known about one session of this machine, part by part. Nothing is made up: a value that no source
 * knows is zero where that means "none" or "unknown", else the call fails with 50. Contract:
 * docs/contract.md#session-information.
 */
#include "local/local.h"

#include <stdlib.h>

#include "core/error.h"
#include "local/session/source.h"
#include "local/session/user.h"

/* Only a session manager knows virtual addresses, activity ids and client capabilities. */
#define KNOWN_PARTS                                                                                          \
    (WTS_PART_USER | WTS_PART_NAME | WTS_PART_STATE | WTS_PART_STATUS | WTS_PART_CLIENT | WTS_PART_CONFIG |  \
     WTS_PART_PROTOCOL | WTS_PART_PROGRAM)

static void free_information(struct wts_session_information *information)
{
    free(information->owner);
}

/* The user of the caller's session lives as long as the process; another user is owned by the information. */
static uint32_t fill_user(struct wts_session_information *information, const struct wts_snapshot *snapshot,
                          const struct wts_session_row *row)
{
    const struct wts_session_user *user = NULL;
    uint32_t error;
    if (row->session_id == snapshot->own_id) {
        error = wts_user_find_own(snapshot, &user);
    } else {
        struct wts_session_user *found = malloc(sizeof *found);
        if (found == NULL)
            return ERROR_NOT_ENOUGH_MEMORY;
        information->owner = found;
        error = wts_user_find(row, found);
        user = found;
    }
    if (error == ERROR_SUCCESS && user != NULL) {
        information->user = wts_text_of(user->name);
        information->domain = wts_text_of(user->domain);
    }
    return error;
}

static uint32_t fill(struct wts_session_information *information, uint32_t parts,
                     const struct wts_snapshot *snapshot, const struct wts_session_row *row)
{
    uint32_t error = ERROR_SUCCESS;
    if ((parts & (WTS_PART_USER | WTS_PART_STATUS)) != 0)
        error = fill_user(information, snapshot, row);
    if ((parts & WTS_PART_USER) == 0 && error != ERROR_NOT_ENOUGH_MEMORY)
        error = ERROR_SUCCESS; /* the other parts are still valid for an account without a name */
    if ((parts & WTS_PART_CONFIG) != 0) {
        /* Here no client's printer is redirected, no session is shadowed, and no program replaces the
         * shell. */
        information->config.disables_printer_redirection = 1;
        information->config.disables_default_printer = 1;
    }
    if ((parts & WTS_PART_CLIENT) != 0 && row->client != NULL)
        information->client = *row->client;
    if (error == ERROR_SUCCESS && (parts & WTS_PART_PROTOCOL) != 0 && !row->has_protocol)
        error = ERROR_NOT_SUPPORTED;
    if (error == ERROR_SUCCESS && (parts & WTS_PART_CLIENT) != 0 && row->client == NULL)
        error = ERROR_NOT_SUPPORTED;
    return error;
}

static void describe(struct wts_session_information *information, const struct wts_snapshot *snapshot,
                     const struct wts_session_row *row)
{
    *information = (struct wts_session_information){.session_id = row->session_id,
                                                    .state = row->state,
                                                    .name = row->name,
                                                    .lock = row->lock,
                                                    .connect_time = row->connect_time,
                                                    .last_input_time = row->last_input_time,
                                                    .logon_time = row->logon_time,
                                                    .current_time = snapshot->time,
                                                    .protocol_type = row->protocol_type,
                                                    .is_remote = row->is_remote,
                                                    .free = free_information};
}

uint32_t wts_local_query_session(struct wts_server *server, uint32_t session_id, uint32_t parts,
                                 struct wts_session_information *information)
{
    struct wts_snapshot snapshot;
    (void)server;
    if ((parts & ~(uint32_t)KNOWN_PARTS) != 0)
        return ERROR_NOT_SUPPORTED;
    uint32_t error = wts_snapshot_take(&snapshot, session_id, parts);
    if (error != ERROR_SUCCESS)
        return error;
    const struct wts_session_row *row = wts_snapshot_find(&snapshot, session_id);
    if (row == NULL) {
        error = ERROR_FILE_NOT_FOUND;
    } else {
        describe(information, &snapshot, row);
        error = fill(information, parts, &snapshot, row);
        if (error != ERROR_SUCCESS)
            free_information(information);
    }
    wts_snapshot_free(&snapshot);
    return error;
}

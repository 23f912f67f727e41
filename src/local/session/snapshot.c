/*
 * The sessions at one moment; see snapshot.h.
 */
#include "local/session/snapshot.h"

#include <stdlib.h>

#include <string.h>

#define GROWTH 4U /* factor by which the rows grow: few systems have more sessions */

void wts_snapshot_initialize(struct wts_snapshot *snapshot)
{
    snapshot->time = 0;
    snapshot->count = 0;
    snapshot->capacity = 1;
    snapshot->rows = &snapshot->first;
    snapshot->processes.count = 0;
    snapshot->processes.free = NULL;
}

static void free_rows(struct wts_snapshot *snapshot)
{
    if (snapshot->rows != &snapshot->first)
        free(snapshot->rows);
}

static bool make_room(struct wts_snapshot *snapshot)
{
    if (snapshot->count < snapshot->capacity)
        return true;
    const uint32_t capacity = snapshot->capacity > 0 ? GROWTH * snapshot->capacity : GROWTH;
    struct wts_session_row *rows = calloc(capacity, sizeof *rows);
    if (rows == NULL)
        return false;
    memcpy(rows, snapshot->rows, snapshot->count * sizeof *rows);
    free_rows(snapshot);
    snapshot->rows = rows;
    snapshot->capacity = capacity;
    return true;
}

struct wts_session_row *wts_snapshot_add(struct wts_snapshot *snapshot, uint32_t session_id)
{
    struct wts_session_row *row = wts_snapshot_find(snapshot, session_id);
    if (row != NULL || !make_room(snapshot))
        return row;
    row = &snapshot->rows[snapshot->count++];
    *row = (struct wts_session_row){.session_id = session_id};
    return row;
}

struct wts_session_row *wts_snapshot_find(const struct wts_snapshot *snapshot, uint32_t session_id)
{
    if (session_id == WTS_SESSION_CURRENT)
        session_id = snapshot->own_id;
    for (uint32_t i = 0; i < snapshot->count; i++) {
        if (snapshot->rows[i].session_id == session_id)
            return &snapshot->rows[i];
    }
    return NULL;
}

void wts_snapshot_free(struct wts_snapshot *snapshot)
{
    if (snapshot->processes.free != NULL)
        snapshot->processes.free(&snapshot->processes);
    free_rows(snapshot);
}

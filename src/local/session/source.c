/*
 * Calls the sources one after the other; see source.h.
 */
#include "local/session/source.h"

#include <windows.h>

#include "core/error.h"
#include "core/platform.h"

/* Each corrects the rows of those before it. */
static const struct wts_session_source *const sources[] = {&wts_source_processes, &wts_source_linux};

uint32_t wts_snapshot_take(struct wts_snapshot *snapshot, uint32_t session_id, uint32_t parts)
{
    uint32_t error = ERROR_SUCCESS;
    wts_snapshot_initialize(snapshot);
    if ((parts & WTS_PART_STATUS) != 0)
        snapshot->time = wts_clock_now();
    for (unsigned i = 0; i < ARRAYSIZE(sources) && error == ERROR_SUCCESS; i++)
        error = sources[i]->read(snapshot, session_id, parts);
    if (error != ERROR_SUCCESS) {
        wts_snapshot_free(snapshot);
        wts_snapshot_initialize(snapshot);
    }
    return error;
}

uint32_t wts_session_look_up(uint32_t *session_id, bool *is_own)
{
    struct wts_snapshot snapshot;
    const uint32_t error = wts_snapshot_take(&snapshot, *session_id, 0);
    if (error != ERROR_SUCCESS)
        return error;
    const struct wts_session_row *row = wts_snapshot_find(&snapshot, *session_id);
    if (row != NULL) {
        *session_id = row->session_id;
        *is_own = row->session_id == snapshot.own_id && !row->is_services;
    }
    wts_snapshot_free(&snapshot);
    return row != NULL ? ERROR_SUCCESS : ERROR_FILE_NOT_FOUND;
}

bool wts_sessions_watch(const struct wts_session_watcher *watcher)
{
    bool is_watched = false;
    for (unsigned i = 0; i < ARRAYSIZE(sources); i++)
        is_watched = (sources[i]->watch != NULL && sources[i]->watch(watcher)) || is_watched;
    return is_watched;
}

void wts_sessions_look(const struct wts_session_watcher *watcher)
{
    for (unsigned i = 0; i < ARRAYSIZE(sources); i++) {
        if (sources[i]->look != NULL)
            sources[i]->look(watcher);
    }
}

void wts_sessions_forget(void)
{
    for (unsigned i = 0; i < ARRAYSIZE(sources); i++) {
        if (sources[i]->forget != NULL)
            sources[i]->forget();
    }
}

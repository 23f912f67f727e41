/*
 * Registered windows; see registrations.h.
 */
#include "core/registrations.h"

#include <stdlib.h>

#include "core/error.h"
#include "core/sessions.h"
#include "core/window.h"

struct wts_registration {
    void *window;
    uint32_t owner; /* its thread: the same handle with another owner is a different window */
    uint32_t session_id;
    uint32_t times;
};

/* Forgets the windows that are gone. Call under the lock, like the functions that follow. */
static void drop_gone(struct wts_registrations *registrations)
{
    uint32_t kept = 0;
    for (uint32_t i = 0; i < registrations->count; i++) {
        const struct wts_registration *row = &registrations->rows[i];
        if (wts_window_owner(row->window) == row->owner)
            registrations->rows[kept++] = *row;
    }
    registrations->count = kept;
}

static struct wts_registration *find(const struct wts_registrations *registrations, const void *window)
{
    for (uint32_t i = 0; i < registrations->count; i++) {
        if (registrations->rows[i].window == window)
            return &registrations->rows[i];
    }
    return NULL;
}

static bool make_room(struct wts_registrations *registrations)
{
    if (registrations->count < registrations->capacity)
        return true;
    const uint32_t capacity = registrations->capacity > 0 ? 2 * registrations->capacity : 4;
    struct wts_registration *rows = realloc(registrations->rows, capacity * sizeof *rows);
    if (rows == NULL)
        return false;
    registrations->rows = rows;
    registrations->capacity = capacity;
    return true;
}

uint32_t wts_registrations_add(struct wts_registrations *registrations, void *window, uint32_t session_id)
{
    uint32_t error = ERROR_SUCCESS;
    wts_lock_acquire(&registrations->lock);
    drop_gone(registrations);
    const uint32_t owner = wts_window_owner(window);
    struct wts_registration *row = find(registrations, window);
    if (owner == 0)
        error = ERROR_INVALID_WINDOW_HANDLE;
    else if (row != NULL)
        row->times++;
    else if (make_room(registrations))
        registrations->rows[registrations->count++] = (struct wts_registration){window, owner, session_id, 1};
    else
        error = ERROR_NOT_ENOUGH_MEMORY;
    wts_lock_release(&registrations->lock);
    return error;
}

uint32_t wts_registrations_remove(struct wts_registrations *registrations, void *window)
{
    wts_lock_acquire(&registrations->lock);
    drop_gone(registrations);
    struct wts_registration *row = find(registrations, window);
    const uint32_t error = row != NULL ? ERROR_SUCCESS : ERROR_INVALID_PARAMETER;
    if (row != NULL && --row->times == 0)
        *row = registrations->rows[--registrations->count];
    wts_lock_release(&registrations->lock);
    return error;
}

void wts_registrations_post(struct wts_registrations *registrations, enum wts_session_change change,
                            uint32_t session_id)
{
    wts_lock_acquire(&registrations->lock);
    drop_gone(registrations);
    for (uint32_t i = 0; i < registrations->count; i++) {
        const struct wts_registration *row = &registrations->rows[i];
        if (row->session_id == WTS_SESSION_ANY || row->session_id == session_id)
            wts_window_post(row->window, change, session_id);
    }
    wts_lock_release(&registrations->lock);
}

uint32_t wts_registrations_count(struct wts_registrations *registrations)
{
    wts_lock_acquire(&registrations->lock);
    drop_gone(registrations);
    const uint32_t count = registrations->count;
    wts_lock_release(&registrations->lock);
    return count;
}

void wts_registrations_clear(struct wts_registrations *registrations)
{
    wts_lock_acquire(&registrations->lock);
    free(registrations->rows);
    registrations->rows = NULL;
    registrations->count = 0;
    registrations->capacity = 0;
    wts_lock_release(&registrations->lock);
}

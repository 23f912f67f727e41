/*
 * The ids of render hints; see render_hints.h.
 */
#include "core/render_hints.h"

#include <stddef.h>
#include <stdlib.h>

#include "core/error.h"
#include "core/platform.h"
#include "core/window.h"

struct hint {
    struct hint *next;
    uint64_t id;
    void *window;
};

static struct wts_lock lock = WTS_LOCK_INITIALIZER;
static struct hint *hints;
static uint64_t last_id; /* no id is used twice */

static void remove_at(struct hint **place)
{
    struct hint *hint = *place;
    *place = hint->next;
    free(hint);
}

/* A hint ends with its window, and nothing reports the end of a window, so it is looked for here. */
static void forget_gone(void)
{
    for (struct hint **place = &hints; *place != NULL;) {
        if (wts_window_owner((*place)->window) == 0)
            remove_at(place);
        else
            place = &(*place)->next;
    }
}

static struct hint **find(uint64_t id)
{
    struct hint **place = &hints;
    forget_gone();
    while (*place != NULL && (*place)->id != id)
        place = &(*place)->next;
    return place;
}

uint32_t wts_render_hint_add(void *window, uint64_t *id)
{
    struct hint *hint = malloc(sizeof *hint);
    if (hint == NULL)
        return ERROR_NOT_ENOUGH_MEMORY;
    wts_lock_acquire(&lock);
    forget_gone();
    *hint = (struct hint){.next = hints, .id = ++last_id, .window = window};
    hints = hint;
    *id = hint->id;
    wts_lock_release(&lock);
    return ERROR_SUCCESS;
}

uint32_t wts_render_hint_move(uint64_t id, void *window)
{
    wts_lock_acquire(&lock);
    struct hint *hint = *find(id);
    if (hint != NULL)
        hint->window = window;
    wts_lock_release(&lock);
    return hint != NULL ? ERROR_SUCCESS : ERROR_INVALID_PARAMETER;
}

uint32_t wts_render_hint_remove(uint64_t id)
{
    wts_lock_acquire(&lock);
    struct hint **place = find(id);
    const uint32_t error = *place != NULL ? ERROR_SUCCESS : ERROR_INVALID_PARAMETER;
    if (*place != NULL)
        remove_at(place);
    wts_lock_release(&lock);
    return error;
}

void wts_render_hints_unload(void)
{
    while (hints != NULL)
        remove_at(&hints);
}

/*
 * Buffers that the system's own wtsapi32 gave, see passed.h: remembered by address until they are freed, so
 * that each goes back to the DLL it came from, by the function that frees all of it.
 */
#include <wtsapi32.h>

#include <stdatomic.h>
#include <stdlib.h>

#include "core/passed.h"
#include "core/platform.h"

enum { BUCKET_COUNT = 64 };

struct wts_passed_note {
    struct wts_passed_note *next;
    void *buffer;
    struct wts_passed_release release;
    ULONG count;
};

static struct wts_lock lock = WTS_LOCK_INITIALIZER;
static struct wts_passed_note *buckets[BUCKET_COUNT];
static _Atomic size_t note_count; /* so that a program that never got such a buffer takes no lock */

static struct wts_passed_note **bucket_of(const void *buffer)
{
    return &buckets[((uintptr_t)buffer >> 4) % BUCKET_COUNT];
}

struct wts_passed_note *wts_passed_note_take(void)
{
    const DWORD error = GetLastError();
    struct wts_passed_note *note = malloc(sizeof *note);
    SetLastError(error);
    return note;
}

/* Takes the note of `buffer` out, NULL when there is none. */
static struct wts_passed_note *take_out(const void *buffer)
{
    wts_lock_acquire(&lock);
    struct wts_passed_note **place = bucket_of(buffer);
    while (*place != NULL && (*place)->buffer != buffer)
        place = &(*place)->next;
    struct wts_passed_note *note = *place;
    if (note != NULL) {
        *place = note->next;
        atomic_fetch_sub(&note_count, 1);
    }
    wts_lock_release(&lock);
    return note;
}

static void add(struct wts_passed_note *note, const struct wts_passed_note *content)
{
    struct wts_passed_note **bucket = bucket_of(content->buffer);
    *note = *content;
    wts_lock_acquire(&lock);
    note->next = *bucket;
    *bucket = note;
    atomic_fetch_add(&note_count, 1);
    wts_lock_release(&lock);
}

void wts_passed_note_keep(struct wts_passed_note *note, void *buffer, struct wts_passed_release release,
                          ULONG count)
{
    const DWORD error = GetLastError();
    if (buffer == NULL) {
        free(note);
    } else {
        free(take_out(buffer)); /* of one that was here before and that LocalFree has freed */
        add(note, &(struct wts_passed_note){.buffer = buffer, .release = release, .count = count});
    }
    SetLastError(error);
}

#define FIND(function) ((__typeof__(&(function)))(void *)wts_passed_find(WTS_EXPORT_##function))

bool wts_passed_free(void *buffer)
{
    if (atomic_load(&note_count) == 0)
        return false;
    struct wts_passed_note *note = take_out(buffer);
    if (note == NULL)
        return false;
    const WTS_TYPE_CLASS type_class = (WTS_TYPE_CLASS)note->release.type_class;
    switch (note->release.kind) {
    case WTS_RELEASE_PLAIN:
        FIND(WTSFreeMemory)(buffer);
        break;
    case WTS_RELEASE_EX_W:
        FIND(WTSFreeMemoryExW)(type_class, buffer, note->count);
        break;
    case WTS_RELEASE_EX_A:
        FIND(WTSFreeMemoryExA)(type_class, buffer, note->count);
        break;
    }
    free(note);
    return true;
}

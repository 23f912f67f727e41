/*
 * Buffers that the system's own wtsapi32 gave, see passed.h: remembered by address until they are freed, so
 * that each goes back to the DLL it came from, by the function that frees all of it.
 */
#include <wtsapi32.h>

#include <stdlib.h>

#include "core/passed.h"
#include "core/result.h"

struct wts_passed_note {
    struct wts_foreign_block block; /* first: what is remembered by address */
    struct wts_passed_release release;
    ULONG count;
};

struct wts_passed_note *wts_passed_note_take(void)
{
    const DWORD error = GetLastError();
    struct wts_passed_note *note = malloc(sizeof *note);
    SetLastError(error);
    return note;
}

void wts_passed_note_keep(struct wts_passed_note *note, void *buffer, struct wts_passed_release release,
                          ULONG count)
{
    const DWORD error = GetLastError();
    if (buffer == NULL) {
        free(note);
    } else {
        *note = (struct wts_passed_note){.block = {.address = buffer}, .release = release, .count = count};
        wts_foreign_block_remember(&note->block);
    }
    SetLastError(error);
}

#define FIND(function) ((__typeof__(&(function)))(void *)wts_passed_find(WTS_EXPORT_##function))

bool wts_passed_free(void *buffer)
{
    struct wts_passed_note *note = (struct wts_passed_note *)wts_foreign_block_take(buffer);
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

/*
 * Buffers that the system's own wtsapi32 allocated; see buffers.h.
 */
#include "forward/buffers.h"

#include <wtsapi32.h>

#include <stdlib.h>

#include "core/result.h"
#include "forward/system_dll.h"

struct wts_forward_note {
    struct wts_foreign_block block; /* first: what is remembered by address */
    struct wts_forward_release release;
    ULONG count;
};

struct wts_forward_note *wts_forward_note_take(void)
{
    const DWORD error = GetLastError();
    struct wts_forward_note *note = malloc(sizeof *note);
    SetLastError(error);
    return note;
}

void wts_forward_note_keep(struct wts_forward_note *note, void *buffer, struct wts_forward_release release,
                           ULONG count)
{
    const DWORD error = GetLastError();
    if (buffer == NULL) {
        free(note);
    } else {
        *note = (struct wts_forward_note){.block = {.address = buffer}, .release = release, .count = count};
        wts_foreign_block_remember(&note->block);
    }
    SetLastError(error);
}

bool wts_forward_free(void *buffer)
{
    struct wts_forward_note *note = (struct wts_forward_note *)wts_foreign_block_take(buffer);
    if (note == NULL)
        return false;
    const WTS_TYPE_CLASS type_class = (WTS_TYPE_CLASS)note->release.type_class;
    switch (note->release.kind) {
    case WTS_RELEASE_PLAIN:
        WTS_FORWARDED(WTSFreeMemory)(buffer);
        break;
    case WTS_RELEASE_EX_W:
        WTS_FORWARDED(WTSFreeMemoryExW)(type_class, buffer, note->count);
        break;
    case WTS_RELEASE_EX_A:
        WTS_FORWARDED(WTSFreeMemoryExA)(type_class, buffer, note->count);
        break;
    }
    free(note);
    return true;
}

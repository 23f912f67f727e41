/*
 * Buffers that the system's own wtsapi32 gave: remembered by address until they are freed, so that each goes
 * back to the DLL it came from, by the function that frees all of it. Windows only.
 */
#ifndef WTS_FORWARD_BUFFERS_H
#define WTS_FORWARD_BUFFERS_H

#include <windows.h>

#include <stdbool.h>

/* How a buffer of the system's is freed: by its WTSFreeMemory, or by an Ex function with a class. */
struct wts_forward_release {
    enum { WTS_RELEASE_PLAIN, WTS_RELEASE_EX_W, WTS_RELEASE_EX_A } kind;
    int type_class; /* WTS_TYPE_CLASS of the Ex functions */
};

struct wts_forward_note;

/*
 * Room to remember one buffer, taken before the call so that nothing can fail behind it; NULL without memory.
 * The last error is left alone.
 */
struct wts_forward_note *wts_forward_note_take(void);

/*
 * Remembers `buffer`, which the system gave with `count` elements, until it is freed; NULL gives the room
 * back. The last error is left alone.
 */
void wts_forward_note_keep(struct wts_forward_note *note, void *buffer, struct wts_forward_release release,
                           ULONG count);

/* Frees `buffer` if the system gave it; false, and nothing done, when it did not. */
bool wts_forward_free(void *buffer);

#endif

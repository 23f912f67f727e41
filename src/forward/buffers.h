/*
 * Buffers that the system's own wtsapi32 allocated. They are remembered by address until they are freed, so
 * that each goes back to the DLL it came from, through the function that frees all of it. Windows only.
 */
#ifndef WTS_FORWARD_BUFFERS_H
#define WTS_FORWARD_BUFFERS_H

#include <windows.h>

#include <stdbool.h>

/* How a buffer of the system's DLL is freed: by its WTSFreeMemory, or by an Ex function with a class. */
struct wts_forward_release {
    enum { WTS_RELEASE_PLAIN, WTS_RELEASE_EX_W, WTS_RELEASE_EX_A } kind;
    int type_class; /* WTS_TYPE_CLASS of the Ex functions */
};

struct wts_forward_note;

/*
 * Allocates the note that remembers one buffer, before the call, so that nothing can fail after it. NULL when
 * memory is exhausted. The last error is left alone.
 */
struct wts_forward_note *wts_forward_note_take(void);

/*
 * Remembers `buffer`, which the system's DLL returned with `count` elements, until it is freed; NULL frees
 * the note. The last error is left alone.
 */
void wts_forward_note_keep(struct wts_forward_note *note, void *buffer, struct wts_forward_release release,
                           ULONG count);

/* Frees `buffer` if it came from the system's DLL; else returns false and does nothing. */
bool wts_forward_free(void *buffer);

#endif

/*
 * The prologue of exports that the system's own DLL performs where it exists (system_dll.h): it forwards the
 * call with arguments and last error untouched, and returns the result. Calls about channels, listeners and
 * user configuration are always forwarded; a call with a server handle only when the handle means this
 * machine, with NULL in place of the handle.
 */
#ifndef WTS_FORWARD_FORWARD_H
#define WTS_FORWARD_FORWARD_H

#include "core/server.h"
#include "forward/buffers.h"
#include "forward/system_dll.h"

/* WTS_FORWARD(WTSGetChildSessionId, (pSessionId)): forwards the call where the system has the function. */
#define WTS_FORWARD(function, arguments)                                                                     \
    do {                                                                                                     \
        const __typeof__(&(function)) forwarded = WTS_FORWARDED(function);                                   \
        if (forwarded != NULL)                                                                               \
            return forwarded arguments;                                                                      \
    } while (0)

/* The same for a function with a server handle: forwarded when the handle means this machine. */
#define WTS_FORWARD_LOCAL(function, server, arguments)                                                       \
    do {                                                                                                     \
        const __typeof__(&(function)) forwarded = WTS_FORWARDED(function);                                   \
        if (forwarded != NULL && wts_server_is_local(server))                                                \
            return forwarded arguments;                                                                      \
    } while (0)

/*
 * The same for a function that returns *buffer with *count elements, to be freed as `release_kind` and
 * `release_class` say. `is_local`: whether it may be forwarded.
 */
#define WTS_FORWARD_BUFFER(function, is_local, arguments, buffer, count, release_kind, release_class)        \
    do {                                                                                                     \
        const __typeof__(&(function)) forwarded = WTS_FORWARDED(function);                                   \
        if (forwarded != NULL && (is_local)) {                                                               \
            struct wts_forward_note *note = wts_forward_note_take();                                         \
            if (note == NULL) {                                                                              \
                SetLastError(ERROR_NOT_ENOUGH_MEMORY);                                                       \
                return FALSE;                                                                                \
            }                                                                                                \
            const BOOL done = forwarded arguments;                                                           \
            wts_forward_note_keep(                                                                           \
                note, done && (buffer) != NULL ? (void *)*(buffer) : NULL,                                   \
                (struct wts_forward_release){.kind = (release_kind), .type_class = (release_class)},         \
                done ? (count) : 0);                                                                         \
            return done;                                                                                     \
        }                                                                                                    \
    } while (0)

#endif

/*
 * The prologue of exports that the system's own DLL performs where there is one (system_dll.h): it hands the
 * call over, arguments and last error untouched, and returns what came back. Channels, listeners and user
 * configuration go as a whole; a call with a server handle goes for this machine only, with the NULL that
 * means it everywhere.
 */
#ifndef WTS_FORWARD_FORWARD_H
#define WTS_FORWARD_FORWARD_H

#include "core/server.h"
#include "forward/buffers.h"
#include "forward/system_dll.h"

/* WTS_FORWARD(WTSGetChildSessionId, (pSessionId)): hands over where the system has it. */
#define WTS_FORWARD(function, arguments)                                                                     \
    do {                                                                                                     \
        const __typeof__(&(function)) forwarded = WTS_FORWARDED(function);                                   \
        if (forwarded != NULL)                                                                               \
            return forwarded arguments;                                                                      \
    } while (0)

/* The same for a function with a server handle: handed over when it means this machine. */
#define WTS_FORWARD_LOCAL(function, server, arguments)                                                       \
    do {                                                                                                     \
        const __typeof__(&(function)) forwarded = WTS_FORWARDED(function);                                   \
        if (forwarded != NULL && wts_server_is_local(server))                                                \
            return forwarded arguments;                                                                      \
    } while (0)

/*
 * The same for a function that gives *buffer with *count elements, to be freed as `release_kind` and
 * `release_class` say. `is_local`: whether it may be handed over.
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

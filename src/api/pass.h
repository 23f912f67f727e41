/*
 * First lines of exports that the system's own DLL does where there is one (passed.h): they hand the call
 * over and return what it returned. Channels, listeners and user configuration go as a whole; what takes a
 * server handle goes for this machine only, with the NULL that means it everywhere.
 */
#ifndef WTS_API_PASS_H
#define WTS_API_PASS_H

#include "core/passed.h"
#include "core/server.h"

#define WTS_PASSED(function) ((__typeof__(&(function)))(void *)wts_passed_find(WTS_EXPORT_##function))

/* WTS_PASS(WTSGetChildSessionId, (pSessionId)): hands over where the system has it. */
#define WTS_PASS(function, arguments)                                                                        \
    do {                                                                                                     \
        const __typeof__(&(function)) passed = WTS_PASSED(function);                                         \
        if (passed != NULL)                                                                                  \
            return passed arguments;                                                                         \
    } while (0)

/* The same for a function with a server handle: handed over when it means this machine. */
#define WTS_PASS_HERE(function, server, arguments)                                                           \
    do {                                                                                                     \
        const __typeof__(&(function)) passed = WTS_PASSED(function);                                         \
        if (passed != NULL && wts_server_is_here(server))                                                    \
            return passed arguments;                                                                         \
    } while (0)

/*
 * The same for a function that gives *buffer with *count elements, to be freed as `release_kind` and
 * `release_class` say. `is_here`: whether it may be handed over.
 */
#define WTS_PASS_BUFFER(function, is_here, arguments, buffer, count, release_kind, release_class)            \
    do {                                                                                                     \
        const __typeof__(&(function)) passed = WTS_PASSED(function);                                         \
        if (passed != NULL && (is_here)) {                                                                   \
            struct wts_passed_note *note = wts_passed_note_take();                                           \
            if (note == NULL) {                                                                              \
                SetLastError(ERROR_NOT_ENOUGH_MEMORY);                                                       \
                return FALSE;                                                                                \
            }                                                                                                \
            const BOOL done = passed arguments;                                                              \
            wts_passed_note_keep(                                                                            \
                note, done && (buffer) != NULL ? (void *)*(buffer) : NULL,                                   \
                (struct wts_passed_release){.kind = (release_kind), .type_class = (release_class)},          \
                done ? (count) : 0);                                                                         \
            return done;                                                                                     \
        }                                                                                                    \
    } while (0)

#endif

/*
 * The trace. It goes to two places, each with a switch of its own: WTSAPI32_TRACE=errors|calls|wire to the
 * standard error output or to WTSAPI32_TRACE_FILE, and under Wine WINEDEBUG=+wtsapi to Wine's debug output
 * (debug_channel.h). Both are read once, at the first use. When it is off, a record costs one predictable
 * branch. Passwords are never traced, and user data only at level `wire`.
 */
#ifndef WTS_CORE_TRACE_H
#define WTS_CORE_TRACE_H

#include <stdatomic.h>

enum wts_trace_level {
    WTS_TRACE_OFF,
    WTS_TRACE_MISSING, /* functions that this DLL does not implement; Wine shows these records by default */
    WTS_TRACE_ERRORS,  /* failures and their reasons */
    WTS_TRACE_CALLS,   /* every exported call and its result */
    WTS_TRACE_WIRE,    /* every remote call: opnum, lengths, steps */
    WTS_TRACE_UNREAD   /* the switches have not been read yet */
};

/* The more detailed of the two places' levels. */
extern _Atomic int wts_trace_current;

/*
 * Writes one line, "wtsapi32: pid.tid level text", when `level` is switched on. Texts are UTF-8 of any
 * origin: whatever could end or garble the line is escaped here (core/escape.h). Do not use %ls, which is not
 * UTF-8 on Windows; use wts_text_to_utf8.
 */
#define wts_trace(level, ...)                                                                                \
    do {                                                                                                     \
        if (atomic_load_explicit(&wts_trace_current, memory_order_relaxed) >= (int)(level))                  \
            wts_trace_write(level, __VA_ARGS__);                                                             \
    } while (0)

#if defined(__GNUC__)
#define WTS_TRACE_FORMAT __attribute__((format(printf, 2, 3)))
#else
#define WTS_TRACE_FORMAT
#endif

void wts_trace_write(enum wts_trace_level level, const char *format, ...) WTS_TRACE_FORMAT;

/* The same; in addition the line is appended to the file named by WTSAPI32_CONNECT_FILE, whatever the
 * level. */
void wts_trace_record(enum wts_trace_level level, const char *format, ...) WTS_TRACE_FORMAT;

#endif

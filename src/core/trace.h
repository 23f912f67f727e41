/*
 * The trace. It goes to two places, each with a switch of its own: WTSAPI32_TRACE=errors|calls|wire to the
 * standard error output or to WTSAPI32_TRACE_FILE, and under Wine WINEDEBUG=+wtsapi to Wine's debug output
 * (debug_channel.h). Both are read once, at the first use. Switched off it costs one predictable branch.
 * Never a password, no user data above `wire`.
 */
#ifndef WTS_CORE_TRACE_H
#define WTS_CORE_TRACE_H

#include <stdatomic.h>

enum wts_trace_level {
    WTS_TRACE_OFF,
    WTS_TRACE_MISSING, /* what this DLL does not implement; Wine shows it by default */
    WTS_TRACE_ERRORS,  /* what failed, and why */
    WTS_TRACE_CALLS,   /* every exported call and its result */
    WTS_TRACE_WIRE,    /* every remote call: opnum, lengths, steps */
    WTS_TRACE_UNREAD   /* the switches were not looked at yet */
};

/* The more detailed level of the two places. */
extern _Atomic int wts_trace_current;

/*
 * Writes one line, "wtsapi32: pid.tid level text", when `level` is switched on. Texts are UTF-8, from
 * wherever: what could end or bend the line is escaped here (core/escape.h). No %ls, which is not UTF-8 on
 * Windows: wts_text_to_utf8 is for that.
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

/* The same, and whatever is switched on, the line is also appended to the file of WTSAPI32_CONNECT_FILE. */
void wts_trace_record(enum wts_trace_level level, const char *format, ...) WTS_TRACE_FORMAT;

#endif

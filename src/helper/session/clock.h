/*
 * Times of the next tries.
 */
#ifndef WTS_HELPER_SESSION_CLOCK_H
#define WTS_HELPER_SESSION_CLOCK_H

#include <stdint.h>

#define WTS_NEVER INT64_MAX

enum { WTS_FIRST_PAUSE_MS = 100, WTS_MAX_PAUSE_MS = 10000 };

static inline int64_t wts_earlier(int64_t left, int64_t right)
{
    return left < right ? left : right;
}

/* The pause before the next try: twice as long after each one. */
static inline int64_t wts_next_pause(int64_t pause_ms)
{
    return pause_ms == 0 ? WTS_FIRST_PAUSE_MS : wts_earlier(pause_ms * 2, WTS_MAX_PAUSE_MS);
}

#endif

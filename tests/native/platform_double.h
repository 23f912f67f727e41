/*
 * What the native platform of tests (platform_posix.c) can do beside core/platform.h.
 */
#ifndef WTS_TESTS_PLATFORM_DOUBLE_H
#define WTS_TESTS_PLATFORM_DOUBLE_H

#include <stdint.h>

/* Waits for the end of every thread that was started so. */
void wts_threads_join(void);

/*
 * Stops wts_clock_ms at `now_ms` (0: lets it run again); moves it on to `now_ms`, never back.
 * While it is stopped, a wait with a limit moves it on to that limit and ends at once, after it has first
 * ended a millisecond too early, as a wait on Windows may.
 */
void wts_clock_stop(uint64_t now_ms);
void wts_clock_advance_to(uint64_t now_ms);

#endif

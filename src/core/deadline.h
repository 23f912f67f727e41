/*
 * When a call must be over. A moment is a value of wts_clock_ms. Functions that wait take a moment, never a
 * length of time, so that consecutive waits cannot add up. See docs/design.md#deadlines. Portable.
 */
#ifndef WTS_CORE_DEADLINE_H
#define WTS_CORE_DEADLINE_H

#include <stdint.h>

#define WTS_NEVER UINT64_MAX /* a moment that never comes */

/* What the user allows; see wts_timeouts_read. */
struct wts_timeouts {
    uint32_t connect_ms;
    uint32_t call_ms;
};

/*
 * The deadline of one exported call, made once, when the call begins. The call has connect_ms for connecting,
 * however many connections it needs, and call_ms for everything else: together they are its worst case. Used
 * by one thread.
 */
struct wts_deadline {
    uint64_t end_ms;          /* everything but connecting is over at this moment; WTS_NEVER: no limit */
    uint32_t connect_left_ms; /* what is left for connecting */
};

/*
 * Reads WTSAPI32_CONNECT_TIMEOUT_MS and WTSAPI32_CALL_TIMEOUT_MS: decimal milliseconds, 1 to 4294967294. Any
 * other value counts as absent: 10000 and 30000.
 */
struct wts_timeouts wts_timeouts_read(void);

/* The deadline of a call that begins now. */
struct wts_deadline wts_deadline_start(const struct wts_timeouts *timeouts);

/*
 * For connecting: the first returns the moment when it must be over; the second is called when it has ended,
 * with the moment when it began, `began_ms` (wts_clock_ms). The time that connecting took is subtracted from
 * connect_left_ms and does not count for the rest of the call.
 */
uint64_t wts_deadline_connect_by(const struct wts_deadline *deadline);
void wts_deadline_connected(struct wts_deadline *deadline, uint64_t began_ms);

/* The moment `timeout_ms` (UINT32_MAX: WTS_NEVER) after now. */
uint64_t wts_deadline_after(uint32_t timeout_ms);

/* `moment_ms` and `timeout_ms` (UINT32_MAX: WTS_NEVER) more. */
uint64_t wts_deadline_extended(uint64_t moment_ms, uint32_t timeout_ms);

/*
 * Milliseconds from now to `moment_ms`, for system functions that take a length of time: 0 when it has
 * passed, UINT32_MAX for WTS_NEVER, UINT32_MAX - 1 when it is too far away.
 */
uint32_t wts_deadline_left(uint64_t moment_ms);

#endif

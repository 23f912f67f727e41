/*
 * The one waiter that a server handle may have for system events, and what ends its wait: the same for this
 * machine and for an opened server. docs/contract.md#wait-system-event. A lock of the owner guards all of it.
 * Portable.
 */
#ifndef WTS_CORE_WAITER_H
#define WTS_CORE_WAITER_H

#include <stdbool.h>
#include <stdint.h>

struct wts_waiter {
    bool is_waiting;
    bool is_flushed; /* the waiter is to return without an event */
    bool is_closed;  /* the handle is closed: the waiter is to return, and there will be no other */
};

/* Begins the wait. Returns 0, 995 when the handle was closed, or 170 when there is a waiter already. */
uint32_t wts_waiter_begin(struct wts_waiter *waiter);

/* Ends the wait and returns the caller's error for its end, `error`: 995 for any failure after the handle was
 * closed, 0 for a 1726 that a flush caused. */
uint32_t wts_waiter_end(struct wts_waiter *waiter, uint32_t error);

/* Flushes the wait. False: nobody waits. */
bool wts_waiter_flush(struct wts_waiter *waiter);

#endif

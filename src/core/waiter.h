/*
 * The one waiter that a server handle may have for system events: who waits, and what ends the wait, on this
 * machine and on an opened server alike. docs/contract.md#wait-system-event. All of it is guarded by a lock
 * of its owner. Portable.
 */
#ifndef WTS_CORE_WAITER_H
#define WTS_CORE_WAITER_H

#include <stdbool.h>
#include <stdint.h>

struct wts_waiter {
    bool is_waiting;
    bool is_flushed; /* it is to return without an event */
    bool is_closed;  /* its handle is closed: it is to return, and no other comes */
};

/* Begins the wait. Returns 0, 995 when the handle was closed, or 170 when there is a waiter already. */
uint32_t wts_waiter_begin(struct wts_waiter *waiter);

/* Ends it; returns what its end, `error`, means: 995 for any failure once the handle was closed, 0 for a 1726
 * that a flush made. */
uint32_t wts_waiter_end(struct wts_waiter *waiter, uint32_t error);

/* Flushes the wait. False: nobody waits. */
bool wts_waiter_flush(struct wts_waiter *waiter);

#endif

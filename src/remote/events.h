/*
 * System events and session notifications of an opened server: the one wait that a handle may have, the
 * windows registered at the handle, and the thread that fetches their messages. Portable.
 */
#ifndef WTS_REMOTE_EVENTS_H
#define WTS_REMOTE_EVENTS_H

#include <stdbool.h>
#include <stdint.h>

#include "core/platform.h"
#include "core/registrations.h"
#include "core/waiter.h"
#include "remote/pool.h"

struct wts_remote_server;

/* WTSWaitSystemEvent on a handle. */
struct wts_remote_wait {
    struct wts_lock lock; /* guards what follows, except what the pool's lock guards */
    struct wts_pool_ticket ticket;
    struct wts_waiter waiter;
};

struct wts_pump;

/* The windows registered at a handle. */
struct wts_remote_windows {
    struct wts_lock lock; /* guards what follows */
    struct wts_condition changed;
    struct wts_registrations registrations;
    struct wts_pump *pump;   /* fetches the changes; NULL: there is none */
    uint32_t first_pause_ms; /* the pause before the first reconnect; doubles with each failure */
    bool is_starting;        /* a thread is making a pump */
    bool is_closed;
};

/* Sets both up in a zeroed server; opens nothing. */
void wts_remote_events_init(struct wts_remote_server *remote);

/* Ends the wait and the thread of a handle that was closed. Returns at once. */
void wts_remote_events_close(struct wts_remote_server *remote);

#endif

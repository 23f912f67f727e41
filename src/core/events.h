/*
 * Carries system events from those who observe them to those who wait: a source stands for a machine, a queue
 * for one server handle. A queue joins its source at its first wait and from then on misses nothing: events
 * between two waits are kept, as bits, for the next one. Events during a wait for other events are not kept.
 * Contract: docs/contract.md#wait-system-event. Portable. Unverified: that Windows keeps events in this way.
 */
#ifndef WTS_CORE_EVENTS_H
#define WTS_CORE_EVENTS_H

#include <stdbool.h>
#include <stdint.h>

#include "core/platform.h"
#include "core/waiter.h"

struct wts_event_queue {
    struct wts_event_queue *next; /* in its source; guarded, as all of this, by the source's lock */
    struct wts_condition changed;
    uint32_t pending; /* events since the last wait */
    uint32_t mask;    /* what the waiter waits for */
    bool is_joined;
    struct wts_waiter waiter;
};

struct wts_event_source {
    struct wts_lock lock;
    struct wts_event_queue *queues;
    uint32_t calls_to_look; /* how often wts_events_look_again was called */
};

#define WTS_EVENT_SOURCE_INITIALIZER                                                                         \
    {                                                                                                        \
        .lock = WTS_LOCK_INITIALIZER                                                                         \
    }

#define WTS_EVENT_QUEUE_INITIALIZER                                                                          \
    {                                                                                                        \
        .changed = WTS_CONDITION_INITIALIZER                                                                 \
    }

/* Sets up a queue in allocated memory. It holds no resource until its first wait. */
void wts_event_queue_initialize(struct wts_event_queue *queue);

/*
 * Waits, without a limit, for an event in `mask` (WTS_EVENT_*) and returns which came. `look`, unless NULL,
 * is called with no lock held, before the wait and repeatedly during it: it publishes the changes it finds,
 * and returns after how many milliseconds the next look is due (UINT32_MAX: not before
 * wts_events_look_again). Returns 170 when the queue has a waiter already, 995 when it was closed. `*events`
 * is written on success only; 0: the wait was flushed.
 */
uint32_t wts_events_wait(struct wts_event_source *source, struct wts_event_queue *queue, uint32_t mask,
                         uint32_t (*look)(void), uint32_t *events);

/* Makes every waiter look at once. */
void wts_events_look_again(struct wts_event_source *source);

/* Whether any queue has a waiter. */
bool wts_events_has_waiter(struct wts_event_source *source);

/* Makes the waiter of the queue, if there is one now, return without an event. */
void wts_events_flush(struct wts_event_source *source, struct wts_event_queue *queue);

/* Gives `events` to every queue that has joined. */
void wts_events_publish(struct wts_event_source *source, uint32_t events);

/* Ends the wait and every later one with 995. The queue's memory may go when no wait is in flight. */
void wts_events_close(struct wts_event_source *source, struct wts_event_queue *queue);

#endif

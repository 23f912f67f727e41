/*
 * System events; see events.h.
 */
#include "core/events.h"

#include <stddef.h>

#include "core/deadline.h"
#include "core/error.h"

void wts_event_queue_initialize(struct wts_event_queue *queue)
{
    *queue = (struct wts_event_queue){.next = NULL};
    wts_condition_initialize(&queue->changed);
}

/* Becomes the waiter of the queue. Under the lock. */
static uint32_t enter(struct wts_event_source *source, struct wts_event_queue *queue, uint32_t mask)
{
    if (queue->is_closed)
        return ERROR_OPERATION_ABORTED;
    if (queue->has_waiter)
        return ERROR_BUSY;
    if (!queue->is_joined) {
        queue->is_joined = true;
        queue->next = source->queues;
        source->queues = queue;
    }
    queue->has_waiter = true;
    queue->is_flushed = false;
    queue->mask = mask;
    return ERROR_SUCCESS;
}

/* Whether the wait is over. Under the lock. */
static bool is_over(const struct wts_event_queue *queue)
{
    return queue->is_closed || queue->is_flushed || (queue->pending & queue->mask) != 0;
}

uint32_t wts_events_wait(struct wts_event_source *source, struct wts_event_queue *queue, uint32_t mask,
                         void (*look)(void), uint32_t look_interval_ms, uint32_t *events)
{
    uint64_t look_at_ms = look != NULL ? wts_deadline_after(look_interval_ms) : WTS_NEVER;
    bool is_time = false;
    if (look != NULL)
        look();
    wts_lock_acquire(&source->lock);
    uint32_t error = enter(source, queue, mask);
    if (error != ERROR_SUCCESS) {
        wts_lock_release(&source->lock);
        return error;
    }
    while (!is_over(queue)) {
        if (is_time && look != NULL) {
            wts_lock_release(&source->lock);
            look();
            wts_lock_acquire(&source->lock);
            look_at_ms = wts_deadline_after(look_interval_ms);
            is_time = false;
        } else {
            is_time = !wts_condition_wait(&queue->changed, &source->lock, look_at_ms);
        }
    }
    queue->has_waiter = false;
    if (queue->is_closed)
        error = ERROR_OPERATION_ABORTED;
    else
        *events = queue->pending & mask; /* what came before a flush counts */
    queue->pending = 0;
    wts_lock_release(&source->lock);
    return error;
}

void wts_events_flush(struct wts_event_source *source, struct wts_event_queue *queue)
{
    wts_lock_acquire(&source->lock);
    if (queue->has_waiter) {
        queue->is_flushed = true;
        wts_condition_wake_all(&queue->changed);
    }
    wts_lock_release(&source->lock);
}

void wts_events_publish(struct wts_event_source *source, uint32_t events)
{
    wts_lock_acquire(&source->lock);
    for (struct wts_event_queue *queue = source->queues; queue != NULL; queue = queue->next) {
        queue->pending |= events;
        if (queue->has_waiter && is_over(queue))
            wts_condition_wake_all(&queue->changed);
    }
    wts_lock_release(&source->lock);
}

void wts_events_close(struct wts_event_source *source, struct wts_event_queue *queue)
{
    wts_lock_acquire(&source->lock);
    queue->is_closed = true;
    if (queue->is_joined) {
        struct wts_event_queue **place = &source->queues;
        while (*place != queue)
            place = &(*place)->next;
        *place = queue->next;
        queue->is_joined = false;
        wts_condition_wake_all(&queue->changed);
    }
    wts_lock_release(&source->lock);
}

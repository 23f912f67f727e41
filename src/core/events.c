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
    const uint32_t error = wts_waiter_begin(&queue->waiter);
    if (error != ERROR_SUCCESS)
        return error;
    if (!queue->is_joined) {
        queue->is_joined = true;
        queue->next = source->queues;
        source->queues = queue;
    }
    queue->mask = mask;
    return ERROR_SUCCESS;
}

/* Whether the wait is over. Under the lock. */
static bool is_over(const struct wts_event_queue *queue)
{
    return queue->waiter.is_closed || queue->waiter.is_flushed || (queue->pending & queue->mask) != 0;
}

uint32_t wts_events_wait(struct wts_event_source *source, struct wts_event_queue *queue, uint32_t mask,
                         uint32_t (*look)(void), uint32_t *events)
{
    uint64_t look_at_ms = look != NULL ? wts_deadline_after(look()) : WTS_NEVER;
    bool is_time = false;
    wts_lock_acquire(&source->lock);
    uint32_t followed = source->calls_to_look;
    uint32_t error = enter(source, queue, mask);
    if (error != ERROR_SUCCESS) {
        wts_lock_release(&source->lock);
        return error;
    }
    while (!is_over(queue)) {
        if (look != NULL && (is_time || followed != source->calls_to_look)) {
            followed = source->calls_to_look;
            wts_lock_release(&source->lock);
            look_at_ms = wts_deadline_after(look());
            wts_lock_acquire(&source->lock);
            is_time = false;
        } else {
            is_time = !wts_condition_wait(&queue->changed, &source->lock, look_at_ms);
        }
    }
    error = wts_waiter_end(&queue->waiter, queue->waiter.is_closed ? RPC_S_CALL_FAILED : ERROR_SUCCESS);
    if (error == ERROR_SUCCESS)
        *events = queue->pending & mask; /* events that came before a flush are still delivered */
    queue->pending = 0;
    wts_lock_release(&source->lock);
    return error;
}

void wts_events_look_again(struct wts_event_source *source)
{
    wts_lock_acquire(&source->lock);
    source->calls_to_look++;
    for (struct wts_event_queue *queue = source->queues; queue != NULL; queue = queue->next)
        wts_condition_wake_all(&queue->changed);
    wts_lock_release(&source->lock);
}

bool wts_events_has_waiter(struct wts_event_source *source)
{
    bool has_waiter = false;
    wts_lock_acquire(&source->lock);
    for (struct wts_event_queue *queue = source->queues; queue != NULL; queue = queue->next)
        has_waiter = has_waiter || queue->waiter.is_waiting;
    wts_lock_release(&source->lock);
    return has_waiter;
}

void wts_events_flush(struct wts_event_source *source, struct wts_event_queue *queue)
{
    wts_lock_acquire(&source->lock);
    if (wts_waiter_flush(&queue->waiter))
        wts_condition_wake_all(&queue->changed);
    wts_lock_release(&source->lock);
}

void wts_events_publish(struct wts_event_source *source, uint32_t events)
{
    wts_lock_acquire(&source->lock);
    for (struct wts_event_queue *queue = source->queues; queue != NULL; queue = queue->next) {
        queue->pending |= events;
        if (queue->waiter.is_waiting && is_over(queue))
            wts_condition_wake_all(&queue->changed);
    }
    wts_lock_release(&source->lock);
}

void wts_events_close(struct wts_event_source *source, struct wts_event_queue *queue)
{
    wts_lock_acquire(&source->lock);
    queue->waiter.is_closed = true;
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

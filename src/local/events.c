/*
 * Events and notifications of this machine: changes that calls of this process make, and changes that the
 * sources of sessions report while a window is registered or a caller waits. Contract:
 * docs/contract.md#wait-system-event, docs/contract.md#notifications.
 */
#include "local/local.h"

#include "core/error.h"
#include "core/registrations.h"
#include "core/window.h"
#include "local/session/source.h"

#define LOOK_INTERVAL_MS 1000U /* how often a waiter looks where no source watches */

static struct wts_event_source source = WTS_EVENT_SOURCE_INITIALIZER;
static struct wts_registrations windows = WTS_REGISTRATIONS_INITIALIZER;

void wts_local_publish(enum wts_session_change change, uint32_t session_id)
{
    wts_registrations_post(&windows, change, session_id);
    wts_events_publish(&source, wts_session_change_events(change));
}

static bool is_needed(void)
{
    return wts_events_has_waiter(&source) || wts_registrations_count(&windows) > 0;
}

static void look_again(void)
{
    wts_events_look_again(&source);
}

static const struct wts_session_watcher watcher = {
    .changed = wts_local_publish, .is_needed = is_needed, .look_again = look_again};

static uint32_t look(void)
{
    if (wts_sessions_watch(&watcher))
        return UINT32_MAX;
    wts_sessions_look(&watcher);
    return LOOK_INTERVAL_MS;
}

/* The queue at which a handle of this machine waits: NULL handles share one, each opened handle has its
 * own. */
static struct wts_event_queue *queue_of(struct wts_server *server)
{
    static struct wts_event_queue shared = WTS_EVENT_QUEUE_INITIALIZER;
    return server == &wts_local_server ? &shared : &((struct wts_local_named *)server)->events;
}

uint32_t wts_local_wait_event(struct wts_server *server, uint32_t mask, uint32_t *events)
{
    struct wts_event_queue *queue = queue_of(server);
    /* Unverified: that a flush ends the wait of one handle, and that a mask without events is a flush. */
    if (mask != 0 && (mask & WTS_EVENTS_FLUSH) == 0)
        return wts_events_wait(&source, queue, mask, look, events);
    wts_events_flush(&source, queue);
    *events = 0;
    return ERROR_SUCCESS;
}

void wts_local_cancel(struct wts_server *server)
{
    wts_events_close(&source, queue_of(server));
}

uint32_t wts_local_register_window(struct wts_server *server, void *window, uint32_t flags)
{
    /* Unverified: windows are registered at the machine, whichever handle names it, and stay registered after
     * the handle is closed. */
    (void)server;
    const uint32_t error =
        wts_registrations_add(&windows, window, flags != 0 ? WTS_SESSION_ANY : wts_window_session(window));
    if (error == ERROR_SUCCESS)
        wts_sessions_watch(&watcher);
    return error;
}

uint32_t wts_local_unregister_window(struct wts_server *server, void *window)
{
    (void)server;
    return wts_registrations_remove(&windows, window);
}

void wts_local_forget_events(void)
{
    wts_registrations_clear(&windows);
}

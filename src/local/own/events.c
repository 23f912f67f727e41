/*
 * Events and notifications of this machine, where no service of the system tells of them: what calls of this
 * process do to sessions (they publish it), and the sessions that come and go in the picture of this machine
 * while somebody waits. There is no thread that looks when nobody waits: a registered window is told what
 * this process does or its waiters see. Contract 3.11 and 3.12.
 */
#include <stdlib.h>

#include "core/error.h"
#include "core/registrations.h"
#include "core/window.h"
#include "local/local.h"

/* How often a waiter looks: one list of processes, which is what the picture is made of. */
#define LOOK_INTERVAL_MS 1000U

static struct wts_event_source source = WTS_EVENT_SOURCE_INITIALIZER;
static struct wts_registrations windows = WTS_REGISTRATIONS_INITIALIZER;

/* The sessions that were there at the last look. */
static struct {
    struct wts_lock lock;
    uint64_t time_ms;
    struct wts_sessions sessions;
    bool is_known;
} seen = {.lock = WTS_LOCK_INITIALIZER};

void wts_local_publish(enum wts_session_change change, uint32_t session_id)
{
    wts_registrations_post(&windows, change, session_id);
    wts_events_publish(&source, wts_session_change_events(change));
}

static const struct wts_session *find(const struct wts_sessions *sessions, uint32_t session_id)
{
    for (uint32_t i = 0; i < sessions->count; i++) {
        if (sessions->rows[i].session_id == session_id)
            return &sessions->rows[i];
    }
    return NULL;
}

/* What is to be published about one session. */
struct news {
    enum wts_session_change change;
    uint32_t session_id;
};

/* Sessions that are there and were not, or were in another state. In this picture a session is seen at the
 * console or not at all. Returns how many news there are. */
static uint32_t find_new(const struct wts_sessions *now, const struct wts_sessions *before, struct news *news)
{
    uint32_t count = 0;
    for (uint32_t i = 0; i < now->count; i++) {
        const struct wts_session *row = &now->rows[i];
        const struct wts_session *old = find(before, row->session_id);
        if (old == NULL)
            news[count++] = (struct news){WTS_CHANGE_CREATE, row->session_id};
        else if (old->state != row->state)
            news[count++] = (struct news){row->state == WTS_STATE_ACTIVE ? WTS_CHANGE_CONSOLE_CONNECT
                                                                         : WTS_CHANGE_CONSOLE_DISCONNECT,
                                          row->session_id};
    }
    return count;
}

/* Sessions that were there and are not. */
static uint32_t find_gone(const struct wts_sessions *now, const struct wts_sessions *before,
                          struct news *news)
{
    uint32_t count = 0;
    for (uint32_t i = 0; i < before->count; i++) {
        if (find(now, before->rows[i].session_id) == NULL)
            news[count++] = (struct news){WTS_CHANGE_TERMINATE, before->rows[i].session_id};
    }
    return count;
}

/* Compares `now` with what was seen, and keeps it instead. Returns the news, NULL for none; without memory
 * what was seen stays, for the next look. Under the lock. */
static struct news *compare(struct wts_sessions *now, uint32_t *count)
{
    struct news *news = NULL;
    *count = 0;
    if (seen.is_known) {
        news = calloc((size_t)now->count + seen.sessions.count, sizeof *news);
        if (news == NULL) {
            now->free(now);
            return NULL;
        }
        *count = find_new(now, &seen.sessions, news);
        *count += find_gone(now, &seen.sessions, news + *count);
        seen.sessions.free(&seen.sessions);
    }
    seen.sessions = *now;
    seen.is_known = true;
    seen.time_ms = wts_clock_ms();
    return news;
}

/* Looks at the sessions, unless somebody just did. A look that fails is no news. */
static void look(void)
{
    struct wts_sessions now;
    struct news *news = NULL;
    uint32_t count = 0;
    wts_lock_acquire(&seen.lock);
    const bool is_due = !seen.is_known || wts_clock_ms() - seen.time_ms >= LOOK_INTERVAL_MS;
    if (is_due && wts_local_list_sessions(&wts_local_server, WTS_SESSIONS_PLAIN, &now) == ERROR_SUCCESS)
        news = compare(&now, &count);
    wts_lock_release(&seen.lock);
    for (uint32_t i = 0; i < count; i++)
        wts_local_publish(news[i].change, news[i].session_id);
    free(news);
}

uint32_t wts_local_wait_event(struct wts_server *server, uint32_t mask, uint32_t *events)
{
    struct wts_event_queue *queue = wts_local_events(server);
    /* Unverified: that a flush is for one handle, and that no event at all is one. */
    if (mask != 0 && (mask & WTS_EVENTS_FLUSH) == 0)
        return wts_events_wait(&source, queue, mask, look, LOOK_INTERVAL_MS, events);
    wts_events_flush(&source, queue);
    *events = 0;
    return ERROR_SUCCESS;
}

void wts_local_cancel(struct wts_server *server)
{
    wts_events_close(&source, wts_local_events(server));
}

uint32_t wts_local_register_window(struct wts_server *server, void *window, uint32_t flags)
{
    /* Unverified: windows belong to the machine, whichever handle names it, and survive the handle. */
    (void)server;
    return wts_registrations_add(&windows, window, flags != 0 ? WTS_SESSION_ANY : wts_window_session(window));
}

uint32_t wts_local_unregister_window(struct wts_server *server, void *window)
{
    (void)server;
    return wts_registrations_remove(&windows, window);
}

void wts_local_forget_events(void)
{
    wts_registrations_clear(&windows);
    if (seen.is_known)
        seen.sessions.free(&seen.sessions);
}

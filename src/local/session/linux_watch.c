/*
 * The watch over the Linux session; see linux_watch.h.
 */
#include "local/session/linux_watch.h"

#include <stdlib.h>

#include "core/deadline.h"
#include "core/error.h"
#include "core/platform.h"
#include "core/trace.h"
#include "helper/client/client.h"
#include "helper/client/find.h"
#include "helper/session/payload.h"
#include "local/session/session_helper.h"

#define MAX_WAIT_MS 300U     /* the longest time that a call waits for the helper */
#define PAUSE_MS 10000U      /* how long no call waits after that; how long the watch outlives a call */
#define TRY_MS 10000U        /* the time in which a helper has to begin the watch */
#define MAX_PAUSE_MS 320000U /* between two tries that failed */

enum state {
    FAILED,  /* the last try failed, or there was none yet */
    TRYING,  /* the helper is being started, or has not answered yet */
    WATCHING /* `picture` is current */
};

/* Reports of the helper that the thread has not taken yet. When the queue is full, a new report replaces the
 * last one. */
enum { QUEUE_LENGTH = 16 };

static struct {
    struct wts_lock lock; /* guards all of it; the client's lock may be held before it, never after */
    struct wts_condition changed;
    bool is_running; /* the thread */
    enum state state;
    uint32_t starts; /* how often a caller has needed the thread */
    uint64_t called_at_ms;
    uint64_t no_wait_until_ms; /* no call waits for the helper before this moment */
    uint64_t look_at_ms;       /* when to look again for a helper, after none was found */
    uint64_t try_at_ms;        /* when to try again, after a failure */
    uint64_t started_at_ms;    /* when the thread began */
    bool is_known;
    bool is_shown; /* since the thread began, a caller was given `picture` or an equal one */
    struct wts_linux_picture picture; /* the last report; before it, what is shown without a helper */
    struct wts_linux_picture queue[QUEUE_LENGTH];
    unsigned queued;
    bool has_ended; /* the channel */
    const struct wts_linux_watcher *watcher;
} watch = {
    .lock = WTS_LOCK_INITIALIZER, .changed = WTS_CONDITION_INITIALIZER, .picture = WTS_LINUX_PICTURE_UNKNOWN};

/* ---- what the helper sends ---- */

static void end_channel(void *context)
{
    (void)context;
    wts_lock_acquire(&watch.lock);
    watch.has_ended = true;
    wts_condition_wake_all(&watch.changed);
    wts_lock_release(&watch.lock);
}

static bool take_event(void *context, const uint8_t *payload, size_t length)
{
    struct wts_linux_picture picture;
    (void)context;
    if (!wts_linux_picture_read(payload, length, &picture))
        return false;
    wts_lock_acquire(&watch.lock);
    if (watch.queued == QUEUE_LENGTH)
        watch.queued--;
    watch.queue[watch.queued++] = picture;
    wts_condition_wake_all(&watch.changed);
    wts_lock_release(&watch.lock);
    return true;
}

/* ---- the thread ---- */

/* Takes a report, and passes on the change to callers that were given another picture: after a late start
 * that is the picture shown without a helper. */
static void take_report(struct wts_linux_picture picture)
{
    wts_lock_acquire(&watch.lock);
    const struct wts_linux_watcher *watcher = watch.watcher;
    const struct wts_linux_picture before = watch.picture;
    const bool is_shown = watch.is_shown || wts_clock_ms() - watch.started_at_ms >= MAX_WAIT_MS;
    if (watch.is_known)
        wts_linux_picture_keep(&picture, &before);
    watch.picture = picture;
    watch.is_known = true;
    watch.is_shown = true;
    watch.state = WATCHING;
    watch.no_wait_until_ms = 0;
    wts_condition_wake_all(&watch.changed);
    wts_lock_release(&watch.lock);
    if (is_shown)
        watcher->changed(&before, &picture);
}

/* Waits for a report until `until_ms`. False: none came, or the channel ended. */
static bool wait_for_report(uint64_t until_ms, struct wts_linux_picture *picture)
{
    bool in_time = true;
    bool has_report = false;
    wts_lock_acquire(&watch.lock);
    while (in_time && watch.queued == 0 && !watch.has_ended)
        in_time = wts_condition_wait(&watch.changed, &watch.lock, until_ms);
    if (watch.queued > 0) {
        *picture = watch.queue[0];
        watch.queued--;
        for (unsigned i = 0; i < watch.queued; i++)
            watch.queue[i] = watch.queue[i + 1];
        has_report = true;
    }
    wts_lock_release(&watch.lock);
    return has_report;
}

static bool has_ended(void)
{
    wts_lock_acquire(&watch.lock);
    const bool has_ended = watch.has_ended;
    wts_lock_release(&watch.lock);
    return has_ended;
}

/*
 * Whether nobody needs the watch any more. If so, the thread no longer counts as running and must end; a
 * caller that comes at that moment starts another one.
 */
static bool retire(void)
{
    wts_lock_acquire(&watch.lock);
    const uint32_t starts = watch.starts;
    wts_lock_release(&watch.lock);
    const bool is_needed = watch.watcher->is_needed();
    wts_lock_acquire(&watch.lock);
    const bool is_recent = watch.state != FAILED && wts_clock_ms() - watch.called_at_ms < PAUSE_MS;
    const bool is_over = !is_needed && !is_recent && starts == watch.starts;
    if (is_over) {
        watch.is_running = false;
        if (watch.state == WATCHING)
            watch.state = FAILED;
    }
    wts_lock_release(&watch.lock);
    return is_over;
}

/* Takes the reports of an open channel until it ends (true) or nobody needs the watch (false). */
static bool listen(void)
{
    struct wts_linux_picture picture;
    for (;;) {
        if (wait_for_report(wts_deadline_after(PAUSE_MS), &picture))
            take_report(picture);
        else if (has_ended())
            return true;
        else if (retire())
            return false;
    }
}

/* Requests a report of the session now and after every change. */
static uint32_t begin_watch(struct wts_channel *channel, uint64_t deadline_ms)
{
    struct wts_linux_picture picture;
    struct wts_channel_answer answer =
        wts_channel_open(channel, NULL, NULL, (struct wts_channel_secret){NULL, 0}, deadline_ms);
    uint32_t error = answer.outcome.error;
    free(answer.block);
    if (error == ERROR_SUCCESS) {
        answer = wts_channel_request(channel, WTS_LINUX_WATCH, NULL, NULL, deadline_ms);
        error = answer.outcome.error;
        if (error == ERROR_SUCCESS &&
            !wts_linux_picture_read(answer.payload.data, answer.payload.left, &picture))
            error = RPC_S_CALL_FAILED;
        if (error == ERROR_SUCCESS)
            wts_linux_picture_trace(answer.payload.data, answer.payload.left);
        free(answer.block);
    }
    if (error == ERROR_SUCCESS)
        take_report(picture);
    else
        wts_trace(WTS_TRACE_ERRORS, "the Linux session: no answer of wts-session, error %lu",
                  (unsigned long)error);
    return error;
}

/* Runs the watch of one helper to its end. Returns whether the thread goes on; *error: why the watch did not
 * begin. */
static bool watch_once(uint32_t *error)
{
    static const struct wts_channel_listener listener = {.event = take_event, .ended = end_channel};
    bool goes_on = true;
    wts_lock_acquire(&watch.lock);
    watch.state = TRYING;
    watch.queued = 0;
    watch.has_ended = false;
    wts_lock_release(&watch.lock);
    struct wts_channel *channel = wts_channel_create(&wts_session_helper, WTS_SESSION_DUTY, &listener);
    *error = channel != NULL ? begin_watch(channel, wts_deadline_after(TRY_MS)) : ERROR_NOT_ENOUGH_MEMORY;
    if (*error == ERROR_SUCCESS)
        goes_on = listen();
    if (channel != NULL)
        wts_channel_close(channel);
    return goes_on;
}

static void fail(uint32_t pause_ms)
{
    wts_lock_acquire(&watch.lock);
    watch.state = FAILED;
    watch.try_at_ms = wts_deadline_after(pause_ms);
    watch.no_wait_until_ms = wts_deadline_after(PAUSE_MS);
    wts_condition_wake_all(&watch.changed);
    wts_lock_release(&watch.lock);
}

/* No helper can be started: the thread ends, even if it is needed. The next caller that needs it tries
 * again. */
static void stop(void)
{
    wts_lock_acquire(&watch.lock);
    watch.is_running = false;
    wts_lock_release(&watch.lock);
}

/* Waits until the next try is due, or retires (false). */
static bool wait_for_try(void)
{
    bool is_time = false;
    while (!is_time) {
        if (retire())
            return false;
        const uint64_t check_at_ms = wts_deadline_after(PAUSE_MS);
        wts_lock_acquire(&watch.lock);
        while (wts_clock_ms() < watch.try_at_ms &&
               wts_condition_wait(&watch.changed, &watch.lock,
                                  watch.try_at_ms < check_at_ms ? watch.try_at_ms : check_at_ms)) {
        }
        is_time = wts_clock_ms() >= watch.try_at_ms;
        wts_lock_release(&watch.lock);
    }
    return true;
}

/* How long to wait after a watch that ended or did not begin: a helper that ended is replaced at once, but
 * not several in a row. */
static uint32_t pause_after(bool has_begun, uint64_t began_at_ms, unsigned *failures)
{
    uint32_t pause_ms = PAUSE_MS;
    if (has_begun && wts_clock_ms() - began_at_ms >= PAUSE_MS)
        *failures = 0;
    const bool is_replaced_at_once = has_begun && *failures == 0;
    for (unsigned i = 1; i < *failures && pause_ms < MAX_PAUSE_MS; i++)
        pause_ms *= 2;
    (*failures)++;
    return is_replaced_at_once ? 0 : pause_ms;
}

static void run(void *argument)
{
    unsigned failures = 0;
    (void)argument;
    bool goes_on = wait_for_try();
    while (goes_on) {
        uint32_t error;
        const uint64_t began_at_ms = wts_clock_ms();
        goes_on = watch_once(&error);
        if (!goes_on)
            break;
        const bool has_begun = error == ERROR_SUCCESS;
        if (has_begun)
            watch.watcher->is_lost();
        const uint32_t pause_ms = pause_after(has_begun, began_at_ms, &failures);
        if (pause_ms > 0)
            fail(pause_ms);
        goes_on = error != RPC_S_PROTSEQ_NOT_SUPPORTED;
        if (goes_on)
            goes_on = wait_for_try();
        else
            stop();
    }
}

/* ---- callers ---- */

/* Whether there is a helper to start; if not, no call looks again for a while. Call under the lock. */
static bool has_helper(void)
{
    char path[1024];
    if (wts_helper_find(&wts_session_helper, path, sizeof path))
        return true;
    watch.look_at_ms = wts_deadline_after(PAUSE_MS);
    watch.no_wait_until_ms = watch.look_at_ms;
    return false;
}

/* Starts the thread if there is none, and with it a helper. After a failure its first try is delayed. Call
 * under the lock. */
static void need(const struct wts_linux_watcher *watcher)
{
    watch.starts++;
    if (watch.watcher == NULL)
        watch.watcher = watcher;
    if (watch.is_running || wts_clock_ms() < watch.look_at_ms)
        return;
    if (!has_helper())
        return;
    watch.started_at_ms = wts_clock_ms();
    watch.is_shown = false;
    watch.is_running = wts_thread_start(run, NULL);
    if (watch.is_running && watch.started_at_ms >= watch.no_wait_until_ms)
        watch.state = TRYING;
    watch.try_at_ms = watch.no_wait_until_ms;
}

/* Whether a call may wait for the helper. Under the lock. */
static bool may_wait(void)
{
    if (wts_clock_ms() < watch.no_wait_until_ms)
        return false;
    need(watch.watcher);
    if (watch.is_running && watch.state == FAILED) {
        watch.state = TRYING;
        watch.try_at_ms = 0;
        wts_condition_wake_all(&watch.changed);
    }
    return true;
}

bool wts_linux_watch_start(const struct wts_linux_watcher *watcher)
{
    wts_lock_acquire(&watch.lock);
    need(watcher);
    const bool is_watching = watch.state == WATCHING;
    wts_lock_release(&watch.lock);
    return is_watching;
}

bool wts_linux_watch_read(const struct wts_linux_watcher *watcher, struct wts_linux_picture *picture)
{
    const uint64_t until_ms = wts_deadline_after(MAX_WAIT_MS);
    bool is_late = false;
    wts_lock_acquire(&watch.lock);
    watch.called_at_ms = wts_clock_ms();
    if (watch.watcher == NULL)
        watch.watcher = watcher;
    if (watch.state != WATCHING && may_wait()) {
        bool in_time = true;
        while (in_time && watch.state == TRYING)
            in_time = wts_condition_wait(&watch.changed, &watch.lock, until_ms);
        is_late = watch.state == TRYING;
        if (is_late)
            watch.no_wait_until_ms = wts_deadline_after(PAUSE_MS);
    }
    const bool is_known = watch.is_known;
    if (is_known)
        *picture = watch.picture;
    watch.is_shown = true;
    wts_lock_release(&watch.lock);
    if (is_late)
        wts_trace(WTS_TRACE_ERRORS, "the Linux session: no answer of wts-session within %u ms", MAX_WAIT_MS);
    return is_known;
}

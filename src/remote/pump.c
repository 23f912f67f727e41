/*
 * Fetches the changes of an opened server's sessions; see pump.h.
 */
#include "remote/pump.h"

#include <stdlib.h>

#include "core/error.h"
#include "core/trace.h"
#include "remote/call.h"
#include "remote/remote.h"
#include "remote/tsts/notification.h"

#define MAX_PAUSE_MS 60000U
#define MAX_ANSWER (256U << 10) /* bytes of one answer, decoded: 32,768 changes */

struct wts_pump {
    struct wts_remote_server *remote; /* holds a reference */
    struct wts_link *link;            /* NULL: lost */
    struct wts_context_handle context;
    struct wts_pool_ticket ticket; /* for the wait */
    bool is_stopped;               /* guarded by the lock of remote->windows */
};

/* Unverified: that the bits for connect and disconnect mean remote ones, since the console has bits of its
 * own. */
static const struct {
    uint32_t bit;
    enum wts_session_change change;
} changes[] = {
    {WTS_LSM_NOTIFY_CREATE, WTS_CHANGE_CREATE},
    {WTS_LSM_NOTIFY_CONNECT, WTS_CHANGE_REMOTE_CONNECT},
    {WTS_LSM_NOTIFY_DISCONNECT, WTS_CHANGE_REMOTE_DISCONNECT},
    {WTS_LSM_NOTIFY_LOGON, WTS_CHANGE_LOGON},
    {WTS_LSM_NOTIFY_LOGOFF, WTS_CHANGE_LOGOFF},
    {WTS_LSM_NOTIFY_SHADOW_START, WTS_CHANGE_REMOTE_CONTROL},
    {WTS_LSM_NOTIFY_SHADOW_STOP, WTS_CHANGE_REMOTE_CONTROL},
    {WTS_LSM_NOTIFY_TERMINATE, WTS_CHANGE_TERMINATE},
    {WTS_LSM_NOTIFY_CONSOLE_CONNECT, WTS_CHANGE_CONSOLE_CONNECT},
    {WTS_LSM_NOTIFY_CONSOLE_DISCONNECT, WTS_CHANGE_CONSOLE_DISCONNECT},
    {WTS_LSM_NOTIFY_LOCK, WTS_CHANGE_LOCK},
    {WTS_LSM_NOTIFY_UNLOCK, WTS_CHANGE_UNLOCK},
};

enum { CHANGE_COUNT = sizeof changes / sizeof changes[0] };

/* All of the above, of every session. Unverified: "this session" means no session of the server. */
static struct wts_lsm_events wanted_events(void)
{
    struct wts_lsm_events events = {.session_id = 0xFFFFFFFFU};
    for (unsigned i = 0; i < CHANGE_COUNT; i++)
        events.mask |= changes[i].bit;
    return events;
}

/* Gives up the connection; if it is usable, unregisters first, until `until_ms`. */
static void disconnect(struct wts_pump *pump, bool is_usable, uint64_t until_ms)
{
    struct wts_pool *pool = &pump->remote->pool;
    if (is_usable)
        wts_link_close(pool, pump->link, &wts_notification_context, &pump->context, until_ms);
    wts_pool_drop(pool, pump->link);
    pump->link = NULL;
}

static struct wts_call_result connect(struct wts_pump *pump, struct wts_deadline *deadline)
{
    struct wts_remote_server *remote = pump->remote;
    const struct wts_lsm_events events = wanted_events();
    struct wts_call_result result =
        wts_pool_take(&remote->pool, &wts_interface_notification, WTS_POOL_NEW | WTS_POOL_LONG, &pump->ticket,
                      deadline, &pump->link);
    if (result.error != ERROR_SUCCESS)
        return result;
    result = wts_link_open(&remote->pool, pump->link, &wts_notification_context, &events, deadline->end_ms,
                           &pump->context);
    if (result.error != ERROR_SUCCESS)
        disconnect(pump, false, 0);
    return result;
}

/*
 * Whether connect() failed because the server refuses this user. A failure on the way does not count, nor
 * does a pipe or an interface that a starting server does not have yet, whatever the code.
 */
static bool is_refused(const struct wts_call_result *result)
{
    return result->is_refused_logon || (result->is_answer && result->error == ERROR_ACCESS_DENIED);
}

/* Each change should have one bit; several bits are posted as several changes. */
static void post(struct wts_remote_windows *windows, const struct wts_lsm_session_change *change)
{
    for (unsigned i = 0; i < CHANGE_COUNT; i++) {
        if ((change->event & changes[i].bit) != 0)
            wts_registrations_post(&windows->registrations, changes[i].change, change->session_id);
    }
}

struct wts_link *wts_pump_stop(struct wts_pump *pump)
{
    struct wts_remote_windows *windows = &pump->remote->windows;
    pump->is_stopped = true;
    if (windows->pump == pump)
        windows->pump = NULL;
    wts_condition_wake_all(&windows->changed);
    return wts_pool_cancel(&pump->remote->pool, &pump->ticket);
}

/* Posts the changes in an answer. A pump without windows stops. */
static void deliver(struct wts_pump *pump, const struct wts_lsm_session_changes *answer)
{
    struct wts_remote_windows *windows = &pump->remote->windows;
    wts_lock_acquire(&windows->lock);
    for (uint32_t i = 0; i < answer->count && !pump->is_stopped; i++)
        post(windows, &answer->changes[i]);
    if (!pump->is_stopped && wts_registrations_count(&windows->registrations) == 0)
        wts_pump_stop(pump); /* it has no call in flight here */
    wts_lock_release(&windows->lock);
}

/* Waits once for changes and posts them; *count: how many. After a failure the connection is gone. */
static struct wts_call_result fetch(struct wts_pump *pump, uint32_t *count)
{
    struct wts_pool *pool = &pump->remote->pool;
    struct wts_ndr_arena arena;
    struct wts_lsm_session_changes answer;
    if (!wts_pool_enter(pool, &pump->ticket, pump->link))
        return (struct wts_call_result){.error =
                                            RPC_S_CALL_FAILED}; /* stopped: the connection is still good */
    wts_ndr_arena_init(&arena, MAX_ANSWER);
    const struct wts_call_result result = wts_link_call(pool, pump->link, &wts_lsm_wait_async_notification,
                                                        &pump->context, NULL, WTS_NEVER, &arena, &answer);
    const bool is_usable = wts_pool_leave(pool, &pump->ticket) && !result.broken;
    if (result.error == ERROR_SUCCESS) {
        *count = answer.count;
        deliver(pump, &answer);
    }
    wts_ndr_arena_free(&arena);
    if (result.error != ERROR_SUCCESS || !is_usable)
        disconnect(pump, is_usable, WTS_NEVER);
    return result;
}

static bool is_stopped(struct wts_pump *pump)
{
    wts_lock_acquire(&pump->remote->windows.lock);
    const bool is_stopped = pump->is_stopped;
    wts_lock_release(&pump->remote->windows.lock);
    return is_stopped;
}

/* Waits for `pause_ms`, or until the pump is stopped. */
static void rest(struct wts_pump *pump, uint32_t pause_ms)
{
    struct wts_remote_windows *windows = &pump->remote->windows;
    const uint64_t until_ms = wts_deadline_after(pause_ms);
    wts_lock_acquire(&windows->lock);
    while (!pump->is_stopped && wts_condition_wait(&windows->changed, &windows->lock, until_ms)) {
    }
    wts_lock_release(&windows->lock);
}

/*
 * Decides how to go on after a failure, of connecting or later. A refused log-on is not repeated, because
 * each one counts towards the account's lock-out: the windows stay registered, and the next registration
 * tries again.
 */
static void judge(struct wts_pump *pump, uint32_t error, bool is_final)
{
    struct wts_remote_windows *windows = &pump->remote->windows;
    wts_lock_acquire(&windows->lock);
    const bool was_stopped = pump->is_stopped;
    if (is_final && !was_stopped)
        wts_pump_stop(pump);
    wts_lock_release(&windows->lock);
    if (!was_stopped)
        wts_trace(WTS_TRACE_ERRORS, "session notifications: error %lu, %s", (unsigned long)error,
                  is_final ? "given up" : "connecting anew");
}

void wts_pump_discard(struct wts_pump *pump, uint64_t until_ms)
{
    if (pump->link != NULL)
        disconnect(pump, true, until_ms);
    free(pump);
}

static void run(void *argument)
{
    struct wts_pump *pump = argument;
    struct wts_remote_server *remote = pump->remote;
    uint32_t pause_ms = remote->windows.first_pause_ms;
    while (!is_stopped(pump)) {
        uint32_t count = 0;
        const bool is_connecting = pump->link == NULL;
        struct wts_deadline deadline = wts_deadline_start(&remote->timeouts);
        const struct wts_call_result result = is_connecting ? connect(pump, &deadline) : fetch(pump, &count);
        if (result.error != ERROR_SUCCESS)
            judge(pump, result.error, is_connecting && is_refused(&result));
        if (count > 0) {
            pause_ms = remote->windows.first_pause_ms;
        } else if (result.error != ERROR_SUCCESS ||
                   !is_connecting) { /* an empty answer counts as a failure */
            rest(pump, pause_ms);
            pause_ms = pause_ms < MAX_PAUSE_MS / 2 ? 2 * pause_ms : MAX_PAUSE_MS;
        }
    }
    wts_pump_discard(pump, WTS_NEVER);
    wts_remote_release(remote);
}

uint32_t wts_pump_make(struct wts_operation *operation, struct wts_pump **made)
{
    struct wts_pump *pump = calloc(1, sizeof *pump);
    if (pump == NULL)
        return ERROR_NOT_ENOUGH_MEMORY;
    pump->remote = operation->remote;
    const uint32_t error = connect(pump, &operation->deadline).error;
    if (error != ERROR_SUCCESS)
        free(pump);
    else
        *made = pump;
    return error;
}

bool wts_pump_start(struct wts_pump *pump)
{
    wts_remote_retain(pump->remote);
    pump->remote->windows.pump = pump;
    if (wts_thread_start(run, pump))
        return true;
    pump->remote->windows.pump = NULL;
    wts_remote_release(pump->remote);
    return false;
}

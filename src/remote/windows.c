/*
 * WTSRegisterSessionNotificationEx on an opened server: the windows registered at a handle, and when the pump
 * that fetches their messages (pump.h) begins and ends. docs/contract.md#notifications
 */
#include "core/error.h"
#include "core/sessions.h"
#include "remote/pump.h"
#include "remote/remote.h"

#define FIRST_PAUSE_MS 1000U

/* Registers `window` and starts the pump for it. Call under the lock. */
static uint32_t start(struct wts_remote_windows *windows, struct wts_pump *pump, void *window)
{
    if (windows->is_closed)
        return RPC_S_CALL_FAILED;
    const uint32_t error = wts_registrations_add(&windows->registrations, window, WTS_SESSION_ANY);
    if (error != ERROR_SUCCESS)
        return error;
    if (wts_pump_start(pump))
        return ERROR_SUCCESS;
    wts_registrations_remove(&windows->registrations, window);
    return ERROR_NOT_ENOUGH_MEMORY;
}

/*
 * Makes the first registration. Called under the lock, which is released while it waits for the network.
 * *unused becomes a pump that is not needed, for the caller to discard after it has released the lock.
 */
static uint32_t register_first(struct wts_operation *operation, void *window, struct wts_pump **unused)
{
    struct wts_remote_windows *windows = &operation->remote->windows;
    struct wts_pump *pump = NULL;
    windows->is_starting = true;
    wts_lock_release(&windows->lock);
    uint32_t error = wts_pump_make(operation, &pump);
    wts_lock_acquire(&windows->lock);
    windows->is_starting = false;
    wts_condition_wake_all(&windows->changed);
    if (pump == NULL)
        return error;
    error = start(windows, pump, window);
    if (error != ERROR_SUCCESS)
        *unused = pump;
    return error;
}

uint32_t wts_remote_register_window(struct wts_server *server, void *window, uint32_t flags)
{
    struct wts_operation operation = wts_operation_begin(server);
    struct wts_remote_windows *windows = &operation.remote->windows;
    struct wts_pump *unused = NULL;
    uint32_t error;
    if (flags != 0) /* NOTIFY_FOR_ALL_SESSIONS is for this machine only */
        return ERROR_INVALID_PARAMETER;
    wts_lock_acquire(&windows->lock);
    while (windows->is_starting &&
           wts_condition_wait(&windows->changed, &windows->lock, operation.deadline.end_ms)) {
    }
    if (windows->is_starting)
        error = RPC_S_CALL_CANCELLED;
    else if (windows->pump != NULL)
        error = wts_registrations_add(&windows->registrations, window, WTS_SESSION_ANY);
    else
        error = register_first(&operation, window, &unused);
    wts_lock_release(&windows->lock);
    if (unused != NULL)
        wts_pump_discard(unused, operation.deadline.end_ms);
    return error;
}

uint32_t wts_remote_unregister_window(struct wts_server *server, void *window)
{
    struct wts_remote_server *remote = (struct wts_remote_server *)server;
    struct wts_remote_windows *windows = &remote->windows;
    struct wts_link *link = NULL;
    wts_lock_acquire(&windows->lock);
    const uint32_t error = wts_registrations_remove(&windows->registrations, window);
    if (windows->pump != NULL && wts_registrations_count(&windows->registrations) == 0)
        link = wts_pump_stop(windows->pump);
    wts_lock_release(&windows->lock);
    wts_pool_cut(&remote->pool, link);
    return error;
}

void wts_remote_events_init(struct wts_remote_server *remote)
{
    wts_lock_initialize(&remote->wait.lock);
    wts_lock_initialize(&remote->windows.lock);
    wts_condition_initialize(&remote->windows.changed);
    wts_lock_initialize(&remote->windows.registrations.lock);
    remote->windows.first_pause_ms = FIRST_PAUSE_MS;
}

void wts_remote_events_close(struct wts_remote_server *remote)
{
    struct wts_link *link = NULL;
    wts_lock_acquire(&remote->wait.lock);
    remote->wait.waiter.is_closed = true;
    wts_lock_release(&remote->wait.lock);
    wts_lock_acquire(&remote->windows.lock);
    remote->windows.is_closed = true;
    if (remote->windows.pump != NULL)
        link = wts_pump_stop(remote->windows.pump);
    wts_lock_release(&remote->windows.lock);
    wts_pool_cut(&remote->pool, link);
}

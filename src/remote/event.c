/*
 * WTSWaitSystemEvent on an opened server: RpcWinStationWaitSystemEvent, [MS-TSTS], which lasts until
 * something happens, on a connection of its own; ending that connection ends the wait.
 * docs/wire.md#legacy-behaviour, docs/contract.md#wait-system-event
 */
#include "core/error.h"
#include "core/session_change.h"
#include "remote/call.h"
#include "remote/remote.h"
#include "remote/tsts/legacy.h"

static uint32_t ask(struct wts_operation *operation, uint32_t mask, uint32_t *events)
{
    struct wts_legacy_events answer;
    operation->lasts_ms = UINT32_MAX;
    operation->ticket = &operation->remote->wait.ticket;
    const uint32_t error = wts_perform(operation, &wts_legacy_wait_system_event, &mask, NULL, &answer);
    if (error == ERROR_SUCCESS)
        *events = answer.events;
    return error;
}

/* Becomes the waiter of the handle. */
static uint32_t enter(struct wts_remote_wait *wait)
{
    wts_lock_acquire(&wait->lock);
    const uint32_t error = wait->is_closed    ? ERROR_OPERATION_ABORTED
                           : wait->has_waiter ? ERROR_BUSY
                                              : ERROR_SUCCESS;
    if (error == ERROR_SUCCESS) {
        wait->has_waiter = true;
        wait->is_flushed = false;
        wait->ticket = (struct wts_pool_ticket){.link = NULL};
    }
    wts_lock_release(&wait->lock);
    return error;
}

/* Is it no more; returns what the end of its call, `error`, means. */
static uint32_t leave(struct wts_remote_wait *wait, uint32_t error)
{
    wts_lock_acquire(&wait->lock);
    wait->has_waiter = false;
    if (error == RPC_S_CALL_FAILED && wait->is_closed)
        error = ERROR_OPERATION_ABORTED;
    else if (error == RPC_S_CALL_FAILED && wait->is_flushed)
        error = ERROR_SUCCESS;
    wts_lock_release(&wait->lock);
    return error;
}

static void flush(struct wts_remote_server *remote)
{
    struct wts_remote_wait *wait = &remote->wait;
    struct wts_link *link = NULL;
    wts_lock_acquire(&wait->lock);
    if (wait->has_waiter) {
        wait->is_flushed = true;
        link = wts_pool_cancel(&remote->pool, &wait->ticket);
    }
    wts_lock_release(&wait->lock);
    wts_pool_cut(&remote->pool, link);
}

uint32_t wts_remote_wait_event(struct wts_server *server, uint32_t mask, uint32_t *events)
{
    struct wts_operation operation = wts_operation_begin(server);
    struct wts_remote_server *remote = operation.remote;
    uint32_t found = 0;
    uint32_t error = ERROR_SUCCESS;
    if (mask == 0 || (mask & WTS_EVENTS_FLUSH) != 0) {
        flush(remote);
    } else {
        error = enter(&remote->wait);
        if (error == ERROR_SUCCESS)
            error = leave(&remote->wait, ask(&operation, mask, &found));
    }
    if (error == ERROR_SUCCESS)
        *events = found;
    return error;
}

/*
 * WTSWaitSystemEvent on an opened server: RpcWinStationWaitSystemEvent, [MS-TSTS]. The call returns only when
 * an event happens, so it has its own connection; closing that connection ends the wait.
 * docs/wire.md#legacy-behaviour, docs/contract.md#wait-system-event
 */
#include "core/error.h"
#include "core/session_change.h"
#include "remote/call.h"
#include "remote/remote.h"
#include "remote/tsts/legacy.h"

static uint32_t perform_wait(struct wts_operation *operation, uint32_t mask, uint32_t *events)
{
    struct wts_legacy_events answer;
    operation->lasts_ms = UINT32_MAX;
    operation->ticket = &operation->remote->wait.ticket;
    const uint32_t error = wts_perform(operation, &wts_legacy_wait_system_event, &mask, NULL, &answer);
    if (error == ERROR_SUCCESS)
        *events = answer.events;
    return error;
}

static uint32_t begin(struct wts_remote_wait *wait)
{
    wts_lock_acquire(&wait->lock);
    const uint32_t error = wts_waiter_begin(&wait->waiter);
    if (error == ERROR_SUCCESS)
        wait->ticket = (struct wts_pool_ticket){.link = NULL};
    wts_lock_release(&wait->lock);
    return error;
}

static uint32_t end(struct wts_remote_wait *wait, uint32_t error)
{
    wts_lock_acquire(&wait->lock);
    error = wts_waiter_end(&wait->waiter, error);
    wts_lock_release(&wait->lock);
    return error;
}

static void flush(struct wts_remote_server *remote)
{
    struct wts_remote_wait *wait = &remote->wait;
    struct wts_link *link = NULL;
    wts_lock_acquire(&wait->lock);
    if (wts_waiter_flush(&wait->waiter))
        link = wts_pool_cancel(&remote->pool, &wait->ticket);
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
        error = begin(&remote->wait);
        if (error == ERROR_SUCCESS)
            error = end(&remote->wait, perform_wait(&operation, mask, &found));
    }
    if (error == ERROR_SUCCESS)
        *events = found;
    return error;
}

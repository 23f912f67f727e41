/*
 * The one waiter of a handle; see waiter.h.
 */
#include "core/waiter.h"

#include "core/error.h"

uint32_t wts_waiter_begin(struct wts_waiter *waiter)
{
    if (waiter->is_closed)
        return ERROR_OPERATION_ABORTED;
    if (waiter->is_waiting)
        return ERROR_BUSY;
    waiter->is_waiting = true;
    waiter->is_flushed = false;
    return ERROR_SUCCESS;
}

uint32_t wts_waiter_end(struct wts_waiter *waiter, uint32_t error)
{
    waiter->is_waiting = false;
    if (error != ERROR_SUCCESS && waiter->is_closed)
        return ERROR_OPERATION_ABORTED;
    return error == RPC_S_CALL_FAILED && waiter->is_flushed ? ERROR_SUCCESS : error;
}

bool wts_waiter_flush(struct wts_waiter *waiter)
{
    if (waiter->is_waiting)
        waiter->is_flushed = true;
    return waiter->is_waiting;
}

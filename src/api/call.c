/*
 * The frame of every export; see call.h.
 */
#include "api/call.h"

#include "core/trace.h"

struct wts_call wts_call_begin(const char *name)
{
    const struct wts_call call = {.name = name, .entry_error = GetLastError()};
    return call;
}

static BOOL set_last_error(const struct wts_call *call, DWORD error)
{
    SetLastError(error != ERROR_SUCCESS ? error : call->entry_error);
    return error == ERROR_SUCCESS;
}

BOOL wts_call_end(const struct wts_call *call, DWORD error)
{
    if (error != ERROR_SUCCESS)
        wts_trace(WTS_TRACE_ERRORS, "%s: failed, error %lu", call->name, error);
    else
        wts_trace(WTS_TRACE_CALLS, "%s: done", call->name);
    return set_last_error(call, error);
}

BOOL wts_call_end_cleared(const struct wts_call *call, DWORD error)
{
    const BOOL done = wts_call_end(call, error);
    if (done)
        SetLastError(ERROR_SUCCESS);
    return done;
}

BOOL wts_call_refuse(const char *name)
{
    const struct wts_call call = wts_call_begin(name);
    wts_trace(WTS_TRACE_MISSING, "%s: not implemented, error %ld", name, ERROR_CALL_NOT_IMPLEMENTED);
    return set_last_error(&call, ERROR_CALL_NOT_IMPLEMENTED);
}

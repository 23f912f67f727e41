/*
 * The export that waits for system events, docs/contract.md#wait-system-event: all NULL handles are one
 * handle.
 */
#include <wtsapi32.h>

#include "api/call.h"
#include "core/server.h"
#include "forward/forward.h"

BOOL WINAPI WTSWaitSystemEvent(HANDLE hServer, DWORD EventMask, DWORD *pEventFlags)
{
    WTS_FORWARD_LOCAL(WTSWaitSystemEvent, hServer, (NULL, EventMask, pEventFlags));
    const struct wts_call call = wts_call_begin("WTSWaitSystemEvent");
    struct wts_server *server;
    uint32_t events = WTS_EVENT_NONE;
    if (pEventFlags == NULL)
        return wts_call_end(&call, ERROR_INVALID_PARAMETER);
    DWORD error = wts_server_acquire(hServer, &server);
    if (error == ERROR_SUCCESS) {
        error = server->backend->wait_event(server, EventMask, &events);
        wts_server_release(hServer);
    }
    if (error == ERROR_SUCCESS)
        *pEventFlags = events;
    return wts_call_end(&call, error);
}

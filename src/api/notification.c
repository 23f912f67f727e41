/*
 * Exports that register windows for WM_WTSSESSION_CHANGE, docs/contract.md#notifications. The window is
 * checked first, then the flags, then the handle. A window of another process may be registered. Unverified:
 * all of this.
 */
#include <wtsapi32.h>

#include "api/call.h"
#include "core/server.h"
#include "core/window.h"
#include "forward/forward.h"

static DWORD register_window(HANDLE handle, HWND window, DWORD flags)
{
    struct wts_server *server;
    if (wts_window_owner(window) == 0)
        return ERROR_INVALID_WINDOW_HANDLE;
    if (flags != NOTIFY_FOR_THIS_SESSION && flags != NOTIFY_FOR_ALL_SESSIONS)
        return ERROR_INVALID_PARAMETER;
    DWORD error = wts_server_acquire(handle, &server);
    if (error == ERROR_SUCCESS) {
        error = server->backend->register_window(server, window, flags);
        wts_server_release(handle);
    }
    return error;
}

static DWORD unregister_window(HANDLE handle, HWND window)
{
    struct wts_server *server;
    if (wts_window_owner(window) == 0)
        return ERROR_INVALID_WINDOW_HANDLE;
    DWORD error = wts_server_acquire(handle, &server);
    if (error == ERROR_SUCCESS) {
        error = server->backend->unregister_window(server, window);
        wts_server_release(handle);
    }
    return error;
}

BOOL WINAPI WTSRegisterSessionNotification(HWND hWnd, DWORD dwFlags)
{
    WTS_FORWARD(WTSRegisterSessionNotification, (hWnd, dwFlags));
    const struct wts_call call = wts_call_begin("WTSRegisterSessionNotification");
    return wts_call_end(&call, register_window(WTS_CURRENT_SERVER_HANDLE, hWnd, dwFlags));
}

BOOL WINAPI WTSRegisterSessionNotificationEx(HANDLE hServer, HWND hWnd, DWORD dwFlags)
{
    WTS_FORWARD_LOCAL(WTSRegisterSessionNotificationEx, hServer, (NULL, hWnd, dwFlags));
    const struct wts_call call = wts_call_begin("WTSRegisterSessionNotificationEx");
    return wts_call_end(&call, register_window(hServer, hWnd, dwFlags));
}

BOOL WINAPI WTSUnRegisterSessionNotification(HWND hWnd)
{
    WTS_FORWARD(WTSUnRegisterSessionNotification, (hWnd));
    const struct wts_call call = wts_call_begin("WTSUnRegisterSessionNotification");
    return wts_call_end(&call, unregister_window(WTS_CURRENT_SERVER_HANDLE, hWnd));
}

BOOL WINAPI WTSUnRegisterSessionNotificationEx(HANDLE hServer, HWND hWnd)
{
    WTS_FORWARD_LOCAL(WTSUnRegisterSessionNotificationEx, hServer, (NULL, hWnd));
    const struct wts_call call = wts_call_begin("WTSUnRegisterSessionNotificationEx");
    return wts_call_end(&call, unregister_window(hServer, hWnd));
}

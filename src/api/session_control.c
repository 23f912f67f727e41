/*
 * Exports that log off, disconnect and take over sessions, and that shut the system down,
 * docs/contract.md#session-control. Arguments are checked before the handle.
 */
#include <wtsapi32.h>

#include <stdlib.h>
#include <string.h>

#include "api/call.h"
#include "core/server.h"
#include "forward/forward.h"

#define SHUTDOWN_FLAGS                                                                                       \
    (WTS_WSD_LOGOFF | WTS_WSD_SHUTDOWN | WTS_WSD_REBOOT | WTS_WSD_POWEROFF | WTS_WSD_FASTREBOOT)

static BOOL end_session(const char *name, HANDLE handle, bool logs_off, DWORD session, BOOL waits)
{
    const struct wts_call call = wts_call_begin(name);
    struct wts_server *server;
    DWORD error = wts_server_acquire(handle, &server);
    if (error == ERROR_SUCCESS) {
        const struct wts_backend *backend = server->backend;
        error = (logs_off ? backend->logoff_session : backend->disconnect_session)(server, session,
                                                                                   waits != FALSE);
        wts_server_release(handle);
    }
    return wts_call_end(&call, error);
}

BOOL WINAPI WTSDisconnectSession(HANDLE hServer, DWORD SessionId, BOOL bWait)
{
    WTS_FORWARD_LOCAL(WTSDisconnectSession, hServer, (NULL, SessionId, bWait));
    return end_session("WTSDisconnectSession", hServer, false, SessionId, bWait);
}

BOOL WINAPI WTSLogoffSession(HANDLE hServer, DWORD SessionId, BOOL bWait)
{
    WTS_FORWARD_LOCAL(WTSLogoffSession, hServer, (NULL, SessionId, bWait));
    return end_session("WTSLogoffSession", hServer, true, SessionId, bWait);
}

BOOL WINAPI WTSShutdownSystem(HANDLE hServer, DWORD ShutdownFlag)
{
    WTS_FORWARD_LOCAL(WTSShutdownSystem, hServer, (NULL, ShutdownFlag));
    const struct wts_call call = wts_call_begin("WTSShutdownSystem");
    struct wts_server *server;
    if (ShutdownFlag == 0 || (ShutdownFlag & ~(DWORD)SHUTDOWN_FLAGS) != 0)
        return wts_call_end(&call, ERROR_INVALID_PARAMETER);
    DWORD error = wts_server_acquire(hServer, &server);
    if (error == ERROR_SUCCESS) {
        error = server->backend->shutdown_system(server, ShutdownFlag);
        wts_server_release(hServer);
    }
    return wts_call_end(&call, error);
}

/* What WTSConnectSession checks before it looks at sessions; `password` is of either form. */
static bool are_arguments_valid(ULONG session, ULONG target, const void *password)
{
    return password != NULL && !(session == WTS_CURRENT_SESSION && target == WTS_CURRENT_SESSION);
}

/* Converts the password to UTF-16, and wipes that copy before its memory is freed. */
static DWORD connect_ansi(ULONG session, ULONG target, const char *password, BOOL waits)
{
    DWORD error = ERROR_INVALID_PARAMETER;
    const size_t capacity = strlen(password) + 1; /* a byte is at most one unit */
    WCHAR *wide = capacity <= INT_MAX ? calloc(capacity, sizeof *wide) : NULL;
    if (wide == NULL)
        return ERROR_NOT_ENOUGH_MEMORY;
    if (MultiByteToWideChar(CP_ACP, MB_ERR_INVALID_CHARS, password, -1, wide, (int)capacity) > 0)
        error = wts_local_connect_session(session, target, wide, waits != FALSE);
    SecureZeroMemory(wide, capacity * sizeof *wide);
    free(wide);
    return error;
}

BOOL WINAPI WTSConnectSessionW(ULONG LogonId, ULONG TargetLogonId, PWSTR pPassword, BOOL bWait)
{
    WTS_FORWARD(WTSConnectSessionW, (LogonId, TargetLogonId, pPassword, bWait));
    const struct wts_call call = wts_call_begin("WTSConnectSessionW");
    DWORD error = ERROR_INVALID_PARAMETER;
    if (are_arguments_valid(LogonId, TargetLogonId, pPassword))
        error = wts_local_connect_session(LogonId, TargetLogonId, pPassword, bWait != FALSE);
    return wts_call_end(&call, error);
}

BOOL WINAPI WTSConnectSessionA(ULONG LogonId, ULONG TargetLogonId, PSTR pPassword, BOOL bWait)
{
    WTS_FORWARD(WTSConnectSessionA, (LogonId, TargetLogonId, pPassword, bWait));
    const struct wts_call call = wts_call_begin("WTSConnectSessionA");
    DWORD error = ERROR_INVALID_PARAMETER;
    if (are_arguments_valid(LogonId, TargetLogonId, pPassword))
        error = connect_ansi(LogonId, TargetLogonId, pPassword, bWait);
    return wts_call_end(&call, error);
}

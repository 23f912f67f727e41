/*
 * Exports about processes. docs/contract.md#terminate-process
 */
#include <wtsapi32.h>

#include "api/call.h"
#include "core/server.h"

BOOL WINAPI WTSTerminateProcess(HANDLE hServer, DWORD ProcessId, DWORD ExitCode)
{
    const struct wts_call call = wts_call_begin("WTSTerminateProcess");
    struct wts_server *server;
    DWORD error = wts_server_acquire(hServer, &server);
    if (error == ERROR_SUCCESS) {
        error = server->backend->terminate_process(server, ProcessId, ExitCode);
        wts_server_release(hServer);
    }
    return wts_call_end(&call, error);
}

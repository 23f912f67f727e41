/*
 * Exports that open and close servers, docs/contract.md#open-server. Opening never touches the network, and
 * only NULL, "", ".", "localhost" and this machine's own name mean this machine: docs/design.md#opening.
 */
#include <wtsapi32.h>

#include "api/call.h"
#include "core/machine.h"
#include "core/server.h"

#define NAME_CAPACITY 256 /* 255 characters and the NUL */

/* Opens `name`, at most 255 characters, NULL for this machine. */
static DWORD open_server(const WCHAR *name, HANDLE *handle)
{
    struct wts_server *server;
    const bool is_remote = name != NULL && !wts_machine_is_this(name);
    const DWORD error = is_remote ? wts_remote_open(name, &server) : wts_local_open(&server);
    if (error != ERROR_SUCCESS)
        return error;
    *handle = wts_server_open(server);
    return *handle != NULL ? ERROR_SUCCESS : ERROR_NOT_ENOUGH_MEMORY;
}

static HANDLE open_wide(const char *function, const WCHAR *name)
{
    const struct wts_call call = wts_call_begin(function);
    HANDLE handle = NULL;
    DWORD error = ERROR_INVALID_PARAMETER;
    if (name == NULL || wcsnlen(name, NAME_CAPACITY) < NAME_CAPACITY)
        error = open_server(name, &handle);
    wts_call_end(&call, error);
    return handle;
}

static HANDLE open_ansi(const char *function, const char *name)
{
    const struct wts_call call = wts_call_begin(function);
    WCHAR wide[NAME_CAPACITY];
    if (name == NULL)
        return open_wide(function, NULL);
    if (MultiByteToWideChar(CP_ACP, MB_ERR_INVALID_CHARS, name, -1, wide, NAME_CAPACITY) == 0) {
        wts_call_end(&call, ERROR_INVALID_PARAMETER);
        return NULL;
    }
    SetLastError(call.entry_error);
    return open_wide(function, wide);
}

HANDLE WINAPI WTSOpenServerW(LPWSTR pServerName)
{
    return open_wide("WTSOpenServerW", pServerName);
}

HANDLE WINAPI WTSOpenServerA(LPSTR pServerName)
{
    return open_ansi("WTSOpenServerA", pServerName);
}

HANDLE WINAPI WTSOpenServerExW(LPWSTR pServerName)
{
    return open_wide("WTSOpenServerExW", pServerName);
}

HANDLE WINAPI WTSOpenServerExA(LPSTR pServerName)
{
    return open_ansi("WTSOpenServerExA", pServerName);
}

VOID WINAPI WTSCloseServer(HANDLE hServer)
{
    const struct wts_call call = wts_call_begin("WTSCloseServer");
    wts_server_close(hServer);
    wts_call_end(&call, ERROR_SUCCESS);
}

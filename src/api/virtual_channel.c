/*
 * Exports of virtual channels, docs/contract.md#virtual-channels: those of the session that the program runs
 * in. Arguments are checked before handles.
 */
#include <wtsapi32.h>

#include <stdbool.h>
#include <string.h>

#include "api/call.h"
#include "core/result.h"
#include "core/server.h"
#include "core/virtual_channels.h"
#include "forward/forward.h"

#define ALL_OPTIONS (WTS_CHANNEL_OPTION_DYNAMIC_PRI_REAL | WTS_CHANNEL_OPTION_DYNAMIC_NO_COMPRESS)

/* Only dynamic channels have priorities and compression. */
static bool are_options_valid(DWORD options)
{
    const bool is_dynamic = (options & WTS_CHANNEL_OPTION_DYNAMIC) != 0;
    return (options & ~(DWORD)(WTS_CHANNEL_OPTION_DYNAMIC | ALL_OPTIONS)) == 0 &&
           (is_dynamic || options == 0);
}

static bool is_name_valid(const char *name, DWORD options)
{
    const size_t max = options == 0 ? WTS_CHANNEL_MAX_STATIC_NAME : WTS_CHANNEL_MAX_NAME;
    const size_t length = name != NULL ? strnlen(name, max + 1) : 0;
    return length != 0 && length <= max;
}

static bool is_own_session(DWORD session)
{
    DWORD own;
    return session == WTS_CURRENT_SESSION ||
           (ProcessIdToSessionId(GetCurrentProcessId(), &own) && own == session);
}

static DWORD open_channel(DWORD session, const char *name, DWORD options, HANDLE *channel)
{
    void *opened;
    if (!is_own_session(session))
        return ERROR_ACCESS_DENIED;
    const DWORD error = wts_virtual_channel_open(name, options, &opened);
    if (error == ERROR_SUCCESS)
        *channel = opened;
    return error;
}

/* 6, or 50 for the handle of another machine. */
static DWORD check_server(HANDLE handle)
{
    struct wts_server *server;
    const DWORD error = wts_server_acquire(handle, &server);
    if (error != ERROR_SUCCESS)
        return error;
    wts_server_release(handle);
    return wts_server_is_local(handle) ? ERROR_SUCCESS : ERROR_NOT_SUPPORTED;
}

HANDLE WINAPI WTSVirtualChannelOpen(HANDLE hServer, DWORD SessionId, LPSTR pVirtualName)
{
    WTS_FORWARD_LOCAL(WTSVirtualChannelOpen, hServer, (NULL, SessionId, pVirtualName));
    const struct wts_call call = wts_call_begin("WTSVirtualChannelOpen");
    HANDLE channel = NULL;
    DWORD error = ERROR_INVALID_PARAMETER;
    if (is_name_valid(pVirtualName, 0))
        error = check_server(hServer);
    if (error == ERROR_SUCCESS)
        error = open_channel(SessionId, pVirtualName, 0, &channel);
    wts_call_end(&call, error);
    return channel;
}

HANDLE WINAPI WTSVirtualChannelOpenEx(DWORD SessionId, LPSTR pVirtualName, DWORD flags)
{
    WTS_FORWARD(WTSVirtualChannelOpenEx, (SessionId, pVirtualName, flags));
    const struct wts_call call = wts_call_begin("WTSVirtualChannelOpenEx");
    HANDLE channel = NULL;
    DWORD error = ERROR_INVALID_PARAMETER;
    if (are_options_valid(flags) && is_name_valid(pVirtualName, flags))
        error = open_channel(SessionId, pVirtualName, flags, &channel);
    wts_call_end(&call, error);
    return channel;
}

BOOL WINAPI WTSVirtualChannelClose(HANDLE hChannelHandle)
{
    WTS_FORWARD(WTSVirtualChannelClose, (hChannelHandle));
    const struct wts_call call = wts_call_begin("WTSVirtualChannelClose");
    return wts_call_end(&call, wts_virtual_channel_close(hChannelHandle));
}

/* A part of a message comes with 234, as from ReadFile. */
BOOL WINAPI WTSVirtualChannelRead(HANDLE hChannelHandle, ULONG TimeOut, PCHAR Buffer, ULONG BufferSize,
                                  PULONG pBytesRead)
{
    WTS_FORWARD(WTSVirtualChannelRead, (hChannelHandle, TimeOut, Buffer, BufferSize, pBytesRead));
    const struct wts_call call = wts_call_begin("WTSVirtualChannelRead");
    uint32_t length = 0;
    DWORD error = ERROR_INVALID_PARAMETER;
    if (Buffer != NULL && BufferSize != 0 && pBytesRead != NULL)
        error = wts_virtual_channel_read(hChannelHandle, TimeOut, Buffer, BufferSize, &length);
    if (error == ERROR_SUCCESS || error == ERROR_MORE_DATA)
        *pBytesRead = length;
    return wts_call_end(&call, error);
}

BOOL WINAPI WTSVirtualChannelWrite(HANDLE hChannelHandle, PCHAR Buffer, ULONG Length, PULONG pBytesWritten)
{
    WTS_FORWARD(WTSVirtualChannelWrite, (hChannelHandle, Buffer, Length, pBytesWritten));
    const struct wts_call call = wts_call_begin("WTSVirtualChannelWrite");
    DWORD error = ERROR_INVALID_PARAMETER;
    if ((Buffer != NULL || Length == 0) && pBytesWritten != NULL)
        error = wts_virtual_channel_write(hChannelHandle, Buffer, Length);
    if (error == ERROR_SUCCESS)
        *pBytesWritten = Length;
    return wts_call_end(&call, error);
}

BOOL WINAPI WTSVirtualChannelPurgeInput(HANDLE hChannelHandle)
{
    WTS_FORWARD(WTSVirtualChannelPurgeInput, (hChannelHandle));
    const struct wts_call call = wts_call_begin("WTSVirtualChannelPurgeInput");
    return wts_call_end(&call, wts_virtual_channel_purge_input(hChannelHandle));
}

BOOL WINAPI WTSVirtualChannelPurgeOutput(HANDLE hChannelHandle)
{
    WTS_FORWARD(WTSVirtualChannelPurgeOutput, (hChannelHandle));
    const struct wts_call call = wts_call_begin("WTSVirtualChannelPurgeOutput");
    return wts_call_end(&call, wts_virtual_channel_purge_output(hChannelHandle));
}

/* Returns the file handle in a block of its own. */
static DWORD give_file(HANDLE channel, void **buffer, DWORD *length)
{
    void *file;
    const DWORD error = wts_virtual_channel_file(channel, &file);
    if (error != ERROR_SUCCESS)
        return error;
    HANDLE *block = wts_result_allocate(sizeof file);
    if (block == NULL)
        return ERROR_NOT_ENOUGH_MEMORY;
    *block = file;
    *buffer = block;
    *length = sizeof file;
    return ERROR_SUCCESS;
}

/* The documentation names WTSVirtualClientData, and says that it is not supported. */
BOOL WINAPI WTSVirtualChannelQuery(HANDLE hChannelHandle, WTS_VIRTUAL_CLASS WtsVirtualClass, PVOID *ppBuffer,
                                   DWORD *pBytesReturned)
{
    WTS_FORWARD_BUFFER(WTSVirtualChannelQuery, true,
                       (hChannelHandle, WtsVirtualClass, ppBuffer, pBytesReturned), ppBuffer, 0,
                       WTS_RELEASE_PLAIN, 0);
    const struct wts_call call = wts_call_begin("WTSVirtualChannelQuery");
    DWORD error = ERROR_INVALID_PARAMETER;
    if (ppBuffer != NULL && pBytesReturned != NULL && WtsVirtualClass == WTSVirtualFileHandle)
        error = give_file(hChannelHandle, ppBuffer, pBytesReturned);
    return wts_call_end(&call, error);
}

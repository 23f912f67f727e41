/*
 * Exports of virtual channels, docs/contract.md#virtual-channels: each refuses with 120.
 */
#include <wtsapi32.h>

#include "api/call.h"
#include "forward/forward.h"

BOOL WINAPI WTSVirtualChannelClose(HANDLE hChannelHandle)
{
    WTS_FORWARD(WTSVirtualChannelClose, (hChannelHandle));
    return wts_call_refuse("WTSVirtualChannelClose");
}

HANDLE WINAPI WTSVirtualChannelOpen(HANDLE hServer, DWORD SessionId, LPSTR pVirtualName)
{
    WTS_FORWARD_LOCAL(WTSVirtualChannelOpen, hServer, (NULL, SessionId, pVirtualName));
    wts_call_refuse("WTSVirtualChannelOpen");
    return NULL;
}

HANDLE WINAPI WTSVirtualChannelOpenEx(DWORD SessionId, LPSTR pVirtualName, DWORD flags)
{
    WTS_FORWARD(WTSVirtualChannelOpenEx, (SessionId, pVirtualName, flags));
    wts_call_refuse("WTSVirtualChannelOpenEx");
    return NULL;
}

BOOL WINAPI WTSVirtualChannelPurgeInput(HANDLE hChannelHandle)
{
    WTS_FORWARD(WTSVirtualChannelPurgeInput, (hChannelHandle));
    return wts_call_refuse("WTSVirtualChannelPurgeInput");
}

BOOL WINAPI WTSVirtualChannelPurgeOutput(HANDLE hChannelHandle)
{
    WTS_FORWARD(WTSVirtualChannelPurgeOutput, (hChannelHandle));
    return wts_call_refuse("WTSVirtualChannelPurgeOutput");
}

BOOL WINAPI WTSVirtualChannelQuery(HANDLE hChannelHandle, WTS_VIRTUAL_CLASS WtsVirtualClass, PVOID *ppBuffer,
                                   DWORD *pBytesReturned)
{
    WTS_FORWARD_BUFFER(WTSVirtualChannelQuery, true,
                       (hChannelHandle, WtsVirtualClass, ppBuffer, pBytesReturned), ppBuffer, 0,
                       WTS_RELEASE_PLAIN, 0);
    return wts_call_refuse("WTSVirtualChannelQuery");
}

BOOL WINAPI WTSVirtualChannelRead(HANDLE hChannelHandle, ULONG TimeOut, PCHAR Buffer, ULONG BufferSize,
                                  PULONG pBytesRead)
{
    WTS_FORWARD(WTSVirtualChannelRead, (hChannelHandle, TimeOut, Buffer, BufferSize, pBytesRead));
    return wts_call_refuse("WTSVirtualChannelRead");
}

BOOL WINAPI WTSVirtualChannelWrite(HANDLE hChannelHandle, PCHAR Buffer, ULONG Length, PULONG pBytesWritten)
{
    WTS_FORWARD(WTSVirtualChannelWrite, (hChannelHandle, Buffer, Length, pBytesWritten));
    return wts_call_refuse("WTSVirtualChannelWrite");
}

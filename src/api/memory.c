/*
 * Exports that free what other exports returned; docs/contract.md#memory, docs/contract.md#free-memory. Every
 * result is one LocalAlloc block, so each of these exports, and LocalFree, frees any block, and the class and
 * the count of the Ex functions are not needed. A block of the system's own DLL goes back to that DLL.
 */
#include <wtsapi32.h>

#include "api/call.h"
#include "forward/buffers.h"

VOID WINAPI WTSFreeMemory(PVOID pMemory)
{
    const struct wts_call call = wts_call_begin("WTSFreeMemory");
    if (!wts_forward_free(pMemory))
        LocalFree(pMemory);
    wts_call_end(&call, ERROR_SUCCESS);
}

static BOOL free_block(const char *name, WTS_TYPE_CLASS type, PVOID block)
{
    const struct wts_call call = wts_call_begin(name);
    if (type < WTSTypeProcessInfoLevel0 || type > WTSTypeSerializedUserCredential)
        return wts_call_end(&call, ERROR_INVALID_PARAMETER);
    if (!wts_forward_free(block))
        LocalFree(block);
    return wts_call_end(&call, ERROR_SUCCESS);
}

BOOL WINAPI WTSFreeMemoryExW(WTS_TYPE_CLASS WTSTypeClass, PVOID pMemory, ULONG NumberOfEntries)
{
    (void)NumberOfEntries;
    return free_block("WTSFreeMemoryExW", WTSTypeClass, pMemory);
}

BOOL WINAPI WTSFreeMemoryExA(WTS_TYPE_CLASS WTSTypeClass, PVOID pMemory, ULONG NumberOfEntries)
{
    (void)NumberOfEntries;
    return free_block("WTSFreeMemoryExA", WTSTypeClass, pMemory);
}

/*
 * The exports that def/exports.csv lists as not implemented: each gives its failure value, sets last
 * error 120 (ERROR_CALL_NOT_IMPLEMENTED), leaves its outputs alone and writes one trace line.
 */
#include <wtsapi32.h>

#include "api/call.h"
#include "forward/forward.h"

BOOL WINAPI WTSQueryUserConfigA(LPSTR pServerName, LPSTR pUserName, WTS_CONFIG_CLASS WTSConfigClass,
                                LPSTR *ppBuffer, DWORD *pBytesReturned)
{
    WTS_FORWARD_BUFFER(WTSQueryUserConfigA, true,
                       (pServerName, pUserName, WTSConfigClass, ppBuffer, pBytesReturned), ppBuffer, 0,
                       WTS_RELEASE_PLAIN, 0);
    return wts_call_refuse("WTSQueryUserConfigA");
}

BOOL WINAPI WTSQueryUserConfigW(LPWSTR pServerName, LPWSTR pUserName, WTS_CONFIG_CLASS WTSConfigClass,
                                LPWSTR *ppBuffer, DWORD *pBytesReturned)
{
    WTS_FORWARD_BUFFER(WTSQueryUserConfigW, true,
                       (pServerName, pUserName, WTSConfigClass, ppBuffer, pBytesReturned), ppBuffer, 0,
                       WTS_RELEASE_PLAIN, 0);
    return wts_call_refuse("WTSQueryUserConfigW");
}

BOOL WINAPI WTSSetUserConfigA(LPSTR pServerName, LPSTR pUserName, WTS_CONFIG_CLASS WTSConfigClass,
                              LPSTR pBuffer, DWORD DataLength)
{
    WTS_FORWARD(WTSSetUserConfigA, (pServerName, pUserName, WTSConfigClass, pBuffer, DataLength));
    return wts_call_refuse("WTSSetUserConfigA");
}

BOOL WINAPI WTSSetUserConfigW(LPWSTR pServerName, LPWSTR pUserName, WTS_CONFIG_CLASS WTSConfigClass,
                              LPWSTR pBuffer, DWORD DataLength)
{
    WTS_FORWARD(WTSSetUserConfigW, (pServerName, pUserName, WTSConfigClass, pBuffer, DataLength));
    return wts_call_refuse("WTSSetUserConfigW");
}

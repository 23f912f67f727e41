/*
 * The exports whose turn comes later, as def/exports.csv lists them: each gives its failure value, sets last
 * error 120 (ERROR_CALL_NOT_IMPLEMENTED), leaves its outputs alone and writes one trace line. None says that
 * it did something.
 */
#include <wtsapi32.h>
#include <wtshintapi.h>

#include "api/call.h"
#include "forward/forward.h"

VOID WINAPI WTSCloudAuthClose(WTS_CLOUD_AUTH_HANDLE cloudAuthHandle)
{
    if (WTS_FORWARDED(WTSCloudAuthClose) != NULL) {
        WTS_FORWARDED(WTSCloudAuthClose)(cloudAuthHandle);
        return;
    }
    wts_call_refuse("WTSCloudAuthClose");
}

BOOL WINAPI WTSCloudAuthConvertAssertionToSerializedUserCredential(
    WTS_CLOUD_AUTH_HANDLE cloudAuthHandle, PCSTR assertion, ULONG assertionLength, PCWSTR resourceId,
    PWTS_SERIALIZED_USER_CREDENTIAL *userCredential)
{
    WTS_FORWARD_BUFFER(WTSCloudAuthConvertAssertionToSerializedUserCredential, true,
                       (cloudAuthHandle, assertion, assertionLength, resourceId, userCredential),
                       userCredential, 1, WTS_RELEASE_EX_W, WTSTypeSerializedUserCredential);
    return wts_call_refuse("WTSCloudAuthConvertAssertionToSerializedUserCredential");
}

BOOL WINAPI WTSCloudAuthDuplicateSerializedUserCredential(
    const WTS_SERIALIZED_USER_CREDENTIAL *userCredential, PWTS_SERIALIZED_USER_CREDENTIAL *newUserCredential)
{
    WTS_FORWARD_BUFFER(WTSCloudAuthDuplicateSerializedUserCredential, true,
                       (userCredential, newUserCredential), newUserCredential, 1, WTS_RELEASE_EX_W,
                       WTSTypeSerializedUserCredential);
    return wts_call_refuse("WTSCloudAuthDuplicateSerializedUserCredential");
}

BOOL WINAPI WTSCloudAuthGetServerNonce(WTS_CLOUD_AUTH_HANDLE cloudAuthHandle, PWSTR *serverNonce)
{
    WTS_FORWARD_BUFFER(WTSCloudAuthGetServerNonce, true, (cloudAuthHandle, serverNonce), serverNonce, 1,
                       WTS_RELEASE_EX_W, WTSTypeCloudAuthServerNonce);
    return wts_call_refuse("WTSCloudAuthGetServerNonce");
}

BOOL WINAPI WTSCloudAuthNetworkLogonWithSerializedCredential(WTS_CLOUD_AUTH_HANDLE cloudAuthHandle,
                                                             PWTS_SERIALIZED_USER_CREDENTIAL userCredential,
                                                             PHANDLE token)
{
    WTS_FORWARD(WTSCloudAuthNetworkLogonWithSerializedCredential, (cloudAuthHandle, userCredential, token));
    return wts_call_refuse("WTSCloudAuthNetworkLogonWithSerializedCredential");
}

WTS_CLOUD_AUTH_HANDLE WINAPI WTSCloudAuthOpen(const GUID *activityId)
{
    WTS_FORWARD(WTSCloudAuthOpen, (activityId));
    wts_call_refuse("WTSCloudAuthOpen");
    return NULL;
}

BOOL WINAPI WTSCreateListenerA(HANDLE hServer, PVOID pReserved, DWORD Reserved, LPSTR pListenerName,
                               PWTSLISTENERCONFIGA pBuffer, DWORD flag)
{
    WTS_FORWARD_LOCAL(WTSCreateListenerA, hServer, (NULL, pReserved, Reserved, pListenerName, pBuffer, flag));
    return wts_call_refuse("WTSCreateListenerA");
}

BOOL WINAPI WTSCreateListenerW(HANDLE hServer, PVOID pReserved, DWORD Reserved, LPWSTR pListenerName,
                               PWTSLISTENERCONFIGW pBuffer, DWORD flag)
{
    WTS_FORWARD_LOCAL(WTSCreateListenerW, hServer, (NULL, pReserved, Reserved, pListenerName, pBuffer, flag));
    return wts_call_refuse("WTSCreateListenerW");
}

BOOL WINAPI WTSEnableChildSessions(BOOL bEnable)
{
    WTS_FORWARD(WTSEnableChildSessions, (bEnable));
    return wts_call_refuse("WTSEnableChildSessions");
}

BOOL WINAPI WTSEnumerateListenersA(HANDLE hServer, PVOID pReserved, DWORD Reserved,
                                   PWTSLISTENERNAMEA pListeners, DWORD *pCount)
{
    WTS_FORWARD_LOCAL(WTSEnumerateListenersA, hServer, (NULL, pReserved, Reserved, pListeners, pCount));
    return wts_call_refuse("WTSEnumerateListenersA");
}

BOOL WINAPI WTSEnumerateListenersW(HANDLE hServer, PVOID pReserved, DWORD Reserved,
                                   PWTSLISTENERNAMEW pListeners, DWORD *pCount)
{
    WTS_FORWARD_LOCAL(WTSEnumerateListenersW, hServer, (NULL, pReserved, Reserved, pListeners, pCount));
    return wts_call_refuse("WTSEnumerateListenersW");
}

BOOL WINAPI WTSGetChildSessionId(PULONG pSessionId)
{
    WTS_FORWARD(WTSGetChildSessionId, (pSessionId));
    return wts_call_refuse("WTSGetChildSessionId");
}

BOOL WINAPI WTSGetListenerSecurityA(HANDLE hServer, PVOID pReserved, DWORD Reserved, LPSTR pListenerName,
                                    SECURITY_INFORMATION SecurityInformation,
                                    PSECURITY_DESCRIPTOR pSecurityDescriptor, DWORD nLength,
                                    LPDWORD lpnLengthNeeded)
{
    WTS_FORWARD_LOCAL(WTSGetListenerSecurityA, hServer,
                      (NULL, pReserved, Reserved, pListenerName, SecurityInformation, pSecurityDescriptor,
                       nLength, lpnLengthNeeded));
    return wts_call_refuse("WTSGetListenerSecurityA");
}

BOOL WINAPI WTSGetListenerSecurityW(HANDLE hServer, PVOID pReserved, DWORD Reserved, LPWSTR pListenerName,
                                    SECURITY_INFORMATION SecurityInformation,
                                    PSECURITY_DESCRIPTOR pSecurityDescriptor, DWORD nLength,
                                    LPDWORD lpnLengthNeeded)
{
    WTS_FORWARD_LOCAL(WTSGetListenerSecurityW, hServer,
                      (NULL, pReserved, Reserved, pListenerName, SecurityInformation, pSecurityDescriptor,
                       nLength, lpnLengthNeeded));
    return wts_call_refuse("WTSGetListenerSecurityW");
}

BOOL WINAPI WTSIsChildSessionsEnabled(PBOOL pbEnabled)
{
    WTS_FORWARD(WTSIsChildSessionsEnabled, (pbEnabled));
    return wts_call_refuse("WTSIsChildSessionsEnabled");
}

BOOL WINAPI WTSQueryListenerConfigA(HANDLE hServer, PVOID pReserved, DWORD Reserved, LPSTR pListenerName,
                                    PWTSLISTENERCONFIGA pBuffer)
{
    WTS_FORWARD_LOCAL(WTSQueryListenerConfigA, hServer, (NULL, pReserved, Reserved, pListenerName, pBuffer));
    return wts_call_refuse("WTSQueryListenerConfigA");
}

BOOL WINAPI WTSQueryListenerConfigW(HANDLE hServer, PVOID pReserved, DWORD Reserved, LPWSTR pListenerName,
                                    PWTSLISTENERCONFIGW pBuffer)
{
    WTS_FORWARD_LOCAL(WTSQueryListenerConfigW, hServer, (NULL, pReserved, Reserved, pListenerName, pBuffer));
    return wts_call_refuse("WTSQueryListenerConfigW");
}

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

BOOL WINAPI WTSSetListenerSecurityA(HANDLE hServer, PVOID pReserved, DWORD Reserved, LPSTR pListenerName,
                                    SECURITY_INFORMATION SecurityInformation,
                                    PSECURITY_DESCRIPTOR pSecurityDescriptor)
{
    WTS_FORWARD_LOCAL(WTSSetListenerSecurityA, hServer,
                      (NULL, pReserved, Reserved, pListenerName, SecurityInformation, pSecurityDescriptor));
    return wts_call_refuse("WTSSetListenerSecurityA");
}

BOOL WINAPI WTSSetListenerSecurityW(HANDLE hServer, PVOID pReserved, DWORD Reserved, LPWSTR pListenerName,
                                    SECURITY_INFORMATION SecurityInformation,
                                    PSECURITY_DESCRIPTOR pSecurityDescriptor)
{
    WTS_FORWARD_LOCAL(WTSSetListenerSecurityW, hServer,
                      (NULL, pReserved, Reserved, pListenerName, SecurityInformation, pSecurityDescriptor));
    return wts_call_refuse("WTSSetListenerSecurityW");
}

HRESULT WINAPI WTSSetRenderHint(UINT64 *pRenderHintID, HWND hwndOwner, DWORD renderHintType,
                                DWORD cbHintDataLength, BYTE *pHintData)
{
    WTS_FORWARD(WTSSetRenderHint, (pRenderHintID, hwndOwner, renderHintType, cbHintDataLength, pHintData));
    wts_call_refuse("WTSSetRenderHint");
    return HRESULT_FROM_WIN32(ERROR_CALL_NOT_IMPLEMENTED);
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

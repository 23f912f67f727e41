/*
 * The exports whose turn comes later, as def/exports.csv lists them: each gives its failure value, sets last
 * error 120 (ERROR_CALL_NOT_IMPLEMENTED), leaves its outputs alone and writes one trace line. None says that
 * it did something.
 */
#include <wtsapi32.h>
#include <wtshintapi.h>

#include "api/call.h"

VOID WINAPI WTSCloudAuthClose(WTS_CLOUD_AUTH_HANDLE cloudAuthHandle)
{
    wts_call_refuse("WTSCloudAuthClose");
}

BOOL WINAPI WTSCloudAuthConvertAssertionToSerializedUserCredential(
    WTS_CLOUD_AUTH_HANDLE cloudAuthHandle, PCSTR assertion, ULONG assertionLength, PCWSTR resourceId,
    PWTS_SERIALIZED_USER_CREDENTIAL *userCredential)
{
    return wts_call_refuse("WTSCloudAuthConvertAssertionToSerializedUserCredential");
}

BOOL WINAPI WTSCloudAuthDuplicateSerializedUserCredential(
    const WTS_SERIALIZED_USER_CREDENTIAL *userCredential, PWTS_SERIALIZED_USER_CREDENTIAL *newUserCredential)
{
    return wts_call_refuse("WTSCloudAuthDuplicateSerializedUserCredential");
}

BOOL WINAPI WTSCloudAuthGetServerNonce(WTS_CLOUD_AUTH_HANDLE cloudAuthHandle, PWSTR *serverNonce)
{
    return wts_call_refuse("WTSCloudAuthGetServerNonce");
}

BOOL WINAPI WTSCloudAuthNetworkLogonWithSerializedCredential(WTS_CLOUD_AUTH_HANDLE cloudAuthHandle,
                                                             PWTS_SERIALIZED_USER_CREDENTIAL userCredential,
                                                             PHANDLE token)
{
    return wts_call_refuse("WTSCloudAuthNetworkLogonWithSerializedCredential");
}

WTS_CLOUD_AUTH_HANDLE WINAPI WTSCloudAuthOpen(const GUID *activityId)
{
    wts_call_refuse("WTSCloudAuthOpen");
    return NULL;
}

BOOL WINAPI WTSCreateListenerA(HANDLE hServer, PVOID pReserved, DWORD Reserved, LPSTR pListenerName,
                               PWTSLISTENERCONFIGA pBuffer, DWORD flag)
{
    return wts_call_refuse("WTSCreateListenerA");
}

BOOL WINAPI WTSCreateListenerW(HANDLE hServer, PVOID pReserved, DWORD Reserved, LPWSTR pListenerName,
                               PWTSLISTENERCONFIGW pBuffer, DWORD flag)
{
    return wts_call_refuse("WTSCreateListenerW");
}

BOOL WINAPI WTSEnableChildSessions(BOOL bEnable)
{
    return wts_call_refuse("WTSEnableChildSessions");
}

BOOL WINAPI WTSEnumerateListenersA(HANDLE hServer, PVOID pReserved, DWORD Reserved,
                                   PWTSLISTENERNAMEA pListeners, DWORD *pCount)
{
    return wts_call_refuse("WTSEnumerateListenersA");
}

BOOL WINAPI WTSEnumerateListenersW(HANDLE hServer, PVOID pReserved, DWORD Reserved,
                                   PWTSLISTENERNAMEW pListeners, DWORD *pCount)
{
    return wts_call_refuse("WTSEnumerateListenersW");
}

BOOL WINAPI WTSGetChildSessionId(PULONG pSessionId)
{
    return wts_call_refuse("WTSGetChildSessionId");
}

BOOL WINAPI WTSGetListenerSecurityA(HANDLE hServer, PVOID pReserved, DWORD Reserved, LPSTR pListenerName,
                                    SECURITY_INFORMATION SecurityInformation,
                                    PSECURITY_DESCRIPTOR pSecurityDescriptor, DWORD nLength,
                                    LPDWORD lpnLengthNeeded)
{
    return wts_call_refuse("WTSGetListenerSecurityA");
}

BOOL WINAPI WTSGetListenerSecurityW(HANDLE hServer, PVOID pReserved, DWORD Reserved, LPWSTR pListenerName,
                                    SECURITY_INFORMATION SecurityInformation,
                                    PSECURITY_DESCRIPTOR pSecurityDescriptor, DWORD nLength,
                                    LPDWORD lpnLengthNeeded)
{
    return wts_call_refuse("WTSGetListenerSecurityW");
}

BOOL WINAPI WTSIsChildSessionsEnabled(PBOOL pbEnabled)
{
    return wts_call_refuse("WTSIsChildSessionsEnabled");
}

BOOL WINAPI WTSQueryListenerConfigA(HANDLE hServer, PVOID pReserved, DWORD Reserved, LPSTR pListenerName,
                                    PWTSLISTENERCONFIGA pBuffer)
{
    return wts_call_refuse("WTSQueryListenerConfigA");
}

BOOL WINAPI WTSQueryListenerConfigW(HANDLE hServer, PVOID pReserved, DWORD Reserved, LPWSTR pListenerName,
                                    PWTSLISTENERCONFIGW pBuffer)
{
    return wts_call_refuse("WTSQueryListenerConfigW");
}

BOOL WINAPI WTSQueryUserConfigA(LPSTR pServerName, LPSTR pUserName, WTS_CONFIG_CLASS WTSConfigClass,
                                LPSTR *ppBuffer, DWORD *pBytesReturned)
{
    return wts_call_refuse("WTSQueryUserConfigA");
}

BOOL WINAPI WTSQueryUserConfigW(LPWSTR pServerName, LPWSTR pUserName, WTS_CONFIG_CLASS WTSConfigClass,
                                LPWSTR *ppBuffer, DWORD *pBytesReturned)
{
    return wts_call_refuse("WTSQueryUserConfigW");
}

BOOL WINAPI WTSRegisterSessionNotification(HWND hWnd, DWORD dwFlags)
{
    return wts_call_refuse("WTSRegisterSessionNotification");
}

BOOL WINAPI WTSRegisterSessionNotificationEx(HANDLE hServer, HWND hWnd, DWORD dwFlags)
{
    return wts_call_refuse("WTSRegisterSessionNotificationEx");
}

BOOL WINAPI WTSSetListenerSecurityA(HANDLE hServer, PVOID pReserved, DWORD Reserved, LPSTR pListenerName,
                                    SECURITY_INFORMATION SecurityInformation,
                                    PSECURITY_DESCRIPTOR pSecurityDescriptor)
{
    return wts_call_refuse("WTSSetListenerSecurityA");
}

BOOL WINAPI WTSSetListenerSecurityW(HANDLE hServer, PVOID pReserved, DWORD Reserved, LPWSTR pListenerName,
                                    SECURITY_INFORMATION SecurityInformation,
                                    PSECURITY_DESCRIPTOR pSecurityDescriptor)
{
    return wts_call_refuse("WTSSetListenerSecurityW");
}

HRESULT WINAPI WTSSetRenderHint(UINT64 *pRenderHintID, HWND hwndOwner, DWORD renderHintType,
                                DWORD cbHintDataLength, BYTE *pHintData)
{
    wts_call_refuse("WTSSetRenderHint");
    return HRESULT_FROM_WIN32(ERROR_CALL_NOT_IMPLEMENTED);
}

BOOL WINAPI WTSSetUserConfigA(LPSTR pServerName, LPSTR pUserName, WTS_CONFIG_CLASS WTSConfigClass,
                              LPSTR pBuffer, DWORD DataLength)
{
    return wts_call_refuse("WTSSetUserConfigA");
}

BOOL WINAPI WTSSetUserConfigW(LPWSTR pServerName, LPWSTR pUserName, WTS_CONFIG_CLASS WTSConfigClass,
                              LPWSTR pBuffer, DWORD DataLength)
{
    return wts_call_refuse("WTSSetUserConfigW");
}

BOOL WINAPI WTSUnRegisterSessionNotification(HWND hWnd)
{
    return wts_call_refuse("WTSUnRegisterSessionNotification");
}

BOOL WINAPI WTSUnRegisterSessionNotificationEx(HANDLE hServer, HWND hWnd)
{
    return wts_call_refuse("WTSUnRegisterSessionNotificationEx");
}

BOOL WINAPI WTSVirtualChannelClose(HANDLE hChannelHandle)
{
    return wts_call_refuse("WTSVirtualChannelClose");
}

HANDLE WINAPI WTSVirtualChannelOpen(HANDLE hServer, DWORD SessionId, LPSTR pVirtualName)
{
    wts_call_refuse("WTSVirtualChannelOpen");
    return NULL;
}

HANDLE WINAPI WTSVirtualChannelOpenEx(DWORD SessionId, LPSTR pVirtualName, DWORD flags)
{
    wts_call_refuse("WTSVirtualChannelOpenEx");
    return NULL;
}

BOOL WINAPI WTSVirtualChannelPurgeInput(HANDLE hChannelHandle)
{
    return wts_call_refuse("WTSVirtualChannelPurgeInput");
}

BOOL WINAPI WTSVirtualChannelPurgeOutput(HANDLE hChannelHandle)
{
    return wts_call_refuse("WTSVirtualChannelPurgeOutput");
}

BOOL WINAPI WTSVirtualChannelQuery(HANDLE hChannelHandle, WTS_VIRTUAL_CLASS WtsVirtualClass, PVOID *ppBuffer,
                                   DWORD *pBytesReturned)
{
    return wts_call_refuse("WTSVirtualChannelQuery");
}

BOOL WINAPI WTSVirtualChannelRead(HANDLE hChannelHandle, ULONG TimeOut, PCHAR Buffer, ULONG BufferSize,
                                  PULONG pBytesRead)
{
    return wts_call_refuse("WTSVirtualChannelRead");
}

BOOL WINAPI WTSVirtualChannelWrite(HANDLE hChannelHandle, PCHAR Buffer, ULONG Length, PULONG pBytesWritten)
{
    return wts_call_refuse("WTSVirtualChannelWrite");
}

BOOL WINAPI WTSWaitSystemEvent(HANDLE hServer, DWORD EventMask, DWORD *pEventFlags)
{
    return wts_call_refuse("WTSWaitSystemEvent");
}

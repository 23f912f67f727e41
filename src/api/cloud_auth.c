/*
 * Exports that log on with credentials of a cloud directory, docs/contract.md#cloud-auth. This system has no
 * such provider, so each of them fails with 50: no handle is ever opened and no credential is ever made. A
 * NULL output or input fails with 87 first.
 */
#include <wtsapi32.h>

#include "api/call.h"
#include "forward/forward.h"

static BOOL fail(const char *name, BOOL are_arguments_valid)
{
    const struct wts_call call = wts_call_begin(name);
    return wts_call_end(&call, are_arguments_valid ? ERROR_NOT_SUPPORTED : ERROR_INVALID_PARAMETER);
}

WTS_CLOUD_AUTH_HANDLE WINAPI WTSCloudAuthOpen(const GUID *activityId)
{
    WTS_FORWARD(WTSCloudAuthOpen, (activityId));
    fail("WTSCloudAuthOpen", TRUE);
    return NULL;
}

/* It returns nothing, so only the last error can report that no handle was open. */
VOID WINAPI WTSCloudAuthClose(WTS_CLOUD_AUTH_HANDLE cloudAuthHandle)
{
    if (WTS_FORWARDED(WTSCloudAuthClose) != NULL) {
        WTS_FORWARDED(WTSCloudAuthClose)(cloudAuthHandle);
        return;
    }
    fail("WTSCloudAuthClose", TRUE);
}

BOOL WINAPI WTSCloudAuthGetServerNonce(WTS_CLOUD_AUTH_HANDLE cloudAuthHandle, PWSTR *serverNonce)
{
    WTS_FORWARD_BUFFER(WTSCloudAuthGetServerNonce, true, (cloudAuthHandle, serverNonce), serverNonce, 1,
                       WTS_RELEASE_EX_W, WTSTypeCloudAuthServerNonce);
    return fail("WTSCloudAuthGetServerNonce", serverNonce != NULL);
}

BOOL WINAPI WTSCloudAuthConvertAssertionToSerializedUserCredential(
    WTS_CLOUD_AUTH_HANDLE cloudAuthHandle, PCSTR assertion, ULONG assertionLength, PCWSTR resourceId,
    PWTS_SERIALIZED_USER_CREDENTIAL *userCredential)
{
    WTS_FORWARD_BUFFER(WTSCloudAuthConvertAssertionToSerializedUserCredential, true,
                       (cloudAuthHandle, assertion, assertionLength, resourceId, userCredential),
                       userCredential, 1, WTS_RELEASE_EX_W, WTSTypeSerializedUserCredential);
    return fail("WTSCloudAuthConvertAssertionToSerializedUserCredential",
                assertion != NULL && resourceId != NULL && userCredential != NULL);
}

BOOL WINAPI WTSCloudAuthDuplicateSerializedUserCredential(
    const WTS_SERIALIZED_USER_CREDENTIAL *userCredential, PWTS_SERIALIZED_USER_CREDENTIAL *newUserCredential)
{
    WTS_FORWARD_BUFFER(WTSCloudAuthDuplicateSerializedUserCredential, true,
                       (userCredential, newUserCredential), newUserCredential, 1, WTS_RELEASE_EX_W,
                       WTSTypeSerializedUserCredential);
    return fail("WTSCloudAuthDuplicateSerializedUserCredential",
                userCredential != NULL && newUserCredential != NULL);
}

BOOL WINAPI WTSCloudAuthNetworkLogonWithSerializedCredential(WTS_CLOUD_AUTH_HANDLE cloudAuthHandle,
                                                             PWTS_SERIALIZED_USER_CREDENTIAL userCredential,
                                                             PHANDLE token)
{
    WTS_FORWARD(WTSCloudAuthNetworkLogonWithSerializedCredential, (cloudAuthHandle, userCredential, token));
    return fail("WTSCloudAuthNetworkLogonWithSerializedCredential", userCredential != NULL && token != NULL);
}

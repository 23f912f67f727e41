/*
 * A lock for stored credentials; see credential_lock.h.
 */
#include "remote/transport/credential_lock.h"

HANDLE wts_credential_lock(DWORD timeout_ms)
{
    const HANDLE lock = CreateMutexW(NULL, FALSE, L"Local\\wtsapi32-credentials");
    if (lock == NULL)
        return NULL;
    const DWORD result = WaitForSingleObject(lock, timeout_ms);
    if (result == WAIT_OBJECT_0 || result == WAIT_ABANDONED)
        return lock;
    CloseHandle(lock);
    return NULL;
}

void wts_credential_unlock(HANDLE lock)
{
    if (lock == NULL)
        return;
    ReleaseMutex(lock);
    CloseHandle(lock);
}

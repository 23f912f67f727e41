/*
 * Appending to a shared file; see append.h.
 */
#include "core/append.h"

HANDLE wts_append_open(const WCHAR *path)
{
    return CreateFileW(path, GENERIC_WRITE, FILE_SHARE_READ | FILE_SHARE_WRITE | FILE_SHARE_DELETE, NULL,
                       OPEN_ALWAYS, FILE_ATTRIBUTE_NORMAL, NULL);
}

/*
 * In a file on disk the end is found and written to under a lock. Without it, two programs that append at the
 * same moment under Wine write to the same place, whatever access the file was opened with (measured). The
 * locked range lies beyond the end of any such file, so that readers are not blocked.
 */
bool wts_append(HANDLE file, const void *bytes, DWORD length)
{
    OVERLAPPED region = {.Offset = 0xFFFFFFFE, .OffsetHigh = 0x7FFFFFFF};
    OVERLAPPED end = {.Offset = 0xFFFFFFFF, .OffsetHigh = 0xFFFFFFFF};
    DWORD written = 0;
    if (GetFileType(file) != FILE_TYPE_DISK)
        return WriteFile(file, bytes, length, &written, NULL) && written == length;
    const bool is_locked = LockFileEx(file, LOCKFILE_EXCLUSIVE_LOCK, 0, 1, 0, &region);
    const bool is_done = WriteFile(file, bytes, length, &written, &end) && written == length;
    const DWORD error = GetLastError();
    if (is_locked) /* where the file system has no locks, a line at risk is better than no line */
        UnlockFileEx(file, 0, 1, 0, &region);
    SetLastError(error);
    return is_done;
}

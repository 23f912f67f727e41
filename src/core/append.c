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
 * On a disk the end is found and written to under a lock, behind every byte that such a file has: under Wine
 * two programs that append at one moment would else write to one place, whatever access the file was opened
 * with (measured).
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
    if (is_locked) /* a file system may have no locks, and a line is better than none */
        UnlockFileEx(file, 0, 1, 0, &region);
    SetLastError(error);
    return is_done;
}

/*
 * Appending lines to a file that several programs write: no line is lost, and none is torn. Windows API.
 */
#ifndef WTS_CORE_APPEND_H
#define WTS_CORE_APPEND_H

#include <windows.h>

#include <stdbool.h>

/*
 * Opens a file for wts_append(), and creates it if it does not exist; others may read, write and delete it at
 * the same time. Returns INVALID_HANDLE_VALUE and sets the last error when it cannot be opened. The caller
 * closes the handle.
 */
HANDLE wts_append_open(const WCHAR *path);

/*
 * Writes `length` bytes in one piece at the current end of the file; to a pipe or a device it just writes
 * them. Returns false and sets the last error when not everything was written.
 */
bool wts_append(HANDLE file, const void *bytes, DWORD length);

#endif

/*
 * Lines that several programs put into one file: none is lost, and none is torn. Windows API.
 */
#ifndef WTS_CORE_APPEND_H
#define WTS_CORE_APPEND_H

#include <windows.h>

#include <stdbool.h>

/*
 * Opens a file for wts_append(), and creates it if it does not exist; others may read, write and delete it
 * at the same time. INVALID_HANDLE_VALUE, with the last error: it cannot be opened. The caller closes it.
 */
HANDLE wts_append_open(const WCHAR *path);

/*
 * Writes `length` bytes, in one piece, behind what the file has by then; what is no file of a disk (a pipe, a
 * device) just gets them. False, with the last error: not everything was written.
 */
bool wts_append(HANDLE file, const void *bytes, DWORD length);

#endif

/*
 * Points in time as text; see time_text.h.
 */
#include "cli/time_text.h"

#include <windows.h>

static void add(struct buffer *buffer, const SYSTEMTIME *time)
{
    buffer_add_format(buffer, "%04u-%02u-%02uT%02u:%02u:%02uZ", time->wYear, time->wMonth, time->wDay,
                      time->wHour, time->wMinute, time->wSecond);
}

bool time_add(struct buffer *buffer, long long filetime)
{
    const FILETIME parts = {.dwLowDateTime = (DWORD)filetime, .dwHighDateTime = (DWORD)(filetime >> 32)};
    SYSTEMTIME time;
    if (filetime <= 0 || !FileTimeToSystemTime(&parts, &time))
        return false;
    add(buffer, &time);
    return true;
}

void time_add_now(struct buffer *buffer)
{
    SYSTEMTIME time;
    GetSystemTime(&time);
    add(buffer, &time);
}

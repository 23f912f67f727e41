/*
 * The times of a session; see session_times.h.
 */
#include "cli/session_times.h"

#include "cli/error_text.h"

#define TICKS_PER_SECOND 10000000 /* of a FILETIME */

bool session_times_idle(const WTSINFOEX_LEVEL1_W *level, unsigned long long *seconds)
{
    if (level->LastInputTime.QuadPart <= 0 || level->CurrentTime.QuadPart < level->LastInputTime.QuadPart)
        return false;
    *seconds =
        (unsigned long long)(level->CurrentTime.QuadPart - level->LastInputTime.QuadPart) / TICKS_PER_SECOND;
    return true;
}

DWORD session_times_read(HANDLE server, DWORD session_id, struct session_times *times)
{
    LPWSTR data = NULL;
    DWORD length = 0;
    *times = (struct session_times){0};
    if (!WTSQuerySessionInformationW(server, session_id, WTSSessionInfoEx, &data, &length))
        return error_of_failure();
    const WTSINFOEXW *information = (const void *)data;
    if (length >= sizeof *information && information->Level == 1) {
        const WTSINFOEX_LEVEL1_W *level = &information->Data.WTSInfoExLevel1;
        times->logon = level->LogonTime.QuadPart > 0 ? level->LogonTime.QuadPart : 0;
        times->is_idle_known = session_times_idle(level, &times->idle_seconds);
    }
    WTSFreeMemory(data);
    return ERROR_SUCCESS;
}

/*
 * Windows by user32; see window.h.
 */
#include "core/window.h"

#include "core/system.h"

#define SESSION_CHANGE_MESSAGE 0x02B1 /* WM_WTSSESSION_CHANGE, which <winuser.h> hides from older targets */

uint32_t wts_window_owner(void *window)
{
    return WTS_SYSTEM(GetWindowThreadProcessId) != NULL
               ? WTS_SYSTEM(GetWindowThreadProcessId)((HWND)window, NULL)
               : 0;
}

uint32_t wts_window_session(void *window)
{
    DWORD process = 0;
    DWORD session = 0;
    if (WTS_SYSTEM(GetWindowThreadProcessId) != NULL)
        WTS_SYSTEM(GetWindowThreadProcessId)((HWND)window, &process);
    return process != 0 && ProcessIdToSessionId(process, &session) ? session : 0;
}

void wts_window_post(void *window, enum wts_session_change change, uint32_t session_id)
{
    if (WTS_SYSTEM(PostMessageW) != NULL)
        WTS_SYSTEM(PostMessageW)((HWND)window, SESSION_CHANGE_MESSAGE, (WPARAM)change, (LPARAM)session_id);
}

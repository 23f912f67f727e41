/*
 * The desktop of the caller's session; see desktop.h.
 */
#include "local/session/desktop.h"

#include <wchar.h>

#include "core/system.h"

#define UNITS_PER_MS 10000U /* a FILETIME counts 100 ns */

bool wts_desktop_is_remote(void)
{
    __typeof__(&GetSystemMetrics) metrics = WTS_SYSTEM(GetSystemMetrics);
    return metrics != NULL && metrics(SM_REMOTESESSION) != 0;
}

uint64_t wts_desktop_last_input(uint64_t now)
{
    __typeof__(&GetLastInputInfo) get = WTS_SYSTEM(GetLastInputInfo);
    LASTINPUTINFO input = {.cbSize = sizeof input};
    if (get == NULL || !get(&input) || input.dwTime == 0)
        return 0;
    const DWORD passed_ms = GetTickCount() - input.dwTime; /* right even across a wrap-around */
    return now - (uint64_t)passed_ms * UNITS_PER_MS;
}

/*
 * The desktop that receives input is "Default" only when no secure desktop covers it. Another one may be a
 * lock, a screen saver or a prompt of the system, so then the lock is unknown. Unverified: on Windows.
 */
int32_t wts_desktop_lock(void)
{
    __typeof__(&OpenInputDesktop) open = WTS_SYSTEM(OpenInputDesktop);
    __typeof__(&GetUserObjectInformationW) get_information = WTS_SYSTEM(GetUserObjectInformationW);
    __typeof__(&CloseDesktop) close = WTS_SYSTEM(CloseDesktop);
    int32_t lock = WTS_LOCK_UNKNOWN;
    WCHAR name[32];
    DWORD length;
    if (open == NULL || get_information == NULL || close == NULL)
        return lock;
    const HDESK desktop = open(0, FALSE, DESKTOP_READOBJECTS);
    if (desktop == NULL)
        return lock;
    if (get_information(desktop, UOI_NAME, name, sizeof name, &length) && wcscmp(name, L"Default") == 0)
        lock = WTS_LOCK_UNLOCKED;
    close(desktop);
    return lock;
}

uint32_t wts_desktop_color_depth(uint32_t bits)
{
    return bits <= 4 ? 1 : bits <= 8 ? 2 : bits <= 16 ? 4 : 8;
}

void wts_desktop_display(struct wts_session_client *client)
{
    __typeof__(&EnumDisplaySettingsW) enumerate = WTS_SYSTEM(EnumDisplaySettingsW);
    DEVMODEW mode = {.dmSize = sizeof mode};
    if (enumerate == NULL || !enumerate(NULL, ENUM_CURRENT_SETTINGS, &mode))
        return;
    client->horizontal = mode.dmPelsWidth;
    client->vertical = mode.dmPelsHeight;
    client->color_depth = wts_desktop_color_depth(mode.dmBitsPerPel);
}

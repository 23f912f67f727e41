/*
 * Window station and display driver of this process; see station.h.
 */
#include "local/session/station.h"

#include <stdio.h>

#include "core/system.h"

bool wts_station_is_visible(void)
{
    USEROBJECTFLAGS flags;
    DWORD length;
    if (WTS_SYSTEM(GetProcessWindowStation) == NULL || WTS_SYSTEM(GetUserObjectInformationW) == NULL)
        return false;
    const HWINSTA station = WTS_SYSTEM(GetProcessWindowStation)();
    return WTS_SYSTEM(GetUserObjectInformationW)(station, UOI_FLAGS, &flags, sizeof flags, &length) &&
           (flags.dwFlags & WSF_VISIBLE) != 0;
}

/*
 * Wine's desktop window has an atom whose text is the GUID of its display device, and the registry names the
 * driver of the device (measured: Wine 8.0). If either is not found, a display is assumed.
 */
bool wts_station_has_display(void)
{
    WCHAR device[64];
    WCHAR key[160];
    WCHAR driver[64];
    DWORD length = sizeof driver;
    if (!wts_system_is_wine() || WTS_SYSTEM(GetPropW) == NULL)
        return true;
    const HWND desktop = WTS_SYSTEM(GetDesktopWindow)();
    const HANDLE atom = WTS_SYSTEM(GetPropW)(desktop, L"__wine_display_device_guid");
    if (atom == NULL || GlobalGetAtomNameW((ATOM)(ULONG_PTR)atom, device, ARRAYSIZE(device)) == 0)
        return true;
    _snwprintf(key, ARRAYSIZE(key), L"SYSTEM\\CurrentControlSet\\Control\\Video\\{%ls}\\0000", device);
    return WTS_SYSTEM(RegGetValueW) == NULL ||
           WTS_SYSTEM(RegGetValueW)(HKEY_LOCAL_MACHINE, key, L"GraphicsDriver", RRF_RT_REG_SZ, NULL, driver,
                                    &length) != ERROR_SUCCESS ||
           wcscmp(driver, L"null") != 0;
}

/*
 * Whether windows of this process would appear on a visible desktop. Windows only.
 */
#ifndef WTS_LOCAL_SESSION_STATION_H
#define WTS_LOCAL_SESSION_STATION_H

#include <stdbool.h>

/* The desktop that the user of a session sees. */
#define WTS_STATION_DESKTOP L"WinSta0\\Default"

/* True when the window station of this process is visible; that of services is not. */
bool wts_station_is_visible(void);

/*
 * False when Wine's display driver is the null driver: windows can be made, but nobody can answer a box.
 * Where Wine has no driver at all, making a window fails.
 */
bool wts_station_has_display(void);

#endif

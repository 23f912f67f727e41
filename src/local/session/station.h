/*
 * Where windows of this process would appear: on a desktop that somebody sees, or on one that nobody does.
 * Windows only.
 */
#ifndef WTS_LOCAL_SESSION_STATION_H
#define WTS_LOCAL_SESSION_STATION_H

#include <stdbool.h>

/* The desktop of the session, which is where a person sits. */
#define WTS_STATION_DESKTOP L"WinSta0\\Default"

/* True when the window station of this process can be seen; that of services cannot. */
bool wts_station_is_visible(void);

/*
 * False when Wine's driver for the desktop is the one that shows nothing: windows can be made there, but no
 * box on it is ever answered. Where Wine has no driver at all making a window fails.
 */
bool wts_station_has_display(void);

#endif

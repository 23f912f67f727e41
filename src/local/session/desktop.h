/*
 * The desktop of the caller's session: input, display, lock, remote connection. The first call loads user32;
 * without it everything is unknown. Windows only.
 */
#ifndef WTS_LOCAL_SESSION_DESKTOP_H
#define WTS_LOCAL_SESSION_DESKTOP_H

#include <stdbool.h>
#include <stdint.h>

#include "core/sessions.h"

/* True when a remote desktop client shows the session. */
bool wts_desktop_is_remote(void);

/* The time of the last input, a FILETIME; 0: no input yet, or unknown. `now` is the current time. */
uint64_t wts_desktop_last_input(uint64_t now);

/* One of WTS_LOCK_*. */
int32_t wts_desktop_lock(void);

/* Fills in size and colour depth of the display, or leaves them alone if they are unknown. */
void wts_desktop_display(struct wts_session_client *client);

/* The code for a colour depth in WTS_CLIENT_DISPLAY: 1, 2, 4, 8 for 4, 8, 16, 24 and more bits. */
uint32_t wts_desktop_color_depth(uint32_t bits);

#endif

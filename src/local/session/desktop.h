/*
 * The desktop of the caller's session: input, display, lock, remote connection. user32 answers, which the
 * first call loads; without it nothing is known. Windows only.
 */
#ifndef WTS_LOCAL_SESSION_DESKTOP_H
#define WTS_LOCAL_SESSION_DESKTOP_H

#include <stdbool.h>
#include <stdint.h>

#include "core/sessions.h"

/* True when the session is shown by a remote desktop client. */
bool wts_desktop_is_remote(void);

/* The time of the last input, a FILETIME; 0: there was none, or it is unknown. `now` is the current time. */
uint64_t wts_desktop_last_input(uint64_t now);

/* One of WTS_LOCK_*. */
int32_t wts_desktop_lock(void);

/* Fills size and colours of the display, or leaves them alone. */
void wts_desktop_display(struct wts_session_client *client);

/* The number by which WTS_CLIENT_DISPLAY names a color depth: 1, 2, 4, 8 for 4, 8, 16, 24 and more bits. */
uint32_t wts_desktop_color_depth(uint32_t bits);

#endif

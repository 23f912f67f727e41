/*
 * What the desktop of the caller's session tells: input, display, lock, remote connection. It is asked by
 * user32, which is loaded at the first question; where there is none, nothing is known. Windows only.
 */
#ifndef WTS_LOCAL_SESSION_DESKTOP_H
#define WTS_LOCAL_SESSION_DESKTOP_H

#include <stdbool.h>
#include <stdint.h>

#include "core/sessions.h"

/* True when the session is shown by a remote desktop client. */
bool wts_desktop_is_remote(void);

/* The time of the last input, as a FILETIME; 0: none, or not known. `now` is the current time. */
uint64_t wts_desktop_last_input(uint64_t now);

/* One of WTS_LOCK_*. */
int32_t wts_desktop_lock(void);

/* Fills size and colours of the display, or leaves them alone. */
void wts_desktop_display(struct wts_session_client *client);

#endif

/*
 * What the other files need to know about windows. Portable; implemented with late-bound user32 (window.c),
 * and by a double in native tests.
 */
#ifndef WTS_CORE_WINDOW_H
#define WTS_CORE_WINDOW_H

#include <stdint.h>

#include "core/session_change.h"

/* The thread that owns `window` (an HWND), which may be of another process, or 0: it does not exist. */
uint32_t wts_window_owner(void *window);

/* The session of the process that owns `window`; 0 when it is unknown. */
uint32_t wts_window_session(void *window);

/* Posts WM_WTSSESSION_CHANGE. Never waits; a message that does not fit into the window's queue is lost. */
void wts_window_post(void *window, enum wts_session_change change, uint32_t session_id);

#endif

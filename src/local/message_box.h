/*
 * A message box with a time limit of our own, because Wine's MessageBoxTimeoutW ignores its limit (measured:
 * Wine 8.0). Used by the DLL on a thread of its own, and by the program that shows boxes which outlive their
 * caller. Windows only.
 */
#ifndef WTS_LOCAL_MESSAGE_BOX_H
#define WTS_LOCAL_MESSAGE_BOX_H

#include <windows.h>

#include <stdint.h>

#include "core/sessions.h"

#ifndef IDTIMEOUT
#define IDTIMEOUT 32000
#endif

/* The longest title or text that is shown, in units: more than fits on a screen. */
#define WTS_MESSAGE_CAPACITY 65536U

/* A message as it is shown, and as it is sent to the program: texts end with a NUL. */
struct wts_message_box {
    uint32_t style;
    uint32_t timeout_s; /* 0: no limit */
    WCHAR title[WTS_MESSAGE_CAPACITY + 1];
    WCHAR text[WTS_MESSAGE_CAPACITY + 1];
};

/* Fills the box from the message; longer texts are cut after WTS_MESSAGE_CAPACITY units. */
void wts_message_box_fill(struct wts_message_box *box, const struct wts_message *message);

/*
 * Shows the box on the desktop of the calling thread, which must have no other dialog, and waits for the
 * answer: the button's id, or IDTIMEOUT. `shown` is called when the box is on the screen; it may be NULL.
 * Returns 0, or 50 when it cannot be shown here.
 */
uint32_t wts_message_box_show(const struct wts_message_box *box, void (*shown)(void *context), void *context,
                              uint32_t *answer);

#endif

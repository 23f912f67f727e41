/*
 * wts-message.exe, the program beside the DLL that shows a box which outlives the caller, or a box on a
 * desktop that the caller is not on; and the data that both exchange. The message goes through a pipe that is
 * the program's standard input, because other users could read a command line. Windows only.
 */
#ifndef WTS_LOCAL_MESSAGE_PROGRAM_H
#define WTS_LOCAL_MESSAGE_PROGRAM_H

#include <stdint.h>

#include "local/message_box.h"

#define WTS_MESSAGE_PROGRAM L"wts-message.exe"

/* The one record that goes through the pipe. */
struct wts_message_order {
    uint32_t length; /* of this structure, to check that DLL and program are of the same build */
    uint32_t shown;  /* an inherited event's handle: set when the box is on the screen */
    struct wts_message_box box;
};

/*
 * The program's exit code: one of these, with the answer or the error in its low half. Any other code means
 * that the program was terminated.
 */
#define WTS_MESSAGE_ANSWERED 0x20000000U
#define WTS_MESSAGE_FAILED 0x60000000U

/*
 * Makes the program show `box` on the desktop of the session. With `waits` the answer is the button's id or
 * IDTIMEOUT; without it, the box is on the screen when this returns, and *answer is left alone. 50: the
 * program is not installed, was terminated, or finds no desktop; 1818: it showed nothing in time, and was
 * terminated.
 */
uint32_t wts_message_program_show(const struct wts_message_box *box, bool waits, uint32_t *answer);

#endif

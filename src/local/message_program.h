/*
 * wts-message.exe, the program beside the DLL that shows a box which outlives the caller, or one on a desktop
 * that the caller is not on; and what both say to each other. The message goes through a pipe that is the
 * program's standard input: nobody reads it off a command line. Windows only.
 */
#ifndef WTS_LOCAL_MESSAGE_PROGRAM_H
#define WTS_LOCAL_MESSAGE_PROGRAM_H

#include <stdint.h>

#include "local/message_box.h"

#define WTS_MESSAGE_PROGRAM L"wts-message.exe"

/* What goes through the pipe, once. */
struct wts_message_order {
    uint32_t length; /* of this structure: DLL and program are of one build */
    uint32_t shown;  /* an inherited event's handle: set when the box is on the screen */
    struct wts_message_box box;
};

/*
 * The program's exit code: one of these with the answer, or the error, in its low half. Any other says that
 * somebody ended it.
 */
#define WTS_MESSAGE_ANSWERED 0x20000000U
#define WTS_MESSAGE_FAILED 0x60000000U

/*
 * Has `box` shown by the program, on the desktop of the session. With `waits` the answer is the button's id
 * or IDTIMEOUT; without, the box is on the screen when this returns, and *answer is left alone. 50: the
 * program is not installed, was ended, or finds no desktop; 1818: it showed nothing in time, and was ended.
 */
uint32_t wts_message_program_show(const struct wts_message_box *box, bool waits, uint32_t *answer);

#endif

/*
 * Makes text from outside safe for a record of one line: nothing in it can end the line, move a terminal's
 * cursor or reorder what is displayed. Portable.
 */
#ifndef WTS_CORE_ESCAPE_H
#define WTS_CORE_ESCAPE_H

#include <stddef.h>

/*
 * Copies UTF-8 (`length` bytes) to `out` with a NUL, at most `capacity` bytes (1 or more); text that does not
 * fit is cut between characters. Control and format characters, line and paragraph separators (categories Cc,
 * Cf, Zl, Zp of Unicode 15) become \xNN, \uNNNN or \UNNNNNNNN, and bytes that are not UTF-8 become \xNN.
 * Returns the length written, without the NUL.
 */
size_t wts_escape(const char *text, size_t length, char *out, size_t capacity);

#endif

/*
 * UTF-8 text from files and the standard input.
 */
#ifndef WTS_CLI_FILE_TEXT_H
#define WTS_CLI_FILE_TEXT_H

#include <windows.h>

#include "cli/buffer.h"

/* The text of a UTF-8 file of at most 16 MB, without a byte order mark; freed with free(). NULL: *error is a
 * Win32 code, and the reason is added to `wrong`. */
wchar_t *file_text_read(const wchar_t *path, DWORD *error, struct buffer *wrong);

/* The same of the standard input up to its end, which on a console is a line of Ctrl-Z. */
wchar_t *file_text_read_input(DWORD *error, struct buffer *wrong);

#endif

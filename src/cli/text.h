/*
 * Text to the standard streams: a console takes UTF-16 and shows every script; a file or pipe gets UTF-8.
 */
#ifndef WTS_CLI_TEXT_H
#define WTS_CLI_TEXT_H

#include <windows.h>

#include <stdbool.h>

#include "cli/buffer.h"

/* Print one line to the standard output or to the standard error output, masked (mask.h); format as printf,
 * with %ls for UTF-16 text, without a line end. */
void text_print_line(const char *format, ...) __attribute__((format(printf, 1, 2)));
void text_complain_line(const char *format, ...) __attribute__((format(printf, 1, 2)));

/* The same without a line end: a prompt, to be answered on the same line. */
void text_complain_unended(const char *format, ...) __attribute__((format(printf, 1, 2)));

/* Prints to `stream`, STD_OUTPUT_HANDLE or STD_ERROR_HANDLE, text whose variable parts are already masked, or
 * escaped as JSON. */
void text_put(DWORD stream, const struct buffer *text);

bool text_is_terminal(DWORD stream);

/* The width of the terminal in columns; 0: `stream` is not a terminal. */
unsigned text_columns(DWORD stream);

/* The first error in writing the standard output, or ERROR_SUCCESS. */
DWORD text_loss(void);

#endif

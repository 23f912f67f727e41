/*
 * Text to the standard streams: a console takes UTF-16 and shows every script; a file or pipe gets UTF-8.
 */
#ifndef WTS_CLI_TEXT_H
#define WTS_CLI_TEXT_H

#include <windows.h>

#include <stdbool.h>

/* Prints to `stream`, STD_OUTPUT_HANDLE or STD_ERROR_HANDLE. */
void text_put(DWORD stream, const wchar_t *units, size_t count);

/* Print to the standard output and to the standard error output; format as printf, with %ls for UTF-16 text.
 */
void text_print(const char *format, ...) __attribute__((format(printf, 1, 2)));
void text_complain(const char *format, ...) __attribute__((format(printf, 1, 2)));

bool text_is_terminal(DWORD stream);

/* What was printed to the standard output did not all arrive: the first error, or ERROR_SUCCESS. */
DWORD text_loss(void);

#endif

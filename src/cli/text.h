/*
 * Text of the command line tool: UTF-8 to the standard streams, error numbers with their sentences.
 */
#ifndef WTS_CLI_TEXT_H
#define WTS_CLI_TEXT_H

#include <windows.h>

#include <stdbool.h>

/* Print to the standard output and to the standard error output; format as printf, with %ls for UTF-16 text.
 */
void text_print(const char *format, ...) __attribute__((format(printf, 1, 2)));
void text_complain(const char *format, ...) __attribute__((format(printf, 1, 2)));

/* The system's sentence for a Win32 code, without a line end, in `buffer`; "unknown error" where it has none.
 */
const wchar_t *text_of_error(DWORD error, wchar_t *buffer, DWORD capacity);

/* Reads a whole number 0..4294967295, decimal or 0x hexadecimal, nothing else. Returns false and leaves
 * *value alone. */
bool text_to_number(const wchar_t *text, DWORD *value);

#endif

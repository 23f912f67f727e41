/*
 * Win32 codes as sentences.
 */
#ifndef WTS_CLI_ERROR_TEXT_H
#define WTS_CLI_ERROR_TEXT_H

#include <windows.h>

#include <stdbool.h>

#include "cli/buffer.h"

/* The system's sentence for a Win32 code, without a line end, in `buffer`; if it has none, a sentence of
 * ours, or "unknown error". */
const wchar_t *error_text(DWORD error, wchar_t *buffer, DWORD capacity);

/* Adds "error N: SENTENCE". */
void error_add(struct buffer *buffer, DWORD error);

/* Whether a call that failed with `error` may have been carried out nevertheless, because its answer was
 * lost. */
bool error_is_about_answer(DWORD error);

/* The last error of a call that has just failed; 31 (ERROR_GEN_FAILURE) if it set none. */
DWORD error_of_failure(void);

#endif

/*
 * Text for people. All text in tables, lists and sentences is masked here.
 */
#ifndef WTS_CLI_MASK_H
#define WTS_CLI_MASK_H

#include "cli/buffer.h"

/* Adds `text` with a question mark for each character that is hidden, see characters.h. */
void mask_add(struct buffer *buffer, const wchar_t *text);

#endif

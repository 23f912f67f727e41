/*
 * How wide text is on a terminal.
 */
#ifndef WTS_CLI_WIDTH_H
#define WTS_CLI_WIDTH_H

#include <stddef.h>

/* The number of columns that `text` takes: two for a wide East Asian character or a pictograph, none for a
 * mark that combines with the character before it. */
unsigned width_of(const wchar_t *text);

/* The number of units at the start of `text` that take at most `width` columns; no character is split. */
size_t width_units(const wchar_t *text, unsigned width);

#endif

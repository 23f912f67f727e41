/*
 * Characters that are not displayed but control a terminal or change how text is displayed: controls, format
 * characters, line and paragraph separators (Unicode's categories Cc, Cf, Zl, Zp), and halves of surrogate
 * pairs.
 */
#ifndef WTS_CLI_CHARACTERS_H
#define WTS_CLI_CHARACTERS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Reads the character at `text`, which is not at its end. Returns the number of UTF-16 units it takes. Half
 * of a pair is a character of its own. */
size_t character_read(const wchar_t *text, uint32_t *character);

bool character_is_hidden(uint32_t character);

struct character_range {
    uint32_t first;
    uint32_t last;
};

bool character_is_among(const struct character_range *ranges, size_t count, uint32_t character);

#endif

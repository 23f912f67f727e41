/*
 * How wide text is on a terminal; see width.h. The ranges are the large blocks of Unicode, not its every
 * character.
 */
#include "cli/width.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <windows.h>

struct range {
    uint32_t first;
    uint32_t last;
};

static const struct range wide[] = {
    {0x1100, 0x115F}, {0x2E80, 0xA4CF}, {0xAC00, 0xD7A3},   {0xF900, 0xFAFF},   {0xFE30, 0xFE6F},
    {0xFF00, 0xFF60}, {0xFFE0, 0xFFE6}, {0x1F300, 0x1F64F}, {0x1F900, 0x1F9FF}, {0x20000, 0x3FFFD},
};

static const struct range narrow[] = {
    {0x0300, 0x036F}, {0x200B, 0x200F}, {0x20D0, 0x20FF}, {0xFE00, 0xFE0F}, {0xE0100, 0xE01EF},
};

static bool is_among(const struct range *ranges, size_t count, uint32_t character)
{
    for (size_t i = 0; i < count; i++) {
        if (character >= ranges[i].first && character <= ranges[i].last)
            return true;
    }
    return false;
}

unsigned width_of(const wchar_t *text)
{
    unsigned width = 0;
    for (; *text != L'\0'; text++) {
        uint32_t character = *text;
        if (IS_HIGH_SURROGATE(text[0]) && IS_LOW_SURROGATE(text[1])) {
            character = 0x10000U + ((uint32_t)(text[0] - 0xD800) << 10) + (uint32_t)(text[1] - 0xDC00);
            text++;
        }
        if (is_among(wide, ARRAYSIZE(wide), character))
            width += 2;
        else if (!is_among(narrow, ARRAYSIZE(narrow), character))
            width++;
    }
    return width;
}

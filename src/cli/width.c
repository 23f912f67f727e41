/*
 * How wide text is on a terminal; see width.h. The ranges are the large blocks of Unicode, not its every
 * character.
 */
#include "cli/width.h"

#include "cli/characters.h"

#include <windows.h>

static const struct character_range wide[] = {
    {0x1100, 0x115F}, {0x2E80, 0xA4CF}, {0xAC00, 0xD7A3},   {0xF900, 0xFAFF},   {0xFE30, 0xFE6F},
    {0xFF00, 0xFF60}, {0xFFE0, 0xFFE6}, {0x1F300, 0x1F64F}, {0x1F900, 0x1F9FF}, {0x20000, 0x3FFFD},
};

static const struct character_range narrow[] = {
    {0x0300, 0x036F},
    {0x20D0, 0x20FF},
    {0xFE00, 0xFE0F},
    {0xE0100, 0xE01EF},
};

/* A hidden character is shown as a question mark. */
static unsigned width_of_character(uint32_t character)
{
    if (character_is_hidden(character))
        return 1;
    if (character_is_among(wide, ARRAYSIZE(wide), character))
        return 2;
    return character_is_among(narrow, ARRAYSIZE(narrow), character) ? 0 : 1;
}

unsigned width_of(const wchar_t *text)
{
    unsigned width = 0;
    while (*text != L'\0') {
        uint32_t character;
        text += character_read(text, &character);
        width += width_of_character(character);
    }
    return width;
}

size_t width_units(const wchar_t *text, unsigned width)
{
    size_t taken = 0;
    while (text[taken] != L'\0') {
        uint32_t character;
        const size_t units = character_read(text + taken, &character);
        const unsigned wanted = width_of_character(character);
        if (wanted > width)
            break;
        width -= wanted;
        taken += units;
    }
    return taken;
}

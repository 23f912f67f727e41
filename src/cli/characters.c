/*
 * Characters that must not be shown as they are; see characters.h. Source: the Unicode Character
 * Database, 15.0.
 */
#include "cli/characters.h"

#include <windows.h>

static const struct character_range hidden[] = {
    {0x0000, 0x001F},   {0x007F, 0x009F},   {0x00AD, 0x00AD},   {0x0600, 0x0605},   {0x061C, 0x061C},
    {0x06DD, 0x06DD},   {0x070F, 0x070F},   {0x0890, 0x0891},   {0x08E2, 0x08E2},   {0x180E, 0x180E},
    {0x200B, 0x200F},   {0x2028, 0x202E},   {0x2060, 0x206F},   {0xD800, 0xDFFF},   {0xFEFF, 0xFEFF},
    {0xFFF9, 0xFFFB},   {0x110BD, 0x110BD}, {0x110CD, 0x110CD}, {0x13430, 0x1343F}, {0x1BCA0, 0x1BCA3},
    {0x1D173, 0x1D17A}, {0xE0000, 0xE007F},
};

size_t character_read(const wchar_t *text, uint32_t *character)
{
    *character = text[0];
    if (!IS_HIGH_SURROGATE(text[0]) || !IS_LOW_SURROGATE(text[1]))
        return 1;
    *character = 0x10000U + ((uint32_t)(text[0] - 0xD800) << 10) + (uint32_t)(text[1] - 0xDC00);
    return 2;
}

bool character_is_among(const struct character_range *ranges, size_t count, uint32_t character)
{
    for (size_t i = 0; i < count; i++) {
        if (character >= ranges[i].first && character <= ranges[i].last)
            return true;
    }
    return false;
}

bool character_is_hidden(uint32_t character)
{
    return character_is_among(hidden, ARRAYSIZE(hidden), character);
}

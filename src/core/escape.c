/*
 * Text made safe for one line; see escape.h.
 */
#include "core/escape.h"

#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

struct range {
    uint32_t first;
    uint32_t last;
};

/* Unicode 15, DerivedGeneralCategory: Cc, Cf, Zl and Zp. */
static const struct range unsafe_ranges[] = {
    {0x0000, 0x001F},   {0x007F, 0x009F},   {0x00AD, 0x00AD},   {0x0600, 0x0605},   {0x061C, 0x061C},
    {0x06DD, 0x06DD},   {0x070F, 0x070F},   {0x0890, 0x0891},   {0x08E2, 0x08E2},   {0x180E, 0x180E},
    {0x200B, 0x200F},   {0x2028, 0x202E},   {0x2060, 0x2064},   {0x2066, 0x206F},   {0xFEFF, 0xFEFF},
    {0xFFF9, 0xFFFB},   {0x110BD, 0x110BD}, {0x110CD, 0x110CD}, {0x13430, 0x1343F}, {0x1BCA0, 0x1BCA3},
    {0x1D173, 0x1D17A}, {0xE0001, 0xE0001}, {0xE0020, 0xE007F}};

static bool is_safe(uint32_t character)
{
    for (size_t i = 0; i < sizeof unsafe_ranges / sizeof *unsafe_ranges; i++) {
        if (character >= unsafe_ranges[i].first && character <= unsafe_ranges[i].last)
            return false;
    }
    return true;
}

/* Decodes the character at `text`; returns its length in bytes, 0 when it is not UTF-8. */
static size_t decode(const unsigned char *text, size_t length, uint32_t *character)
{
    static const uint32_t least[] = {0, 0, 0x80, 0x800, 0x10000};
    const unsigned char first = text[0];
    const size_t count = first < 0x80   ? 1
                         : first < 0xC2 ? 0
                         : first < 0xE0 ? 2
                         : first < 0xF0 ? 3
                         : first < 0xF5 ? 4
                                        : 0;
    if (count == 0 || count > length)
        return 0;
    *character = count == 1 ? first : first & (0x7FU >> count);
    for (size_t i = 1; i < count; i++) {
        if ((text[i] & 0xC0) != 0x80)
            return 0;
        *character = *character << 6 | (text[i] & 0x3FU);
    }
    const bool is_surrogate = *character >= 0xD800 && *character <= 0xDFFF;
    return *character < least[count] || *character > 0x10FFFF || is_surrogate ? 0 : count;
}

/* Writes the escaped form of the character at `text` to `piece`; returns the character's length in bytes. */
static size_t escape_one(const unsigned char *text, size_t length, char piece[16])
{
    uint32_t character;
    const size_t count = decode(text, length, &character);
    if (count == 0)
        snprintf(piece, 16, "\\x%02x", text[0]);
    else if (is_safe(character))
        snprintf(piece, 16, "%.*s", (int)count, (const char *)text);
    else if (character < 0x100)
        snprintf(piece, 16, "\\x%02x", (unsigned)character);
    else if (character < 0x10000)
        snprintf(piece, 16, "\\u%04x", (unsigned)character);
    else
        snprintf(piece, 16, "\\U%08x", (unsigned)character);
    return count > 0 ? count : 1;
}

size_t wts_escape(const char *text, size_t length, char *out, size_t capacity)
{
    size_t used = 0;
    while (length > 0) {
        char piece[16];
        const size_t taken = escape_one((const unsigned char *)text, length, piece);
        const size_t needed = strlen(piece);
        if (used + needed >= capacity)
            break;
        memcpy(out + used, piece, needed);
        used += needed;
        text += taken;
        length -= taken;
    }
    out[used] = '\0';
    return used;
}

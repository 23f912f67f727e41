/*
 * UTF-16 text; see text.h.
 */
#include "core/text.h"

#include <string.h>

struct wts_text wts_text_of(const uint16_t *units)
{
    struct wts_text text = {.units = units};
    while (units != NULL && units[text.count] != 0)
        text.count++;
    return text;
}

struct wts_text wts_text_empty(void)
{
    static const uint16_t nothing[1] = {0};
    return (struct wts_text){.units = nothing};
}

/* Returns the character at *units and moves *units behind it. */
static uint32_t next_character(const uint16_t **units)
{
    const uint32_t first = *(*units)++;
    if (first < 0xD800 || first > 0xDFFF)
        return first;
    const uint32_t second = **units;
    if (first > 0xDBFF || second < 0xDC00 || second > 0xDFFF)
        return 0xFFFD;
    (*units)++;
    return 0x10000 + ((first - 0xD800) << 10) + (second - 0xDC00);
}

static size_t encode(uint32_t character, char *utf8)
{
    static const unsigned char marks[] = {0, 0, 0xC0, 0xE0, 0xF0};
    const size_t length = character < 0x80 ? 1 : character < 0x800 ? 2 : character < 0x10000 ? 3 : 4;
    for (size_t i = length - 1; i > 0; i--) {
        utf8[i] = (char)(0x80 | (character & 0x3F));
        character >>= 6;
    }
    utf8[0] = (char)(marks[length == 1 ? 0 : length] | character);
    return length;
}

void wts_text_to_utf8(const uint16_t *units, char *utf8, size_t capacity)
{
    size_t used = 0;
    while (*units != 0) {
        char bytes[4];
        const size_t length = encode(next_character(&units), bytes);
        if (used + length >= capacity)
            break;
        memcpy(utf8 + used, bytes, length);
        used += length;
    }
    utf8[used] = '\0';
}

/*
 * Text for people; see mask.h.
 */
#include "cli/mask.h"

#include "cli/characters.h"

void mask_add(struct buffer *buffer, const wchar_t *text)
{
    while (*text != L'\0') {
        uint32_t character;
        const size_t units = character_read(text, &character);
        if (character_is_hidden(character))
            buffer_add(buffer, L"?", 1);
        else
            buffer_add(buffer, text, units);
        text += units;
    }
}

/*
 * Image names, as people write them; see image.h.
 */
#include "cli/image.h"

#include <wchar.h>
#include <windows.h>

static bool is_same(const wchar_t *a, size_t a_length, const wchar_t *b, size_t b_length)
{
    return CompareStringOrdinal(a, (int)a_length, b, (int)b_length, TRUE) == CSTR_EQUAL;
}

bool image_is_meant(const wchar_t *image, const wchar_t *word)
{
    static const wchar_t extension[] = L".exe";
    const size_t extension_length = ARRAYSIZE(extension) - 1;
    const size_t image_length = wcslen(image);
    const size_t word_length = wcslen(word);
    if (image_length == 0 || word_length == 0)
        return false;
    if (is_same(image, image_length, word, word_length))
        return true;
    return image_length == word_length + extension_length && is_same(image, word_length, word, word_length) &&
           is_same(image + word_length, extension_length, extension, extension_length);
}

/*
 * Image names as people type them; see image.h.
 */
#include "cli/image.h"

#include "core/wildcard.h"

#include <wchar.h>
#include <windows.h>

bool image_is_meant(const wchar_t *image, const wchar_t *word)
{
    static const wchar_t extension[] = L".exe";
    const size_t extension_length = ARRAYSIZE(extension) - 1;
    const size_t length = wcslen(image);
    if (length == 0 || word[0] == L'\0')
        return false;
    if (wts_wildcard_matches(word, image, length))
        return true;
    return length > extension_length &&
           wts_wildcard_matches(extension, image + length - extension_length, extension_length) &&
           wts_wildcard_matches(word, image, length - extension_length);
}

bool image_name_matches(const wchar_t *name, const wchar_t *word)
{
    return wts_wildcard_matches(word, name, wcslen(name));
}

bool image_is_any(const wchar_t *word)
{
    const wchar_t *rest = word + wcsspn(word, L"*?");
    return rest > word &&
           (*rest == L'\0' || CompareStringOrdinal(rest, -1, L".exe", -1, TRUE) == CSTR_EQUAL ||
            wcsspn(rest, L".*?") == wcslen(rest));
}

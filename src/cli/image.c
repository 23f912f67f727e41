/*
 * Image names, as people write them; see image.h.
 */
#include "cli/image.h"

#include <wchar.h>
#include <windows.h>

static bool is_same(wchar_t a, wchar_t b)
{
    return CompareStringOrdinal(&a, 1, &b, 1, TRUE) == CSTR_EQUAL;
}

/* Whether `pattern` fits all of the `length` units at `text`. On a mismatch, the last * takes one unit more.
 */
static bool fits(const wchar_t *pattern, const wchar_t *text, size_t length)
{
    const wchar_t *star = NULL;
    size_t taken = 0;
    size_t at = 0;
    while (at < length) {
        if (*pattern == L'*') {
            star = pattern++;
            taken = at;
        } else if (*pattern != L'\0' && (*pattern == L'?' || is_same(*pattern, text[at]))) {
            pattern++;
            at++;
        } else if (star != NULL) {
            pattern = star + 1;
            at = ++taken;
        } else {
            return false;
        }
    }
    while (*pattern == L'*')
        pattern++;
    return *pattern == L'\0';
}

bool image_is_meant(const wchar_t *image, const wchar_t *word)
{
    static const wchar_t extension[] = L".exe";
    const size_t extension_length = ARRAYSIZE(extension) - 1;
    const size_t length = wcslen(image);
    if (length == 0 || word[0] == L'\0')
        return false;
    if (fits(word, image, length))
        return true;
    return length > extension_length &&
           fits(extension, image + length - extension_length, extension_length) &&
           fits(word, image, length - extension_length);
}

bool image_is_any(const wchar_t *word)
{
    const wchar_t *rest = word + wcsspn(word, L"*?");
    return rest > word &&
           (*rest == L'\0' || CompareStringOrdinal(rest, -1, L".exe", -1, TRUE) == CSTR_EQUAL ||
            wcsspn(rest, L".*?") == wcslen(rest));
}

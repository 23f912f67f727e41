/*
 * Names with wildcards; see wildcard.h.
 */
#include "core/wildcard.h"

#include <windows.h>

static bool is_same(wchar_t a, wchar_t b)
{
    return CompareStringOrdinal(&a, 1, &b, 1, TRUE) == CSTR_EQUAL;
}

/* On a mismatch it goes back to the last *, which then takes one unit more. */
bool wts_wildcard_matches(const wchar_t *pattern, const wchar_t *text, size_t length)
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

/*
 * Names with wildcards.
 */
#ifndef WTS_CORE_WILDCARD_H
#define WTS_CORE_WILDCARD_H

#include <stdbool.h>
#include <stddef.h>

/* Whether `pattern` fits all of the `length` units at `text`: * stands for any units or none, ? for one; case
 * does not matter. */
bool wts_wildcard_matches(const wchar_t *pattern, const wchar_t *text, size_t length);

#endif

/*
 * Names with wildcards.
 */
#ifndef WTS_CORE_WILDCARD_H
#define WTS_CORE_WILDCARD_H

#include <stdbool.h>
#include <stddef.h>

/* Whether `pattern` matches all `length` units at `text`: * matches any number of units, ? one; case is
 * ignored. */
bool wts_wildcard_matches(const wchar_t *pattern, const wchar_t *text, size_t length);

#endif

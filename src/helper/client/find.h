/*
 * Finds a helper's program. Wine only.
 */
#ifndef WTS_HELPER_FIND_H
#define WTS_HELPER_FIND_H

#include <stdbool.h>
#include <stddef.h>

#include "helper/client/client.h"

/*
 * The absolute Unix path of the program, in UTF-8: the value of the kind's own variable; else in the folder
 * that WTSAPI32_HELPERS names; else beside this DLL; else in /usr/libexec/wtsapi32. When a variable is set,
 * no other place is tried. False: no such file; `path` (of `capacity` bytes) then holds the last place, or ""
 * for a value that is not an absolute path; one trace line (`errors`).
 */
bool wts_helper_find(const struct wts_helper_kind *kind, char *path, size_t capacity);

#endif

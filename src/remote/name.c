/*
 * Names of servers; see name.h.
 */
#include "remote/name.h"

#include <string.h>

#include "core/platform.h"

static bool is_ascii_name_character(uint16_t unit)
{
    return (unit >= '0' && unit <= '9') || (unit >= 'A' && unit <= 'Z') || (unit >= 'a' && unit <= 'z') ||
           strchr("-._:%", unit) != NULL;
}

bool wts_remote_name_is_valid(const uint16_t *name)
{
    const uint16_t *unit = name;
    while (*unit != 0 && (*unit < 0x80 ? is_ascii_name_character(*unit) : wts_character_is_letter(*unit)))
        unit++;
    return unit != name && *unit == 0;
}

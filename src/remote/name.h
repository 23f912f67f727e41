/*
 * Which names of servers may reach a transport. An invalid host name never becomes part of a binding string:
 * docs/design.md#server-names. Portable.
 */
#ifndef WTS_REMOTE_NAME_H
#define WTS_REMOTE_NAME_H

#include <stdbool.h>
#include <stdint.h>

/*
 * True when `name` (UTF-16, NUL terminated) holds letters of any script, digits and `-._:%` only, and at
 * least one of them. Calls on any other name fail with 1722 and send nothing.
 */
bool wts_remote_name_is_valid(const uint16_t *name);

#endif

/*
 * The value of the account attribute userParameters: terminal services settings as properties, behind data of
 * others. docs/wire.md#user-parameters. Everything of others is kept byte for byte. Portable.
 */
#ifndef WTS_REMOTE_SAMR_USER_PARAMETERS_H
#define WTS_REMOTE_SAMR_USER_PARAMETERS_H

#include <stddef.h>
#include <stdint.h>

#include "core/user_config.h"

/* Bytes of a value that servers store. */
enum { WTS_USER_PARAMETERS_MAX = 32766 };

/*
 * Reads a value of `length` bytes (`bytes` may be NULL when it is 0). What is absent or unreadable has its
 * default, so that a value can always be read. Returns 0, or 8; the caller calls config->free after 0.
 */
uint32_t wts_user_parameters_read(const uint8_t *bytes, size_t length, struct wts_user_config *config);

/*
 * Makes the value that has the settings in `settings` (bits of WTS_USER_BIT) from `config` and the others as
 * they are in `bytes`. Returns 0 with *changed (malloc'ed, the caller frees it) and its length in bytes; 13
 * for a value that would lose what this code does not understand; 87 for a result longer than
 * WTS_USER_PARAMETERS_MAX, for a text longer than WTS_USER_MAX_TEXT, for a setting that cannot be set; 8.
 */
uint32_t wts_user_parameters_change(const uint8_t *bytes, size_t length, const struct wts_user_config *config,
                                    uint32_t settings, uint8_t **changed, size_t *changed_length);

#endif

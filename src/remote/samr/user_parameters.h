/*
 * The value of the account attribute userParameters: terminal services settings as properties, behind data of
 * other programs, which is kept byte for byte. docs/wire.md#user-parameters. Portable.
 */
#ifndef WTS_REMOTE_SAMR_USER_PARAMETERS_H
#define WTS_REMOTE_SAMR_USER_PARAMETERS_H

#include <stddef.h>
#include <stdint.h>

#include "core/user_config.h"

/* The longest value that servers store, in bytes. */
enum { WTS_MAX_USER_PARAMETERS = 32766 };

/*
 * Reads a value of `length` bytes (`bytes` may be NULL when it is 0). A setting that is absent or unreadable
 * gets its default, so every value can be read. Returns 0, or 8; the caller calls config->free after 0.
 */
uint32_t wts_user_parameters_read(const uint8_t *bytes, size_t length, struct wts_user_config *config);

/*
 * Makes the value that has the settings in `settings` (bits of WTS_USER_BIT) from `config` and the others
 * from `bytes`. Returns 0 with *changed (malloc'ed, the caller frees it) and its length in bytes; 13 if the
 * change would lose data that this code does not understand; 87 for a result longer than
 * WTS_MAX_USER_PARAMETERS, a text longer than WTS_USER_MAX_TEXT, or a setting that cannot be set; 8.
 */
uint32_t wts_user_parameters_change(const uint8_t *bytes, size_t length, const struct wts_user_config *config,
                                    uint32_t settings, uint8_t **changed, size_t *changed_length);

#endif

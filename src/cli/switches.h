/*
 * The switches of Windows' own commands (tskill, qwinsta, quser, msg, logoff, shutdown, taskkill and similar
 * ones), which people type here out of habit. Taken for data, they could affect the wrong machine.
 */
#ifndef WTS_CLI_SWITCHES_H
#define WTS_CLI_SWITCHES_H

#include <stdbool.h>
#include <stdint.h>

#include "cli/buffer.h"

/* Whether `word` is such a switch, in any case, with or without a value: "/SERVER:x", "-v". A word without a
 * slash or hyphen is not one. */
bool switch_is_known(const wchar_t *word);

/* Adds ": did you mean OPTION?" for a word that command `command`, whose options are the bits of `allowed`,
 * does not take; adds nothing if it has no counterpart. */
void switch_add_advice(struct buffer *buffer, const wchar_t *command, uint64_t allowed, const wchar_t *word);

#endif

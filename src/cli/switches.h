/*
 * The switches of Windows' own commands (tskill, qwinsta, quser, msg, logoff, shutdown, taskkill and their
 * kin), which people type here out of habit. Taken for data they would lead to the wrong machine.
 */
#ifndef WTS_CLI_SWITCHES_H
#define WTS_CLI_SWITCHES_H

#include <stdbool.h>
#include <stdint.h>

#include "cli/buffer.h"

/* Whether `word` is such a switch, in any case, with or without a value: "/SERVER:x", "-v". Without a slash
 * or hyphen it is none. */
bool switch_is_known(const wchar_t *word);

/* Adds ": did you mean OPTION?" for a word that command `command`, whose options are the bits of `allowed`,
 * does not take; nothing where nothing here corresponds to it. */
void switch_add_advice(struct buffer *buffer, const wchar_t *command, uint64_t allowed, const wchar_t *word);

#endif

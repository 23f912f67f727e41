/*
 * The manual page and the completion for bash, made from the descriptions of all commands.
 */
#ifndef WTS_CLI_MANUAL_H
#define WTS_CLI_MANUAL_H

#include "cli/command.h"

/* wts(1), in the macros of man(7). */
void manual_add_page(struct buffer *buffer, const struct command *const *commands, unsigned count);

/* A bash script that completes commands, options and files. */
void manual_add_completion(struct buffer *buffer, const struct command *const *commands, unsigned count);

#endif

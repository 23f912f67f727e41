/*
 * What is made of the descriptions of all commands for others to install: the manual page and the completion
 * for bash.
 */
#ifndef WTS_CLI_MANUAL_H
#define WTS_CLI_MANUAL_H

#include "cli/command.h"

/* wts(1), in the macros of man(7). */
void manual_add_page(struct buffer *buffer, const struct command *const *commands, unsigned count);

/* A bash script that completes commands, options and files. */
void manual_add_completion(struct buffer *buffer, const struct command *const *commands, unsigned count);

#endif

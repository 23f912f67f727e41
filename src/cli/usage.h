/*
 * The usage of wts.exe, made from the descriptions of its commands and options.
 */
#ifndef WTS_CLI_USAGE_H
#define WTS_CLI_USAGE_H

#include "cli/command.h"

/* One line for each command. */
void usage_add_all(struct buffer *buffer, const struct command *const *commands, unsigned count);

/* The options of every command about servers. */
void usage_add_servers(struct buffer *buffer);

/* One command, in a line: its words and options. */
void usage_add_line(struct buffer *buffer, const struct command *command);

/* One command, with what it does and each of its options. */
void usage_add_command(struct buffer *buffer, const struct command *command);

/* Prints what is wrong, with the text of the error, or, for ERROR_INVALID_PARAMETER, with the usage of the
 * command. Returns STATUS_WRONG_USAGE. */
int usage_is_wrong(const struct command *command, DWORD error, const wchar_t *reason);

#endif

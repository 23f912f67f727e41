/*
 * All commands of wts.exe, and how the words of one are read.
 */
#ifndef WTS_CLI_COMMANDS_H
#define WTS_CLI_COMMANDS_H

#include "cli/command.h"

/* In the order of the usage. */
extern const struct command *const commands[];
extern const unsigned command_count;

/* The command of this name, or NULL. */
const struct command *command_find(const wchar_t *name);

/*
 * Reads `count` words behind the name of request->command, which the caller has set, into *request. `words`
 * is sorted in place and kept. After a request for help nothing more is read. Not 0: wrong usage; the reason
 * is added to `wrong`.
 */
DWORD command_read(struct request *request, int count, wchar_t **words, struct buffer *wrong);

#endif

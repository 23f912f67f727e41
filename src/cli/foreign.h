/*
 * The tools of Windows that people know: tskill, qprocess, qwinsta, quser, msg, logoff, tsdiscon and rwinsta,
 * with their own words, switches and columns. What they do is done by the functions of the native commands.
 */
#ifndef WTS_CLI_FOREIGN_H
#define WTS_CLI_FOREIGN_H

#include "cli/command.h"

/* The tool of this name, in any case, or NULL. */
const struct command *foreign_find(const wchar_t *name);

/*
 * Reads `count` words by the grammar of the tool request->command. A switch that nothing here corresponds to
 * is refused. Not 0: wrong usage; the reason is added to `wrong`.
 */
DWORD foreign_read(struct request *request, int count, wchar_t **words, struct buffer *wrong);

#endif

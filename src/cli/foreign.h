/*
 * The familiar tools of Windows: tskill, qprocess, qwinsta, quser, qappsrv, msg, logoff, tsdiscon and
 * rwinsta, also by the phrases "query session" and so on, with their own words, switches and columns. The
 * functions of the native commands do their work.
 */
#ifndef WTS_CLI_FOREIGN_H
#define WTS_CLI_FOREIGN_H

#include "cli/command.h"

/* The tool that the first word names, or the first two, in any case; NULL: none. *used: how many words that
 * took, set on success only. */
const struct command *foreign_find(int count, wchar_t **words, int *used);

/* Every tool in turn, from 0; NULL behind the last. */
const struct command *foreign_at(unsigned index);

/*
 * Reads `count` words by the grammar of the tool request->command. A switch without a counterpart here is
 * refused. Not 0: wrong usage; the reason is added to `wrong`.
 */
DWORD foreign_read(struct request *request, int count, wchar_t **words, struct buffer *wrong);

#endif

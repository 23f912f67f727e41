/*
 * What this program does to servers: each effect is announced before its call and closed behind it, so that
 * an interruption can say what was done, and a log has each effect before anybody is told of it.
 */
#ifndef WTS_CLI_EFFECTS_H
#define WTS_CLI_EFFECTS_H

#include <windows.h>

#include <stdbool.h>

#include "cli/answer.h"

/* The members of a line of the log; `as` is the user that the server sees, see logon.h. */
extern const struct column effects_columns[];
extern const unsigned effects_column_count;

struct effect;

/* The log gets a line of JSON for each effect from now on, behind what it has. Returns a Win32 code. */
DWORD effects_log(const wchar_t *path, const wchar_t *command);

/* About to be done. After effects_stop() it does not return. */
struct effect *effect_begin(const struct answer *answer, const char *format, ...)
    __attribute__((format(printf, 2, 3)));

/* The call has returned; the line is on the disk when this returns. After effects_stop() it does not return.
 */
void effect_end(struct effect *effect, DWORD error);

/* Whether something was done to the answer's server, or may have been. */
bool effects_are_possible(const struct answer *answer);

/* The program is about to end: no effect begins any more, and those that have no end are logged as unknown.
 */
void effects_stop(void);

/* After effects_stop(): the effects at the answer's server as sentences, a line each. Returns the number of
 * lines. */
unsigned effects_add(struct buffer *lines, const struct answer *answer);

/* What could not be written to the log: the first error, or ERROR_SUCCESS. */
DWORD effects_loss(void);

#endif

/*
 * The effects of this program on servers: each is noted before its call and completed after it, so that an
 * interruption can report what was done, and the log has each effect before it is printed.
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

/* From now on appends a line of JSON to the log for each effect. Returns a Win32 code. */
DWORD effects_log(const wchar_t *path, const wchar_t *command);

/* Notes an effect before its call. After effects_stop() it does not return. */
struct effect *effect_begin(const struct answer *answer, const char *format, ...)
    __attribute__((format(printf, 2, 3)));

/* Completes the effect after its call; the line is on the disk when this returns. After effects_stop() it
 * does not return. */
void effect_end(struct effect *effect, DWORD error);

/* Whether something was done to the answer's server, or may have been. */
bool effects_are_possible(const struct answer *answer);

/* Before the program ends: no more effects begin, and unfinished ones are logged as unknown. */
void effects_stop(void);

/* After effects_stop(): adds the effects on the answer's server as sentences, one on each line. Returns the
 * number of lines. */
unsigned effects_add(struct buffer *lines, const struct answer *answer);

/* The first error in writing the log, or ERROR_SUCCESS. */
DWORD effects_loss(void);

#endif

/*
 * Points in time as text.
 */
#ifndef WTS_CLI_TIME_TEXT_H
#define WTS_CLI_TIME_TEXT_H

#include <stdbool.h>

#include "cli/buffer.h"

/* Adds "2031-02-03T04:05:06Z" for a FILETIME as one number. Returns false, and adds nothing, for never (0)
 * and for an invalid time. */
bool time_add(struct buffer *buffer, long long filetime);

/* The same for the present time. */
void time_add_now(struct buffer *buffer);

#endif

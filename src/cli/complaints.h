/*
 * Failures, grouped by cause.
 */
#ifndef WTS_CLI_COMPLAINTS_H
#define WTS_CLI_COMPLAINTS_H

#include "cli/answer.h"

/* Adds the complaints of all answers, in order, and at the end, once each, the shared ones with the names of
 * their servers. */
void complaints_add(struct buffer *text, const struct answer *answers, unsigned count);

#endif

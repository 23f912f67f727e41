/*
 * What was not done, by its cause.
 */
#ifndef WTS_CLI_COMPLAINTS_H
#define WTS_CLI_COMPLAINTS_H

#include "cli/answer.h"

/* Adds the complaints of all answers, in their order, and at the end, once
 * each, those that several servers share, with their names. */
void complaints_add(struct buffer *text, const struct answer *answers, unsigned count);

#endif

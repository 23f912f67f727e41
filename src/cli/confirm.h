/*
 * The question before much is done.
 */
#ifndef WTS_CLI_CONFIRM_H
#define WTS_CLI_CONFIRM_H

#include <stdbool.h>

#include "cli/command.h"

/* How a command speaks of what it does: "End ...?", "nothing was ended", "--yes ends them". */
struct confirm_words {
    const wchar_t *verb;
    const wchar_t *participle;
    const wchar_t *third_person;
};

/* "7 processes" or, of several servers, "12 processes on 2 servers". [in] thing, things: one and many. */
void confirm_add_extent(struct buffer *text, size_t count, const wchar_t *thing, const wchar_t *things,
                        unsigned servers, bool is_one_of_many);

/*
 * Asks on a terminal whether it may be done. Without a terminal, and where the answer is no, a sentence says
 * that nothing was done. False: it may not.
 */
bool confirm_ask(const struct request *request, const struct confirm_words *words, const wchar_t *extent);

#endif

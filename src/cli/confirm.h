/*
 * The confirmation before actions of large extent.
 */
#ifndef WTS_CLI_CONFIRM_H
#define WTS_CLI_CONFIRM_H

#include <stdbool.h>

#include "cli/command.h"

/* A command's words for its action: "End ...?", "nothing was ended", "--yes ends them". */
struct confirm_words {
    const wchar_t *verb;
    const wchar_t *participle;
    const wchar_t *third_person;
};

/* "7 processes" or, on several servers, "12 processes on 2 servers". [in] thing, things: singular and
 * plural. */
void confirm_add_extent(struct buffer *text, size_t count, const wchar_t *thing, const wchar_t *things,
                        unsigned servers, bool is_one_of_many);

/*
 * Asks on a terminal for confirmation. Without a terminal, or if the answer is no, prints that nothing was
 * done and returns false.
 */
bool confirm_ask(const struct request *request, const struct confirm_words *words, const wchar_t *extent);

#endif

/*
 * Rows for people: as a table, or as one fact on each line.
 */
#ifndef WTS_CLI_TABLE_H
#define WTS_CLI_TABLE_H

#include "cli/buffer.h"
#include "cli/rows.h"

#include <stdbool.h>

/* Adds all rows as an aligned table under its headings: numbers to the right, text to the left; unknown cells
 * are empty. */
void table_add(struct buffer *buffer, const struct rows *rows);

/* The same without the headings where `has_header` is not set; on a terminal of `width` columns, 0 for none,
 * the widest columns of text are cut, and end in an ellipsis, until a line fits or nothing more can be cut.
 */
void table_add_within(struct buffer *buffer, const struct rows *rows, unsigned width, bool has_header);

/* Adds each row as lines of heading and cell, without unknown cells, and an empty line between rows. The
 * first `repeated` columns appear, without a heading, at the start of every line. */
void table_add_list(struct buffer *buffer, const struct rows *rows, unsigned repeated);

#endif

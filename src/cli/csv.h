/*
 * Rows as comma separated values, RFC 4180 with a line feed.
 */
#ifndef WTS_CLI_CSV_H
#define WTS_CLI_CSV_H

#include "cli/buffer.h"
#include "cli/rows.h"

/* Adds the keys of the columns as a first line where `has_header`, and each row; an unknown cell is empty.
 * Text is masked as for people, and text that a spreadsheet would take for a formula is prefixed with an
 * apostrophe. */
void csv_add(struct buffer *buffer, const struct rows *rows, bool has_header);

#endif

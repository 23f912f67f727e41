/*
 * JSON, RFC 8259.
 */
#ifndef WTS_CLI_JSON_H
#define WTS_CLI_JSON_H

#include "cli/buffer.h"
#include "cli/rows.h"

/* Adds `text` as a string. Control characters and halves of surrogate pairs are escaped, so that the text
 * survives UTF-8 and harms no terminal. */
void json_add_string(struct buffer *buffer, const wchar_t *text);

/* Adds one row as an object. */
void json_add_object(struct buffer *buffer, const struct rows *rows, size_t row);

/* Adds all rows as an array, one object a line. */
void json_add_array(struct buffer *buffer, const struct rows *rows);

#endif

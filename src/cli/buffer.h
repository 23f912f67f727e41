/*
 * Growing UTF-16 text. A buffer that is all zero is empty. If memory is exhausted the program ends.
 */
#ifndef WTS_CLI_BUFFER_H
#define WTS_CLI_BUFFER_H

#include <stdarg.h>
#include <stddef.h>

struct buffer {
    wchar_t *units; /* ended by a NUL that `count` does not count; NULL while nothing was added */
    size_t count;
    size_t capacity;
};

void buffer_add(struct buffer *buffer, const wchar_t *units, size_t count);
void buffer_add_text(struct buffer *buffer, const wchar_t *text);
void buffer_add_repeated(struct buffer *buffer, wchar_t unit, size_t count);

/* Adds a line end, which replaces blanks at the end of the line. */
void buffer_end_line(struct buffer *buffer);

/* Format as printf, with %ls for UTF-16 text. */
void buffer_add_format(struct buffer *buffer, const char *format, ...) __attribute__((format(printf, 2, 3)));
void buffer_add_arguments(struct buffer *buffer, const char *format, va_list arguments)
    __attribute__((format(printf, 2, 0)));

/* Drops everything behind the first `count` units. */
void buffer_cut(struct buffer *buffer, size_t count);

/* The text, "" when nothing was added. */
const wchar_t *buffer_text(const struct buffer *buffer);

void buffer_free(struct buffer *buffer);

#endif

/*
 * Rows of named cells: the result of a command before it becomes a table, a list or JSON. Rows that are all
 * zero except for their columns are empty.
 */
#ifndef WTS_CLI_ROWS_H
#define WTS_CLI_ROWS_H

#include <stdbool.h>
#include <stddef.h>

enum column_kind { COLUMN_TEXT, COLUMN_NUMBER, COLUMN_FLAG };

struct column {
    const wchar_t *key;     /* the member of the JSON object */
    const wchar_t *heading; /* for people; NULL: the column is for programs only */
    enum column_kind kind;
};

struct rows {
    const struct column *columns;
    unsigned column_count;
    const unsigned *min_widths; /* of the columns of a table; NULL: as wide as their contents */
    wchar_t **cells;            /* row by row; NULL: unknown */
    size_t cell_count;
    size_t capacity;
};

/* Each adds the next cell; text is copied, and NULL stays NULL. */
void rows_add_text(struct rows *rows, const wchar_t *text);
void rows_add_number(struct rows *rows, unsigned long long number);
void rows_add_flag(struct rows *rows, bool is_set);

/* The number of whole rows, and a cell of one. */
size_t rows_count(const struct rows *rows);
const wchar_t *rows_cell(const struct rows *rows, size_t row, unsigned column);

/* Moves all cells of `from` to the end of `to`, whose columns are those of `from` and, when `first` is not
 * NULL, one before them, which gets a copy of `first`. */
void rows_move(struct rows *to, const wchar_t *first, struct rows *from);

/* Drops the cells behind the first `cell_count`. */
void rows_cut(struct rows *rows, size_t cell_count);

void rows_free(struct rows *rows);

#endif

/*
 * Rows of named cells; see rows.h.
 */
#include "cli/rows.h"

#include "cli/memory.h"

#include <stdio.h>
#include <stdlib.h>
#include <wchar.h>

/* Takes over `cell`. */
static void add(struct rows *rows, wchar_t *cell)
{
    rows->cells = memory_reserve(rows->cells, rows->cell_count + 1, &rows->capacity, sizeof *rows->cells);
    rows->cells[rows->cell_count++] = cell;
}

void rows_add_text(struct rows *rows, const wchar_t *text)
{
    add(rows, text != NULL ? memory_copy(text, wcslen(text)) : NULL);
}

void rows_add_number(struct rows *rows, unsigned long long number)
{
    wchar_t text[32];
    _snwprintf(text, sizeof text / sizeof *text, L"%I64u", number);
    rows_add_text(rows, text);
}

void rows_add_flag(struct rows *rows, bool is_set)
{
    rows_add_text(rows, is_set ? L"true" : L"false");
}

size_t rows_count(const struct rows *rows)
{
    return rows->column_count > 0 ? rows->cell_count / rows->column_count : 0;
}

const wchar_t *rows_cell(const struct rows *rows, size_t row, unsigned column)
{
    return rows->cells[row * rows->column_count + column];
}

void rows_move(struct rows *to, const wchar_t *first, struct rows *from)
{
    const size_t count = rows_count(from);
    for (size_t row = 0; row < count; row++) {
        if (first != NULL)
            rows_add_text(to, first);
        for (unsigned i = 0; i < from->column_count; i++)
            add(to, from->cells[row * from->column_count + i]);
    }
    from->cell_count = 0;
}

void rows_cut(struct rows *rows, size_t cell_count)
{
    while (rows->cell_count > cell_count)
        free(rows->cells[--rows->cell_count]);
}

void rows_free(struct rows *rows)
{
    for (size_t i = 0; i < rows->cell_count; i++)
        free(rows->cells[i]);
    free(rows->cells);
    rows->cells = NULL;
    rows->cell_count = rows->capacity = 0;
}

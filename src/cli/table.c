/*
 * Rows for people; see table.h.
 */
#include "cli/table.h"

#include "cli/mask.h"
#include "cli/memory.h"
#include "cli/width.h"

#include <stdlib.h>
#include <wchar.h>

#define GAP 2

/* "" for a cell that is not known. */
static const wchar_t *shown(const struct rows *rows, size_t row, unsigned column)
{
    const wchar_t *cell = rows_cell(rows, row, column);
    return cell != NULL ? cell : L"";
}

static void widen(unsigned *width, const wchar_t *text)
{
    const unsigned wanted = width_of(text);
    if (wanted > *width)
        *width = wanted;
}

/* The width of each column. Freed with free(). */
static unsigned *measure(const struct rows *rows)
{
    const size_t count = rows_count(rows);
    unsigned *widths = memory_resize(NULL, rows->column_count, sizeof *widths);
    for (unsigned i = 0; i < rows->column_count; i++) {
        widths[i] = rows->min_widths != NULL ? rows->min_widths[i] : 0;
        widen(&widths[i], rows->columns[i].heading);
        for (size_t row = 0; row < count; row++)
            widen(&widths[i], shown(rows, row, i));
    }
    return widths;
}

static void add_cell(struct buffer *buffer, enum column_kind kind, unsigned width, const wchar_t *text,
                     bool is_last)
{
    const unsigned taken = width_of(text);
    const size_t rest = taken < width ? width - taken : 0;
    if (kind == COLUMN_NUMBER)
        buffer_add_repeated(buffer, L' ', rest);
    mask_add(buffer, text);
    if (is_last) {
        buffer_end_line(buffer);
    } else {
        buffer_add_repeated(buffer, L' ', kind != COLUMN_NUMBER ? rest : 0);
        buffer_add_repeated(buffer, L' ', GAP);
    }
}

void table_add(struct buffer *buffer, const struct rows *rows)
{
    unsigned *widths = measure(rows);
    const size_t count = rows_count(rows);
    const unsigned last = rows->column_count - 1;
    for (unsigned i = 0; i <= last; i++)
        add_cell(buffer, rows->columns[i].kind, widths[i], rows->columns[i].heading, i == last);
    for (size_t row = 0; row < count; row++) {
        for (unsigned i = 0; i <= last; i++)
            add_cell(buffer, rows->columns[i].kind, widths[i], shown(rows, row, i), i == last);
    }
    free(widths);
}

/* `widths` has those of the repeated columns, and behind them that of the headings. */
static void add_fact(struct buffer *buffer, const struct rows *rows, size_t row, unsigned column,
                     const unsigned *widths, unsigned repeated)
{
    for (unsigned i = 0; i < repeated; i++)
        add_cell(buffer, COLUMN_TEXT, widths[i], shown(rows, row, i), false);
    add_cell(buffer, COLUMN_TEXT, widths[repeated], rows->columns[column].heading, false);
    add_cell(buffer, COLUMN_TEXT, 0, shown(rows, row, column), true);
}

void table_add_list(struct buffer *buffer, const struct rows *rows, unsigned repeated)
{
    unsigned *widths = measure(rows);
    const size_t count = rows_count(rows);
    widths[repeated] = 0;
    for (unsigned i = repeated; i < rows->column_count; i++)
        widen(&widths[repeated], rows->columns[i].heading);
    for (size_t row = 0; row < count; row++) {
        buffer_add_text(buffer, row > 0 ? L"\n" : L"");
        for (unsigned i = repeated; i < rows->column_count; i++) {
            if (rows_cell(rows, row, i) != NULL)
                add_fact(buffer, rows, row, i, widths, repeated);
        }
    }
    free(widths);
}

/*
 * Rows for people; see table.h.
 */
#include "cli/table.h"

#include "cli/memory.h"
#include "cli/width.h"

#include <stdlib.h>
#include <wchar.h>

#define GAP 2

static const wchar_t *shown(const wchar_t *cell)
{
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
    unsigned *widths = memory_resize(NULL, rows->column_count, sizeof *widths);
    for (unsigned i = 0; i < rows->column_count; i++)
        widths[i] = width_of(rows->columns[i].heading);
    for (size_t i = 0; i < rows->cell_count; i++)
        widen(&widths[i % rows->column_count], shown(rows->cells[i]));
    return widths;
}

static void add_cell(struct buffer *buffer, enum column_kind kind, unsigned width, const wchar_t *text,
                     bool is_last)
{
    const unsigned taken = width_of(text);
    const size_t rest = taken < width ? width - taken : 0;
    if (kind == COLUMN_NUMBER)
        buffer_add_repeated(buffer, L' ', rest);
    buffer_add_shown(buffer, text);
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
    const unsigned last = rows->column_count - 1;
    for (unsigned i = 0; i < rows->column_count; i++)
        add_cell(buffer, rows->columns[i].kind, widths[i], rows->columns[i].heading, i == last);
    for (size_t i = 0; i < rows->cell_count; i++) {
        const unsigned column = (unsigned)(i % rows->column_count);
        add_cell(buffer, rows->columns[column].kind, widths[column], shown(rows->cells[i]), column == last);
    }
    free(widths);
}

static void add_fact(struct buffer *buffer, const struct rows *rows, size_t row, unsigned column,
                     const unsigned *widths, unsigned repeated, unsigned heading_width)
{
    wchar_t *const *cells = rows->cells + row * rows->column_count;
    for (unsigned i = 0; i < repeated; i++)
        add_cell(buffer, COLUMN_TEXT, widths[i], shown(cells[i]), false);
    add_cell(buffer, COLUMN_TEXT, heading_width, rows->columns[column].heading, false);
    add_cell(buffer, COLUMN_TEXT, 0, shown(cells[column]), true);
}

void table_add_list(struct buffer *buffer, const struct rows *rows, unsigned repeated)
{
    unsigned *widths = measure(rows);
    unsigned heading_width = 0;
    const size_t count = rows->cell_count / rows->column_count;
    for (unsigned i = repeated; i < rows->column_count; i++)
        widen(&heading_width, rows->columns[i].heading);
    for (size_t row = 0; row < count; row++) {
        buffer_add_text(buffer, row > 0 ? L"\n" : L"");
        for (unsigned i = repeated; i < rows->column_count; i++) {
            if (rows->cells[row * rows->column_count + i] != NULL)
                add_fact(buffer, rows, row, i, widths, repeated, heading_width);
        }
    }
    free(widths);
}

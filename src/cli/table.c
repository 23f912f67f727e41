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
#define MIN_CUT 6 /* no column becomes narrower than this */

/* "" for an unknown cell. */
static const wchar_t *shown(const struct rows *rows, size_t row, unsigned column)
{
    const wchar_t *cell = rows_cell(rows, row, column);
    return cell != NULL ? cell : L"";
}

/* Others are for programs only. */
static bool is_for_people(const struct rows *rows, unsigned column)
{
    return rows->columns[column].heading != NULL;
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
        if (!is_for_people(rows, i))
            continue;
        widen(&widths[i], rows->columns[i].heading);
        for (size_t row = 0; row < count; row++)
            widen(&widths[i], shown(rows, row, i));
    }
    return widths;
}

static void add_cell(struct buffer *buffer, enum column_kind kind, unsigned width, const wchar_t *text,
                     bool is_last)
{
    struct buffer cut = {.units = NULL};
    if (width > 0 && width_of(text) > width) {
        buffer_add(&cut, text, width_units(text, width - 1));
        buffer_add_text(&cut, L"\x2026");
        text = buffer_text(&cut);
    }
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
    buffer_free(&cut);
}

/* Narrows one column after the other, the widest one first. */
static void narrow(unsigned *widths, const struct rows *rows, unsigned width)
{
    unsigned total = 0;
    for (unsigned i = 0; i < rows->column_count; i++)
        total += is_for_people(rows, i) ? widths[i] + (total > 0 ? GAP : 0) : 0;
    while (total > width) {
        unsigned widest = rows->column_count;
        for (unsigned i = 0; i < rows->column_count; i++) {
            if (is_for_people(rows, i) && rows->columns[i].kind == COLUMN_TEXT && widths[i] > MIN_CUT &&
                (widest == rows->column_count || widths[i] > widths[widest]))
                widest = i;
        }
        if (widest == rows->column_count)
            return;
        widths[widest]--;
        total--;
    }
}

void table_add(struct buffer *buffer, const struct rows *rows)
{
    table_add_within(buffer, rows, 0, true);
}

void table_add_within(struct buffer *buffer, const struct rows *rows, unsigned width, bool has_header)
{
    unsigned *widths = measure(rows);
    const size_t count = rows_count(rows);
    unsigned last = rows->column_count - 1;
    while (!is_for_people(rows, last))
        last--;
    if (width > 0)
        narrow(widths, rows, width);
    for (unsigned i = 0; has_header && i <= last; i++) {
        if (is_for_people(rows, i))
            add_cell(buffer, rows->columns[i].kind, widths[i], rows->columns[i].heading, i == last);
    }
    for (size_t row = 0; row < count; row++) {
        for (unsigned i = 0; i <= last; i++) {
            if (is_for_people(rows, i))
                add_cell(buffer, rows->columns[i].kind, widths[i], shown(rows, row, i), i == last);
        }
    }
    free(widths);
}

/* `widths` has the widths of the repeated columns, and behind them that of the headings. */
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
    for (unsigned i = repeated; i < rows->column_count; i++) {
        if (is_for_people(rows, i))
            widen(&widths[repeated], rows->columns[i].heading);
    }
    for (size_t row = 0; row < count; row++) {
        buffer_add_text(buffer, row > 0 ? L"\n" : L"");
        for (unsigned i = repeated; i < rows->column_count; i++) {
            if (is_for_people(rows, i) && rows_cell(rows, row, i) != NULL)
                add_fact(buffer, rows, row, i, widths, repeated);
        }
    }
    free(widths);
}

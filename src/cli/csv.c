/*
 * Comma separated values; see csv.h.
 */
#include "cli/csv.h"

#include "cli/mask.h"

#include <wchar.h>

static void add_quoted(struct buffer *buffer, const wchar_t *text)
{
    buffer_add_text(buffer, L"\"");
    for (; *text != L'\0'; text++) {
        if (*text == L'"')
            buffer_add_text(buffer, L"\"");
        buffer_add(buffer, text, 1);
    }
    buffer_add_text(buffer, L"\"");
}

static void add_cell(struct buffer *buffer, enum column_kind kind, const wchar_t *cell)
{
    struct buffer text = {.units = NULL};
    if (cell == NULL)
        return;
    if (kind == COLUMN_TEXT && cell[0] != L'\0' && wcschr(L"=+-@", cell[0]) != NULL)
        buffer_add_text(&text, L"'");
    mask_add(&text, cell);
    if (wcspbrk(buffer_text(&text), L",\"") != NULL)
        add_quoted(buffer, buffer_text(&text));
    else
        buffer_add_text(buffer, buffer_text(&text));
    buffer_free(&text);
}

void csv_add(struct buffer *buffer, const struct rows *rows, bool has_header)
{
    const size_t count = rows_count(rows);
    for (unsigned i = 0; has_header && i < rows->column_count; i++)
        buffer_add_format(buffer, "%ls%ls", i > 0 ? L"," : L"", rows->columns[i].key);
    buffer_add_text(buffer, has_header ? L"\n" : L"");
    for (size_t row = 0; row < count; row++) {
        for (unsigned i = 0; i < rows->column_count; i++) {
            buffer_add_text(buffer, i > 0 ? L"," : L"");
            add_cell(buffer, rows->columns[i].kind, rows_cell(rows, row, i));
        }
        buffer_add_text(buffer, L"\n");
    }
}

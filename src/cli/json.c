/*
 * JSON; see json.h.
 */
#include "cli/json.h"

#include <windows.h>

static bool is_pair(const wchar_t *text)
{
    return IS_HIGH_SURROGATE(text[0]) && IS_LOW_SURROGATE(text[1]);
}

static bool must_be_escaped(wchar_t unit)
{
    return unit < 0x20 || (unit >= 0x7F && unit < 0xA0) || unit == 0x2028 || unit == 0x2029 ||
           (unit >= 0xD800 && unit <= 0xDFFF);
}

void json_add_string(struct buffer *buffer, const wchar_t *text)
{
    buffer_add_text(buffer, L"\"");
    for (; *text != L'\0'; text++) {
        if (is_pair(text))
            buffer_add(buffer, text++, 2);
        else if (*text == L'"' || *text == L'\\')
            buffer_add_format(buffer, "\\%lc", *text);
        else if (must_be_escaped(*text))
            buffer_add_format(buffer, "\\u%04x", *text);
        else
            buffer_add(buffer, text, 1);
    }
    buffer_add_text(buffer, L"\"");
}

static void add_value(struct buffer *buffer, enum column_kind kind, const wchar_t *cell)
{
    if (cell == NULL)
        buffer_add_text(buffer, L"null");
    else if (kind == COLUMN_TEXT)
        json_add_string(buffer, cell);
    else
        buffer_add_text(buffer, cell);
}

void json_add_object(struct buffer *buffer, const struct rows *rows, size_t row)
{
    buffer_add_text(buffer, L"{");
    for (unsigned i = 0; i < rows->column_count; i++) {
        buffer_add_text(buffer, i > 0 ? L", " : L"");
        json_add_string(buffer, rows->columns[i].key);
        buffer_add_text(buffer, L": ");
        add_value(buffer, rows->columns[i].kind, rows_cell(rows, row, i));
    }
    buffer_add_text(buffer, L"}");
}

void json_add_array(struct buffer *buffer, const struct rows *rows)
{
    const size_t count = rows_count(rows);
    buffer_add_text(buffer, L"[");
    for (size_t row = 0; row < count; row++) {
        buffer_add_text(buffer, row > 0 ? L",\n " : L"\n ");
        json_add_object(buffer, rows, row);
    }
    buffer_add_text(buffer, count > 0 ? L"\n]\n" : L"]\n");
}

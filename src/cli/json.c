/*
 * JSON; see json.h.
 */
#include "cli/json.h"

#include "cli/characters.h"

void json_add_string(struct buffer *buffer, const wchar_t *text)
{
    buffer_add_text(buffer, L"\"");
    while (*text != L'\0') {
        uint32_t character;
        const size_t units = character_read(text, &character);
        if (*text == L'"' || *text == L'\\')
            buffer_add_format(buffer, "\\%lc", *text);
        else if (!character_is_hidden(character))
            buffer_add(buffer, text, units);
        else
            for (size_t i = 0; i < units; i++)
                buffer_add_format(buffer, "\\u%04x", text[i]);
        text += units;
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

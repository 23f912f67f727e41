/*
 * Growing UTF-16 text; see buffer.h.
 */
#include "cli/buffer.h"

#include "cli/memory.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <windows.h>

static void reserve(struct buffer *buffer, size_t count)
{
    buffer->units =
        memory_reserve(buffer->units, buffer->count + count + 1, &buffer->capacity, sizeof *buffer->units);
}

void buffer_add(struct buffer *buffer, const wchar_t *units, size_t count)
{
    reserve(buffer, count);
    memcpy(buffer->units + buffer->count, units, count * sizeof *units);
    buffer->count += count;
    buffer->units[buffer->count] = L'\0';
}

void buffer_add_text(struct buffer *buffer, const wchar_t *text)
{
    buffer_add(buffer, text, wcslen(text));
}

void buffer_add_repeated(struct buffer *buffer, wchar_t unit, size_t count)
{
    for (size_t i = 0; i < count; i++)
        buffer_add(buffer, &unit, 1);
}

void buffer_end_line(struct buffer *buffer)
{
    while (buffer->count > 0 && buffer->units[buffer->count - 1] == L' ')
        buffer->count--;
    buffer_add(buffer, L"\n", 1);
}

void buffer_add_arguments(struct buffer *buffer, const char *format, va_list arguments)
{
    wchar_t wide_format[256];
    size_t room = 256;
    int length = -1;
    MultiByteToWideChar(CP_UTF8, 0, format, -1, wide_format, ARRAYSIZE(wide_format));
    while (length < 0) {
        va_list copy;
        va_copy(copy, arguments);
        reserve(buffer, room);
        length = _vsnwprintf(buffer->units + buffer->count, room, wide_format, copy);
        va_end(copy);
        room *= 2;
    }
    buffer->count += (size_t)length;
    buffer->units[buffer->count] = L'\0';
}

void buffer_add_format(struct buffer *buffer, const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    buffer_add_arguments(buffer, format, arguments);
    va_end(arguments);
}

void buffer_cut(struct buffer *buffer, size_t count)
{
    if (count < buffer->count) {
        buffer->count = count;
        buffer->units[count] = L'\0';
    }
}

const wchar_t *buffer_text(const struct buffer *buffer)
{
    return buffer->units != NULL ? buffer->units : L"";
}

void buffer_free(struct buffer *buffer)
{
    free(buffer->units);
    *buffer = (struct buffer){.units = NULL};
}

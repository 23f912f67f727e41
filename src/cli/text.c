/*
 * Text to the standard streams; see text.h.
 */
#include "cli/text.h"

#include "cli/mask.h"

#include <stdarg.h>

#define CHUNK 4096 /* units */

static DWORD loss;

static void write_bytes(HANDLE output, DWORD stream, const char *bytes, DWORD length)
{
    DWORD written = 0;
    for (DWORD done = 0; done < length; done += written) {
        if (!WriteFile(output, bytes + done, length - done, &written, NULL) || written == 0) {
            if (stream == STD_OUTPUT_HANDLE && loss == ERROR_SUCCESS)
                loss = GetLastError() != ERROR_SUCCESS ? GetLastError() : ERROR_WRITE_FAULT;
            return;
        }
    }
}

/* As much of the text as one write takes, without splitting a surrogate pair. */
static size_t chunk_of(const wchar_t *units, size_t count)
{
    if (count <= CHUNK)
        return count;
    return IS_HIGH_SURROGATE(units[CHUNK - 1]) ? CHUNK - 1 : CHUNK;
}

void text_put(DWORD stream, const struct buffer *text)
{
    const wchar_t *units = buffer_text(text);
    size_t count = text->count;
    const HANDLE output = GetStdHandle(stream);
    const bool is_terminal = text_is_terminal(stream);
    while (count > 0) {
        const size_t chunk = chunk_of(units, count);
        if (is_terminal) {
            DWORD written = 0;
            WriteConsoleW(output, units, (DWORD)chunk, &written, NULL);
        } else {
            char bytes[CHUNK * 3];
            const int length =
                WideCharToMultiByte(CP_UTF8, 0, units, (int)chunk, bytes, sizeof bytes, NULL, NULL);
            write_bytes(output, stream, bytes, (DWORD)length);
        }
        units += chunk;
        count -= chunk;
    }
}

static void put_masked(DWORD stream, const wchar_t *end, const char *format, va_list arguments)
{
    struct buffer line = {.units = NULL};
    struct buffer masked = {.units = NULL};
    buffer_add_arguments(&line, format, arguments);
    mask_add(&masked, buffer_text(&line));
    buffer_add_text(&masked, end);
    text_put(stream, &masked);
    buffer_free(&masked);
    buffer_free(&line);
}

void text_print_line(const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    put_masked(STD_OUTPUT_HANDLE, L"\n", format, arguments);
    va_end(arguments);
}

void text_complain_line(const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    put_masked(STD_ERROR_HANDLE, L"\n", format, arguments);
    va_end(arguments);
}

void text_complain_unended(const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    put_masked(STD_ERROR_HANDLE, L"", format, arguments);
    va_end(arguments);
}

bool text_is_terminal(DWORD stream)
{
    DWORD mode = 0;
    return GetConsoleMode(GetStdHandle(stream), &mode);
}

unsigned text_columns(DWORD stream)
{
    CONSOLE_SCREEN_BUFFER_INFO screen;
    const bool is_known = GetConsoleScreenBufferInfo(GetStdHandle(stream), &screen);
    return is_known && screen.dwSize.X > 0 ? (unsigned)screen.dwSize.X : 0;
}

DWORD text_loss(void)
{
    return loss;
}

/*
 * Text to the standard streams; see text.h.
 */
#include "cli/text.h"

#include "cli/buffer.h"

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

/* As much of the text as fits in one turn, without parting a surrogate pair. */
static size_t chunk_of(const wchar_t *units, size_t count)
{
    if (count <= CHUNK)
        return count;
    return IS_HIGH_SURROGATE(units[CHUNK - 1]) ? CHUNK - 1 : CHUNK;
}

void text_put(DWORD stream, const wchar_t *units, size_t count)
{
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

static void format_and_put(DWORD stream, const char *format, va_list arguments)
{
    struct buffer buffer = {.units = NULL};
    buffer_add_arguments(&buffer, format, arguments);
    text_put(stream, buffer.units, buffer.count);
    buffer_free(&buffer);
}

void text_print(const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    format_and_put(STD_OUTPUT_HANDLE, format, arguments);
    va_end(arguments);
}

void text_complain(const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    format_and_put(STD_ERROR_HANDLE, format, arguments);
    va_end(arguments);
}

bool text_is_terminal(DWORD stream)
{
    DWORD mode = 0;
    return GetConsoleMode(GetStdHandle(stream), &mode);
}

DWORD text_loss(void)
{
    return loss;
}

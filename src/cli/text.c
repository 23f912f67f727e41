/*
 * Text of the command line tool; see text.h.
 */
#include "cli/text.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* A console takes UTF-16 and shows every script; a file or pipe gets UTF-8. */
static void put(DWORD stream, const wchar_t *text, int length)
{
    const HANDLE output = GetStdHandle(stream);
    char bytes[4096 * 3];
    DWORD mode = 0;
    DWORD written = 0;
    if (GetConsoleMode(output, &mode)) {
        WriteConsoleW(output, text, (DWORD)length, &written, NULL);
        return;
    }
    const int count = WideCharToMultiByte(CP_UTF8, 0, text, length, bytes, sizeof bytes, NULL, NULL);
    WriteFile(output, bytes, (DWORD)count, &written, NULL);
}

static void format_and_put(DWORD stream, const char *format, va_list arguments)
{
    wchar_t wide_format[256];
    wchar_t text[4096];
    MultiByteToWideChar(CP_UTF8, 0, format, -1, wide_format, ARRAYSIZE(wide_format));
    const int length = _vsnwprintf(text, ARRAYSIZE(text), wide_format, arguments);
    put(stream, text, length < 0 ? (int)ARRAYSIZE(text) : length);
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

const wchar_t *text_of_error(DWORD error, wchar_t *buffer, DWORD capacity)
{
    const DWORD flags = FORMAT_MESSAGE_FROM_SYSTEM | FORMAT_MESSAGE_IGNORE_INSERTS;
    DWORD length = FormatMessageW(flags, NULL, error, 0, buffer, capacity, NULL);
    while (length > 0 &&
           (buffer[length - 1] == L'\n' || buffer[length - 1] == L'\r' || buffer[length - 1] == L' '))
        buffer[--length] = L'\0';
    return length > 0 ? buffer : L"unknown error";
}

bool text_to_number(const wchar_t *text, DWORD *value)
{
    const bool hexadecimal = text[0] == L'0' && (text[1] == L'x' || text[1] == L'X');
    const wchar_t *digits = hexadecimal ? text + 2 : text;
    const wchar_t *allowed = hexadecimal ? L"0123456789abcdefABCDEF" : L"0123456789";
    const size_t count = wcslen(digits);
    if (count == 0 || count > 10 || wcsspn(digits, allowed) != count)
        return false;
    const unsigned long long number = _wcstoui64(digits, NULL, hexadecimal ? 16 : 10);
    if (number > MAXDWORD)
        return false;
    *value = (DWORD)number;
    return true;
}

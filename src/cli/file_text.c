/*
 * UTF-8 text from files and the standard input; see file_text.h.
 */
#include "cli/file_text.h"

#include "cli/memory.h"

#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#define MAX_LENGTH 0x1000000 /* bytes, 16 MB; more is a mistake */
#define PIECE 4096           /* bytes, or units of a console */

struct bytes {
    char *data;
    size_t length;
    size_t capacity;
};

/* Reads to the end, however long the input seems to be. Returns a Win32 code. */
static DWORD read_all(HANDLE input, struct bytes *bytes)
{
    for (;;) {
        DWORD count = 0;
        bytes->data = memory_reserve(bytes->data, bytes->length + PIECE, &bytes->capacity, 1);
        if (!ReadFile(input, bytes->data + bytes->length, PIECE, &count, NULL))
            return GetLastError() == ERROR_BROKEN_PIPE ? ERROR_SUCCESS : GetLastError();
        if (count == 0)
            return ERROR_SUCCESS;
        bytes->length += count;
        if (bytes->length > MAX_LENGTH)
            return ERROR_FILE_TOO_LARGE;
    }
}

/* UTF-8 as UTF-16, ended by a NUL; freed with free(). NULL: it is not UTF-8, or has a NUL in it. */
static wchar_t *widen(const struct bytes *bytes)
{
    static const char mark[] = "\xEF\xBB\xBF";
    const size_t skipped = bytes->length >= 3 && memcmp(bytes->data, mark, 3) == 0 ? 3 : 0;
    const int length = (int)(bytes->length - skipped);
    wchar_t *text = memory_resize(NULL, (size_t)length + 1, sizeof *text);
    const int units = length > 0 ? MultiByteToWideChar(CP_UTF8, MB_ERR_INVALID_CHARS, bytes->data + skipped,
                                                       length, text, length)
                                 : 0;
    text[units] = L'\0';
    if ((length > 0 && units == 0) || wcslen(text) != (size_t)units) {
        free(text);
        text = NULL;
    }
    return text;
}

static wchar_t *read_text(HANDLE input, const wchar_t *name, DWORD *error, struct buffer *wrong)
{
    struct bytes bytes = {.data = NULL};
    wchar_t *text = NULL;
    *error = read_all(input, &bytes);
    if (*error == ERROR_FILE_TOO_LARGE) {
        *error = ERROR_INVALID_PARAMETER;
        buffer_add_format(wrong, "%ls is larger than 16 MB", name);
    } else if (*error != ERROR_SUCCESS) {
        buffer_add_format(wrong, "%ls cannot be read", name);
    } else {
        text = widen(&bytes);
        if (text == NULL) {
            *error = ERROR_NO_UNICODE_TRANSLATION;
            buffer_add_format(wrong, "%ls is not UTF-8 text", name);
        }
    }
    free(bytes.data);
    return text;
}

wchar_t *file_text_read(const wchar_t *path, DWORD *error, struct buffer *wrong)
{
    const HANDLE file =
        CreateFileW(path, GENERIC_READ, FILE_SHARE_READ | FILE_SHARE_WRITE | FILE_SHARE_DELETE, NULL,
                    OPEN_EXISTING, 0, NULL);
    if (file == INVALID_HANDLE_VALUE) {
        *error = GetLastError();
        buffer_add_format(wrong, "%ls cannot be read", path);
        return NULL;
    }
    wchar_t *text = read_text(file, path, error, wrong);
    CloseHandle(file);
    return text;
}

/* A console gives UTF-16, line by line. */
static wchar_t *read_console(HANDLE input)
{
    struct buffer text = {.units = NULL};
    wchar_t line[PIECE];
    DWORD count = 0;
    while (text.count < MAX_LENGTH && ReadConsoleW(input, line, ARRAYSIZE(line), &count, NULL) && count > 0 &&
           line[0] != 0x1A)
        buffer_add(&text, line, count);
    return memory_copy(buffer_text(&text), text.count);
}

wchar_t *file_text_read_input(DWORD *error, struct buffer *wrong)
{
    const HANDLE input = GetStdHandle(STD_INPUT_HANDLE);
    DWORD mode;
    if (!GetConsoleMode(input, &mode))
        return read_text(input, L"the standard input", error, wrong);
    *error = ERROR_SUCCESS;
    return read_console(input);
}

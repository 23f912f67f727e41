/*
 * The servers that a command line names; see servers.h.
 */
#include "cli/servers.h"

#include "cli/memory.h"

#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#define FILE_LIMIT 0x1000000 /* bytes, 16 MB; more is no list of servers */

static bool is_known(const struct servers *servers, const wchar_t *name, size_t length)
{
    for (size_t i = 0; i < servers->count; i++) {
        if (CompareStringOrdinal(servers->names[i], -1, name, (int)length, TRUE) == CSTR_EQUAL)
            return true;
    }
    return false;
}

/* Adds what is left of `length` units without blanks around them. False: nothing is left. */
static bool add(struct servers *servers, const wchar_t *name, size_t length)
{
    static const wchar_t blanks[] = L" \t\r";
    while (length > 0 && wcschr(blanks, name[0]) != NULL) {
        name++;
        length--;
    }
    while (length > 0 && wcschr(blanks, name[length - 1]) != NULL)
        length--;
    if (length > 0 && !is_known(servers, name, length)) {
        servers->names =
            memory_reserve(servers->names, servers->count + 1, &servers->capacity, sizeof *servers->names);
        servers->names[servers->count++] = memory_copy(name, length);
    }
    return length > 0;
}

/* Whether the last name can be one: "\\\\NAME" and "/server:NAME" are other programs' ways to write it. */
static bool is_name(const struct servers *servers, struct buffer *wrong)
{
    const wchar_t *name = servers->names[servers->count - 1];
    if (wcspbrk(name, L"/\\") == NULL)
        return true;
    buffer_add_format(wrong, "%ls cannot be the name of a server: a name has no slash", name);
    return false;
}

DWORD servers_add_list(struct servers *servers, const wchar_t *text, struct buffer *wrong)
{
    for (;;) {
        const size_t length = wcscspn(text, L",");
        if (!add(servers, text, length)) {
            buffer_add_text(wrong, L"a server without a name");
            return ERROR_INVALID_PARAMETER;
        }
        if (!is_name(servers, wrong))
            return ERROR_INVALID_PARAMETER;
        if (text[length] == L'\0')
            return ERROR_SUCCESS;
        text += length + 1;
    }
}

/* The whole file; *length in bytes; freed with free(). NULL: *error says why. */
static char *read_file(const wchar_t *path, DWORD *length, DWORD *error)
{
    char *bytes = NULL;
    LARGE_INTEGER size = {.QuadPart = 0};
    *error = ERROR_SUCCESS;
    const HANDLE file =
        CreateFileW(path, GENERIC_READ, FILE_SHARE_READ | FILE_SHARE_WRITE | FILE_SHARE_DELETE, NULL,
                    OPEN_EXISTING, 0, NULL);
    if (file == INVALID_HANDLE_VALUE) {
        *error = GetLastError();
        return NULL;
    }
    if (!GetFileSizeEx(file, &size))
        *error = GetLastError();
    else if (size.QuadPart > FILE_LIMIT)
        *error = ERROR_FILE_TOO_LARGE;
    if (*error == ERROR_SUCCESS) {
        bytes = memory_resize(NULL, (size_t)size.QuadPart + 1, 1);
        if (!ReadFile(file, bytes, (DWORD)size.QuadPart, length, NULL)) {
            *error = GetLastError();
            free(bytes);
            bytes = NULL;
        }
    }
    CloseHandle(file);
    return bytes;
}

/* UTF-8 as UTF-16, ended by a NUL; freed with free(). NULL: it is not UTF-8, or has a NUL in it. */
static wchar_t *widen(const char *bytes, DWORD length)
{
    wchar_t *text = memory_resize(NULL, (size_t)length + 1, sizeof *text);
    const int units =
        length > 0 ? MultiByteToWideChar(CP_UTF8, MB_ERR_INVALID_CHARS, bytes, (int)length, text, (int)length)
                   : 0;
    text[units] = L'\0';
    if ((length > 0 && units == 0) || wcslen(text) != (size_t)units) {
        free(text);
        text = NULL;
    }
    return text;
}

static DWORD add_lines(struct servers *servers, const wchar_t *text, struct buffer *wrong)
{
    text += text[0] == 0xFEFF ? 1 : 0;
    for (;;) {
        const size_t length = wcscspn(text, L"\n");
        const size_t comment = wcscspn(text, L"#\n");
        if (add(servers, text, comment) && !is_name(servers, wrong))
            return ERROR_INVALID_PARAMETER;
        if (text[length] == L'\0')
            return ERROR_SUCCESS;
        text += length + 1;
    }
}

DWORD servers_add_file(struct servers *servers, const wchar_t *path, struct buffer *wrong)
{
    DWORD length = 0;
    DWORD error;
    char *bytes = read_file(path, &length, &error);
    if (bytes == NULL) {
        buffer_add_format(wrong, "%ls cannot be read", path);
        return error;
    }
    wchar_t *text = widen(bytes, length);
    free(bytes);
    if (text == NULL) {
        buffer_add_format(wrong, "%ls is not UTF-8 text", path);
        return ERROR_NO_UNICODE_TRANSLATION;
    }
    const DWORD wrong_line = add_lines(servers, text, wrong);
    free(text);
    if (wrong_line != ERROR_SUCCESS || servers->count > 0)
        return wrong_line;
    buffer_add_format(wrong, "%ls names no server", path);
    return ERROR_INVALID_PARAMETER;
}

void servers_free(struct servers *servers)
{
    for (size_t i = 0; i < servers->count; i++)
        free(servers->names[i]);
    free(servers->names);
    *servers = (struct servers){.names = NULL};
}

/*
 * The servers that a command line names; see servers.h.
 */
#include "cli/servers.h"

#include "cli/file_text.h"
#include "cli/memory.h"

#include <stdbool.h>
#include <stdlib.h>
#include <wchar.h>

#define MAX_NAME 255U /* characters, as for a host in DNS */

static bool is_known(const struct servers *servers, const wchar_t *name, size_t length)
{
    for (size_t i = 0; i < servers->count; i++) {
        if (CompareStringOrdinal(servers->names[i], -1, name, (int)length, TRUE) == CSTR_EQUAL)
            return true;
    }
    return false;
}

/* Adds the name in `length` units, without blanks around it. False: it is empty. */
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

/* Characters that no name has, and the probable mistake: other programs take "\\\\NAME", "/server:NAME",
 * "user@NAME" and "[ADDRESS]". */
static const struct {
    const wchar_t *characters;
    const wchar_t *reason;
} mistakes[] = {
    {L"/\\", L"a name has no slash"},
    {L" \t\r\v\f", L"a name has no blank"},
    {L",;", L"names are parted by a comma, in a file by a line end"},
    {L"[]", L"an address has no brackets here"},
    {L"*?", L"it is a pattern"},
    {L"@", L"the user is that of the stored credential"},
    {L"\"'", L"a name has no quotes"},
};

bool servers_name_is_possible(const wchar_t *name, struct buffer *wrong)
{
    if (name[0] == L'\0') {
        buffer_add_text(wrong, L"a server without a name");
        return false;
    }
    if (wcslen(name) > MAX_NAME) {
        buffer_add_format(wrong, "%.20ls... cannot be the name of a server: a name has at most %u characters",
                          name, MAX_NAME);
        return false;
    }
    for (unsigned i = 0; i < ARRAYSIZE(mistakes); i++) {
        if (wcspbrk(name, mistakes[i].characters) == NULL)
            continue;
        buffer_add_format(wrong, "%ls cannot be the name of a server: %ls", name, mistakes[i].reason);
        return false;
    }
    return true;
}

static const wchar_t *last_name(const struct servers *servers)
{
    return servers->names[servers->count - 1];
}

DWORD servers_add_list(struct servers *servers, const wchar_t *text, struct buffer *wrong)
{
    for (;;) {
        const size_t length = wcscspn(text, L",");
        if (!add(servers, text, length)) {
            buffer_add_text(wrong, L"a server without a name");
            return ERROR_INVALID_PARAMETER;
        }
        if (!servers_name_is_possible(last_name(servers), wrong))
            return ERROR_INVALID_PARAMETER;
        if (text[length] == L'\0')
            return ERROR_SUCCESS;
        text += length + 1;
    }
}

static DWORD add_lines(struct servers *servers, const wchar_t *file, const wchar_t *text,
                       struct buffer *wrong)
{
    for (unsigned line = 1;; line++) {
        struct buffer reason = {.units = NULL};
        const size_t length = wcscspn(text, L"\n");
        const size_t comment = wcscspn(text, L"#\n");
        if (add(servers, text, comment) && !servers_name_is_possible(last_name(servers), &reason)) {
            buffer_add_format(wrong, "%ls, line %u: %ls", file, line, buffer_text(&reason));
            buffer_free(&reason);
            return ERROR_INVALID_PARAMETER;
        }
        if (text[length] == L'\0')
            return ERROR_SUCCESS;
        text += length + 1;
    }
}

DWORD servers_add_file(struct servers *servers, const wchar_t *path, struct buffer *wrong)
{
    DWORD error;
    const bool is_input = wcscmp(path, L"-") == 0;
    const wchar_t *name = is_input ? L"the standard input" : path;
    wchar_t *text = is_input ? file_text_read_input(&error, wrong) : file_text_read(path, &error, wrong);
    if (text == NULL)
        return error;
    const DWORD wrong_line = add_lines(servers, name, text, wrong);
    free(text);
    if (wrong_line != ERROR_SUCCESS || servers->count > 0)
        return wrong_line;
    buffer_add_format(wrong, "%ls names no server", name);
    return ERROR_INVALID_PARAMETER;
}

void servers_free(struct servers *servers)
{
    for (size_t i = 0; i < servers->count; i++)
        free(servers->names[i]);
    free(servers->names);
    *servers = (struct servers){.names = NULL};
}

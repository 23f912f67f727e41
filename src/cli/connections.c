/*
 * The records of connecting; see connections.h.
 */
#include "cli/connections.h"

#include "cli/check_record.h"
#include "cli/memory.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* The last record of a server. */
struct connection {
    struct connection *next;
    struct check_record record;
};

static SRWLOCK lock = SRWLOCK_INIT;
static struct connection *connections;
static HANDLE file = INVALID_HANDLE_VALUE;
static char line[4096]; /* what was read from the file, but is not a whole line yet */
static size_t length;

/* Uses a file that is deleted with this program, however it ends, or the file that the user has named. */
void connections_watch(bool has_successes)
{
    static const wchar_t variable[] = L"WTSAPI32_CONNECT_FILE";
    static const wchar_t trace[] = L"WTSAPI32_TRACE";
    wchar_t path[MAX_PATH];
    wchar_t folder[MAX_PATH];
    const DWORD share = FILE_SHARE_READ | FILE_SHARE_WRITE | FILE_SHARE_DELETE;
    const DWORD given = GetEnvironmentVariableW(variable, path, ARRAYSIZE(path));
    if (given > 0 && given < ARRAYSIZE(path)) {
        file = CreateFileW(path, GENERIC_READ, share, NULL, OPEN_ALWAYS, FILE_ATTRIBUTE_NORMAL, NULL);
        SetFilePointer(file, 0, NULL, FILE_END);
        return;
    }
    const bool is_traced = GetEnvironmentVariableW(trace, NULL, 0) > 0;
    GetTempPathW(ARRAYSIZE(folder), folder);
    if (!has_successes && is_traced)
        return;
    if (GetTempFileNameW(folder, L"wts", 0, path) == 0)
        return;
    file =
        CreateFileW(path, GENERIC_READ | DELETE, share, NULL, OPEN_EXISTING, FILE_FLAG_DELETE_ON_CLOSE, NULL);
    if (file == INVALID_HANDLE_VALUE)
        return;
    if (has_successes) {
        SetEnvironmentVariableW(variable, path);
        return;
    }
    SetEnvironmentVariableW(trace, L"errors");
    SetEnvironmentVariableW(L"WTSAPI32_TRACE_FILE", path);
}

/* Freed with free(). */
static wchar_t *wide_of(const char *text)
{
    const int units = MultiByteToWideChar(CP_UTF8, 0, text, -1, NULL, 0);
    wchar_t *wide = memory_resize(NULL, (size_t)units + 1, sizeof *wide);
    wide[0] = L'\0';
    MultiByteToWideChar(CP_UTF8, 0, text, -1, wide, units);
    return wide;
}

/* A file that the user has named also has records of other programs. */
static bool is_own(void)
{
    unsigned long process = 0;
    return sscanf(line, "wtsapi32: %lu.", &process) == 1 && process == GetCurrentProcessId();
}

static void take_line(void)
{
    struct check_record record;
    struct connection *connection = connections;
    if (!is_own() || !check_record_read(line, &record))
        return;
    while (connection != NULL && strcmp(connection->record.server, record.server) != 0)
        connection = connection->next;
    if (connection == NULL) {
        connection = memory_resize(NULL, 1, sizeof *connection);
        connection->next = connections;
        connections = connection;
    }
    connection->record = record;
}

static void read_file(void)
{
    char bytes[1024];
    DWORD got = 0;
    if (file == INVALID_HANDLE_VALUE)
        return;
    while (ReadFile(file, bytes, sizeof bytes, &got, NULL) && got > 0) {
        for (DWORD i = 0; i < got; i++) {
            if (bytes[i] != '\n') {
                line[length] = bytes[i];
                length += length < sizeof line - 1;
                continue;
            }
            line[length] = '\0';
            length = 0;
            take_line();
        }
    }
}

/* False: there is no record of this server. */
static bool find(const wchar_t *server, struct check_record *record)
{
    bool is_found = false;
    AcquireSRWLockExclusive(&lock);
    read_file();
    for (struct connection *connection = connections; connection != NULL && !is_found;
         connection = connection->next) {
        wchar_t *name = wide_of(connection->record.server);
        is_found = CompareStringOrdinal(name, -1, server, -1, TRUE) == CSTR_EQUAL;
        if (is_found)
            *record = connection->record;
        free(name);
    }
    ReleaseSRWLockExclusive(&lock);
    return is_found;
}

/* "Kerberos as PRINCIPAL at ADDRESS": the address has no blank. */
wchar_t *connections_principal(const wchar_t *server)
{
    static const char begin[] = "Kerberos as ";
    struct check_record record;
    char *end = NULL;
    if (!find(server, &record) || strncmp(record.text, begin, sizeof begin - 1) != 0)
        return NULL;
    for (char *at = strstr(record.text, " at "); at != NULL; at = strstr(at + 1, " at "))
        end = at;
    if (end == NULL || end < record.text + sizeof begin)
        return NULL;
    *end = '\0';
    return wide_of(record.text + sizeof begin - 1);
}

/* Only the relay reports the step. For the first two the system's own words are more precise than advice. */
void connections_add_reason(struct buffer *buffer, const wchar_t *server)
{
    struct check_record record;
    if (!find(server, &record) || strcmp(record.transport, "relay") != 0 || strcmp(record.step, "none") == 0)
        return;
    const bool is_early = strcmp(record.step, "name") == 0 || strcmp(record.step, "tcp") == 0;
    wchar_t *step = wide_of(record.step);
    wchar_t *words = wide_of(is_early ? record.text : record.advice);
    if (words[0] != L'\0')
        buffer_add_format(buffer, is_early ? " Step %ls: %ls." : " Step %ls: look at %ls.", step, words);
    free(words);
    free(step);
}

/*
 * Whom a server sees; see logon.h. The rule that chooses a credential is the DLL's. Whose ticket was used no
 * function of the API says: the record of connecting does, which the DLL writes into a file on request.
 */
#include "cli/logon.h"

#include "cli/check_record.h"
#include "cli/memory.h"
#include "remote/transport/credential_rule.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static CREDENTIALW **entries;
static DWORD count;

/* Who was logged on by a ticket, by server. */
struct ticket {
    struct ticket *next;
    wchar_t *server;
    wchar_t *principal;
};

static struct ticket *tickets;
static HANDLE records = INVALID_HANDLE_VALUE;
static char line[4096]; /* what was read of the records, and is no line yet */
static size_t length;

/* A file that is gone with this program, however it ends; or the one that the user has named for himself. */
static void open_records(void)
{
    static const wchar_t variable[] = L"WTSAPI32_CONNECT_FILE";
    wchar_t path[MAX_PATH];
    wchar_t folder[MAX_PATH];
    const DWORD share = FILE_SHARE_READ | FILE_SHARE_WRITE | FILE_SHARE_DELETE;
    const DWORD given = GetEnvironmentVariableW(variable, path, ARRAYSIZE(path));
    if (given > 0 && given < ARRAYSIZE(path)) {
        records = CreateFileW(path, GENERIC_READ, share, NULL, OPEN_ALWAYS, FILE_ATTRIBUTE_NORMAL, NULL);
        SetFilePointer(records, 0, NULL, FILE_END);
        return;
    }
    GetTempPathW(ARRAYSIZE(folder), folder);
    if (GetTempFileNameW(folder, L"wts", 0, path) == 0)
        return;
    records =
        CreateFileW(path, GENERIC_READ | DELETE, share, NULL, OPEN_EXISTING, FILE_FLAG_DELETE_ON_CLOSE, NULL);
    if (records != INVALID_HANDLE_VALUE)
        SetEnvironmentVariableW(variable, path);
}

void logon_read(void)
{
    if (!CredEnumerateW(NULL, 0, &count, &entries))
        count = 0;
    for (DWORD i = 0; i < count; i++) {
        if (entries[i]->CredentialBlob != NULL)
            SecureZeroMemory(entries[i]->CredentialBlob, entries[i]->CredentialBlobSize);
    }
    open_records();
}

static wchar_t *wide_of(const char *text)
{
    const int units = MultiByteToWideChar(CP_UTF8, 0, text, -1, NULL, 0);
    wchar_t *wide = memory_resize(NULL, (size_t)units + 1, sizeof *wide);
    wide[0] = L'\0';
    MultiByteToWideChar(CP_UTF8, 0, text, -1, wide, units);
    return wide;
}

static struct ticket *find(const wchar_t *server)
{
    struct ticket *ticket = tickets;
    while (ticket != NULL && _wcsicmp(ticket->server, server) != 0)
        ticket = ticket->next;
    return ticket;
}

/* "Kerberos as PRINCIPAL at ADDRESS": the address has no blank. */
static void keep(const char *server, char *text)
{
    static const char begin[] = "Kerberos as ";
    char *end = NULL;
    for (char *at = strstr(text, " at "); at != NULL; at = strstr(at + 1, " at "))
        end = at;
    if (strncmp(text, begin, sizeof begin - 1) != 0 || end == NULL || end < text + sizeof begin)
        return;
    *end = '\0';
    wchar_t *name = wide_of(server);
    wchar_t *principal = wide_of(text + sizeof begin - 1);
    struct ticket *ticket = find(name);
    if (ticket == NULL) {
        ticket = memory_resize(NULL, 1, sizeof *ticket);
        *ticket = (struct ticket){.next = tickets, .server = name, .principal = principal};
        tickets = ticket;
        return;
    }
    free(name);
    free(ticket->principal);
    ticket->principal = principal;
}

/* A file that the user has named has the records of other programs, too. */
static bool is_own(void)
{
    unsigned long process = 0;
    return sscanf(line, "wtsapi32: %lu.", &process) == 1 && process == GetCurrentProcessId();
}

static void take_line(void)
{
    struct check_record record;
    if (is_own() && check_record_read(line, &record) && strcmp(record.step, "none") == 0)
        keep(record.server, record.text);
}

static void read_records(void)
{
    char bytes[1024];
    DWORD got = 0;
    if (records == INVALID_HANDLE_VALUE)
        return;
    while (ReadFile(records, bytes, sizeof bytes, &got, NULL) && got > 0) {
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

const wchar_t *logon_of(const wchar_t *server)
{
    if (server == NULL)
        return NULL;
    const DWORD chosen = wts_credential_choose(entries, count, server);
    if (chosen < count)
        return entries[chosen]->UserName;
    read_records();
    const struct ticket *ticket = find(server);
    return ticket != NULL ? ticket->principal : NULL;
}

/*
 * wts credential add|list|remove: the entries of the Credential Manager that a server's log-on uses. Added as
 * CRED_TYPE_DOMAIN_PASSWORD, which is looked for first; TERMSRV/ entries of other programs are shown and
 * removed, too.
 */
#include "cli/command.h"
#include "cli/text.h"

#include <wchar.h>
#include <wincred.h>

#define TARGET_CAPACITY 300

static int usage(void)
{
    text_complain("usage: wts credential add SERVER --user [DOMAIN\\]NAME [--save]\n"
                  "       wts credential list\n"
                  "       wts credential remove SERVER\n"
                  "The password is asked for, or read from the standard input. It is kept for this logon\n"
                  "session; with --save for good.\n");
    return STATUS_WRONG_USAGE;
}

static int failed(const wchar_t *what, const wchar_t *server)
{
    wchar_t sentence[512];
    const DWORD error = GetLastError();
    text_complain("%ls: credential not %ls, error %lu: %ls\n", server, what, error,
                  text_of_error(error, sentence, ARRAYSIZE(sentence)));
    return STATUS_ALL_FAILED;
}

/* One line, without its end, as UTF-16. False: no line, or too long. */
static bool read_redirected(HANDLE input, wchar_t *line, int capacity)
{
    char bytes[1024] = {0};
    DWORD length = 0;
    DWORD count = 0;
    while (length < sizeof bytes && ReadFile(input, bytes + length, 1, &count, NULL) && count == 1 &&
           bytes[length] != '\n')
        length++;
    if (length > 0 && length < sizeof bytes && bytes[length - 1] == '\r')
        length--;
    const int units =
        length > 0 && length < sizeof bytes
            ? MultiByteToWideChar(CP_UTF8, MB_ERR_INVALID_CHARS, bytes, (int)length, line, capacity - 1)
            : 0;
    line[units] = L'\0';
    SecureZeroMemory(bytes, sizeof bytes);
    return units > 0;
}

static bool read_password(const wchar_t *user, wchar_t *password, DWORD capacity)
{
    const HANDLE input = GetStdHandle(STD_INPUT_HANDLE);
    DWORD mode = 0;
    DWORD count = 0;
    if (!GetConsoleMode(input, &mode))
        return read_redirected(input, password, (int)capacity);
    text_complain("Password of %ls: ", user);
    SetConsoleMode(input, (mode & ~(DWORD)ENABLE_ECHO_INPUT) | ENABLE_LINE_INPUT | ENABLE_PROCESSED_INPUT);
    const BOOL done = ReadConsoleW(input, password, capacity - 1, &count, NULL);
    SetConsoleMode(input, mode);
    text_complain("\n");
    password[done ? count : 0] = L'\0';
    password[wcscspn(password, L"\r\n")] = L'\0';
    return password[0] != L'\0';
}

static int add(wchar_t *server, wchar_t *user, bool is_saved)
{
    wchar_t password[512];
    if (!read_password(user, password, ARRAYSIZE(password))) {
        text_complain("no password was given\n");
        return STATUS_WRONG_USAGE;
    }
    CREDENTIALW credential = {.Type = CRED_TYPE_DOMAIN_PASSWORD,
                              .TargetName = server,
                              .CredentialBlob = (BYTE *)password,
                              .CredentialBlobSize = (DWORD)(wcslen(password) * sizeof *password),
                              .Persist = is_saved ? CRED_PERSIST_LOCAL_MACHINE : CRED_PERSIST_SESSION,
                              .UserName = user};
    const BOOL written = CredWriteW(&credential, 0);
    SecureZeroMemory(password, sizeof password);
    if (!written)
        return failed(L"stored", server);
    text_print("%ls: %ls, %ls\n", server, user, is_saved ? L"saved" : L"for this logon session");
    if (is_saved)
        text_complain(
            "warning: under Wine the registry of the prefix keeps the password; whoever reads its files can "
            "read it\n");
    return STATUS_ALL_DONE;
}

static bool is_ours(const CREDENTIALW *entry)
{
    return entry->Type == CRED_TYPE_DOMAIN_PASSWORD ||
           (entry->Type == CRED_TYPE_GENERIC && _wcsnicmp(entry->TargetName, L"TERMSRV/", 8) == 0);
}

static int list(void)
{
    CREDENTIALW **entries;
    DWORD count;
    if (!CredEnumerateW(NULL, 0, &count, &entries)) {
        if (GetLastError() == ERROR_NOT_FOUND)
            return STATUS_ALL_DONE;
        return failed(L"listed", L"all servers");
    }
    for (DWORD i = 0; i < count; i++) {
        if (is_ours(entries[i]))
            text_print("%-32ls %-32ls %ls\n", entries[i]->TargetName,
                       entries[i]->UserName != NULL ? entries[i]->UserName : L"",
                       entries[i]->Persist == CRED_PERSIST_SESSION ? L"session" : L"saved");
    }
    CredFree(entries);
    return STATUS_ALL_DONE;
}

static int remove_entries(const wchar_t *server)
{
    wchar_t target[TARGET_CAPACITY] = L"TERMSRV/";
    const BOOL first = CredDeleteW(server, CRED_TYPE_DOMAIN_PASSWORD, 0);
    wcscat(target, server);
    if (!CredDeleteW(target, CRED_TYPE_GENERIC, 0) && !first)
        return failed(L"removed", server);
    text_print("%ls: removed\n", server);
    return STATUS_ALL_DONE;
}

int command_credential(int count, wchar_t **words)
{
    wchar_t *user = NULL;
    bool is_saved = false;
    if (count == 1 && wcscmp(words[0], L"list") == 0)
        return list();
    if (count < 2 || wcslen(words[1]) + 9 > TARGET_CAPACITY)
        return usage();
    if (count == 2 && wcscmp(words[0], L"remove") == 0)
        return remove_entries(words[1]);
    for (int i = 2; i < count; i++) {
        if (wcscmp(words[i], L"--save") == 0)
            is_saved = true;
        else if (wcscmp(words[i], L"--user") == 0 && i + 1 < count)
            user = words[++i];
        else
            return usage();
    }
    return user != NULL && wcscmp(words[0], L"add") == 0 ? add(words[1], user, is_saved) : usage();
}

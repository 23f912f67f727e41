/*
 * wts credential add|list|remove: the entries of the Credential Manager that a server's log-on uses. Added as
 * CRED_TYPE_DOMAIN_PASSWORD, which is looked for first; TERMSRV/ entries of other programs are shown and
 * removed, too. The rule that chooses one of them is that of the DLL.
 */
#include "cli/command.h"
#include "cli/error_text.h"
#include "cli/logon.h"
#include "cli/prefix.h"
#include "cli/servers.h"
#include "cli/text.h"
#include "remote/transport/credential_lock.h"

#include <wchar.h>
#include <wincred.h>

#define TARGET_CAPACITY 300
#define LOCK_TIMEOUT_MS 5000

static int failed(const wchar_t *what, const wchar_t *server, DWORD error)
{
    wchar_t sentence[512];
    text_complain_line("%ls: credential not %ls, error %lu: %ls%ls", server, what, error,
                       error_text(error, sentence, ARRAYSIZE(sentence)),
                       error == ERROR_NOT_FOUND ? L" wts credential list shows the names that are stored."
                                                : L"");
    return STATUS_ALL_FAILED;
}

static const wchar_t no_password[] = L"no password was given";

/* Reads one line, without its end, as UTF-16. Returns NULL, or what is wrong with it. */
static const wchar_t *read_redirected(HANDLE input, wchar_t *line, int capacity)
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
        MultiByteToWideChar(CP_UTF8, MB_ERR_INVALID_CHARS, bytes, (int)length, line, capacity - 1);
    const bool is_long =
        length == sizeof bytes || (units == 0 && GetLastError() == ERROR_INSUFFICIENT_BUFFER);
    line[units] = L'\0';
    SecureZeroMemory(bytes, sizeof bytes);
    if (length == 0)
        return no_password;
    if (is_long)
        return L"the password is too long";
    if (units == 0)
        return L"the password is not UTF-8 text";
    return wcslen(line) == (size_t)units ? NULL : L"the password has a NUL in it";
}

/* Returns NULL, or why no password was read. */
static const wchar_t *read_password(const wchar_t *user, wchar_t *password, DWORD capacity)
{
    const HANDLE input = GetStdHandle(STD_INPUT_HANDLE);
    DWORD mode = 0;
    DWORD count = 0;
    if (!GetConsoleMode(input, &mode))
        return read_redirected(input, password, (int)capacity);
    text_complain_unended("Password of %ls: ", user);
    SetConsoleMode(input, (mode & ~(DWORD)ENABLE_ECHO_INPUT) | ENABLE_LINE_INPUT | ENABLE_PROCESSED_INPUT);
    const BOOL done = ReadConsoleW(input, password, capacity - 1, &count, NULL);
    SetConsoleMode(input, mode);
    text_complain_line("%ls", L"");
    password[done ? count : 0] = L'\0';
    password[wcscspn(password, L"\r\n")] = L'\0';
    return password[0] != L'\0' ? NULL : no_password;
}

/* Under Wine the registry stores a saved password almost in plain text. */
static bool may_save(const wchar_t *server)
{
    struct buffer reason = {.units = NULL};
    const bool is_private = prefix_is_private(&reason);
    if (!is_private)
        text_complain_line("%ls: credential not stored: %ls; --force stores it all the same", server,
                           buffer_text(&reason));
    buffer_free(&reason);
    return is_private;
}

static int add(wchar_t *server, wchar_t *user, bool is_saved, bool is_forced)
{
    wchar_t password[512];
    if (is_saved && !is_forced && !may_save(server))
        return STATUS_WRONG_USAGE;
    const wchar_t *reason = read_password(user, password, ARRAYSIZE(password));
    if (reason != NULL) {
        text_complain_line("%ls", reason);
        return STATUS_WRONG_USAGE;
    }
    CREDENTIALW credential = {.Type = CRED_TYPE_DOMAIN_PASSWORD,
                              .TargetName = server,
                              .CredentialBlob = (BYTE *)password,
                              .CredentialBlobSize = (DWORD)(wcslen(password) * sizeof *password),
                              .Persist = is_saved ? CRED_PERSIST_LOCAL_MACHINE : CRED_PERSIST_SESSION,
                              .UserName = user};
    const HANDLE lock = wts_credential_lock(LOCK_TIMEOUT_MS);
    const DWORD error = CredWriteW(&credential, 0) ? ERROR_SUCCESS : GetLastError();
    wts_credential_unlock(lock);
    SecureZeroMemory(password, sizeof password);
    if (error != ERROR_SUCCESS)
        return failed(L"stored", server, error);
    /* Wine keeps it as long as its server runs: often not even until the next command. */
    text_print_line("%ls: %ls, %ls", server, user,
                    is_saved ? L"saved"
                             : L"for this logon session, which under Wine ends some seconds after the last "
                               L"program: --save keeps the password");
    return STATUS_ALL_DONE;
}

static bool is_ours(const CREDENTIALW *entry)
{
    return entry->Type == CRED_TYPE_DOMAIN_PASSWORD ||
           (entry->Type == CRED_TYPE_GENERIC && _wcsnicmp(entry->TargetName, L"TERMSRV/", 8) == 0);
}

static void print_choice(const wchar_t *server)
{
    const CREDENTIALW *entry = logon_entry(server);
    if (entry != NULL)
        text_print_line("%ls: %ls, %ls", server, entry->TargetName,
                        entry->UserName != NULL ? entry->UserName : L"");
    else
        text_print_line("%ls: no password is stored for this name, the log-on is Kerberos' own", server);
}

/* Lists all of them, or, unless `server` is NULL, the one that it uses. */
static int list(const wchar_t *server)
{
    CREDENTIALW *const *entries;
    DWORD count;
    const DWORD error = logon_entries(&entries, &count);
    if (error != ERROR_SUCCESS)
        return failed(L"listed", L"all servers", error);
    if (server != NULL)
        print_choice(server);
    bool is_any = false;
    for (DWORD i = 0; server == NULL && i < count; i++) {
        is_any = is_any || is_ours(entries[i]);
        if (is_ours(entries[i]))
            text_print_line("%-32ls %-32ls %ls", entries[i]->TargetName,
                            entries[i]->UserName != NULL ? entries[i]->UserName : L"",
                            entries[i]->Persist == CRED_PERSIST_SESSION ? L"session" : L"saved");
    }
    if (server == NULL && !is_any)
        text_complain_line("no password is stored");
    return STATUS_ALL_DONE;
}

static int remove_entries(const wchar_t *server)
{
    wchar_t target[TARGET_CAPACITY] = L"TERMSRV/";
    const BOOL first = CredDeleteW(server, CRED_TYPE_DOMAIN_PASSWORD, 0);
    wcscat(target, server);
    if (!CredDeleteW(target, CRED_TYPE_GENERIC, 0) && !first)
        return failed(L"removed", server, GetLastError());
    text_print_line("%ls: removed", server);
    return STATUS_ALL_DONE;
}

static bool is_action(const struct request *request, const wchar_t *action)
{
    return wcscmp(request->options.words[0], action) == 0;
}

/* A pattern is a text that without its stars is a name, or empty. */
static bool is_name_or_pattern(const wchar_t *text, struct buffer *wrong)
{
    wchar_t name[TARGET_CAPACITY];
    size_t length = 0;
    for (const wchar_t *unit = text; *unit != L'\0'; unit++) {
        if (*unit != L'*' && *unit != L'?')
            name[length++] = *unit;
    }
    name[length] = L'\0';
    return length == 0 || servers_name_is_possible(name, wrong);
}

static bool is_user(const wchar_t *text)
{
    const wchar_t *slash = wcschr(text, L'\\');
    return text[0] != L'\0' &&
           (slash == NULL || (slash > text && slash[1] != L'\0' && wcschr(slash + 1, L'\\') == NULL));
}

/* "list" may have a server, the others need one; "add" needs a user, and only "add" has options. */
static DWORD prepare(struct request *request, struct buffer *wrong)
{
    const struct options *options = &request->options;
    const bool has_server = options->word_count == 2;
    const bool has_user = options->is_given[OPTION_USER];
    const bool has_options = has_user || options->is_given[OPTION_SAVE] || options->is_given[OPTION_FORCE];
    const wchar_t *reason = NULL;
    if (has_server && options->words[1][0] == L'\0')
        reason = L"a server or pattern must be named";
    else if (is_action(request, L"list"))
        reason = has_options ? L"list takes no option" : NULL;
    else if (!is_action(request, L"add") && !is_action(request, L"remove"))
        reason = L"the first word is add, list or remove";
    else if (!has_server || wcslen(options->words[1]) + 9 > TARGET_CAPACITY)
        reason = L"a server or pattern must be named, by less than 292 characters";
    else if (is_action(request, L"add"))
        reason = !has_user                               ? L"add needs --user"
                 : !is_user(options->texts[OPTION_USER]) ? L"--user needs NAME or DOMAIN\\NAME"
                                                         : NULL;
    else if (has_options)
        reason = L"remove takes no option";
    if (reason == NULL && is_action(request, L"add") && !is_name_or_pattern(options->words[1], wrong))
        return ERROR_INVALID_PARAMETER;
    buffer_add_text(wrong, reason != NULL ? reason : L"");
    return reason != NULL ? ERROR_INVALID_PARAMETER : ERROR_SUCCESS;
}

static int run(const struct request *request)
{
    const struct options *options = &request->options;
    if (is_action(request, L"list"))
        return list(options->word_count == 2 ? options->words[1] : NULL);
    if (is_action(request, L"remove"))
        return remove_entries(options->words[1]);
    return add(options->words[1], options->texts[OPTION_USER], options->is_given[OPTION_SAVE],
               options->is_given[OPTION_FORCE]);
}

static const struct example examples[] = {
    {L"wts credential add rdsh01 --user 'DOM\\alice' --save",
     L"keep a password; names are compared as they are typed"},
    {L"wts credential add '*.corp.example' --user 'DOM\\admin' --save",
     L"the same for every server that is named so"},
    {L"wts credential add 'rdsh*' --user 'DOM\\admin' --save", L"and for short names"},
    {L"wts credential list", L"show which are kept"},
    {L"wts credential list rdsh07.corp.example", L"show which one a server uses"},
    {L"wts credential remove rdsh01", L"forget it"},
};

const struct command command_credential = {
    .name = L"credential",
    .words = L"add SERVER | list [SERVER] | remove SERVER",
    .purpose = L"keep passwords for servers; typed, or from the standard input",
    .examples = examples,
    .example_count = ARRAYSIZE(examples),
    .options = OPTION_BIT(OPTION_USER) | OPTION_BIT(OPTION_SAVE) | OPTION_BIT(OPTION_FORCE),
    .min_words = 1,
    .max_words = 2,
    .prepare = prepare,
    .run_alone = run,
};

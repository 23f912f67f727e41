/*
 * wts user-config: the terminal services settings of an account, class by class of WTSQueryUserConfig. With
 * --set, settings are written first, one by one, and then the settings of the server are shown.
 */
#include <wtsapi32.h>

#include "cli/command.h"
#include "cli/effects.h"
#include "cli/error_text.h"
#include "cli/number.h"

#include <limits.h>
#include <stddef.h>
#include <wchar.h>

static const struct column columns[] = {
    {L"account", L"Account", COLUMN_TEXT},
    {L"initial_program", L"Initial program", COLUMN_TEXT},
    {L"working_directory", L"Working directory", COLUMN_TEXT},
    {L"inherit_initial_program", L"Client chooses program", COLUMN_FLAG},
    {L"allow_logon", L"Log-on allowed", COLUMN_FLAG},
    {L"connection_timeout_ms", L"Connection limit (ms)", COLUMN_NUMBER},
    {L"disconnection_timeout_ms", L"Disconnected limit (ms)", COLUMN_NUMBER},
    {L"idle_timeout_ms", L"Idle limit (ms)", COLUMN_NUMBER},
    {L"client_drives", L"Client drives", COLUMN_FLAG},
    {L"client_printers", L"Client printers", COLUMN_FLAG},
    {L"client_default_printer", L"Client default printer", COLUMN_FLAG},
    {L"end_broken_session", L"Broken session is ended", COLUMN_FLAG},
    {L"reconnect_same_client", L"Reconnect same client", COLUMN_FLAG},
    {L"callback", L"Modem callback", COLUMN_NUMBER},
    {L"callback_number", L"Callback number", COLUMN_TEXT},
    {L"shadowing", L"Shadowing", COLUMN_NUMBER},
    {L"profile_path", L"Profile path", COLUMN_TEXT},
    {L"home_directory", L"Home directory", COLUMN_TEXT},
    {L"home_drive", L"Home drive", COLUMN_TEXT},
    {L"remote_home", L"Home directory is remote", COLUMN_FLAG},
};
_Static_assert(ARRAYSIZE(columns) == WTSUserConfigUser + 1, "the account, and a column for each class");

/* The setting of a class is the column behind the account's. */
static const struct column *column_of(unsigned class)
{
    return &columns[1 + class];
}

/* The place of each setting in the structure, which lacks callback and callback number. */
#define PLACE(class, member) [class] = {true, offsetof(WTSUSERCONFIGW, member)}
static const struct {
    bool is_there;
    size_t offset;
} places[] = {
    PLACE(WTSUserConfigInitialProgram, InitialProgram),
    PLACE(WTSUserConfigWorkingDirectory, WorkDirectory),
    PLACE(WTSUserConfigfInheritInitialProgram, InheritInitialProgram),
    PLACE(WTSUserConfigfAllowLogonTerminalServer, AllowLogonTerminalServer),
    PLACE(WTSUserConfigTimeoutSettingsConnections, TimeoutSettingsConnections),
    PLACE(WTSUserConfigTimeoutSettingsDisconnections, TimeoutSettingsDisconnections),
    PLACE(WTSUserConfigTimeoutSettingsIdle, TimeoutSettingsIdle),
    PLACE(WTSUserConfigfDeviceClientDrives, DeviceClientDrives),
    PLACE(WTSUserConfigfDeviceClientPrinters, DeviceClientPrinters),
    PLACE(WTSUserConfigfDeviceClientDefaultPrinter, ClientDefaultPrinter),
    PLACE(WTSUserConfigBrokenTimeoutSettings, BrokenTimeoutSettings),
    PLACE(WTSUserConfigReconnectSettings, ReconnectSettings),
    PLACE(WTSUserConfigShadowingSettings, ShadowingSettings),
    PLACE(WTSUserConfigTerminalServerProfilePath, TerminalServerProfilePath),
    PLACE(WTSUserConfigTerminalServerHomeDir, TerminalServerHomeDir),
    PLACE(WTSUserConfigTerminalServerHomeDirDrive, TerminalServerHomeDirDrive),
    PLACE(WTSUserConfigfTerminalServerRemoteHomeDir, TerminalServerRemoteHomeDir),
};
_Static_assert(ARRAYSIZE(places) == WTSUserConfigUser, "a place for each class");

/* A CLASS=VALUE that was read. */
struct setting {
    unsigned class;
    const wchar_t *text; /* the value */
    DWORD number;        /* the same, unless the class is a text */
};

/* The class that the word names up to its "="; WTSUserConfigUser: none. */
static unsigned find_class(const wchar_t *word, size_t length)
{
    unsigned class = 0;
    while (class < WTSUserConfigUser &&
           (wcslen(column_of(class)->key) != length || wcsncmp(column_of(class)->key, word, length) != 0))
        class ++;
    return class;
}

static bool read_number(enum column_kind kind, const wchar_t *text, DWORD *number)
{
    if (kind == COLUMN_FLAG && (wcscmp(text, L"true") == 0 || wcscmp(text, L"false") == 0)) {
        *number = text[0] == L't';
        return true;
    }
    return number_read(text, number) && (kind != COLUMN_FLAG || *number <= 1);
}

/* Reads CLASS=VALUE. False: wrong usage; the reason is added to `wrong`. */
static bool read_setting(const wchar_t *word, struct setting *setting, struct buffer *wrong)
{
    const wchar_t *equals = wcschr(word, L'=');
    if (equals == NULL) {
        buffer_add_format(wrong, "--set: %ls is not CLASS=VALUE", word);
        return false;
    }
    *setting = (struct setting){.class = find_class(word, (size_t)(equals - word)), .text = equals + 1};
    if (setting->class == WTSUserConfigUser || setting->class == WTSUserConfigfTerminalServerRemoteHomeDir) {
        buffer_add_format(wrong, "--set: %.*ls is no setting that can be written", (int)(equals - word),
                          word);
        return false;
    }
    const enum column_kind kind = column_of(setting->class)->kind;
    if (kind == COLUMN_TEXT || read_number(kind, setting->text, &setting->number))
        return true;
    buffer_add_format(wrong,
                      kind == COLUMN_FLAG ? "--set: %ls: not true, false, 0 or 1"
                                          : "--set: %ls: not a number from 0 to 4294967295",
                      word);
    return false;
}

/* The settings of the command line: that of the option, and the words with a "=". */
static const wchar_t *setting_word(const struct options *options, unsigned index)
{
    if (index == 0)
        return options->texts[OPTION_SET];
    for (unsigned i = 0; i < options->word_count; i++) {
        if (wcschr(options->words[i], L'=') != NULL && --index == 0)
            return options->words[i];
    }
    return NULL;
}

/* The word without a "=", which account names cannot have. NULL: none, or several. */
static const wchar_t *account_of(const struct options *options)
{
    const wchar_t *account = NULL;
    unsigned count = 0;
    for (unsigned i = 0; i < options->word_count; i++) {
        if (wcschr(options->words[i], L'=') == NULL) {
            account = options->words[i];
            count++;
        }
    }
    return count == 1 && account[0] != L'\0' ? account : NULL;
}

static DWORD prepare(struct request *request, struct buffer *wrong)
{
    const struct options *options = &request->options;
    struct setting setting;
    if (account_of(options) == NULL) {
        buffer_add_text(wrong, L"one account must be named");
        return ERROR_INVALID_PARAMETER;
    }
    if (!options->is_given[OPTION_SET]) {
        if (options->word_count == 1)
            return ERROR_SUCCESS;
        buffer_add_text(wrong, L"CLASS=VALUE needs --set before it");
        return ERROR_INVALID_PARAMETER;
    }
    for (unsigned i = 0; setting_word(options, i) != NULL; i++) {
        if (!read_setting(setting_word(options, i), &setting, wrong))
            return ERROR_INVALID_PARAMETER;
    }
    return ERROR_SUCCESS;
}

static bool write_setting(const struct answer *answer, const wchar_t *account, const struct setting *setting)
{
    const void *buffer = &setting->number;
    size_t length = sizeof setting->number;
    if (column_of(setting->class)->kind == COLUMN_TEXT) {
        buffer = setting->text;
        length = wcslen(setting->text);
    }
    struct effect *effect = effect_begin(answer, "set %ls of %ls", column_of(setting->class)->key, account);
    const bool is_done = WTSSetUserConfigW((LPWSTR)answer->server, (LPWSTR)account,
                                           (WTS_CONFIG_CLASS)setting->class, (LPWSTR)buffer, (DWORD)length);
    const DWORD error = is_done ? ERROR_SUCCESS : error_of_failure();
    effect_end(effect, error);
    SetLastError(error);
    return is_done;
}

/* Writes all settings up to the first one that fails. */
static bool write_settings(const struct request *request, struct answer *answer)
{
    const wchar_t *account = account_of(&request->options);
    struct buffer unused = {.units = NULL};
    struct setting setting;
    for (unsigned i = 0; setting_word(&request->options, i) != NULL; i++) {
        if (!read_setting(setting_word(&request->options, i), &setting, &unused))
            return false; /* prepare() has read them all */
        if (!write_setting(answer, account, &setting)) {
            answer_effect_failed(answer, error_of_failure(), "%ls: %ls not set", account,
                                 column_of(setting.class)->key);
            return false;
        }
    }
    return true;
}

/* The settings of the server, class by class; NULL if the structure has it. */
struct stored {
    WTSUSERCONFIGW *all;
    void *of[WTSUserConfigUser];
};

static bool read_class(const struct answer *answer, const wchar_t *account, WTS_CONFIG_CLASS class,
                       void **data)
{
    DWORD length;
    return WTSQueryUserConfigW((LPWSTR)answer->server, (LPWSTR)account, class, (LPWSTR *)data, &length);
}

static bool read_stored(const struct answer *answer, const wchar_t *account, struct stored *stored)
{
    void *all;
    *stored = (struct stored){.all = NULL};
    if (!read_class(answer, account, WTSUserConfigUser, &all))
        return false;
    stored->all = all;
    for (unsigned class = 0; class < WTSUserConfigUser; class ++) {
        if (!places[class].is_there &&
            !read_class(answer, account, (WTS_CONFIG_CLASS) class, &stored->of[class]))
            return false;
    }
    return true;
}

static void free_stored(struct stored *stored)
{
    for (unsigned class = 0; class < WTSUserConfigUser; class ++)
        WTSFreeMemory(stored->of[class]);
    WTSFreeMemory(stored->all);
}

static void add_stored(struct rows *rows, const wchar_t *account, const struct stored *stored)
{
    rows_add_text(rows, account);
    for (unsigned class = 0; class < WTSUserConfigUser; class ++) {
        const void *place =
            places[class].is_there ? (const BYTE *)stored->all + places[class].offset : stored->of[class];
        if (column_of(class)->kind == COLUMN_TEXT)
            rows_add_text(rows, place);
        else if (column_of(class)->kind == COLUMN_FLAG)
            rows_add_flag(rows, *(const DWORD *)place != 0);
        else
            rows_add_number(rows, *(const DWORD *)place);
    }
}

static void run(const struct request *request, struct answer *answer)
{
    const wchar_t *account = account_of(&request->options);
    struct stored stored;
    if (request->options.is_given[OPTION_SET] && !write_settings(request, answer))
        return;
    if (read_stored(answer, account, &stored)) {
        add_stored(&answer->rows, account, &stored);
        answer_listed(answer);
    } else {
        answer_failed(answer, error_of_failure(), "%ls: settings not read", account);
    }
    free_stored(&stored);
}

static const struct example examples[] = {
    {L"wts user-config alice --server dc1", L"alice's settings, from a domain controller"},
    {L"wts user-config alice --server dc1 --set idle_timeout_ms=1800000", L"set one, and show all"},
    {L"wts user-config alice --server dc1 --set shadowing=0", L"nobody may look over her shoulder"},
};

const struct command command_user_config = {
    .name = L"user-config",
    .words = L"ACCOUNT [CLASS=VALUE...]",
    .purpose = L"show or set the terminal services settings of an account",
    .examples = examples,
    .example_count = ARRAYSIZE(examples),
    .options = OPTIONS_OF_EFFECTS | OPTION_BIT(OPTION_SET),
    .min_words = 1,
    .max_words = UINT_MAX,
    .prepare = prepare,
    .run = run,
    .layout = LAYOUT_LIST,
    .columns = columns,
    .column_count = ARRAYSIZE(columns),
};

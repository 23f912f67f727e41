/*
 * The options of all commands; see options.h.
 */
#include "cli/options.h"

#include "cli/number.h"

#include <wchar.h>

static const struct option_rule rules[OPTION_COUNT] = {
    [OPTION_HELP] = {L"--help", OPTION_IS_FLAG, NULL, L"print this"},
    [OPTION_SERVER] = {L"--server", OPTION_IS_TEXT, L"NAME[,NAME...]",
                       L"these servers, in parallel, not this machine"},
    [OPTION_SERVERS_FILE] = {L"--servers-file", OPTION_IS_FILE, L"FILE",
                             L"the same, one name a line; - is the standard input"},
    [OPTION_PARALLEL] = {L"--parallel", OPTION_IS_NUMBER, L"N", L"at most N servers at a time; 16"},
    [OPTION_JSON] = {L"--json", OPTION_IS_FLAG, NULL, L"print an array of objects"},
    [OPTION_EXIT_CODE] = {L"--exit-code", OPTION_IS_EXIT_CODE, L"N",
                          L"exit code of the processes; 1; -1 is 0xFFFFFFFF"},
    [OPTION_SESSION] = {L"--session", OPTION_IS_TEXT, L"SESSION",
                        L"only those of this session: its id, name or user"},
    [OPTION_OWN_SESSION] = {L"--session", OPTION_IS_FLAG, NULL, L"show the sources of this session's state"},
    [OPTION_TITLE] = {L"--title", OPTION_IS_TEXT, L"TEXT", L"title of the box; Message"},
    [OPTION_STYLE] = {L"--style", OPTION_IS_TEXT, L"WORD[,WORD...]",
                      L"buttons: ok, ok-cancel, abort-retry-ignore,\n"
                      L"yes-no-cancel, yes-no, retry-cancel,\n"
                      L"cancel-try-continue; icon: error, question,\n"
                      L"warning, information; or MessageBox's number"},
    [OPTION_TIMEOUT] = {L"--timeout", OPTION_IS_NUMBER, L"SECONDS", L"the box goes away by itself; 0: never"},
    [OPTION_NO_WAIT] = {L"--no-wait", OPTION_IS_FLAG, NULL, L"do not wait for the answer"},
    [OPTION_WAIT] = {L"--wait", OPTION_IS_FLAG, NULL, L"return when it is done"},
    [OPTION_WAIT_GONE] = {L"--wait", OPTION_MAY_HAVE_NUMBER, L"[SECONDS]",
                          L"wait until they are gone, at most 30 seconds, and\nshow the exit codes"},
    [OPTION_DISCONNECTED] = {L"--disconnected", OPTION_IS_FLAG, NULL,
                             L"of \"*\" only those that are disconnected"},
    [OPTION_OF_USER] = {L"--user", OPTION_IS_TEXT, L"[DOMAIN\\]NAME",
                        L"only processes of this user, or of this SID"},
    [OPTION_TREE] = {L"--tree", OPTION_IS_FLAG, NULL, L"with all that they started; on this machine only"},
    [OPTION_DRY_RUN] = {L"--dry-run", OPTION_IS_FLAG, NULL, L"show what would be done, and do nothing"},
    [OPTION_YES] = {L"--yes", OPTION_IS_FLAG, NULL,
                    L"do not ask about several servers, more than one\n"
                    L"logoff or disconnect, more than ten processes"},
    [OPTION_EVENTS] = {L"--count", OPTION_IS_NUMBER, L"N", L"end after N events of each server"},
    [OPTION_REBOOT] = {L"--reboot", OPTION_IS_FLAG, NULL, L"shut down and start again"},
    [OPTION_POWER_OFF] = {L"--power-off", OPTION_IS_FLAG, NULL, L"shut down and switch off"},
    [OPTION_LOGOFF] = {L"--logoff", OPTION_IS_FLAG, NULL, L"log all users off, and shut nothing down"},
    [OPTION_USER] = {L"--user", OPTION_IS_TEXT, L"[DOMAIN\\]NAME", L"the user of the password"},
    [OPTION_SAVE] = {L"--save", OPTION_IS_FLAG, NULL, L"keep it for good, not for this logon session only"},
    [OPTION_RETRY] = {L"--retry", OPTION_IS_NUMBER, L"N", L"try one that was not reached up to N times more"},
    [OPTION_LOG] = {L"--log", OPTION_IS_FILE, L"FILE", L"add a line of JSON for each thing that is done"},
    [OPTION_SET] = {L"--set", OPTION_IS_TEXT, L"CLASS=VALUE",
                    L"set this, and each CLASS=VALUE among the words:\n"
                    L"texts initial_program, working_directory,\n"
                    L"profile_path, home_directory, home_drive,\n"
                    L"callback_number; flags inherit_initial_program,\n"
                    L"allow_logon, client_drives, client_printers,\n"
                    L"client_default_printer, end_broken_session,\n"
                    L"reconnect_same_client; numbers\n"
                    L"connection_timeout_ms, disconnection_timeout_ms,\n"
                    L"idle_timeout_ms, shadowing (0 to 4), callback (0\n"
                    L"to 2). A user who may not read the settings\n"
                    L"replaces all of them"},
    [OPTION_ALL] = {L"--all", OPTION_IS_FLAG, NULL, L"with the listeners that wait for sessions"},
    [OPTION_CSV] = {L"--csv", OPTION_IS_FLAG, NULL, L"print comma separated values"},
    [OPTION_NO_HEADER] = {L"--no-header", OPTION_IS_FLAG, NULL,
                          L"a table, or --csv, without its line of headings"},
    [OPTION_DOMAIN] = {L"--domain", OPTION_IS_TEXT, L"DOMAIN", L"the domain whose servers are listed"},
    [OPTION_FORCE] = {L"--force", OPTION_IS_FLAG, NULL, L"save it where others can read it"},
};

const struct option_rule *option_rule(enum option option)
{
    return &rules[option];
}

void option_add(struct buffer *buffer, enum option option)
{
    buffer_add_text(buffer, rules[option].name);
    if (rules[option].kind != OPTION_IS_FLAG)
        buffer_add_format(buffer, " %ls", rules[option].value);
}

bool option_is_help(const wchar_t *word)
{
    static const wchar_t *const forms[] = {L"--help", L"-h", L"-?", L"/?"};
    for (unsigned i = 0; i < ARRAYSIZE(forms); i++) {
        if (wcscmp(word, forms[i]) == 0)
            return true;
    }
    return false;
}

/* The option that `word` names, up to `length` units of it; OPTION_COUNT when there is none. */
static enum option find(const wchar_t *word, size_t length, uint64_t allowed)
{
    enum option option = 0;
    while (option < OPTION_COUNT &&
           ((allowed & OPTION_BIT(option)) == 0 || wcslen(rules[option].name) != length ||
            wcsncmp(rules[option].name, word, length) != 0))
        option++;
    return option;
}

/* `value` is the text behind "=", or NULL; then the next word is used. Returns the number of words used, 0
 * when wrong. */
static int read_option(enum option option, wchar_t *value, wchar_t *next, struct options *options,
                       struct buffer *wrong)
{
    const struct option_rule *rule = &rules[option];
    const bool may_lack = rule->kind == OPTION_MAY_HAVE_NUMBER;
    DWORD number;
    const bool takes_next = rule->kind != OPTION_IS_FLAG && value == NULL &&
                            (!may_lack || (next != NULL && number_read(next, &number)));
    const int used = takes_next ? 2 : 1;
    if (options->is_given[option]) {
        buffer_add_format(wrong, "%ls is given twice", rule->name);
        return 0;
    }
    if (rule->kind == OPTION_IS_FLAG && value != NULL) {
        buffer_add_format(wrong, "%ls takes no value", rule->name);
        return 0;
    }
    if (used == 2 && next != NULL && next[0] == L'-' && next[1] == L'-') { /* probably the next option */
        buffer_add_format(wrong, "%ls needs a value: %ls; %ls=%ls is for a value that begins with --",
                          rule->name, rule->value, rule->name, next);
        return 0;
    }
    if (used == 2)
        value = next;
    if (rule->kind == OPTION_IS_FILE && value != NULL && value[0] == L'\0')
        value = NULL;
    if (rule->kind != OPTION_IS_FLAG && !may_lack && value == NULL) {
        buffer_add_format(wrong, "%ls needs a value: %ls", rule->name, rule->value);
        return 0;
    }
    if ((rule->kind == OPTION_IS_NUMBER || (may_lack && value != NULL)) &&
        !number_read(value, &options->numbers[option])) {
        buffer_add_format(wrong, "%ls: %ls is not a number from 0 to 4294967295", rule->name, value);
        return 0;
    }
    if (rule->kind == OPTION_IS_EXIT_CODE && !number_read_signed(value, &options->numbers[option])) {
        buffer_add_format(wrong, "%ls: %ls is not a number from -2147483648 to 4294967295", rule->name,
                          value);
        return 0;
    }
    options->is_given[option] = true;
    options->texts[option] = value;
    return used;
}

DWORD options_read(int count, wchar_t **words, uint64_t allowed, struct options *options,
                   struct buffer *wrong)
{
    bool is_ended = false;
    *options = (struct options){.words = words};
    for (int i = 0; i < count;) {
        if (!is_ended && option_is_help(words[i])) {
            options->is_given[OPTION_HELP] = true;
            i++;
        } else if (is_ended || words[i][0] != L'-' || words[i][1] == L'\0') {
            words[options->word_count++] = words[i++];
            options->loose_count += is_ended ? 0 : 1;
        } else if (wcscmp(words[i], L"--") == 0) {
            is_ended = true;
            i++;
        } else {
            wchar_t *equals = wcschr(words[i], L'=');
            const size_t length = equals != NULL ? (size_t)(equals - words[i]) : wcslen(words[i]);
            const enum option option = find(words[i], length, allowed);
            if (option == OPTION_COUNT) {
                buffer_add_format(wrong, "unknown option %ls", words[i]);
                options->unknown = words[i];
                return ERROR_INVALID_PARAMETER;
            }
            const int used = read_option(option, equals != NULL ? equals + 1 : NULL,
                                         i + 1 < count ? words[i + 1] : NULL, options, wrong);
            if (used == 0)
                return ERROR_INVALID_PARAMETER;
            i += used;
        }
    }
    return ERROR_SUCCESS;
}

/*
 * The tools of Windows; see foreign.h. Source: Microsoft's command reference, the pages of tskill, query,
 * query process, query session, query termserver, query user, msg, logoff, tsdiscon, reset and reset session.
 * Unverified: the exit status is 0 or 1, of wrong usage 1; logoff waits until the session has ended; the
 * title of msg is "Message from" with sender and time. Differs: tskill without /a or /id means the processes
 * of the caller's session on this machine, and its processes end with exit code 1; query termserver never
 * pauses, with /continue or without; sentences about failures are those of wts.
 */
#include "cli/foreign.h"

#include "cli/file_text.h"
#include "cli/foreign_lists.h"
#include "cli/memory.h"
#include "cli/number.h"
#include "cli/session.h"
#include "cli/targets.h"

#include <stdlib.h>
#include <wchar.h>

extern const struct command command_disconnect;
extern const struct command command_kill;
extern const struct command command_logoff;
extern const struct command command_message;

enum meaning {
    MEANS_SERVER,
    MEANS_SESSION,
    MEANS_ALL,
    MEANS_VERBOSE,
    MEANS_WAIT,
    MEANS_TIME,
    MEANS_DOMAIN,
    MEANS_NO_PAUSE,
    MEANING_COUNT,
    IS_REFUSED
};

/* Names are compared without case; one that ends in a colon is followed by its value. */
struct foreign_switch {
    const wchar_t *name;
    enum meaning meaning;
    const wchar_t *reason; /* why it is refused */
};

#define REFUSE_VM                                                                                            \
    {                                                                                                        \
        L"/vm", IS_REFUSED, L"sessions of virtual machines are unknown to this API"                          \
    }

static const struct foreign_switch tskill_switches[] = {
    {L"/server:", MEANS_SERVER, NULL}, {L"/id:", MEANS_SESSION, NULL}, {L"/a", MEANS_ALL, NULL},
    {L"/v", MEANS_VERBOSE, NULL},      {NULL, IS_REFUSED, NULL},
};
static const struct foreign_switch qprocess_switches[] = {
    {L"/server:", MEANS_SERVER, NULL},
    {L"/id:", MEANS_SESSION, NULL},
    {L"/system", IS_REFUSED, L"it is of Windows 2000; \"*\" lists every process"},
    {NULL, IS_REFUSED, NULL},
};
static const struct foreign_switch qwinsta_switches[] = {
    {L"/server:", MEANS_SERVER, NULL},
    {L"/mode", IS_REFUSED, L"sessions over serial lines are unknown to this API"},
    {L"/flow", IS_REFUSED, L"sessions over serial lines are unknown to this API"},
    {L"/connect", IS_REFUSED, L"sessions over serial lines are unknown to this API"},
    {L"/counter", IS_REFUSED, L"this API has no counters of sessions"},
    REFUSE_VM,
    {NULL, IS_REFUSED, NULL},
};
static const struct foreign_switch quser_switches[] = {
    {L"/server:", MEANS_SERVER, NULL},
    {NULL, IS_REFUSED, NULL},
};
static const struct foreign_switch qappsrv_switches[] = {
    {L"/domain:", MEANS_DOMAIN, NULL},
    {L"/continue", MEANS_NO_PAUSE, NULL},
    {L"/address", IS_REFUSED, L"this API gives no addresses of servers"},
    {NULL, IS_REFUSED, NULL},
};
static const struct foreign_switch msg_switches[] = {
    {L"/server:", MEANS_SERVER, NULL}, {L"/time:", MEANS_TIME, NULL}, {L"/v", MEANS_VERBOSE, NULL},
    {L"/w", MEANS_WAIT, NULL},         {NULL, IS_REFUSED, NULL},
};
static const struct foreign_switch session_switches[] = {
    {L"/server:", MEANS_SERVER, NULL},
    {L"/v", MEANS_VERBOSE, NULL},
    REFUSE_VM,
    {NULL, IS_REFUSED, NULL},
};

static const struct foreign_switch no_switches[] = {{NULL, IS_REFUSED, NULL}};

/* The switches of one command line; NULL: not given, "" for one without a value. */
struct given {
    wchar_t *values[MEANING_COUNT];
};

static DWORD refuse(struct buffer *wrong, const wchar_t *sentence)
{
    buffer_add_text(wrong, sentence);
    return ERROR_INVALID_PARAMETER;
}

static void set_option(struct request *request, enum option option, wchar_t *text)
{
    request->options.is_given[option] = true;
    request->options.texts[option] = text;
}

/* The session of this program, as text that is never freed. */
static wchar_t *own_session(void)
{
    static wchar_t text[16];
    DWORD id = 0;
    ProcessIdToSessionId(GetCurrentProcessId(), &id);
    _snwprintf(text, ARRAYSIZE(text), L"%lu", id);
    return text;
}

/* A process given by its id is ended in any session, unless /id restricts that. */
static DWORD settle_tskill(struct request *request, const struct given *given, struct buffer *wrong)
{
    DWORD process_id;
    const bool is_id = number_read(request->options.words[0], &process_id);
    set_option(request, OPTION_YES, NULL);
    if (given->values[MEANS_SESSION] != NULL && given->values[MEANS_ALL] != NULL)
        return refuse(wrong, L"/id and /a exclude each other");
    if (given->values[MEANS_SESSION] != NULL)
        set_option(request, OPTION_SESSION, given->values[MEANS_SESSION]);
    else if (!is_id && given->values[MEANS_ALL] == NULL && given->values[MEANS_SERVER] != NULL)
        return refuse(wrong, L"a name on a server needs /id or /a");
    else if (!is_id && given->values[MEANS_ALL] == NULL)
        set_option(request, OPTION_SESSION, own_session());
    return ERROR_SUCCESS;
}

static DWORD settle_qprocess(struct request *request, const struct given *given, struct buffer *wrong)
{
    if (given->values[MEANS_SESSION] == NULL)
        return ERROR_SUCCESS;
    if (request->options.word_count > 0)
        return refuse(wrong, L"/id stands instead of a word");
    set_option(request, OPTION_SESSION, given->values[MEANS_SESSION]);
    return ERROR_SUCCESS;
}

static DWORD settle_qappsrv(struct request *request, const struct given *given, struct buffer *wrong)
{
    (void)wrong;
    if (given->values[MEANS_DOMAIN] != NULL)
        set_option(request, OPTION_DOMAIN, given->values[MEANS_DOMAIN]);
    return ERROR_SUCCESS;
}

/* "query" and "reset" without a word that names one of their tools. */
static DWORD settle_family(struct request *request, const struct given *given, struct buffer *wrong)
{
    const struct options *options = &request->options;
    (void)given;
    buffer_add_format(wrong, "%ls %ls is no tool", request->command->name,
                      options->word_count > 0 ? options->words[0] : L"alone");
    return ERROR_INVALID_PARAMETER;
}

/* "logoff" and "tsdiscon" alone mean the session that they are called in. */
static DWORD settle_session(struct request *request, const struct given *given, struct buffer *wrong)
{
    if (request->command->run == command_logoff.run)
        set_option(request, OPTION_WAIT, NULL);
    if (request->options.word_count > 0)
        return ERROR_SUCCESS;
    if (given->values[MEANS_SERVER] != NULL)
        return refuse(wrong, L"on a server a session must be named");
    request->options.words[0] = own_session();
    request->options.word_count = request->options.loose_count = 1;
    return ERROR_SUCCESS;
}

static wchar_t *title_of_sender(void)
{
    static wchar_t title[400];
    wchar_t user[257] = L"";
    DWORD capacity = ARRAYSIZE(user);
    SYSTEMTIME now;
    GetUserNameW(user, &capacity);
    GetLocalTime(&now);
    _snwprintf(title, ARRAYSIZE(title) - 1, L"Message from %ls %04u-%02u-%02u %02u:%02u", user, now.wYear,
               now.wMonth, now.wDay, now.wHour, now.wMinute);
    return title;
}

/* Everything behind the receiver is text; if there is none, it is read from the standard input. */
static DWORD settle_msg(struct request *request, const struct given *given, struct buffer *wrong)
{
    static wchar_t default_seconds[] = L"60";
    static wchar_t input[] = L"-";
    struct options *options = &request->options;
    (void)wrong;
    set_option(request, OPTION_TITLE, title_of_sender());
    set_option(request, OPTION_TIMEOUT,
               given->values[MEANS_TIME] != NULL ? given->values[MEANS_TIME] : default_seconds);
    if (given->values[MEANS_WAIT] == NULL)
        set_option(request, OPTION_NO_WAIT, NULL);
    options->loose_count = 1;
    if (options->word_count == 1) {
        options->words[1] = input;
        options->word_count = options->loose_count = 2;
    }
    return ERROR_SUCCESS;
}

/* The receivers: one word, or the lines of a file. */
struct receivers {
    wchar_t **words;
    size_t count;
    size_t capacity;
};

static DWORD read_receivers(const wchar_t *path, struct receivers *receivers, struct buffer *wrong)
{
    static const wchar_t ends[] = L"\r\n";
    DWORD error;
    wchar_t *text = file_text_read(path, &error, wrong);
    if (text == NULL)
        return error;
    for (const wchar_t *line = text + wcsspn(text, ends); *line != L'\0'; line += wcsspn(line, ends)) {
        const size_t length = wcscspn(line, ends);
        receivers->words = memory_reserve(receivers->words, receivers->count + 1, &receivers->capacity,
                                          sizeof *receivers->words);
        receivers->words[receivers->count++] = memory_copy(line, length);
        line += length;
    }
    free(text);
    for (size_t i = 0; i < receivers->count; i++) {
        error = session_check(receivers->words[i], wrong);
        if (error != ERROR_SUCCESS)
            return error;
    }
    if (receivers->count > 0)
        return ERROR_SUCCESS;
    buffer_add_format(wrong, "%ls names nobody", path);
    return ERROR_INVALID_PARAMETER;
}

/* Replaces the words by the receivers; the text is kept elsewhere. They live as long as this program. */
static DWORD prepare_msg(struct request *request, struct buffer *wrong)
{
    struct receivers receivers = {.words = NULL};
    struct options *options = &request->options;
    const wchar_t *const receiver = options->words[0];
    if (receiver[0] == L'@') {
        static wchar_t everybody[] = L"*";
        const DWORD error = read_receivers(receiver + 1, &receivers, wrong);
        if (error != ERROR_SUCCESS)
            return error;
        options->words[0] = everybody; /* for the reader of the text */
    }
    const DWORD error = command_message.prepare(request, wrong);
    if (error == ERROR_SUCCESS && receiver[0] == L'@')
        options->words = receivers.words;
    options->word_count = receiver[0] == L'@' ? (unsigned)receivers.count : 1;
    return error;
}

/* A user with two sessions gets the text in both. */
static void plan_msg(const struct request *request, struct answer *answer)
{
    for (unsigned i = 0; i < request->options.word_count; i++)
        session_find(answer, request->options.words[i], SESSION_ANY | SESSION_ALL | SESSION_EVERY);
    answer->is_over = answer->session_count == 0;
}

/* These tools do not take a user. */
static void plan_session(const struct request *request, struct answer *answer)
{
    session_find(answer, request->options.words[0], SESSION_BY_NAME);
}

/* The table of tools: the name of each, its grammar, its switches, and the command that does the work. */
static const struct tool {
    const wchar_t *name;
    const wchar_t *phrase;  /* two words with the same meaning; NULL: none */
    const wchar_t *grammar; /* behind the name */
    const wchar_t *purpose;
    unsigned min_words;
    unsigned max_words;
    const struct foreign_switch *switches;
    DWORD (*settle)(struct request *request, const struct given *given, struct buffer *wrong);
    const struct command *work;                                      /* NULL: a list of its own */
    DWORD (*prepare)(struct request *request, struct buffer *wrong); /* NULL: that of `work` */
    void (*plan)(const struct request *request, struct answer *answer);
    void (*run)(const struct request *request, struct answer *answer);
    const struct column *columns;
    const unsigned *column_count;
    const unsigned *widths;
    bool has_text; /* words behind the first one are not switches */
} tools[] = {
    {.name = L"tskill",
     .grammar = L"{PROCESSID | PROCESSNAME} [/server:NAME] [/id:SESSIONID | /a] [/v]",
     .purpose = L"end processes; a name alone means those of the own session",
     .min_words = 1,
     .max_words = 1,
     .switches = tskill_switches,
     .settle = settle_tskill,
     .work = &command_kill},
    {.name = L"qprocess",
     .phrase = L"query process",
     .grammar = L"[* | PROCESSID | USERNAME | SESSIONNAME | /id:NN | PROGRAM.exe]\n"
                L"            [/server:NAME]",
     .purpose = L"list processes, without a word those of the own user",
     .max_words = 1,
     .switches = qprocess_switches,
     .settle = settle_qprocess,
     .run = qprocess_run,
     .columns = qprocess_columns,
     .column_count = &qprocess_column_count,
     .widths = qprocess_widths},
    {.name = L"qwinsta",
     .phrase = L"query session",
     .grammar = L"[SESSIONNAME | USERNAME | SESSIONID] [/server:NAME]",
     .purpose = L"list sessions",
     .max_words = 1,
     .switches = qwinsta_switches,
     .run = qwinsta_run,
     .columns = qwinsta_columns,
     .column_count = &qwinsta_column_count,
     .widths = qwinsta_widths},
    {.name = L"quser",
     .phrase = L"query user",
     .grammar = L"[USERNAME | SESSIONNAME | SESSIONID] [/server:NAME]",
     .purpose = L"list the users that are logged on",
     .max_words = 1,
     .switches = quser_switches,
     .run = quser_run,
     .columns = quser_columns,
     .column_count = &quser_column_count,
     .widths = quser_widths},
    {.name = L"qappsrv",
     .phrase = L"query termserver",
     .grammar = L"[SERVERNAME] [/domain:DOMAIN] [/continue]",
     .purpose = L"list the session hosts of a domain",
     .max_words = 1,
     .switches = qappsrv_switches,
     .settle = settle_qappsrv,
     .run = qappsrv_run,
     .columns = qappsrv_columns,
     .column_count = &qappsrv_column_count},
    {.name = L"msg",
     .grammar = L"{USERNAME | SESSIONNAME | SESSIONID | @FILE | *} [/server:NAME]\n"
                L"            [/time:SECONDS] [/v] [/w] [TEXT]",
     .purpose = L"show a text, by default for 60 seconds; without TEXT the standard input has it",
     .min_words = 1,
     .max_words = UINT_MAX,
     .switches = msg_switches,
     .settle = settle_msg,
     .work = &command_message,
     .prepare = prepare_msg,
     .plan = plan_msg,
     .has_text = true},
    {.name = L"logoff",
     .grammar = L"[SESSIONNAME | SESSIONID] [/server:NAME] [/v]",
     .purpose = L"log a session off, by default the own one",
     .max_words = 1,
     .switches = session_switches,
     .settle = settle_session,
     .work = &command_logoff,
     .plan = plan_session},
    {.name = L"tsdiscon",
     .grammar = L"[SESSIONID | SESSIONNAME] [/server:NAME] [/v]",
     .purpose = L"disconnect a session, by default the own one",
     .max_words = 1,
     .switches = session_switches,
     .settle = settle_session,
     .work = &command_disconnect,
     .plan = plan_session},
    {.name = L"rwinsta",
     .phrase = L"reset session",
     .grammar = L"{SESSIONNAME | SESSIONID} [/server:NAME] [/v]",
     .purpose = L"end a session",
     .min_words = 1,
     .max_words = 1,
     .switches = session_switches,
     .settle = settle_session,
     .work = &command_logoff,
     .plan = plan_session},
    {.name = L"query",
     .grammar = L"{process | session | termserver | user} [WORD] [SWITCH...]",
     .purpose = L"as qprocess, qwinsta, qappsrv and quser; query session /? shows more, and so on",
     .max_words = UINT_MAX,
     .switches = no_switches,
     .settle = settle_family},
    {.name = L"reset",
     .grammar = L"session {SESSIONNAME | SESSIONID} [SWITCH...]",
     .purpose = L"as rwinsta; reset session /? shows more",
     .max_words = UINT_MAX,
     .switches = no_switches,
     .settle = settle_family},
};

static struct command commands_of_tools[ARRAYSIZE(tools)];

static void describe(const struct tool *tool, const wchar_t *name, struct command *command)
{
    *command = tool->work != NULL
                   ? *tool->work
                   : (struct command){.layout = LAYOUT_TABLE,
                                      .run = tool->run,
                                      .columns = tool->columns,
                                      .column_count = tool->column_count != NULL ? *tool->column_count : 0,
                                      .min_widths = tool->widths};
    command->name = name;
    command->grammar = tool->grammar;
    command->purpose = tool->purpose;
    command->min_words = tool->min_words;
    command->max_words = tool->max_words;
    if (tool->prepare != NULL)
        command->prepare = tool->prepare;
    if (tool->plan != NULL)
        command->plan = tool->plan;
    if (tool->plan == plan_session)
        command->all_sessions = 0;
}

/* Whether the two words are those of the phrase, in any case. */
static bool is_phrase(const wchar_t *phrase, const wchar_t *first, const wchar_t *second)
{
    const size_t length = wcslen(first);
    return _wcsnicmp(phrase, first, length) == 0 && phrase[length] == L' ' &&
           _wcsicmp(phrase + length + 1, second) == 0;
}

const struct command *foreign_find(int count, wchar_t **words, int *used)
{
    for (unsigned i = 0; count > 0 && i < ARRAYSIZE(tools); i++) {
        const struct tool *tool = &tools[i];
        const bool is_named = _wcsicmp(words[0], tool->name) == 0;
        if (!is_named && (tool->phrase == NULL || count < 2 || !is_phrase(tool->phrase, words[0], words[1])))
            continue;
        *used = is_named ? 1 : 2;
        describe(tool, is_named ? tool->name : tool->phrase, &commands_of_tools[i]);
        return &commands_of_tools[i];
    }
    return NULL;
}

const struct command *foreign_at(unsigned index)
{
    if (index >= ARRAYSIZE(tools))
        return NULL;
    describe(&tools[index], tools[index].name, &commands_of_tools[index]);
    return &commands_of_tools[index];
}

static DWORD read_switch(const struct command *command, wchar_t *word, struct given *given,
                         struct buffer *wrong)
{
    for (const struct foreign_switch *one = tools[command - commands_of_tools].switches; one->name != NULL;
         one++) {
        const size_t length = wcslen(one->name);
        const bool has_value = one->name[length - 1] == L':';
        if (_wcsnicmp(word, one->name, length) != 0 || (!has_value && word[length] != L'\0'))
            continue;
        if (one->meaning == IS_REFUSED) {
            buffer_add_format(wrong, "%ls is not supported: %ls", word, one->reason);
            return ERROR_INVALID_PARAMETER;
        }
        if (given->values[one->meaning] != NULL || (has_value && word[length] == L'\0')) {
            buffer_add_format(wrong, "%ls %ls", one->name,
                              has_value && word[length] == L'\0' ? L"needs a value" : L"is given twice");
            return ERROR_INVALID_PARAMETER;
        }
        given->values[one->meaning] = word + length;
        return ERROR_SUCCESS;
    }
    buffer_add_format(wrong, "%ls has no switch %ls", command->name, word);
    return ERROR_INVALID_PARAMETER;
}

static DWORD read_value(struct request *request, enum option option, struct buffer *wrong)
{
    const wchar_t *text = request->options.texts[option];
    if (text == NULL || number_read(text, &request->options.numbers[option]))
        return ERROR_SUCCESS;
    buffer_add_format(wrong, "%ls is not a number from 0 to 4294967295", text);
    return ERROR_INVALID_PARAMETER;
}

static DWORD read_words(const struct tool *tool, struct request *request, int count, wchar_t **words,
                        struct given *given, struct buffer *wrong)
{
    struct options *options = &request->options;
    for (int i = 0; i < count; i++) {
        const bool is_text = tool->has_text && options->word_count > 1;
        if (!is_text && wcscmp(words[i], L"/?") == 0) {
            options->is_given[OPTION_HELP] = true;
            return ERROR_SUCCESS;
        }
        if (is_text || (words[i][0] != L'/' && words[i][0] != L'-') || words[i][1] == L'\0') {
            options->words[options->word_count++] = words[i];
            continue;
        }
        const DWORD error = read_switch(request->command, words[i], given, wrong);
        if (error != ERROR_SUCCESS)
            return error;
    }
    options->loose_count = options->word_count;
    if (options->word_count < tool->min_words || options->word_count > tool->max_words)
        return refuse(wrong, options->word_count < tool->min_words ? L"too few words" : L"too many words");
    return ERROR_SUCCESS;
}

DWORD foreign_read(struct request *request, int count, wchar_t **words, struct buffer *wrong)
{
    const struct tool *tool = &tools[request->command - commands_of_tools];
    struct given given = {.values = {NULL}};
    struct options *options = &request->options;
    options->words =
        memory_resize(NULL, (size_t)count + 2, sizeof *options->words); /* kept as long as the program */
    DWORD error = read_words(tool, request, count, words, &given, wrong);
    if (error != ERROR_SUCCESS || options->is_given[OPTION_HELP])
        return error;
    request->is_quiet = given.values[MEANS_VERBOSE] == NULL && given.values[MEANS_WAIT] == NULL;
    if (given.values[MEANS_SERVER] != NULL) {
        if (wcschr(given.values[MEANS_SERVER], L',') != NULL)
            return refuse(wrong, L"/server: takes one server; wts takes many");
        set_option(request, OPTION_SERVER, given.values[MEANS_SERVER]);
    }
    if (tool->settle != NULL)
        error = tool->settle(request, &given, wrong);
    if (error == ERROR_SUCCESS)
        error = read_value(request, OPTION_SESSION, wrong);
    if (error == ERROR_SUCCESS)
        error = read_value(request, OPTION_TIMEOUT, wrong);
    if (error == ERROR_SUCCESS && request->command->prepare != NULL)
        error = request->command->prepare(request, wrong);
    return error;
}

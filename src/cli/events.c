/*
 * wts events: waits for changes of the sessions of servers and prints them at once, until it is stopped or
 * has printed the requested number of events.
 */
#include <wtsapi32.h>

#include "cli/command.h"
#include "cli/json.h"
#include "cli/text.h"
#include "cli/time_text.h"

static const struct column columns[] = {
    {L"server", L"SERVER", COLUMN_TEXT},
    {L"time", L"TIME", COLUMN_TEXT},
    {L"flags", L"FLAGS", COLUMN_NUMBER},
    {L"events", L"EVENTS", COLUMN_TEXT},
};

static const struct {
    DWORD flag;
    const wchar_t *name;
} events[] = {
    {WTS_EVENT_CREATE, L"create"},   {WTS_EVENT_DELETE, L"delete"},           {WTS_EVENT_RENAME, L"rename"},
    {WTS_EVENT_CONNECT, L"connect"}, {WTS_EVENT_DISCONNECT, L"disconnect"},   {WTS_EVENT_LOGON, L"logon"},
    {WTS_EVENT_LOGOFF, L"logoff"},   {WTS_EVENT_STATECHANGE, L"statechange"}, {WTS_EVENT_LICENSE, L"license"},
};

/* Lines of several servers must not be interleaved. */
static SRWLOCK lock = SRWLOCK_INIT;
static unsigned printed;

static void add_names(struct buffer *names, DWORD flags)
{
    for (unsigned i = 0; i < ARRAYSIZE(events); i++) {
        if ((flags & events[i].flag) != 0)
            buffer_add_format(names, "%ls%ls", names->count > 0 ? L" " : L"", events[i].name);
    }
}

/* The member `server` is present only if a server was named. */
static void print_json(const struct answer *answer, const wchar_t *time, DWORD flags, const wchar_t *names)
{
    const unsigned hidden = answer->server == NULL ? 1 : 0;
    struct rows rows = {.columns = columns + hidden, .column_count = ARRAYSIZE(columns) - hidden};
    struct buffer text = {.units = NULL};
    if (answer->server != NULL)
        rows_add_text(&rows, answer->server);
    rows_add_text(&rows, time);
    rows_add_number(&rows, flags);
    rows_add_text(&rows, names);
    buffer_add_text(&text, printed > 0 ? L",\n " : L"[\n ");
    json_add_object(&text, &rows, 0);
    text_put(STD_OUTPUT_HANDLE, &text);
    buffer_free(&text);
    rows_free(&rows);
}

static void print_event(const struct request *request, const struct answer *answer, DWORD flags)
{
    struct buffer names = {.units = NULL};
    struct buffer time = {.units = NULL};
    time_add_now(&time);
    add_names(&names, flags);
    AcquireSRWLockExclusive(&lock);
    if (request->options.is_given[OPTION_JSON])
        print_json(answer, buffer_text(&time), flags, buffer_text(&names));
    else
        text_print_line("%ls%ls%ls %ls", answer->is_one_of_many ? answer->server : L"",
                        answer->is_one_of_many ? L": " : L"", buffer_text(&time), buffer_text(&names));
    printed++;
    ReleaseSRWLockExclusive(&lock);
    buffer_free(&names);
    buffer_free(&time);
}

/* A failure is printed at once, because the other servers may go on for long. */
static void print_failure(struct answer *answer)
{
    AcquireSRWLockExclusive(&lock);
    text_put(STD_ERROR_HANDLE, &answer->complaints);
    ReleaseSRWLockExclusive(&lock);
    buffer_free(&answer->complaints);
}

static void run(const struct request *request, struct answer *answer)
{
    const bool is_endless = !request->options.is_given[OPTION_EVENTS];
    for (DWORD i = 0; is_endless || i < request->options.numbers[OPTION_EVENTS]; i++) {
        DWORD flags = 0;
        if (!WTSWaitSystemEvent(answer->handle, WTS_EVENT_ALL, &flags)) {
            answer_failed(answer, GetLastError(), "events not waited for");
            print_failure(answer);
            return;
        }
        print_event(request, answer, flags);
        answer_listed(answer);
    }
}

static void end(const struct request *request)
{
    struct buffer text = {.units = NULL};
    if (!request->options.is_given[OPTION_JSON])
        return;
    AcquireSRWLockExclusive(&lock); /* never released: nothing is printed after the end */
    buffer_add_text(&text, printed > 0 ? L"\n]\n" : L"[]\n");
    text_put(STD_OUTPUT_HANDLE, &text);
    buffer_free(&text);
}

static const struct example examples[] = {
    {L"wts events --count 1 --server rdsh01", L"wait for one change of a session"},
};

const struct command command_events = {
    .name = L"events",
    .words = L"",
    .purpose = L"print what happens to sessions, when it happens",
    .examples = examples,
    .example_count = ARRAYSIZE(examples),
    .options = (OPTIONS_OF_SERVERS &
                ~(OPTION_BIT(OPTION_CSV) | OPTION_BIT(OPTION_NO_HEADER) | OPTION_BIT(OPTION_RETRY))) |
               OPTION_BIT(OPTION_EVENTS),
    .run = run,
    .end = end,
    .layout = LAYOUT_STREAM,
    .columns = columns,
    .column_count = ARRAYSIZE(columns),
    .waits = true,
};

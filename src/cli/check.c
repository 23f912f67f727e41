/*
 * wts check SERVER: lists the sessions of a server, which changes nothing and needs no right to end
 * processes. It shows the steps of connecting with their times, and advice at the step that failed. The steps
 * come from the record that each transport writes into the DLL's trace.
 */
#include <wtsapi32.h>

#include "cli/check_record.h"
#include "cli/check_session.h"
#include "cli/check_trace.h"
#include "cli/command.h"
#include "cli/error_text.h"
#include "cli/json.h"
#include "cli/mask.h"
#include "cli/servers.h"
#include "cli/table.h"
#include "cli/text.h"

#include <stdio.h>
#include <string.h>
#include <wchar.h>

#define MAX_NOTES 16

static const struct column columns[] = {
    {L"step", L"STEP", COLUMN_TEXT},
    {L"result", L"RESULT", COLUMN_TEXT},
    {L"microseconds", L"MICROSECONDS", COLUMN_NUMBER},
    {L"error", L"ERROR", COLUMN_NUMBER},
    {L"status", L"STATUS", COLUMN_TEXT},
    {L"look_at", L"LOOK AT", COLUMN_TEXT},
    {L"text", L"TEXT", COLUMN_TEXT},
};
enum {
    SHOWN_COLUMNS = 3, /* in the table; the others are shown below it, as sentences */
    LOOK_AT_COLUMN = 5,
    TEXT_COLUMN = 6
};

/* In order, with the names of the record. */
static const char *const steps[] = {"name", "tcp", "logon", "pipe", "bind"};

/* The result of a check. */
struct outcome {
    wchar_t *server;
    struct check_record record; /* of the connection that failed, else of the first */
    bool has_record;
    DWORD error; /* of the call */
    char notes[MAX_NOTES][512];
    unsigned note_count;
};

static bool is_failure(const struct check_record *record)
{
    return strcmp(record->step, "none") != 0;
}

static void take_line(void *context, const char *line)
{
    struct outcome *outcome = context;
    struct check_record record;
    const char *note = check_record_note(line);
    if (check_record_read(line, &record)) {
        if (!outcome->has_record || (is_failure(&record) && !is_failure(&outcome->record)))
            outcome->record = record;
        outcome->has_record = true;
    } else if (note != NULL && strncmp(note, "WTS", 3) != 0 && /* the call's own failure is shown anyway */
               outcome->note_count < MAX_NOTES) {
        snprintf(outcome->notes[outcome->note_count], sizeof outcome->notes[0], "%s", note);
        outcome->note_count++;
    }
}

static DWORD call_server(wchar_t *name)
{
    WTS_SESSION_INFO_1W *sessions = NULL;
    DWORD level = 1;
    DWORD count = 0;
    DWORD error = ERROR_SUCCESS;
    const HANDLE server = WTSOpenServerW(name);
    if (server == NULL)
        return error_of_failure();
    if (WTSEnumerateSessionsExW(server, &level, 0, &sessions, &count))
        WTSFreeMemoryExW(WTSTypeSessionInfoLevel1, sessions, count);
    else
        error = error_of_failure();
    WTSCloseServer(server);
    return error;
}

/* The connection was made and the server answered: even a refusal shows that it was reached. */
static bool is_reached(const struct outcome *outcome)
{
    switch (outcome->error) {
    case RPC_S_SERVER_UNAVAILABLE:
    case RPC_S_CALL_FAILED:
    case RPC_S_CALL_FAILED_DNE:
    case RPC_S_CALL_CANCELLED:
    case ERROR_NOT_ENOUGH_MEMORY:
        return false;
    case ERROR_SUCCESS:
        return true;
    default:
        return outcome->has_record && !is_failure(&outcome->record);
    }
}

static void add_utf8(struct rows *rows, const char *text)
{
    wchar_t wide[2048];
    const bool is_text =
        text[0] != '\0' && MultiByteToWideChar(CP_UTF8, 0, text, -1, wide, ARRAYSIZE(wide)) > 0;
    rows_add_text(rows, is_text ? wide : NULL);
}

/* `record`: of a failing step; NULL: it was passed. */
static void add_step(struct rows *rows, const char *step, long microseconds,
                     const struct check_record *record)
{
    wchar_t status[16];
    add_utf8(rows, step);
    rows_add_text(rows, record == NULL ? L"done" : L"failed");
    if (microseconds >= 0)
        rows_add_number(rows, (unsigned long)microseconds);
    else
        rows_add_text(rows, NULL);
    rows_add_number(rows, record != NULL ? record->error : 0);
    _snwprintf(status, ARRAYSIZE(status), L"%08lx", record != NULL ? record->status : 0);
    rows_add_text(rows, record != NULL && record->status != 0 ? status : NULL);
    add_utf8(rows, record != NULL ? record->advice : "");
    add_utf8(rows, record != NULL ? record->text : "");
}

static void add_call(struct rows *rows, const struct outcome *outcome)
{
    struct check_record failure = {.error = outcome->error};
    if (outcome->error != ERROR_SUCCESS && is_reached(outcome))
        strcpy(failure.text, "the server was reached, and answered with this error");
    else if (outcome->error != ERROR_SUCCESS)
        strcpy(failure.advice, "whether Remote Desktop Services (TermService) on the host still answer");
    add_step(rows, "call", -1, outcome->error != ERROR_SUCCESS ? &failure : NULL);
}

/* Adds the steps up to the failing one, including those of the relay only, and a failing step without a
 * row. */
static void add_steps(struct rows *rows, const struct outcome *outcome)
{
    const struct check_record *record = &outcome->record;
    bool is_found = false;
    if (!outcome->has_record)
        return;
    if (strcmp(record->step, "relay") == 0) {
        add_step(rows, record->step, -1, record);
        return;
    }
    for (unsigned i = 0; i < ARRAYSIZE(steps) && !is_found; i++) {
        is_found = strcmp(record->step, steps[i]) == 0;
        add_step(rows, steps[i], i < CHECK_TIMES ? record->microseconds[i] : -1, is_found ? record : NULL);
    }
    if (!is_found && is_failure(record))
        add_step(rows, record->step, -1, record);
    else if (!is_found)
        add_call(rows, outcome);
}

static void add_sentence(struct buffer *text, const wchar_t *what, const wchar_t *sentence)
{
    struct buffer line = {.units = NULL};
    if (sentence == NULL || sentence[0] == L'\0')
        return;
    buffer_add_format(&line, "%ls%ls", what, sentence);
    buffer_add_text(text, L"  ");
    mask_add(text, buffer_text(&line));
    buffer_add_text(text, L"\n");
    buffer_free(&line);
}

static void add_notes(struct buffer *text, const struct outcome *outcome)
{
    for (unsigned i = 0; i < outcome->note_count; i++) {
        wchar_t wide[512];
        if (MultiByteToWideChar(CP_UTF8, 0, outcome->notes[i], -1, wide, ARRAYSIZE(wide)) > 0)
            add_sentence(text, L"trace: ", wide);
    }
}

static void print_result(const wchar_t *server, const struct outcome *outcome)
{
    struct buffer error = {.units = NULL};
    wchar_t transport[ARRAYSIZE(outcome->record.transport)] = L"";
    MultiByteToWideChar(CP_UTF8, 0, outcome->record.transport, -1, transport, ARRAYSIZE(transport));
    error_add(&error, outcome->error);
    if (!outcome->has_record && outcome->error == ERROR_SUCCESS)
        text_print_line("%ls: this machine, to which nothing is connected", server);
    else if (outcome->error == ERROR_SUCCESS)
        text_print_line("%ls: reached over %ls", server, transport);
    else if (is_reached(outcome))
        text_print_line("%ls: reached over %ls, %ls", server, transport, buffer_text(&error));
    else
        text_print_line("%ls: not reached, %ls", server, buffer_text(&error));
    buffer_free(&error);
}

static void print_steps(const struct rows *rows, const struct outcome *outcome)
{
    struct buffer text = {.units = NULL};
    const size_t count = rows_count(rows);
    struct rows shown = {.columns = columns, .column_count = SHOWN_COLUMNS};
    for (size_t row = 0; row < count; row++) {
        for (unsigned i = 0; i < SHOWN_COLUMNS; i++)
            rows_add_text(&shown, rows_cell(rows, row, i));
    }
    if (count > 0) {
        table_add(&text, &shown);
        add_sentence(&text, L"", rows_cell(rows, count - 1, TEXT_COLUMN));
        add_sentence(&text, L"look at ", rows_cell(rows, count - 1, LOOK_AT_COLUMN));
    }
    if (!is_reached(outcome))
        add_notes(&text, outcome);
    text_put(STD_OUTPUT_HANDLE, &text);
    rows_free(&shown);
    buffer_free(&text);
}

static void print(const struct request *request, const struct outcome *outcome)
{
    struct rows rows = {.columns = columns, .column_count = ARRAYSIZE(columns)};
    struct buffer text = {.units = NULL};
    add_steps(&rows, outcome);
    if (request->options.is_given[OPTION_JSON]) {
        json_add_array(&text, &rows);
        text_put(STD_OUTPUT_HANDLE, &text);
    } else {
        print_result(request->options.words[0], outcome);
        print_steps(&rows, outcome);
    }
    buffer_free(&text);
    rows_free(&rows);
}

static DWORD call(void *context)
{
    const struct outcome *outcome = context;
    return call_server(outcome->server);
}

static int run(const struct request *request)
{
    static struct outcome outcome;
    const struct check_traced traced = {call, take_line, &outcome};
    if (request->options.is_given[OPTION_OWN_SESSION])
        return check_session(request);
    outcome.server = request->options.words[0];
    if (!check_trace(&traced, &outcome.error))
        return STATUS_ALL_FAILED;
    print(request, &outcome);
    return is_reached(&outcome) ? STATUS_ALL_DONE : STATUS_ALL_FAILED;
}

/* The command checks a server or the caller's session. */
static DWORD prepare(struct request *request, struct buffer *wrong)
{
    const bool has_server = request->options.word_count > 0;
    if (has_server && wcschr(request->options.words[0], L',') != NULL) { /* which no name has */
        buffer_add_format(wrong, "one server at a time; wts sessions --server %ls shows which of them answer",
                          request->options.words[0]);
        return ERROR_INVALID_PARAMETER;
    }
    if (has_server && !servers_name_is_possible(request->options.words[0], wrong))
        return ERROR_INVALID_PARAMETER;
    if (has_server != request->options.is_given[OPTION_OWN_SESSION])
        return ERROR_SUCCESS;
    buffer_add_text(wrong, has_server ? L"--session is of this machine only" : L"too few words");
    return ERROR_INVALID_PARAMETER;
}

static const struct example examples[] = {
    {L"wts check rdsh01", L"is the server reached, and how far?"},
    {L"wts check rdsh01 --json", L"the steps as data"},
};

const struct command command_check = {
    .name = L"check",
    .words = L"[SERVER]",
    .purpose = L"show how far a server is reached, step by step",
    .options = OPTION_BIT(OPTION_JSON) | OPTION_BIT(OPTION_OWN_SESSION),
    .examples = examples,
    .example_count = ARRAYSIZE(examples),
    .max_words = 1,
    .prepare = prepare,
    .columns = columns,
    .column_count = ARRAYSIZE(columns),
    .run_alone = run,
};

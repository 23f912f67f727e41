/*
 * wts check --session; see check_session.h. The sources are lines of the DLL's trace, docs/linux-session.md.
 */
#include "cli/check_session.h"

#include <wtsapi32.h>

#include <stdio.h>
#include <string.h>

#include "cli/check_record.h"
#include "cli/check_trace.h"
#include "cli/error_text.h"
#include "cli/json.h"
#include "cli/mask.h"
#include "cli/table.h"
#include "cli/text.h"

const struct column check_session_columns[] = {
    {L"source", L"SOURCE", COLUMN_TEXT},
    {L"result", L"RESULT", COLUMN_TEXT},
    {L"gives_lock", L"GIVES LOCK", COLUMN_TEXT},
    {L"reason", L"REASON", COLUMN_TEXT},
};
const unsigned check_session_column_count = ARRAYSIZE(check_session_columns);

/* The result of the check. */
struct outcome {
    struct rows rows;
    bool has_answer; /* a source has answered */
    char note[512];  /* the first line of the trace that reports a failure */
    LONG flags;
};

static void add_utf8(struct rows *rows, const char *text)
{
    wchar_t wide[512];
    const bool is_text =
        text[0] != '\0' && MultiByteToWideChar(CP_UTF8, 0, text, -1, wide, ARRAYSIZE(wide)) > 0;
    rows_add_text(rows, is_text ? wide : NULL);
}

static void take_line(void *context, const char *line)
{
    struct outcome *outcome = context;
    char source[16] = "";
    char presence[16] = "";
    char lock[4] = "";
    char text[512] = "";
    const char *record = strstr(line, " wire session: source ");
    const char *note = check_record_note(line);
    if (record != NULL &&
        sscanf(record, " wire session: source %15[^,], %15[^,], lock %3[^,], text \"%511[^\"]", source,
               presence, lock, text) >= 3) {
        add_utf8(&outcome->rows, source);
        add_utf8(&outcome->rows, presence);
        add_utf8(&outcome->rows, lock);
        add_utf8(&outcome->rows, text);
        outcome->has_answer = outcome->has_answer || strcmp(presence, "answers") == 0;
    } else if (note != NULL && outcome->note[0] == '\0') {
        snprintf(outcome->note, sizeof outcome->note, "%s", note);
    }
}

static DWORD call(void *context)
{
    struct outcome *outcome = context;
    LPWSTR block = NULL;
    DWORD length;
    if (!WTSQuerySessionInformationW(NULL, WTS_CURRENT_SESSION, WTSSessionInfoEx, &block, &length))
        return error_of_failure();
    outcome->flags = ((WTSINFOEXW *)(void *)block)->Data.WTSInfoExLevel1.SessionFlags;
    WTSFreeMemory(block);
    return ERROR_SUCCESS;
}

static const wchar_t *lock_of(LONG flags)
{
    if (flags == WTS_SESSIONSTATE_LOCK)
        return L"locked";
    return flags == WTS_SESSIONSTATE_UNLOCK ? L"unlocked" : L"not known to be locked or unlocked";
}

static void print_note(const struct outcome *outcome)
{
    struct buffer line = {.units = NULL};
    struct buffer text = {.units = NULL};
    wchar_t note[512];
    if (outcome->note[0] == '\0' ||
        MultiByteToWideChar(CP_UTF8, 0, outcome->note, -1, note, ARRAYSIZE(note)) == 0)
        return;
    buffer_add_format(&line, "trace: %ls", note);
    buffer_add_text(&text, L"  ");
    mask_add(&text, buffer_text(&line));
    buffer_add_text(&text, L"\n");
    text_put(STD_OUTPUT_HANDLE, &text);
    buffer_free(&line);
    buffer_free(&text);
}

static void print(const struct request *request, const struct outcome *outcome)
{
    struct buffer text = {.units = NULL};
    if (request->options.is_given[OPTION_JSON]) {
        json_add_array(&text, &outcome->rows);
    } else {
        text_print_line("this session: %ls%ls", lock_of(outcome->flags),
                        outcome->has_answer ? L"" : L", and no source knows the desktop");
        if (rows_count(&outcome->rows) > 0)
            table_add(&text, &outcome->rows);
    }
    text_put(STD_OUTPUT_HANDLE, &text);
    buffer_free(&text);
    if (!request->options.is_given[OPTION_JSON] && !outcome->has_answer)
        print_note(outcome);
}

int check_session(const struct request *request)
{
    struct outcome outcome = {
        .rows = {.columns = check_session_columns, .column_count = ARRAYSIZE(check_session_columns)}};
    const struct check_traced traced = {call, take_line, &outcome};
    DWORD error;
    if (!check_trace(&traced, &error))
        return STATUS_ALL_FAILED;
    if (error != ERROR_SUCCESS) {
        struct buffer reason = {.units = NULL};
        error_add(&reason, error);
        text_complain_line("this session: not known, %ls", buffer_text(&reason));
        buffer_free(&reason);
    } else {
        print(request, &outcome);
    }
    rows_free(&outcome.rows);
    return error == ERROR_SUCCESS && outcome.has_answer ? STATUS_ALL_DONE : STATUS_ALL_FAILED;
}

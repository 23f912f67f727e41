/*
 * wts sessions: the sessions of a server.
 */
#include <wtsapi32.h>

#include "cli/command.h"
#include "cli/session.h"

static const struct column columns[] = {
    {L"id", L"ID", COLUMN_NUMBER},
    {L"name", L"NAME", COLUMN_TEXT},
    {L"state", L"STATE", COLUMN_TEXT},
    {L"user", L"USER", COLUMN_TEXT},
};

static void add_session(struct rows *rows, const WTS_SESSION_INFO_1W *session)
{
    struct buffer user = {.units = NULL};
    rows_add_number(rows, session->SessionId);
    rows_add_text(rows, session->pSessionName);
    rows_add_text(rows, session_state(session->State));
    rows_add_text(rows, session_user(session->pDomainName, session->pUserName, &user));
    buffer_free(&user);
}

/* Adds the listeners, which the longer list leaves out. */
static void add_listeners(struct answer *answer, const WTS_SESSION_INFO_1W *sessions, DWORD session_count)
{
    WTS_SESSION_INFOW *listeners;
    const DWORD count = session_read_listeners(answer, sessions, session_count, &listeners);
    for (DWORD i = 0; i < count; i++) {
        rows_add_number(&answer->rows, listeners[i].SessionId);
        rows_add_text(&answer->rows, listeners[i].pWinStationName);
        rows_add_text(&answer->rows, session_state(listeners[i].State));
        rows_add_text(&answer->rows, NULL);
    }
    WTSFreeMemory(listeners);
}

static void run(const struct request *request, struct answer *answer)
{
    WTS_SESSION_INFO_1W *sessions = NULL;
    DWORD level = 1;
    DWORD count = 0;
    if (!WTSEnumerateSessionsExW(answer->handle, &level, 0, &sessions, &count)) {
        answer_failed(answer, GetLastError(), "sessions not listed");
        return;
    }
    for (DWORD i = 0; i < count; i++)
        add_session(&answer->rows, &sessions[i]);
    if (request->options.is_given[OPTION_ALL])
        add_listeners(answer, sessions, count);
    WTSFreeMemoryExW(WTSTypeSessionInfoLevel1, sessions, count);
    answer_listed(answer);
}

static const struct example examples[] = {
    {L"wts sessions", L"the sessions of this machine"},
    {L"wts sessions --all --csv --server rdsh01", L"for a spreadsheet, with the listeners"},
    {L"wts sessions --server rdsh01,rdsh02", L"those of two servers, called in parallel"},
};

const struct command command_sessions = {
    .name = L"sessions",
    .words = L"",
    .purpose = L"list sessions",
    .examples = examples,
    .example_count = ARRAYSIZE(examples),
    .options = OPTIONS_OF_SERVERS | OPTION_BIT(OPTION_ALL),
    .run = run,
    .layout = LAYOUT_TABLE,
    .columns = columns,
    .column_count = ARRAYSIZE(columns),
};

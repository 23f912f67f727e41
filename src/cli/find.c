/*
 * wts find: where a user is logged on, and where a program runs, on all servers. A word is looked for as a
 * user and as an image name; the columns pid and process are empty where the user matches.
 */
#include <wtsapi32.h>

#include "cli/command.h"
#include "cli/error_text.h"
#include "cli/image.h"
#include "cli/owner.h"
#include "cli/session.h"
#include "cli/session_times.h"
#include "cli/time_text.h"

#include <wchar.h>

static const struct column columns[] = {
    {L"session", L"SESSION", COLUMN_NUMBER}, {L"user", L"USER", COLUMN_TEXT},
    {L"state", L"STATE", COLUMN_TEXT},       {L"idle_seconds", L"IDLE SECONDS", COLUMN_NUMBER},
    {L"since", L"SINCE", COLUMN_TEXT},       {L"pid", L"PID", COLUMN_NUMBER},
    {L"process", L"PROCESS", COLUMN_TEXT},
};

/* The sessions of one server, and the data of each that is queried when it is first shown. */
struct place {
    struct answer *answer;
    WTS_SESSION_INFO_1W *sessions;
    DWORD count;
    WTS_PROCESS_INFOW *processes; /* NULL: not listed */
    DWORD process_count;
};

static bool is_user_meant(const WTS_SESSION_INFO_1W *session, const wchar_t *word)
{
    struct buffer full = {.units = NULL};
    const wchar_t *user = session_user(session->pDomainName, session->pUserName, &full);
    const bool is_so =
        user != NULL && (image_name_matches(session->pUserName, word) || image_name_matches(user, word));
    buffer_free(&full);
    return is_so;
}

static void add_times(struct answer *answer, DWORD session_id)
{
    struct session_times times;
    struct buffer since = {.units = NULL};
    const DWORD error = session_times_read(answer->handle, session_id, &times);
    if (error != ERROR_SUCCESS && error != ERROR_NOT_SUPPORTED)
        answer_failed(answer, error, "session %lu: times not known", session_id);
    if (times.is_idle_known)
        rows_add_number(&answer->rows, times.idle_seconds);
    else
        rows_add_text(&answer->rows, NULL);
    rows_add_text(&answer->rows, time_add(&since, times.logon) ? buffer_text(&since) : NULL);
    buffer_free(&since);
}

/* `process`: NULL if the session's user matches. A process' own user takes precedence over that of its
 * session. */
static void add_row(const struct place *place, DWORD session_id, const WTS_PROCESS_INFOW *process)
{
    struct rows *rows = &place->answer->rows;
    const WTS_SESSION_INFO_1W *session = NULL;
    struct buffer full = {.units = NULL};
    for (DWORD i = 0; i < place->count && session == NULL; i++) {
        if (place->sessions[i].SessionId == session_id)
            session = &place->sessions[i];
    }
    const wchar_t *session_name =
        session != NULL ? session_user(session->pDomainName, session->pUserName, &full) : NULL;
    const wchar_t *user =
        process != NULL ? owner_name(process, place->processes, place->process_count, session_name) : NULL;
    if (user == NULL)
        user = session_name;
    rows_add_number(rows, session_id);
    rows_add_text(rows, user);
    rows_add_text(rows, session != NULL ? session_state(session->State) : NULL);
    add_times(place->answer, session_id);
    if (process != NULL)
        rows_add_number(rows, process->ProcessId);
    else
        rows_add_text(rows, NULL);
    rows_add_text(rows, process != NULL ? process->pProcessName : NULL);
    buffer_free(&full);
}

static void find_processes(struct place *place, const wchar_t *word)
{
    if (!WTSEnumerateProcessesW(place->answer->handle, 0, 1, &place->processes, &place->process_count)) {
        answer_failed(place->answer, error_of_failure(), "processes not listed");
        return;
    }
    for (DWORD i = 0; i < place->process_count; i++) {
        if (image_is_meant(place->processes[i].pProcessName, word))
            add_row(place, place->processes[i].SessionId, &place->processes[i]);
    }
    WTSFreeMemory(place->processes);
    answer_listed(place->answer);
}

static void run(const struct request *request, struct answer *answer)
{
    const wchar_t *word = request->options.words[0];
    struct place place = {.answer = answer};
    DWORD level = 1;
    if (!WTSEnumerateSessionsExW(answer->handle, &level, 0, &place.sessions, &place.count)) {
        answer_failed(answer, error_of_failure(), "sessions not listed");
        return;
    }
    for (DWORD i = 0; i < place.count; i++) {
        if (is_user_meant(&place.sessions[i], word))
            add_row(&place, place.sessions[i].SessionId, NULL);
    }
    if (wcscmp(word, L"*") == 0)
        answer_listed(answer);
    else
        find_processes(&place, word);
    WTSFreeMemoryExW(WTSTypeSessionInfoLevel1, place.sessions, place.count);
}

static DWORD prepare(struct request *request, struct buffer *wrong)
{
    const wchar_t *word = request->options.words[0];
    if (wcscmp(word, L"*") == 0 || (word[0] != L'\0' && !image_is_any(word)))
        return ERROR_SUCCESS;
    buffer_add_format(wrong, "\"%ls\" would mean every process, or nothing; \"*\" means every user", word);
    return ERROR_INVALID_PARAMETER;
}

static const struct example examples[] = {
    {L"wts find \"*\" --server rdsh01,rdsh02", L"everybody on many servers: idle for how long, since when"},
    {L"wts find alice --server rdsh01,rdsh02", L"where alice is logged on, and since when"},
    {L"wts find \"report*\" --server rdsh01", L"where programs of this name run, and whose"},
};

const struct command command_find_anything = {
    .name = L"find",
    .words = L"USER|PROCESS",
    .purpose = L"find where a user is logged on, or a program runs",
    .examples = examples,
    .example_count = ARRAYSIZE(examples),
    .options = OPTIONS_OF_SERVERS,
    .min_words = 1,
    .max_words = 1,
    .prepare = prepare,
    .run = run,
    .layout = LAYOUT_TABLE,
    .columns = columns,
    .column_count = ARRAYSIZE(columns),
    .nothing = L"found nowhere",
};

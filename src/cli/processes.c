/*
 * wts processes: the processes of a server, of all its sessions or of one.
 */
#include <wtsapi32.h>

#include "cli/account.h"
#include "cli/command.h"
#include "cli/owner.h"
#include "cli/session.h"

static const struct column columns[] = {
    {L"pid", L"PID", COLUMN_NUMBER}, {L"name", L"NAME", COLUMN_TEXT}, {L"session", L"SESSION", COLUMN_NUMBER},
    {L"user", L"USER", COLUMN_TEXT}, {L"sid", NULL, COLUMN_TEXT},
};

/* The processes of a server, and its sessions once a process needs the user of its session. */
struct lists {
    WTS_PROCESS_INFOW *processes;
    DWORD count;
    WTS_SESSION_INFO_1W *sessions;
    DWORD session_count;
    bool is_read; /* the sessions were read; there are none if the server does not list them */
};

static void read_sessions(const struct answer *answer, struct lists *lists)
{
    DWORD level = 1;
    if (!lists->is_read &&
        !WTSEnumerateSessionsExW(answer->handle, &level, 0, &lists->sessions, &lists->session_count)) {
        lists->sessions = NULL;
        lists->session_count = 0;
    }
    lists->is_read = true;
}

/* `full` holds the name of the session's user if that is needed. */
static const wchar_t *user_of(const struct answer *answer, struct lists *lists,
                              const WTS_PROCESS_INFOW *process, struct buffer *full)
{
    const wchar_t *session = NULL;
    if (owner_is_needed(process)) {
        read_sessions(answer, lists);
        for (DWORD i = 0; i < lists->session_count && session == NULL; i++) {
            const WTS_SESSION_INFO_1W *one = &lists->sessions[i];
            if (one->SessionId == process->SessionId)
                session = session_user(one->pDomainName, one->pUserName, full);
        }
    }
    return owner_name(process, lists->processes, lists->count, session);
}

static void add_process(struct answer *answer, const WTS_PROCESS_INFOW *process, const wchar_t *user)
{
    struct buffer sid = {.units = NULL};
    rows_add_number(&answer->rows, process->ProcessId);
    rows_add_text(&answer->rows, process->pProcessName);
    rows_add_number(&answer->rows, process->SessionId);
    rows_add_text(&answer->rows, user);
    rows_add_text(&answer->rows, account_sid(process->pUserSid, &sid));
    buffer_free(&sid);
}

static void add_processes(const struct request *request, struct answer *answer, struct lists *lists)
{
    const struct options *options = &request->options;
    const wchar_t *wanted = options->is_given[OPTION_OF_USER] ? options->texts[OPTION_OF_USER] : NULL;
    bool is_found = false;
    bool is_anybodys = false; /* a process of a user without a known name */
    for (DWORD i = 0; i < lists->count; i++) {
        const WTS_PROCESS_INFOW *process = &lists->processes[i];
        struct buffer full = {.units = NULL};
        const wchar_t *user = user_of(answer, lists, process, &full);
        if (wanted == NULL || account_is(process->pUserSid, wanted) ||
            (user != NULL && account_name_is(user, wanted))) {
            add_process(answer, process, user);
            is_found = true;
        }
        is_anybodys = is_anybodys || (wanted != NULL && (user == NULL || account_is_sid(user)));
        buffer_free(&full);
    }
    if (!is_found && is_anybodys && wanted != NULL && !account_is_sid(wanted))
        answer_failed(answer, ERROR_NONE_MAPPED, "processes %ls", account_unknown_advice);
    else
        answer_listed(answer);
}

static void run(const struct request *request, struct answer *answer)
{
    const DWORD session_id =
        request->options.is_given[OPTION_SESSION] ? answer->sessions[0].id : WTS_ANY_SESSION;
    struct lists lists = {.processes = NULL};
    DWORD level = 0;
    if (!WTSEnumerateProcessesExW(answer->handle, &level, session_id, (LPWSTR *)&lists.processes,
                                  &lists.count)) {
        answer_failed(answer, GetLastError(), "processes not listed");
        return;
    }
    add_processes(request, answer, &lists);
    WTSFreeMemoryExW(WTSTypeProcessInfoLevel0, lists.processes, lists.count);
    WTSFreeMemoryExW(WTSTypeSessionInfoLevel1, lists.sessions, lists.session_count);
}

static DWORD prepare(struct request *request, struct buffer *wrong)
{
    const struct options *options = &request->options;
    if (options->is_given[OPTION_OF_USER] && options->texts[OPTION_OF_USER][0] == L'\0') {
        buffer_add_text(wrong, L"--user needs a name");
        return ERROR_INVALID_PARAMETER;
    }
    return options->is_given[OPTION_SESSION] ? session_check(options->texts[OPTION_SESSION], wrong)
                                             : ERROR_SUCCESS;
}

static void plan(const struct request *request, struct answer *answer)
{
    if (request->options.is_given[OPTION_SESSION])
        session_find(answer, request->options.texts[OPTION_SESSION], SESSION_ANY);
}

static const struct example examples[] = {
    {L"wts processes --server rdsh01 --session alice", L"what runs in alice's session"},
    {L"wts processes --json", L"all processes of this machine, for a program"},
};

const struct command command_processes = {
    .name = L"processes",
    .words = L"",
    .purpose = L"list processes",
    .examples = examples,
    .example_count = ARRAYSIZE(examples),
    .options = OPTIONS_OF_SERVERS | OPTION_BIT(OPTION_SESSION) | OPTION_BIT(OPTION_OF_USER),
    .prepare = prepare,
    .plan = plan,
    .run = run,
    .layout = LAYOUT_TABLE,
    .columns = columns,
    .column_count = ARRAYSIZE(columns),
};

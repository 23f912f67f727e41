/*
 * wts processes: the processes of a server, of all its sessions or of one.
 */
#include <wtsapi32.h>

#include "cli/account.h"
#include "cli/command.h"
#include "cli/session.h"

static const struct column columns[] = {
    {L"pid", L"PID", COLUMN_NUMBER},
    {L"name", L"NAME", COLUMN_TEXT},
    {L"session", L"SESSION", COLUMN_NUMBER},
    {L"user", L"USER", COLUMN_TEXT},
};

static void run(const struct request *request, struct answer *answer)
{
    const struct options *options = &request->options;
    const DWORD session_id = options->is_given[OPTION_SESSION] ? answer->session_ids[0] : WTS_ANY_SESSION;
    WTS_PROCESS_INFOW *processes = NULL;
    DWORD level = 0;
    DWORD count = 0;
    if (!WTSEnumerateProcessesExW(answer->handle, &level, session_id, (LPWSTR *)&processes, &count)) {
        answer_failed(answer, GetLastError(), "processes not listed");
        return;
    }
    bool is_found = false;
    bool is_anybodys = false; /* one of somebody without a name here */
    for (DWORD i = 0; i < count; i++) {
        is_anybodys = is_anybodys || !account_is_known(processes[i].pUserSid);
        if (options->is_given[OPTION_OF_USER] &&
            !account_is(processes[i].pUserSid, options->texts[OPTION_OF_USER]))
            continue;
        is_found = true;
        rows_add_number(&answer->rows, processes[i].ProcessId);
        rows_add_text(&answer->rows, processes[i].pProcessName);
        rows_add_number(&answer->rows, processes[i].SessionId);
        rows_add_text(&answer->rows, account_name(processes[i].pUserSid));
    }
    WTSFreeMemoryExW(WTSTypeProcessInfoLevel0, processes, count);
    if (!is_found && is_anybodys && options->is_given[OPTION_OF_USER] &&
        !account_is_sid(options->texts[OPTION_OF_USER]))
        answer_failed(answer, ERROR_NONE_MAPPED, "processes %ls", account_unknown_advice);
    else
        answer_listed(answer);
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

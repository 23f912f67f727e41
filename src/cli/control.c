/*
 * wts logoff, disconnect, shutdown: the commands that end a session or a machine.
 */
#include <wtsapi32.h>

#include "cli/command.h"
#include "cli/confirm.h"
#include "cli/effects.h"
#include "cli/error_text.h"
#include "cli/session.h"

static const struct column session_columns[] = {
    {L"session", L"SESSION", COLUMN_NUMBER}, {L"user", L"USER", COLUMN_TEXT}, OUTCOME_COLUMNS};
static const struct column shutdown_columns[] = {{L"action", L"ACTION", COLUMN_TEXT}, OUTCOME_COLUMNS};

/* The action of a command on a session, and its words for that. */
struct action {
    BOOL(WINAPI *function)(HANDLE server, DWORD session_id, BOOL waits);
    const wchar_t *done;
    const wchar_t *begun;
    const wchar_t *failed;
    struct confirm_words words;
};

static const struct action logoff = {WTSLogoffSession,
                                     L"logged off",
                                     L"being logged off",
                                     L"not logged off",
                                     {L"Log off", L"logged off", L"logs them off"}};
static const struct action disconnect = {WTSDisconnectSession,
                                         L"disconnected",
                                         L"being disconnected",
                                         L"not disconnected",
                                         {L"Disconnect", L"disconnected", L"disconnects them"}};

/* How many sessions of a server at a time: each may wait until a user's programs have ended. */
#define AT_ONCE 16

static void control(const struct request *request, struct answer *answer, const struct meant_session *session,
                    const struct action *action)
{
    const bool waits = request->options.is_given[OPTION_WAIT];
    struct buffer label = {.units = NULL};
    session_label(session, &label);
    rows_add_number(&answer->rows, session->id);
    rows_add_text(&answer->rows, session->user);
    if (request->options.is_given[OPTION_DRY_RUN]) {
        answer_planned(answer, "%ls: would be %ls", buffer_text(&label), action->done);
        buffer_free(&label);
        return;
    }
    struct effect *effect = effect_begin(answer, "%ls %ls", request->command->name, buffer_text(&label));
    const DWORD error =
        action->function(answer->handle, session->id, waits) ? ERROR_SUCCESS : error_of_failure();
    effect_end(effect, error);
    if (error == ERROR_SUCCESS)
        answer_done(answer, "%ls: %ls", buffer_text(&label), waits ? action->done : action->begun);
    else
        answer_effect_failed(answer, error, "%ls: %ls", buffer_text(&label),
                             session_failure(error, action->failed));
    buffer_free(&label);
}

/* Asks for more than one session or more than one server, because a name that matches on many servers may end
 * more than the caller has in mind. */
static bool confirm_sessions(const struct request *request, const struct answer *answers, unsigned count,
                             const struct action *action)
{
    struct buffer extent = {.units = NULL};
    unsigned sessions = 0;
    unsigned servers = 0;
    for (unsigned i = 0; i < count; i++) {
        const unsigned found = answers[i].is_over ? 0 : answers[i].session_count;
        sessions += found;
        servers += found > 0 ? 1 : 0;
    }
    if (sessions == 0 || (count == 1 && sessions == 1) || request->options.is_given[OPTION_YES] ||
        request->options.is_given[OPTION_DRY_RUN])
        return true;
    confirm_add_extent(&extent, sessions, L"session", L"sessions", servers, answers[0].is_one_of_many);
    const bool may_go_on = confirm_ask(request, &action->words, buffer_text(&extent));
    buffer_free(&extent);
    return may_go_on;
}

/* The sessions are checked again: since they were listed a confirmation may have taken time, and a user may
 * have come back. */
static void run_each(const struct request *request, struct answer *answer, const struct action *action,
                     void (*one)(const struct request *request, struct answer *part,
                                 const struct meant_session *session))
{
    if (request->options.is_given[OPTION_DRY_RUN] || session_recheck(request, answer, action->failed))
        session_each(request, answer, AT_ONCE, one);
}

static void logoff_one(const struct request *request, struct answer *answer,
                       const struct meant_session *session)
{
    control(request, answer, session, &logoff);
}

static void disconnect_one(const struct request *request, struct answer *answer,
                           const struct meant_session *session)
{
    control(request, answer, session, &disconnect);
}

static void run_logoff(const struct request *request, struct answer *answer)
{
    run_each(request, answer, &logoff, logoff_one);
}

static void run_disconnect(const struct request *request, struct answer *answer)
{
    run_each(request, answer, &disconnect, disconnect_one);
}

static bool confirm_logoff(const struct request *request, struct answer *answers, unsigned count)
{
    return confirm_sessions(request, answers, count, &logoff);
}

static bool confirm_disconnect(const struct request *request, struct answer *answers, unsigned count)
{
    return confirm_sessions(request, answers, count, &disconnect);
}

static const struct {
    enum option option;
    DWORD flag;
    const wchar_t *done;
    struct confirm_words words;
} shutdowns[] = {
    {OPTION_REBOOT, WTS_WSD_REBOOT, L"restarting", {L"Restart", L"restarted", L"restarts them"}},
    {OPTION_POWER_OFF,
     WTS_WSD_POWEROFF,
     L"powering off",
     {L"Switch off", L"switched off", L"switches them off"}},
    {OPTION_LOGOFF,
     WTS_WSD_LOGOFF,
     L"logging all users off",
     {L"Empty", L"emptied of users", L"logs their users off"}},
};

/* Exactly one of the options is required. */
static DWORD prepare_shutdown(struct request *request, struct buffer *wrong)
{
    unsigned given = 0;
    for (unsigned i = 0; i < ARRAYSIZE(shutdowns); i++)
        given += request->options.is_given[shutdowns[i].option];
    if (given == 1)
        return ERROR_SUCCESS;
    buffer_add_text(wrong, L"one of --reboot, --power-off and --logoff is needed");
    return ERROR_INVALID_PARAMETER;
}

static unsigned chosen(const struct request *request)
{
    unsigned i = 0;
    while (!request->options.is_given[shutdowns[i].option])
        i++;
    return i;
}

/* On more than one server. */
static bool confirm_shutdown(const struct request *request, struct answer *answers, unsigned count)
{
    struct buffer extent = {.units = NULL};
    (void)answers;
    if (count == 1 || request->options.is_given[OPTION_YES] || request->options.is_given[OPTION_DRY_RUN])
        return true;
    confirm_add_extent(&extent, count, L"server", L"servers", 0, false);
    const bool may_go_on = confirm_ask(request, &shutdowns[chosen(request)].words, buffer_text(&extent));
    buffer_free(&extent);
    return may_go_on;
}

static void run_shutdown(const struct request *request, struct answer *answer)
{
    const unsigned i = chosen(request);
    rows_add_text(&answer->rows, option_rule(shutdowns[i].option)->name + 2);
    if (request->options.is_given[OPTION_DRY_RUN]) {
        answer_planned(answer, "would be %ls", shutdowns[i].words.participle);
        return;
    }
    struct effect *effect = effect_begin(answer, "shutdown %ls", option_rule(shutdowns[i].option)->name);
    const DWORD error =
        WTSShutdownSystem(answer->handle, shutdowns[i].flag) ? ERROR_SUCCESS : error_of_failure();
    effect_end(effect, error);
    if (error == ERROR_SUCCESS)
        answer_done(answer, "%ls", shutdowns[i].done);
    else
        answer_effect_failed(answer, error, "not %ls", shutdowns[i].done);
}

static const struct example logoff_examples[] = {
    {L"wts logoff alice --wait --server rdsh01", L"log alice off and wait until it is done"},
    {L"wts logoff \"*\" --server rdsh01 --yes", L"empty a server before maintenance, unasked"},
    {L"wts logoff \"*\" --disconnected --server rdsh01 --dry-run", L"whose sessions are disconnected"},
};

const struct command command_logoff = {
    .name = L"logoff",
    .words = L"SESSION|\"*\"",
    .purpose = L"log a session's user off and end the session; \"*\": all users",
    .examples = logoff_examples,
    .example_count = ARRAYSIZE(logoff_examples),
    .options = OPTIONS_OF_EFFECTS | OPTION_BIT(OPTION_WAIT) | OPTION_BIT(OPTION_DISCONNECTED) |
               OPTION_BIT(OPTION_DRY_RUN) | OPTION_BIT(OPTION_YES),
    .min_words = 1,
    .max_words = 1,
    .all_sessions = SESSION_ALL | SESSION_OF_USERS,
    .prepare = session_prepare,
    .plan = session_plan,
    .confirm = confirm_logoff,
    .run = run_logoff,
    .layout = LAYOUT_SENTENCES,
    .columns = session_columns,
    .column_count = ARRAYSIZE(session_columns),
};

static const struct example disconnect_examples[] = {
    {L"wts disconnect RDP-Tcp#0 --server rdsh01", L"disconnect the session of this name"},
};

const struct command command_disconnect = {
    .name = L"disconnect",
    .words = L"SESSION|\"*\"",
    .purpose = L"disconnect a session, or all, from the client; programs run on",
    .examples = disconnect_examples,
    .example_count = ARRAYSIZE(disconnect_examples),
    .options =
        OPTIONS_OF_EFFECTS | OPTION_BIT(OPTION_WAIT) | OPTION_BIT(OPTION_DRY_RUN) | OPTION_BIT(OPTION_YES),
    .min_words = 1,
    .max_words = 1,
    .all_sessions = SESSION_ALL | SESSION_OF_USERS | SESSION_CONNECTED,
    .prepare = session_prepare,
    .plan = session_plan,
    .confirm = confirm_disconnect,
    .run = run_disconnect,
    .layout = LAYOUT_SENTENCES,
    .columns = session_columns,
    .column_count = ARRAYSIZE(session_columns),
};

static const struct example shutdown_examples[] = {
    {L"wts shutdown --logoff --server rdsh01", L"end all sessions of a server; it runs on"},
    {L"wts shutdown --reboot --server rdsh01", L"restart a server"},
};

const struct command command_shutdown = {
    .name = L"shutdown",
    .words = L"",
    .purpose = L"restart or switch off a machine, or log all its users off",
    .examples = shutdown_examples,
    .example_count = ARRAYSIZE(shutdown_examples),
    .options = OPTIONS_OF_EFFECTS | OPTION_BIT(OPTION_REBOOT) | OPTION_BIT(OPTION_POWER_OFF) |
               OPTION_BIT(OPTION_LOGOFF) | OPTION_BIT(OPTION_DRY_RUN) | OPTION_BIT(OPTION_YES),
    .confirm = confirm_shutdown,
    .prepare = prepare_shutdown,
    .run = run_shutdown,
    .layout = LAYOUT_SENTENCES,
    .columns = shutdown_columns,
    .column_count = ARRAYSIZE(shutdown_columns),
};

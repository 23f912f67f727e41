/*
 * wts logoff, disconnect, shutdown: what ends a session or a machine.
 */
#include <wtsapi32.h>

#include "cli/command.h"
#include "cli/confirm.h"
#include "cli/effects.h"
#include "cli/error_text.h"
#include "cli/session.h"

extern const struct command command_logoff;

static const struct column session_columns[] = {{L"session", L"SESSION", COLUMN_NUMBER}, OUTCOME_COLUMNS};
static const struct column shutdown_columns[] = {{L"action", L"ACTION", COLUMN_TEXT}, OUTCOME_COLUMNS};

static void control(const struct request *request, struct answer *answer,
                    BOOL(WINAPI *function)(HANDLE server, DWORD session_id, BOOL waits), const wchar_t *done,
                    const wchar_t *begun, const wchar_t *failed)
{
    const bool waits = request->options.is_given[OPTION_WAIT];
    const DWORD session_id = answer->session_ids[0];
    rows_add_number(&answer->rows, session_id);
    if (request->options.is_given[OPTION_DRY_RUN]) {
        answer_planned(answer, "session %lu: would be %ls", session_id, done);
        return;
    }
    struct effect *effect = effect_begin(answer, "%ls session %lu", request->command->name, session_id);
    const DWORD error = function(answer->handle, session_id, waits) ? ERROR_SUCCESS : error_of_failure();
    effect_end(effect, error);
    if (error == ERROR_SUCCESS) {
        answer_done(answer, "session %lu: %ls", session_id, waits ? done : begun);
    } else {
        answer_effect_failed(answer, error, "session %lu: %ls", session_id, session_failure(error, failed));
    }
}

/* On more than one server: a name that means somebody everywhere ends more than its writer has in mind. */
static bool confirm_sessions(const struct request *request, struct answer *answers, unsigned count)
{
    static const struct confirm_words logoff = {L"Log off", L"logged off", L"logs them off"};
    static const struct confirm_words disconnect = {L"Disconnect", L"disconnected", L"disconnects them"};
    struct buffer extent = {.units = NULL};
    unsigned found = 0;
    for (unsigned i = 0; i < count; i++)
        found += answers[i].session_count > 0 && !answers[i].is_over;
    if (count == 1 || found == 0 || request->options.is_given[OPTION_YES] ||
        request->options.is_given[OPTION_DRY_RUN])
        return true;
    confirm_add_extent(&extent, found, L"session", L"sessions", found, true);
    const bool may_go_on = confirm_ask(request, request->command == &command_logoff ? &logoff : &disconnect,
                                       buffer_text(&extent));
    buffer_free(&extent);
    return may_go_on;
}

static void run_logoff(const struct request *request, struct answer *answer)
{
    control(request, answer, WTSLogoffSession, L"logged off", L"being logged off", L"not logged off");
}

static void run_disconnect(const struct request *request, struct answer *answer)
{
    control(request, answer, WTSDisconnectSession, L"disconnected", L"being disconnected",
            L"not disconnected");
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

/* What is done must be said: exactly one of the options. */
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
};

const struct command command_logoff = {
    .name = L"logoff",
    .words = L"SESSION",
    .purpose = L"log a session's user off and end the session",
    .examples = logoff_examples,
    .example_count = ARRAYSIZE(logoff_examples),
    .options =
        OPTIONS_OF_EFFECTS | OPTION_BIT(OPTION_WAIT) | OPTION_BIT(OPTION_DRY_RUN) | OPTION_BIT(OPTION_YES),
    .min_words = 1,
    .max_words = 1,
    .prepare = session_prepare,
    .plan = session_plan,
    .confirm = confirm_sessions,
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
    .words = L"SESSION",
    .purpose = L"disconnect a session from its client; its programs run on",
    .examples = disconnect_examples,
    .example_count = ARRAYSIZE(disconnect_examples),
    .options =
        OPTIONS_OF_EFFECTS | OPTION_BIT(OPTION_WAIT) | OPTION_BIT(OPTION_DRY_RUN) | OPTION_BIT(OPTION_YES),
    .min_words = 1,
    .max_words = 1,
    .prepare = session_prepare,
    .plan = session_plan,
    .confirm = confirm_sessions,
    .run = run_disconnect,
    .layout = LAYOUT_SENTENCES,
    .columns = session_columns,
    .column_count = ARRAYSIZE(session_columns),
};

static const struct example shutdown_examples[] = {
    {L"wts shutdown --logoff --server rdsh01", L"empty a server before maintenance; it runs on"},
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

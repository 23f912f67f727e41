/*
 * wts kill: ends processes by their ids, or all with an image name. The processes are looked up on all
 * servers first; if they are many, the user must confirm before anything is ended.
 */
#include <wtsapi32.h>

#include "cli/command.h"
#include "cli/confirm.h"
#include "cli/effects.h"
#include "cli/image.h"
#include "cli/memory.h"
#include "cli/number.h"
#include "cli/session.h"
#include "cli/targets.h"
#include "cli/text.h"

#include <stdlib.h>
#include <wchar.h>

#define MAX_UNASKED 10 /* processes by name that need no confirmation */
#define WAIT_SECONDS 30
#define POLL_MS 200

static const struct column columns[] = {
    {L"pid", L"PID", COLUMN_NUMBER},
    {L"name", L"NAME", COLUMN_TEXT},
    {L"session", L"SESSION", COLUMN_NUMBER},
    {L"user", L"USER", COLUMN_TEXT},
    {L"gone", L"GONE", COLUMN_FLAG},
    {L"exit_code", L"EXIT CODE", COLUMN_NUMBER},
    OUTCOME_COLUMNS,
};

/* How a wait for a process ended. */
enum wait_end { NOT_WAITED, GONE, STILL_THERE };

/* Shows the user and the session of a process, for the decision. Appends to `name`. */
static void plan_one(struct answer *answer, const struct target *target, struct buffer *name)
{
    if (target->user != NULL)
        buffer_add_format(name, " of %ls", target->user);
    if (target->has_session)
        buffer_add_format(name, " in session %lu", target->session_id);
    answer_planned(answer, "process %lu%ls: would be ended", target->process_id, buffer_text(name));
}

static void report(const struct request *request, struct answer *answer, const struct target *target,
                   DWORD exit_code, enum wait_end end)
{
    struct buffer name = {.units = NULL};
    DWORD last_code = 0;
    const bool has_code =
        end == GONE && target->process != NULL && GetExitCodeProcess(target->process, &last_code);
    if (target->name != NULL)
        buffer_add_format(&name, " (%ls)", target->name);
    rows_add_number(&answer->rows, target->process_id);
    rows_add_text(&answer->rows, target->name);
    if (target->has_session)
        rows_add_number(&answer->rows, target->session_id);
    else
        rows_add_text(&answer->rows, NULL);
    rows_add_text(&answer->rows, target->user);
    if (end != NOT_WAITED)
        rows_add_flag(&answer->rows, end == GONE);
    else
        rows_add_text(&answer->rows, NULL);
    if (has_code)
        rows_add_number(&answer->rows, last_code);
    else
        rows_add_text(&answer->rows, NULL);
    if (request->options.is_given[OPTION_DRY_RUN])
        plan_one(answer, target, &name);
    else if (!target->is_ended)
        answer_effect_failed(answer, target->error, "process %lu%ls: %ls", target->process_id,
                             buffer_text(&name), target->is_tried ? L"not ended" : L"not tried");
    else if (end == STILL_THERE)
        answer_failed(answer, WAIT_TIMEOUT, "process %lu%ls: ended, but still there", target->process_id,
                      buffer_text(&name));
    else if (has_code)
        answer_done(answer, "process %lu%ls: gone, exit code %lu", target->process_id, buffer_text(&name),
                    last_code);
    else if (end == GONE)
        answer_done(answer, "process %lu%ls: gone", target->process_id, buffer_text(&name));
    else
        answer_done(answer, "process %lu%ls: ended with exit code %lu", target->process_id,
                    buffer_text(&name), exit_code);
    buffer_free(&name);
}

static void end_all(const struct request *request, struct answer *answer, DWORD exit_code)
{
    struct targets *targets = answer->plan;
    DWORD server_error = targets->server_error;
    for (size_t i = 0; i < targets->count; i++) {
        struct target *target = &targets->rows[i];
        target->error = server_error;
        target->is_tried = false;
        if (server_error != ERROR_SUCCESS)
            continue;
        if (request->options.is_given[OPTION_WAIT_GONE] && answer->server == NULL)
            target->process =
                OpenProcess(SYNCHRONIZE | PROCESS_QUERY_LIMITED_INFORMATION, FALSE, target->process_id);
        target->is_tried = true;
        struct effect *effect =
            target->name != NULL
                ? effect_begin(answer, "end process %lu (%ls)", target->process_id, target->name)
                : effect_begin(answer, "end process %lu", target->process_id);
        target->is_ended = WTSTerminateProcess(answer->handle, target->process_id, exit_code) != FALSE;
        /* A DLL may fail without setting an error: Wine's own does. */
        target->error = target->is_ended ? ERROR_SUCCESS : GetLastError();
        effect_end(effect,
                   target->is_ended || target->error != ERROR_SUCCESS ? target->error : ERROR_GEN_FAILURE);
        if (target_error_is_about_server(target->error))
            server_error = target->error;
    }
}

/* Updates `is_gone`; returns whether every ended process is gone. */
static bool look_once(struct answer *answer, bool *is_gone, bool *is_listed)
{
    const struct targets *targets = answer->plan;
    bool is_any_left = false;
    if (targets_look(answer, is_listed) != ERROR_SUCCESS)
        return false;
    for (size_t i = 0; i < targets->count; i++) {
        is_gone[i] = is_gone[i] || !targets->rows[i].is_ended || !is_listed[i];
        is_any_left = is_any_left || !is_gone[i];
    }
    return !is_any_left;
}

/* Waits on the handle of a process of this machine that may be opened; for any other, until it is no longer
 * listed. */
static void wait_for_all(const struct request *request, struct answer *answer, bool *is_gone)
{
    const struct options *options = &request->options;
    const struct targets *targets = answer->plan;
    const DWORD seconds =
        options->texts[OPTION_WAIT_GONE] != NULL ? options->numbers[OPTION_WAIT_GONE] : WAIT_SECONDS;
    const ULONGLONG end = GetTickCount64() + seconds * 1000ULL;
    bool *is_listed = memory_resize(NULL, targets->count, sizeof *is_listed);
    bool is_list_needed = false;
    for (size_t i = 0; i < targets->count; i++) {
        const struct target *target = &targets->rows[i];
        const ULONGLONG now = GetTickCount64();
        const DWORD left = now < end ? (DWORD)min(end - now, INFINITE - 1) : 0;
        is_gone[i] = target->is_ended && target->process != NULL &&
                     WaitForSingleObject(target->process, left) == WAIT_OBJECT_0;
        is_list_needed = is_list_needed || (target->is_ended && target->process == NULL);
    }
    while (is_list_needed && !look_once(answer, is_gone, is_listed) && GetTickCount64() < end)
        Sleep(POLL_MS);
    free(is_listed);
}

static void run(const struct request *request, struct answer *answer)
{
    const struct options *options = &request->options;
    const DWORD exit_code = options->is_given[OPTION_EXIT_CODE] ? options->numbers[OPTION_EXIT_CODE] : 1;
    const bool waits = options->is_given[OPTION_WAIT_GONE] && !options->is_given[OPTION_DRY_RUN];
    struct targets *targets = answer->plan;
    if (targets->must_recheck)
        targets_recheck(answer);
    bool *is_gone = memory_resize(NULL, targets->count, sizeof *is_gone);
    if (!options->is_given[OPTION_DRY_RUN])
        end_all(request, answer, exit_code);
    if (waits)
        wait_for_all(request, answer, is_gone);
    for (size_t i = 0; i < targets->count; i++) {
        const bool is_awaited = waits && targets->rows[i].is_ended;
        report(request, answer, &targets->rows[i], exit_code,
               !is_awaited  ? NOT_WAITED
               : is_gone[i] ? GONE
                            : STILL_THERE);
    }
    free(is_gone);
}

static enum match match_of(const struct answer *answer, unsigned word)
{
    const struct targets *targets = answer->plan;
    return targets->matches != NULL ? targets->matches[word] : MATCH_UNKNOWN;
}

/* A program that runs on some servers need not run on the others; one that runs on none is a failure. */
static void forgive_matchless(const struct request *request, struct answer *answers, unsigned count)
{
    for (unsigned word = 0; word < request->options.word_count; word++) {
        bool is_found = false;
        for (unsigned i = 0; i < count; i++)
            is_found = is_found || match_of(&answers[i], word) == MATCH_FOUND;
        for (unsigned i = 0; is_found && i < count; i++)
            answer_forgive(&answers[i], match_of(&answers[i], word) == MATCH_NOTHING ? 1 : 0);
    }
}

static bool confirm(const struct request *request, struct answer *answers, unsigned count)
{
    size_t processes = 0;
    unsigned servers = 0;
    static const struct confirm_words words = {L"End", L"ended", L"ends them"};
    forgive_matchless(request, answers, count);
    for (unsigned i = 0; i < count; i++) {
        const struct targets *targets = answers[i].plan;
        /* An id means a different process on each server. */
        const size_t found = count > 1 ? targets->count : targets->found_count;
        processes += found;
        servers += found > 0 ? 1 : 0;
    }
    if (request->options.is_given[OPTION_YES] || request->options.is_given[OPTION_DRY_RUN] ||
        processes == 0 || (count == 1 && processes <= MAX_UNASKED))
        return true;
    struct buffer extent = {.units = NULL};
    confirm_add_extent(&extent, processes, L"process", L"processes", servers, answers[0].is_one_of_many);
    const bool may_go_on = confirm_ask(request, &words, buffer_text(&extent));
    for (unsigned i = 0; i < count; i++)
        ((struct targets *)answers[i].plan)->must_recheck = true;
    buffer_free(&extent);
    return may_go_on;
}

static DWORD refuse_word(struct buffer *wrong, const wchar_t *word, const wchar_t *reason)
{
    buffer_add_format(wrong, "\"%ls\" is neither a process id nor an image name: %ls", word, reason);
    return ERROR_INVALID_PARAMETER;
}

/* A word that cannot be meant is refused before anything is ended: it is a path, a switch of another program,
 * or a mistake in the caller's script. */
static DWORD check_word(const wchar_t *word, bool has_filter, struct buffer *wrong)
{
    DWORD process_id;
    if (word[0] == L'\0')
        return refuse_word(wrong, word, L"it is empty");
    if (wcspbrk(word, L"/\\:\"<>|") != NULL)
        return refuse_word(wrong, word, L"no image name has any of / \\ : \" < > |");
    if (image_is_any(word) && !has_filter)
        return refuse_word(wrong, word, L"it would mean every process; with --session or --user it is taken");
    if (wcsspn(word, L"0123456789") == wcslen(word) && !number_read(word, &process_id))
        return refuse_word(wrong, word, L"the number is above 4294967295");
    return ERROR_SUCCESS;
}

static DWORD prepare(struct request *request, struct buffer *wrong)
{
    const struct options *options = &request->options;
    const bool has_filter = options->is_given[OPTION_SESSION] || options->is_given[OPTION_OF_USER];
    DWORD error = ERROR_SUCCESS;
    if (options->is_given[OPTION_SESSION])
        error = session_check(options->texts[OPTION_SESSION], wrong);
    if (error == ERROR_SUCCESS && options->is_given[OPTION_OF_USER] &&
        options->texts[OPTION_OF_USER][0] == L'\0') {
        buffer_add_text(wrong, L"--user needs a name");
        error = ERROR_INVALID_PARAMETER;
    }
    if (error == ERROR_SUCCESS && options->is_given[OPTION_TREE] &&
        (options->is_given[OPTION_SERVER] || options->is_given[OPTION_SERVERS_FILE])) {
        buffer_add_text(
            wrong, L"--tree is for this machine only: a server does not report which process started which");
        error = ERROR_INVALID_PARAMETER;
    }
    for (unsigned i = 0; error == ERROR_SUCCESS && i < options->word_count; i++)
        error = check_word(options->words[i], has_filter, wrong);
    return error;
}

static const struct example examples[] = {
    {L"wts kill notepad --dry-run", L"show which processes would be ended"},
    {L"wts kill 1648 --wait --server rdsh01", L"end a process and wait until it is gone"},
    {L"wts kill notepad --session alice --server rdsh01", L"end notepad in alice's session only"},
    {L"wts kill \"report*\" --server rdsh01,rdsh02 --yes", L"end by name on two servers, unasked"},
};

const struct command command_kill = {
    .name = L"kill",
    .words = L"NAME-OR-PID...",
    .purpose = L"end processes: by id, or every one with an image name",
    .examples = examples,
    .example_count = ARRAYSIZE(examples),
    .options = OPTIONS_OF_EFFECTS | OPTION_BIT(OPTION_EXIT_CODE) | OPTION_BIT(OPTION_SESSION) |
               OPTION_BIT(OPTION_OF_USER) | OPTION_BIT(OPTION_TREE) | OPTION_BIT(OPTION_WAIT_GONE) |
               OPTION_BIT(OPTION_DRY_RUN) | OPTION_BIT(OPTION_YES),
    .min_words = 1,
    .max_words = UINT_MAX,
    .prepare = prepare,
    .plan = targets_find,
    .confirm = confirm,
    .run = run,
    .layout = LAYOUT_SENTENCES,
    .columns = columns,
    .column_count = ARRAYSIZE(columns),
};

/*
 * A command about servers; see run.h. Opening a server causes no traffic, so all names are checked before
 * anything is tried.
 */
#include "cli/run.h"

#include <wtsapi32.h>

#include "cli/connections.h"
#include "cli/error_text.h"
#include "cli/effects.h"
#include "cli/fan_out.h"
#include "cli/interrupt.h"
#include "cli/memory.h"
#include "cli/report.h"
#include "cli/servers.h"
#include "cli/text.h"
#include "cli/usage.h"

#include <stdlib.h>

#define AT_ONCE 16
#define RETRY_MS 500

struct work {
    const struct request *request;
    struct answer *answers;
    unsigned count;
    ULONGLONG begin; /* GetTickCount64() */
};

static DWORD read_servers(const struct options *options, struct servers *servers, struct buffer *wrong)
{
    DWORD error = ERROR_SUCCESS;
    if (options->is_given[OPTION_SERVER])
        error = servers_add_list(servers, options->texts[OPTION_SERVER], wrong);
    if (error == ERROR_SUCCESS && options->is_given[OPTION_SERVERS_FILE])
        error = servers_add_file(servers, options->texts[OPTION_SERVERS_FILE], wrong);
    if (error == ERROR_SUCCESS && options->is_given[OPTION_PARALLEL] &&
        options->numbers[OPTION_PARALLEL] == 0) {
        buffer_add_text(wrong, L"--parallel 0 would do nothing");
        error = ERROR_INVALID_PARAMETER;
    }
    return error;
}

/* Tries a server that was not reached again: only calls that certainly did nothing are repeated. */
static void repeat(const struct request *request, struct answer *answer,
                   void (*part)(const struct request *request, struct answer *answer))
{
    const struct answer_mark mark = answer_mark(answer);
    DWORD left = request->options.is_given[OPTION_RETRY] ? request->options.numbers[OPTION_RETRY] : 0;
    part(request, answer);
    while (left > 0 && answer_is_unreached(answer, &mark) && !effects_are_possible(answer)) {
        Sleep(RETRY_MS);
        left--;
        answer_rewind(answer, &mark);
        if (part == request->command->plan)
            answer_drop_plan(answer);
        part(request, answer);
    }
}

static void plan_one(void *context, unsigned index)
{
    const struct work *work = context;
    repeat(work->request, &work->answers[index], work->request->command->plan);
}

static void run_one(void *context, unsigned index)
{
    const struct work *work = context;
    struct answer *answer = &work->answers[index];
    if (!answer->is_over)
        repeat(work->request, answer, work->request->command->run);
    InterlockedExchange(&answer->is_finished, 1);
}

static void one_more_planned(void *context, unsigned count)
{
    const struct work *work = context;
    report_progress(L"asked", count, 0, work->count, work->begin);
}

static void one_more_done(void *context, unsigned count)
{
    const struct work *work = context;
    unsigned failed = 0;
    for (unsigned i = 0; i < work->count; i++)
        failed += work->answers[i].is_finished && work->answers[i].failed > 0;
    report_progress(L"done", count, failed, work->count, work->begin);
}

static unsigned at_once(const struct request *request, unsigned count)
{
    if (request->command->waits)
        return count;
    return request->options.is_given[OPTION_PARALLEL] ? request->options.numbers[OPTION_PARALLEL] : AT_ONCE;
}

/* 0 done, 1 some failed, 2 all failed, of what there was to do. */
static int status_of(unsigned tried, unsigned failed)
{
    if (failed == 0)
        return STATUS_ALL_DONE;
    return failed < tried ? STATUS_SOME_FAILED : STATUS_ALL_FAILED;
}

static void fan_out(struct work *work, void (*run)(void *context, unsigned index),
                    void (*done)(void *context, unsigned count))
{
    const struct fan_out fan_out = {.count = work->count,
                                    .at_once = at_once(work->request, work->count),
                                    .run = run,
                                    .done = done,
                                    .context = work};
    fan_out_run(&fan_out);
}

/* A user who is logged on to some servers need not be on the others. */
static void forgive_absent(const struct work *work)
{
    unsigned found = 0;
    for (unsigned i = 0; i < work->count; i++)
        found += work->answers[i].session_count;
    for (unsigned i = 0; found > 0 && i < work->count; i++) {
        if (work->answers[i].is_absent && work->answers[i].session_count == 0)
            answer_forgive(&work->answers[i], work->answers[i].failed);
    }
}

/* Not 0: nothing may be done, see answer.h. */
static DWORD plan(struct work *work, struct buffer *wrong)
{
    if (work->request->command->plan == NULL)
        return ERROR_SUCCESS;
    fan_out(work, plan_one, one_more_planned);
    report_progress(NULL, 0, 0, work->count, 0);
    for (unsigned i = 0; i < work->count; i++) {
        if (work->answers[i].wrong.count > 0) {
            if (work->answers[i].is_one_of_many)
                buffer_add_format(wrong, "%ls: ", work->answers[i].server);
            buffer_add_text(wrong, buffer_text(&work->answers[i].wrong));
            return ERROR_INVALID_PARAMETER;
        }
    }
    forgive_absent(work);
    return ERROR_SUCCESS;
}

static int run_and_report(struct work *work)
{
    unsigned tried = 0;
    unsigned failed = 0;
    const struct command *command = work->request->command;
    if (command->confirm != NULL && !command->confirm(work->request, work->answers, work->count))
        return STATUS_WRONG_USAGE;
    work->begin = GetTickCount64();
    fan_out(work, run_one, one_more_done);
    report_progress(NULL, 0, 0, work->count, 0);
    interrupt_end();
    if (command->end != NULL)
        command->end(work->request);
    report_print(work->request, work->answers, work->count);
    for (unsigned i = 0; i < work->count; i++) {
        tried += work->answers[i].tried - work->answers[i].nothing;
        failed += work->answers[i].failed;
    }
    if (effects_loss() != ERROR_SUCCESS) {
        struct buffer text = {.units = NULL};
        error_add(&text, effects_loss());
        text_complain_line("wts %ls: the log is not complete, %ls", command->name, buffer_text(&text));
        buffer_free(&text);
        failed += failed == 0;
        tried++;
    }
    return status_of(tried, failed);
}

/* Not 0: wrong usage, and nothing was tried. */
static DWORD open_all(const struct request *request, const struct servers *servers, struct answer *answers,
                      struct buffer *wrong)
{
    for (size_t i = 0; i < (servers->count > 0 ? servers->count : 1); i++) {
        answers[i] = (struct answer){
            .handle = WTS_CURRENT_SERVER_HANDLE,
            .rows = {.columns = request->command->columns, .column_count = request->command->column_count},
            .is_one_of_many = servers->count > 1,
            .has_outcomes = request->command->layout == LAYOUT_SENTENCES};
        if (servers->count == 0)
            continue;
        answers[i].server = servers->names[i];
        answers[i].handle = WTSOpenServerW(servers->names[i]);
        if (answers[i].handle == NULL) {
            const DWORD error = error_of_failure();
            buffer_add_format(wrong, "%ls cannot be the name of a server", servers->names[i]);
            return error;
        }
    }
    return ERROR_SUCCESS;
}

static void close_all(struct answer *answers, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        if (answers[i].handle != WTS_CURRENT_SERVER_HANDLE)
            WTSCloseServer(answers[i].handle);
        answer_free(&answers[i]);
    }
}

/* All names are valid, and each server has its answer. */
static int run_opened(const struct request *request, struct answer *answers, size_t count,
                      struct buffer *wrong, DWORD *error)
{
    struct work work = {.request = request, .answers = answers, .count = (unsigned)count};
    interrupt_begin(request, answers, work.count);
    work.begin = GetTickCount64();
    *error = plan(&work, wrong);
    if (*error != ERROR_SUCCESS)
        interrupt_end();
    return *error == ERROR_SUCCESS ? run_and_report(&work) : STATUS_WRONG_USAGE;
}

int run_everywhere(const struct request *request)
{
    struct servers servers = {.names = NULL};
    struct buffer wrong = {.units = NULL};
    int status = STATUS_WRONG_USAGE;
    DWORD error = read_servers(&request->options, &servers, &wrong);
    if (servers.count > 0)
        connections_watch(request->options.is_given[OPTION_LOG]);
    if (error == ERROR_SUCCESS && request->options.is_given[OPTION_LOG]) {
        error = effects_log(request->options.texts[OPTION_LOG], request->command->name);
        if (error != ERROR_SUCCESS)
            buffer_add_format(&wrong, "%ls cannot be written", request->options.texts[OPTION_LOG]);
    }
    if (error == ERROR_SUCCESS) {
        const size_t count = servers.count > 0 ? servers.count : 1;
        struct answer *answers = memory_resize(NULL, count, sizeof *answers);
        ZeroMemory(answers, count * sizeof *answers);
        error = open_all(request, &servers, answers, &wrong);
        if (error == ERROR_SUCCESS)
            status = run_opened(request, answers, count, &wrong, &error);
        close_all(answers, count);
        free(answers);
    }
    if (error != ERROR_SUCCESS)
        status = usage_is_wrong(request->command, error, buffer_text(&wrong));
    servers_free(&servers);
    buffer_free(&wrong);
    return status;
}

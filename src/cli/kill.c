/*
 * wts kill: ends processes by their ids, or all of an image name.
 */
#include <wtsapi32.h>

#include "cli/command.h"
#include "cli/error_text.h"
#include "cli/image.h"
#include "cli/memory.h"
#include "cli/number.h"

#include <stdlib.h>
#include <wchar.h>

static const struct column columns[] = {
    {L"pid", L"PID", COLUMN_NUMBER},
    {L"name", L"NAME", COLUMN_TEXT},
    OUTCOME_COLUMNS,
};

struct target {
    DWORD process_id;
    wchar_t *name; /* NULL: meant by its id */
};

struct targets {
    struct target *rows;
    size_t count;
    size_t capacity;
};

/* The processes of the server, asked for when the first name is read. */
struct list {
    WTS_PROCESS_INFOW *rows;
    DWORD count;
    DWORD error;
    bool is_read;
};

/* What is meant twice is ended once. */
static void add_target(struct targets *targets, DWORD process_id, const wchar_t *name)
{
    for (size_t i = 0; i < targets->count; i++) {
        if (targets->rows[i].process_id == process_id)
            return;
    }
    targets->rows =
        memory_reserve(targets->rows, targets->count + 1, &targets->capacity, sizeof *targets->rows);
    targets->rows[targets->count++] = (struct target){
        .process_id = process_id, .name = name != NULL ? memory_copy(name, wcslen(name)) : NULL};
}

static void free_targets(struct targets *targets)
{
    for (size_t i = 0; i < targets->count; i++)
        free(targets->rows[i].name);
    free(targets->rows);
}

static void read_list(HANDLE server, struct list *list)
{
    if (!list->is_read && !WTSEnumerateProcessesW(server, 0, 1, &list->rows, &list->count))
        list->error = error_of_failure();
    list->is_read = true;
}

/* A failure that is not about any process. */
static void fail_name(struct answer *answer, const wchar_t *name, DWORD error, const wchar_t *what)
{
    rows_add_text(&answer->rows, NULL);
    rows_add_text(&answer->rows, name);
    answer_failed(answer, error, "%ls: %ls", name, what);
}

/* This program itself is not meant by its name: it would end before the others. */
static bool is_this_program(const struct answer *answer, DWORD process_id)
{
    return answer->server == NULL && process_id == GetCurrentProcessId();
}

static void add_by_name(struct answer *answer, const wchar_t *word, struct list *list,
                        struct targets *targets)
{
    bool is_found = false;
    read_list(answer->handle, list);
    if (list->error != ERROR_SUCCESS) {
        fail_name(answer, word, list->error, L"not looked for, the processes could not be listed");
        return;
    }
    for (DWORD i = 0; i < list->count; i++) {
        const WTS_PROCESS_INFOW *process = &list->rows[i];
        if (image_is_meant(process->pProcessName, word) && !is_this_program(answer, process->ProcessId)) {
            add_target(targets, process->ProcessId, process->pProcessName);
            is_found = true;
        }
    }
    if (!is_found)
        fail_name(answer, word, ERROR_NOT_FOUND, L"no process has this image name");
}

/* No call can succeed where the server is not reached. */
static bool is_about_server(DWORD error)
{
    return error == RPC_S_SERVER_UNAVAILABLE || error == RPC_S_PROTSEQ_NOT_SUPPORTED ||
           error == RPC_S_UNKNOWN_IF || error == ERROR_LOGON_FAILURE;
}

/* Returns the error. `earlier`: an error of the server, because of which nothing is tried. */
static DWORD end_one(struct answer *answer, const struct target *target, DWORD exit_code, DWORD earlier)
{
    struct buffer name = {.units = NULL};
    DWORD error = earlier;
    bool is_ended = false;
    if (target->name != NULL)
        buffer_add_format(&name, " (%ls)", target->name);
    rows_add_number(&answer->rows, target->process_id);
    rows_add_text(&answer->rows, target->name);
    if (earlier == ERROR_SUCCESS) {
        is_ended = WTSTerminateProcess(answer->handle, target->process_id, exit_code) != FALSE;
        /* A DLL may fail without a reason: Wine's own does. */
        error = is_ended ? ERROR_SUCCESS : GetLastError();
    }
    if (is_ended)
        answer_done(answer, "process %lu%ls: ended with exit code %lu", target->process_id,
                    buffer_text(&name), exit_code);
    else
        answer_failed(answer, error, "process %lu%ls: %ls", target->process_id, buffer_text(&name),
                      earlier == ERROR_SUCCESS ? L"not ended" : L"not tried");
    buffer_free(&name);
    return error;
}

/* All words are read before anything is ended. */
static void run(const struct request *request, struct answer *answer)
{
    const struct options *options = &request->options;
    const DWORD exit_code = options->is_given[OPTION_EXIT_CODE] ? options->numbers[OPTION_EXIT_CODE] : 1;
    struct targets targets = {.rows = NULL};
    struct list list = {.rows = NULL};
    for (unsigned i = 0; i < options->word_count; i++) {
        DWORD process_id = 0;
        if (number_read(options->words[i], &process_id))
            add_target(&targets, process_id, NULL);
        else
            add_by_name(answer, options->words[i], &list, &targets);
    }
    DWORD earlier = is_about_server(list.error) ? list.error : ERROR_SUCCESS;
    for (size_t i = 0; i < targets.count; i++) {
        const DWORD error = end_one(answer, &targets.rows[i], exit_code, earlier);
        if (is_about_server(error))
            earlier = error;
    }
    WTSFreeMemory(list.rows);
    free_targets(&targets);
}

static DWORD refuse_word(struct buffer *wrong, const wchar_t *word, const wchar_t *reason)
{
    buffer_add_format(wrong, "\"%ls\" is neither a process id nor an image name: %ls", word, reason);
    return ERROR_INVALID_PARAMETER;
}

/* Whatever cannot be meant is refused before anything is ended: it is a path, a switch of another program, or
 * an accident of the caller's script. */
static DWORD prepare(struct request *request, struct buffer *wrong)
{
    for (unsigned i = 0; i < request->options.word_count; i++) {
        const wchar_t *word = request->options.words[i];
        DWORD process_id;
        if (word[0] == L'\0')
            return refuse_word(wrong, word, L"it is empty");
        if (wcspbrk(word, L"/\\:\"<>|") != NULL)
            return refuse_word(wrong, word, L"no image name has any of / \\ : \" < > |");
        if (wcspbrk(word, L"*?") != NULL)
            return refuse_word(wrong, word, L"a name with * or ? is not supported");
        if (wcsspn(word, L"0123456789") == wcslen(word) && !number_read(word, &process_id))
            return refuse_word(wrong, word, L"the number is above 4294967295");
    }
    return ERROR_SUCCESS;
}

const struct command command_kill = {
    .name = L"kill",
    .words = L"NAME-OR-PID...",
    .purpose = L"end processes: by id, or every one with an image name, with or without .exe",
    .options = OPTIONS_OF_SERVERS | OPTION_BIT(OPTION_EXIT_CODE),
    .least_words = 1,
    .most_words = UINT_MAX,
    .prepare = prepare,
    .run = run,
    .layout = LAYOUT_SENTENCES,
    .columns = columns,
    .column_count = ARRAYSIZE(columns),
};

/*
 * The processes that a `wts kill` means; see targets.h.
 */
#include "cli/targets.h"

#include <wtsapi32.h>

#include "cli/account.h"
#include "cli/error_text.h"
#include "cli/image.h"
#include "cli/memory.h"
#include "cli/number.h"
#include "cli/owner.h"
#include "cli/session.h"
#include "cli/tree.h"

#include <stdlib.h>
#include <wchar.h>

#define CELLS_BEHIND_NAME 4 /* session, user, gone, exit_code */

/* The processes of the server, listed when they are first needed. */
struct list {
    WTS_PROCESS_INFOW *rows;
    DWORD count;
    DWORD error;
    bool is_read;
};

static void read_list(HANDLE server, struct list *list)
{
    if (!list->is_read && !WTSEnumerateProcessesW(server, 0, 1, &list->rows, &list->count))
        list->error = error_of_failure();
    list->is_read = true;
}

bool target_error_is_about_server(DWORD error)
{
    return error == RPC_S_SERVER_UNAVAILABLE || error == RPC_S_PROTSEQ_NOT_SUPPORTED ||
           error == RPC_S_UNKNOWN_IF || error == ERROR_LOGON_FAILURE;
}

/* A process that is meant twice is ended once. */
static struct target *add(struct targets *targets, DWORD process_id, const wchar_t *name, bool is_chosen)
{
    for (size_t i = 0; i < targets->count; i++) {
        if (targets->rows[i].process_id == process_id)
            return &targets->rows[i];
    }
    targets->rows =
        memory_reserve(targets->rows, targets->count + 1, &targets->capacity, sizeof *targets->rows);
    targets->rows[targets->count++] =
        (struct target){.process_id = process_id,
                        .name = name != NULL ? memory_copy(name, wcslen(name)) : NULL,
                        .is_chosen = is_chosen};
    targets->found_count += is_chosen ? 0 : 1;
    return &targets->rows[targets->count - 1];
}

/* Adds a listed process with its session and its user; the user by name, if the session was named by its
 * user. */
static void add_listed(struct answer *answer, const WTS_PROCESS_INFOW *process, const struct list *list,
                       bool is_chosen)
{
    struct target *target = add(answer->plan, process->ProcessId, process->pProcessName, is_chosen);
    const wchar_t *user = owner_name(process, list->rows, list->count,
                                     answer->session_count > 0 ? answer->sessions[0].user : NULL);
    target->session_id = process->SessionId;
    target->has_session = true;
    if (target->user == NULL && user != NULL)
        target->user = memory_copy(user, wcslen(user));
}

static void free_targets(void *plan)
{
    struct targets *targets = plan;
    for (size_t i = 0; i < targets->count; i++) {
        free(targets->rows[i].name);
        free(targets->rows[i].user);
        if (targets->rows[i].process != NULL)
            CloseHandle(targets->rows[i].process);
    }
    free(targets->rows);
    free(targets->matches);
    free(targets);
}

/* A failure that is not about any process. */
static void fail_word(struct answer *answer, const wchar_t *word, DWORD error, const wchar_t *what)
{
    rows_add_text(&answer->rows, NULL);
    rows_add_text(&answer->rows, word);
    for (unsigned i = 0; i < CELLS_BEHIND_NAME; i++)
        rows_add_text(&answer->rows, NULL);
    answer_failed(answer, error, "%ls: %ls", word, what);
}

static void fail_id(struct answer *answer, DWORD process_id, const wchar_t *name, DWORD error,
                    const wchar_t *what)
{
    rows_add_number(&answer->rows, process_id);
    rows_add_text(&answer->rows, name);
    for (unsigned i = 0; i < CELLS_BEHIND_NAME; i++)
        rows_add_text(&answer->rows, NULL);
    if (name != NULL)
        answer_failed(answer, error, "process %lu (%ls): %ls", process_id, name, what);
    else
        answer_failed(answer, error, "process %lu: %ls", process_id, what);
}

/* The name of this program does not mean this process, which would end before the others. */
static bool is_this_program(const struct answer *answer, DWORD process_id)
{
    return answer->server == NULL && process_id == GetCurrentProcessId();
}

/* NULL: the process may be ended. */
static const wchar_t *reason_to_spare(const struct request *request, const struct answer *answer,
                                      const WTS_PROCESS_INFOW *process)
{
    const struct options *options = &request->options;
    if (options->is_given[OPTION_SESSION] && process->SessionId != answer->sessions[0].id)
        return L"not of that session";
    if (options->is_given[OPTION_OF_USER] && !account_is(process->pUserSid, options->texts[OPTION_OF_USER]))
        return L"not of that user";
    return NULL;
}

/*
 * A process of the system in a session (csrss, winlogon, dwm) must be named, or its user, because a server
 * stops when it loses the wrong one. The tools of Windows keep their own rule.
 */
static bool is_of_system_unnamed(const struct request *request, const wchar_t *word,
                                 const WTS_PROCESS_INFOW *process)
{
    return request->command->grammar == NULL && wcspbrk(word, L"*?") != NULL &&
           !request->options.is_given[OPTION_OF_USER] && account_is_of_system(process->pUserSid);
}

static enum match add_by_name(const struct request *request, struct answer *answer, const wchar_t *word,
                              struct list *list)
{
    bool is_image = false;
    bool is_found = false;
    bool is_anybodys = false; /* a process of a user without a name here */
    bool is_systems = false;  /* a process of the system that was not named */
    read_list(answer->handle, list);
    if (list->error != ERROR_SUCCESS) {
        fail_word(answer, word, list->error, L"not looked for, the processes could not be listed");
        return MATCH_UNKNOWN;
    }
    for (DWORD i = 0; i < list->count; i++) {
        const WTS_PROCESS_INFOW *process = &list->rows[i];
        if (!image_is_meant(process->pProcessName, word) || is_this_program(answer, process->ProcessId))
            continue;
        is_image = true;
        if (is_of_system_unnamed(request, word, process)) {
            is_systems = true;
            continue;
        }
        is_anybodys = is_anybodys || !account_is_known(process->pUserSid);
        if (reason_to_spare(request, answer, process) == NULL) {
            add_listed(answer, process, list, false);
            is_found = true;
        }
    }
    if (is_found)
        return MATCH_FOUND;
    if (!is_image) {
        fail_word(answer, word, ERROR_NOT_FOUND, L"no process has this image name");
        return MATCH_NOTHING;
    }
    if (is_anybodys && request->options.is_given[OPTION_OF_USER] &&
        !account_is_sid(request->options.texts[OPTION_OF_USER]))
        fail_word(answer, word, ERROR_NONE_MAPPED, account_unknown_advice);
    else if (is_systems)
        fail_word(answer, word, ERROR_NOT_FOUND,
                  L"only processes of the system have such a name; without wildcards it means them");
    else {
        fail_word(answer, word, ERROR_NOT_FOUND, L"no process of that session or user has this image name");
        return MATCH_NOTHING;
    }
    return MATCH_UNKNOWN;
}

static const WTS_PROCESS_INFOW *find_listed(const struct list *list, DWORD process_id)
{
    for (DWORD i = 0; i < list->count; i++) {
        if (list->rows[i].ProcessId == process_id)
            return &list->rows[i];
    }
    return NULL;
}

/* An id is not looked up if no filter depends on it. */
static void add_by_id(const struct request *request, struct answer *answer, DWORD process_id,
                      struct list *list)
{
    const struct options *options = &request->options;
    if (!options->is_given[OPTION_SESSION] && !options->is_given[OPTION_OF_USER] &&
        !options->is_given[OPTION_DRY_RUN]) {
        add(answer->plan, process_id, NULL, true);
        return;
    }
    read_list(answer->handle, list);
    const WTS_PROCESS_INFOW *process = find_listed(list, process_id);
    const wchar_t *reason = process != NULL ? reason_to_spare(request, answer, process) : NULL;
    if (list->error != ERROR_SUCCESS)
        fail_id(answer, process_id, NULL, list->error, L"not looked for, the processes could not be listed");
    else if (process == NULL)
        fail_id(answer, process_id, NULL, ERROR_INVALID_PARAMETER, L"there is no such process");
    else if (reason != NULL)
        fail_id(answer, process_id, process->pProcessName, ERROR_NOT_FOUND, reason);
    else
        add_listed(answer, process, list, true);
}

/* The parents first, so that they start nothing new; the list grows while it is walked. */
static void add_trees(struct answer *answer, const struct list *list)
{
    struct targets *targets = answer->plan;
    struct tree *tree = targets->count > 0 ? tree_read() : NULL;
    if (tree == NULL) {
        if (targets->count > 0)
            fail_word(answer, L"--tree", error_of_failure(),
                      L"the processes of this machine could not be listed");
        return;
    }
    for (size_t i = 0; i < targets->count; i++) {
        const wchar_t *name;
        DWORD process_id;
        DWORD place = 0;
        while (tree_next_child(tree, targets->rows[i].process_id, &place, &process_id, &name)) {
            const WTS_PROCESS_INFOW *process = find_listed(list, process_id);
            if (is_this_program(answer, process_id))
                continue;
            if (process != NULL)
                add_listed(answer, process, list, false);
            else
                add(targets, process_id, name, false);
        }
    }
    tree_free(tree);
}

void targets_find(const struct request *request, struct answer *answer)
{
    const struct options *options = &request->options;
    struct list list = {.rows = NULL};
    struct targets *targets = memory_resize(NULL, 1, sizeof *targets);
    *targets = (struct targets){.rows = NULL};
    answer->plan = targets;
    answer->free_plan = free_targets;
    if (options->is_given[OPTION_SESSION])
        session_find(answer, options->texts[OPTION_SESSION], SESSION_ANY);
    if (answer->is_over || answer->wrong.count > 0)
        return;
    targets->matches = memory_resize(NULL, options->word_count, sizeof *targets->matches);
    for (unsigned i = 0; i < options->word_count; i++) {
        targets->matches[i] = MATCH_UNKNOWN;
        DWORD process_id = 0;
        if (number_read(options->words[i], &process_id))
            add_by_id(request, answer, process_id, &list);
        else
            targets->matches[i] = add_by_name(request, answer, options->words[i], &list);
    }
    if (options->is_given[OPTION_TREE])
        add_trees(answer, &list);
    if (target_error_is_about_server(list.error))
        targets->server_error = list.error;
    WTSFreeMemory(list.rows);
}

static bool is_same_process(const WTS_PROCESS_INFOW *process, const struct target *target)
{
    return process->ProcessId == target->process_id &&
           (target->name == NULL || wcscmp(process->pProcessName, target->name) == 0);
}

DWORD targets_look(const struct answer *answer, bool *is_listed)
{
    const struct targets *targets = answer->plan;
    struct list list = {.rows = NULL};
    read_list(answer->handle, &list);
    for (size_t i = 0; i < targets->count; i++) {
        is_listed[i] = false;
        for (DWORD row = 0; row < list.count && !is_listed[i]; row++)
            is_listed[i] = is_same_process(&list.rows[row], &targets->rows[i]);
    }
    WTSFreeMemory(list.rows);
    return list.error;
}

void targets_recheck(struct answer *answer)
{
    struct targets *targets = answer->plan;
    size_t kept = 0;
    if (targets->count == 0)
        return;
    bool *is_listed = memory_resize(NULL, targets->count, sizeof *is_listed);
    const DWORD error = targets_look(answer, is_listed);
    for (size_t i = 0; i < targets->count; i++) {
        struct target *target = &targets->rows[i];
        if (target->is_chosen || (error == ERROR_SUCCESS && is_listed[i])) {
            targets->rows[kept++] = *target;
            continue;
        }
        if (error != ERROR_SUCCESS)
            fail_id(answer, target->process_id, target->name, error,
                    L"not ended, the processes could not be listed again");
        else
            fail_id(answer, target->process_id, target->name, ERROR_NOT_FOUND,
                    L"not ended, it is no longer listed");
        free(target->name);
        free(target->user);
    }
    targets->count = kept;
    free(is_listed);
}

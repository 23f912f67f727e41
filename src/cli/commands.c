/*
 * All commands of wts.exe; see commands.h.
 */
#include "cli/commands.h"

#include "cli/switches.h"

#include <wchar.h>

extern const struct command command_check;
extern const struct command command_credential;
extern const struct command command_disconnect;
extern const struct command command_events;
extern const struct command command_find_anything;
extern const struct command command_info;
extern const struct command command_kill;
extern const struct command command_logoff;
extern const struct command command_message;
extern const struct command command_processes;
extern const struct command command_sessions;
extern const struct command command_shutdown;
extern const struct command command_user_config;
extern const struct command command_version;

const struct command *const commands[] = {
    &command_sessions, &command_processes,  &command_find_anything, &command_info,     &command_kill,
    &command_message,  &command_logoff,     &command_disconnect,    &command_shutdown, &command_events,
    &command_check,    &command_credential, &command_user_config,   &command_version,
};
const unsigned command_count = ARRAYSIZE(commands);

const struct command *command_find(const wchar_t *name)
{
    for (unsigned i = 0; i < ARRAYSIZE(commands); i++) {
        if (wcscmp(name, commands[i]->name) == 0)
            return commands[i];
    }
    return NULL;
}

/* A switch of another program is never data: before "--" it is refused at any position. */
static DWORD refuse_switches(const struct request *request, struct buffer *wrong)
{
    for (unsigned i = 0; i < request->options.loose_count; i++) {
        const wchar_t *word = request->options.words[i];
        if (word[0] != L'/' || (request->command->takes_text && !switch_is_known(word)))
            continue;
        buffer_add_format(wrong, "unknown option %ls", word);
        switch_add_advice(wrong, request->command->name, request->command->options, word);
        return ERROR_INVALID_PARAMETER;
    }
    return ERROR_SUCCESS;
}

static DWORD count_words(const struct request *request, struct buffer *wrong)
{
    const unsigned count = request->options.word_count;
    if (count >= request->command->min_words && count <= request->command->max_words)
        return ERROR_SUCCESS;
    buffer_add_text(wrong, count < request->command->min_words ? L"too few words" : L"too many words");
    return ERROR_INVALID_PARAMETER;
}

/* No option is ignored. */
static DWORD check_output(const struct request *request, struct buffer *wrong)
{
    const bool *is_given = request->options.is_given;
    const wchar_t *reason = NULL;
    if (is_given[OPTION_JSON] && is_given[OPTION_CSV])
        reason = L"--json and --csv exclude each other";
    else if (is_given[OPTION_NO_HEADER] && !is_given[OPTION_CSV] &&
             (is_given[OPTION_JSON] || request->command->layout != LAYOUT_TABLE))
        reason = L"--no-header is for tables and --csv";
    buffer_add_text(wrong, reason != NULL ? reason : L"");
    return reason != NULL ? ERROR_INVALID_PARAMETER : ERROR_SUCCESS;
}

DWORD command_read(struct request *request, int count, wchar_t **words, struct buffer *wrong)
{
    const struct command *command = request->command;
    DWORD error = options_read(count, words, command->options, &request->options, wrong);
    if (request->options.unknown != NULL)
        switch_add_advice(wrong, command->name, command->options, request->options.unknown);
    if (error != ERROR_SUCCESS || request->options.is_given[OPTION_HELP])
        return error;
    error = refuse_switches(request, wrong);
    if (error == ERROR_SUCCESS)
        error = check_output(request, wrong);
    if (error == ERROR_SUCCESS)
        error = count_words(request, wrong);
    if (error == ERROR_SUCCESS && command->prepare != NULL)
        error = command->prepare(request, wrong);
    return error;
}

/*
 * wts.exe: the WTS API from the command line. It uses the public header and the import library, nothing else
 * of the DLL.
 */
#include "cli/command.h"
#include "cli/error_text.h"
#include "cli/run.h"
#include "cli/text.h"
#include "cli/usage.h"

#include <wchar.h>

static const struct command *const commands[] = {
    &command_sessions, &command_processes, &command_info,       &command_kill,
    &command_message,  &command_logoff,    &command_disconnect, &command_shutdown,
    &command_events,   &command_check,     &command_credential, &command_version,
};

static void print_all(DWORD stream)
{
    struct buffer text = {.units = NULL};
    usage_add_all(&text, commands, ARRAYSIZE(commands));
    text_put(stream, text.units, text.count);
    buffer_free(&text);
}

int command_is_wrong(const struct command *command, DWORD error, const wchar_t *reason)
{
    struct buffer text = {.units = NULL};
    buffer_add_format(&text, "wts %ls: ", command->name);
    buffer_add_shown(&text, reason);
    buffer_add_text(&text, L", ");
    error_add(&text, error);
    buffer_add_text(&text, L"\n");
    usage_add_line(&text, command);
    text_put(STD_ERROR_HANDLE, text.units, text.count);
    buffer_free(&text);
    return STATUS_WRONG_USAGE;
}

int command_status(unsigned tried, unsigned failed)
{
    if (failed == 0)
        return STATUS_ALL_DONE;
    return failed < tried ? STATUS_SOME_FAILED : STATUS_ALL_FAILED;
}

static int print_help(const struct command *command)
{
    struct buffer text = {.units = NULL};
    usage_add_command(&text, command);
    text_put(STD_OUTPUT_HANDLE, text.units, text.count);
    buffer_free(&text);
    return STATUS_ALL_DONE;
}

static DWORD count_words(const struct command *command, unsigned count, struct buffer *wrong)
{
    if (count >= command->least_words && count <= command->most_words)
        return ERROR_SUCCESS;
    buffer_add_text(wrong, count < command->least_words ? L"too few words" : L"too many words");
    return ERROR_INVALID_PARAMETER;
}

static int run_command(const struct command *command, int count, wchar_t **words)
{
    struct request request = {.command = command};
    struct buffer wrong = {.units = NULL};
    int status;
    DWORD error = options_read(count, words, command->options, &request.options, &wrong);
    if (error == ERROR_SUCCESS && request.options.is_given[OPTION_HELP])
        return print_help(command);
    if (error == ERROR_SUCCESS)
        error = count_words(command, request.options.word_count, &wrong);
    if (error == ERROR_SUCCESS && command->prepare != NULL)
        error = command->prepare(&request, &wrong);
    if (error != ERROR_SUCCESS)
        status = command_is_wrong(command, error, buffer_text(&wrong));
    else
        status = command->run != NULL ? run_everywhere(&request) : command->run_alone(&request);
    buffer_free(&wrong);
    return status;
}

static int run_words(int count, wchar_t **words)
{
    if (count > 0 && wcscmp(words[0], L"--help") == 0) {
        print_all(STD_OUTPUT_HANDLE);
        return STATUS_ALL_DONE;
    }
    for (unsigned i = 0; count > 0 && i < ARRAYSIZE(commands); i++) {
        if (wcscmp(words[0], commands[i]->name) == 0)
            return run_command(commands[i], count - 1, words + 1);
    }
    if (count > 0)
        text_complain("wts: unknown command %ls\n", words[0]);
    print_all(STD_ERROR_HANDLE);
    return STATUS_WRONG_USAGE;
}

/* What was done counts; but a caller whose output was lost must learn of it. */
int wmain(int count, wchar_t **words)
{
    const int status = run_words(count - 1, words + 1);
    const DWORD error = text_loss();
    if (error != ERROR_SUCCESS) {
        struct buffer text = {.units = NULL};
        error_add(&text, error);
        text_complain("wts: output lost, %ls\n", buffer_text(&text));
        buffer_free(&text);
    }
    return status == STATUS_ALL_DONE && error != ERROR_SUCCESS ? STATUS_SOME_FAILED : status;
}

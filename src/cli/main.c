/*
 * wts.exe: the WTS API from the command line. It uses the public header and the import library, nothing else
 * of the DLL.
 */
#include "cli/commands.h"
#include "cli/error_text.h"
#include "cli/foreign.h"
#include "cli/manual.h"
#include "cli/run.h"
#include "cli/schema.h"
#include "cli/text.h"
#include "cli/usage.h"

#include <wchar.h>

static void print_all(DWORD stream)
{
    struct buffer text = {.units = NULL};
    usage_add_all(&text, commands, command_count);
    text_put(stream, &text);
    buffer_free(&text);
}

static int print_help(const struct command *command)
{
    struct buffer text = {.units = NULL};
    usage_add_command(&text, command);
    text_put(STD_OUTPUT_HANDLE, &text);
    buffer_free(&text);
    return STATUS_ALL_DONE;
}

/* Runs the command line that was read, or prints what is wrong with it. Frees both texts. */
static int run_read(struct request *request, DWORD error, struct buffer *wrong)
{
    const struct command *command = request->command;
    int status;
    if (error != ERROR_SUCCESS)
        status = usage_is_wrong(command, error, buffer_text(wrong));
    else if (request->options.is_given[OPTION_HELP])
        status = print_help(command);
    else
        status = command->run != NULL ? run_everywhere(request) : command->run_alone(request);
    buffer_free(&request->text);
    buffer_free(wrong);
    return status;
}

/* A tool of Windows, by its name; its exit status is 0 or 1. */
static int run_foreign(const struct command *command, int count, wchar_t **words)
{
    struct request request = {.command = command};
    struct buffer wrong = {.units = NULL};
    const DWORD error = foreign_read(&request, count, words, &wrong);
    return run_read(&request, error, &wrong) == STATUS_ALL_DONE ? 0 : 1;
}

static int run_command(const struct command *command, int count, wchar_t **words)
{
    struct request request = {.command = command};
    struct buffer wrong = {.units = NULL};
    const DWORD error = command_read(&request, count, words, &wrong);
    return run_read(&request, error, &wrong);
}

/* wts help [COMMAND]; also prints the files that packages install, made from the same descriptions. */
static int help(int count, wchar_t **words)
{
    struct buffer text = {.units = NULL};
    int used = count;
    const struct command *command = count == 1 ? command_find(words[0]) : NULL;
    if (command == NULL)
        command = foreign_find(count, words, &used);
    if (command != NULL && used == count)
        return print_help(command);
    if (count == 0 || (count == 1 && (option_is_help(words[0]) || wcscmp(words[0], L"help") == 0))) {
        print_all(STD_OUTPUT_HANDLE);
        return STATUS_ALL_DONE;
    }
    if (count == 1 && wcscmp(words[0], L"--man") == 0)
        manual_add_page(&text, commands, command_count);
    else if (count == 1 && wcscmp(words[0], L"--bash") == 0)
        manual_add_completion(&text, commands, command_count);
    else if (count == 1 && wcscmp(words[0], L"--schema") == 0)
        schema_add(&text, commands, command_count);
    else if (count == 1 && wcscmp(words[0], L"servers") == 0)
        usage_add_servers(&text);
    text_put(STD_OUTPUT_HANDLE, &text);
    const bool is_known = text.count > 0;
    buffer_free(&text);
    if (is_known)
        return STATUS_ALL_DONE;
    if (count == 1)
        text_complain_line("wts help: there is no command %ls", words[0]);
    else
        text_complain_line("wts help: one command, or nothing");
    print_all(STD_ERROR_HANDLE);
    return STATUS_WRONG_USAGE;
}

static int run_words(int count, wchar_t **words)
{
    int used = 0;
    const struct command *command = count > 0 ? command_find(words[0]) : NULL;
    const struct command *foreign = foreign_find(count, words, &used);
    if (command != NULL)
        return run_command(command, count - 1, words + 1);
    if (foreign != NULL)
        return run_foreign(foreign, count - used, words + used);
    if (count > 0 && (option_is_help(words[0]) || wcscmp(words[0], L"help") == 0))
        return help(count - 1, words + 1);
    if (count > 0)
        text_complain_line("wts: unknown command %ls", words[0]);
    print_all(STD_ERROR_HANDLE);
    return STATUS_WRONG_USAGE;
}

/* The name of this program's file, without folder and extension, in `path`. */
static wchar_t *name_of_file(wchar_t path[MAX_PATH])
{
    path[GetModuleFileNameW(NULL, path, MAX_PATH - 1)] = L'\0';
    wchar_t *name = path + wcslen(path);
    while (name > path && name[-1] != L'\\')
        name--;
    wchar_t *dot = wcsrchr(name, L'.');
    if (dot != NULL)
        *dot = L'\0';
    return name;
}

/* As with `| head`. */
static bool has_reader_left(DWORD error)
{
    return error == ERROR_BROKEN_PIPE || error == ERROR_NO_DATA || error == ERROR_PIPE_NOT_CONNECTED;
}

/* The status reports what was done, and also lost output. If the reader left, there is no message. */
int wmain(int count, wchar_t **words)
{
    wchar_t path[MAX_PATH];
    int used = 0;
    words[0] = name_of_file(path);
    const struct command *tool = foreign_find(count, words, &used);
    const int status =
        tool != NULL ? run_foreign(tool, count - used, words + used) : run_words(count - 1, words + 1);
    const DWORD error = text_loss();
    if (error != ERROR_SUCCESS && !has_reader_left(error)) {
        struct buffer text = {.units = NULL};
        error_add(&text, error);
        text_complain_line("wts: output lost, %ls", buffer_text(&text));
        buffer_free(&text);
    }
    return status == STATUS_ALL_DONE && error != ERROR_SUCCESS ? STATUS_SOME_FAILED : status;
}

/*
 * The usage of wts.exe; see usage.h.
 */
#include "cli/usage.h"

#include "cli/error_text.h"
#include "cli/mask.h"
#include "cli/text.h"

#include <wchar.h>

#define NAME_COLUMNS 12
#define OPTION_COLUMNS 26
#define LINE_COLUMNS 79

static const wchar_t statuses[] = L"exit status: 0 all done, 1 some failed, 2 all failed,\n"
                                  L"             64 wrong usage and nothing tried, 130 interrupted\n";

void usage_add_all(struct buffer *buffer, const struct command *const *commands, unsigned count)
{
    buffer_add_text(buffer, L"usage: wts COMMAND [WORD...] [OPTION...]\n");
    for (unsigned i = 0; i < count; i++)
        buffer_add_format(buffer, "  %-*ls %ls\n", NAME_COLUMNS, commands[i]->name, commands[i]->purpose);
    buffer_add_text(buffer,
                    L"wts help COMMAND shows words, options, examples; wts help servers: many servers\n"
                    L"as on Windows: query, reset, tskill, qprocess, qwinsta, quser, qappsrv, msg,\n"
                    L"tsdiscon, rwinsta; wts help query shows more. When its file has such a name, or\n"
                    L"logoff, the program takes that tool's words and switches.\n");
    buffer_add_text(buffer, statuses);
}

void usage_add_line(struct buffer *buffer, const struct command *command)
{
    size_t line = buffer->count;
    if (command->grammar != NULL) {
        buffer_add_format(buffer, "usage: %ls %ls\n", command->name, command->grammar);
        return;
    }
    buffer_add_format(buffer, "usage: wts %ls%ls%ls", command->name, command->words[0] != L'\0' ? L" " : L"",
                      command->words);
    for (enum option option = OPTION_HELP + 1; option < OPTION_COUNT; option++) {
        struct buffer one = {.units = NULL};
        if ((command->options & OPTION_BIT(option)) == 0)
            continue;
        option_add(&one, option);
        if (buffer->count - line + one.count + 3 > LINE_COLUMNS) {
            buffer_add_text(buffer, L"\n          ");
            line = buffer->count - 10;
        }
        buffer_add_format(buffer, " [%ls]", buffer_text(&one));
        buffer_free(&one);
    }
    buffer_add_text(buffer, L"\n");
}

/* Further lines of an advice are aligned with its first. */
static void add_advice(struct buffer *buffer, const wchar_t *advice)
{
    for (;;) {
        const size_t length = wcscspn(advice, L"\n");
        buffer_add(buffer, advice, length);
        buffer_add_text(buffer, L"\n");
        if (advice[length] == L'\0')
            return;
        buffer_add_repeated(buffer, L' ', OPTION_COLUMNS + 3);
        advice += length + 1;
    }
}

static void add_options(struct buffer *buffer, uint64_t options)
{
    for (enum option option = 0; option < OPTION_COUNT; option++) {
        struct buffer one = {.units = NULL};
        if ((options & OPTION_BIT(option)) == 0)
            continue;
        option_add(&one, option);
        buffer_add_format(buffer, "  %-*ls ", OPTION_COLUMNS, buffer_text(&one));
        add_advice(buffer, option_rule(option)->advice);
        buffer_free(&one);
    }
}

/* Only the names of the options of servers, because they are many, and the same everywhere. */
static void add_names(struct buffer *buffer, uint64_t options)
{
    struct buffer line = {.units = NULL};
    if ((options & OPTION_BIT(OPTION_SERVER)) == 0) {
        add_options(buffer, options);
        return;
    }
    buffer_add_text(&line, L"of servers (wts help servers):");
    for (enum option option = 0; option < OPTION_COUNT; option++) {
        struct buffer one = {.units = NULL};
        if ((options & OPTION_BIT(option)) == 0)
            continue;
        option_add(&one, option);
        if (line.count + one.count + 2 > LINE_COLUMNS) {
            buffer_add_format(buffer, "%ls\n", buffer_text(&line));
            buffer_cut(&line, 0);
            buffer_add_text(&line, L" ");
        }
        buffer_add_format(&line, " %ls", buffer_text(&one));
        buffer_free(&one);
    }
    buffer_add_format(buffer, "%ls\n", buffer_text(&line));
    buffer_free(&line);
}

void usage_add_servers(struct buffer *buffer)
{
    buffer_add_text(buffer, L"options of every command about servers\n");
    add_options(buffer, OPTIONS_OF_SERVERS);
    buffer_add_text(buffer, L"Ctrl+C ends at once and prints what was done.\n");
    buffer_add_text(buffer, statuses);
}

void usage_add_command(struct buffer *buffer, const struct command *command)
{
    if (command->grammar != NULL) {
        usage_add_line(buffer, command);
        buffer_add_format(buffer, "%ls\n", command->purpose);
        return;
    }
    buffer_add_format(buffer, "usage: wts %ls%ls%ls [OPTION...]\n%ls\n", command->name,
                      command->words[0] != L'\0' ? L" " : L"", command->words, command->purpose);
    add_options(buffer, (command->options & ~OPTIONS_OF_SERVERS) | OPTION_BIT(OPTION_HELP));
    add_names(buffer, command->options & OPTIONS_OF_SERVERS);
    buffer_add_text(buffer, L"examples:\n");
    for (unsigned i = 0; i < command->example_count; i++)
        buffer_add_format(buffer, "  %ls\n      %ls\n", command->examples[i].line,
                          command->examples[i].meaning);
}

int usage_is_wrong(const struct command *command, DWORD error, const wchar_t *reason)
{
    struct buffer text = {.units = NULL};
    buffer_add_format(&text, "%ls%ls: ", command->grammar == NULL ? L"wts " : L"", command->name);
    mask_add(&text, reason);
    if (error !=
        ERROR_INVALID_PARAMETER) { /* the line is correct, but its file, for example, does not exist */
        buffer_add_text(&text, L", ");
        error_add(&text, error);
    }
    buffer_add_text(&text, L"\n");
    if (error == ERROR_INVALID_PARAMETER)
        usage_add_line(&text, command);
    text_put(STD_ERROR_HANDLE, &text);
    buffer_free(&text);
    return STATUS_WRONG_USAGE;
}

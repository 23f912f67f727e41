/*
 * The manual page and the completion; see manual.h.
 */
#include "cli/manual.h"

#include "cli/foreign.h"

#include <wchar.h>

/* Adds text so that roff prints it literally: without escapes, and without a request at the start of a
 * line. */
static void add_text(struct buffer *buffer, const wchar_t *text)
{
    if (*text == L'.' || *text == L'\'')
        buffer_add_text(buffer, L"\\&");
    for (; *text != L'\0'; text++) {
        if (*text == L'\\')
            buffer_add_text(buffer, L"\\e");
        else if (*text == L'-')
            buffer_add_text(buffer, L"\\-");
        else
            buffer_add(buffer, text, 1);
    }
}

static void add_line(struct buffer *buffer, const wchar_t *request, const wchar_t *text)
{
    buffer_add_text(buffer, request);
    add_text(buffer, text);
    buffer_add_text(buffer, L"\n");
}

static void add_option(struct buffer *buffer, enum option option)
{
    const struct option_rule *rule = option_rule(option);
    buffer_add_text(buffer, L".TP\n\\fB");
    add_text(buffer, rule->name);
    buffer_add_text(buffer, L"\\fR");
    if (rule->kind != OPTION_IS_FLAG) {
        buffer_add_text(buffer, L" \\fI");
        add_text(buffer, rule->value);
        buffer_add_text(buffer, L"\\fR");
    }
    buffer_add_text(buffer, L"\n");
    add_line(buffer, L"", rule->advice);
}

static void add_command(struct buffer *buffer, const struct command *command)
{
    buffer_add_text(buffer, L".SS wts ");
    add_text(buffer, command->name);
    buffer_add_text(buffer, command->words[0] != L'\0' ? L" " : L"");
    add_line(buffer, L"", command->words);
    add_line(buffer, L"", command->purpose);
    for (enum option option = OPTION_HELP + 1; option < OPTION_COUNT; option++) {
        if ((command->options & OPTION_BIT(option) & ~OPTIONS_OF_SERVERS) != 0)
            add_option(buffer, option);
    }
}

static void add_options_of_servers(struct buffer *buffer)
{
    add_line(buffer, L".SH ", L"OPTIONS OF EVERY COMMAND ABOUT SERVERS");
    for (enum option option = OPTION_HELP + 1; option < OPTION_COUNT; option++) {
        if ((OPTIONS_OF_SERVERS & OPTION_BIT(option)) != 0)
            add_option(buffer, option);
    }
}

static void add_examples(struct buffer *buffer, const struct command *command)
{
    for (unsigned i = 0; i < command->example_count; i++) {
        add_line(buffer, L".TP\n.B ", command->examples[i].line);
        add_line(buffer, L"", command->examples[i].meaning);
    }
}

/* The lines of a grammar as one. */
static void add_grammar(struct buffer *buffer, const wchar_t *text)
{
    struct buffer line = {.units = NULL};
    for (;;) {
        const size_t count = wcscspn(text, L"\n");
        buffer_add(&line, text, count);
        if (text[count] == L'\0')
            break;
        buffer_add_text(&line, L" ");
        text += count + 1;
        text += wcsspn(text, L" ");
    }
    add_line(buffer, L" ", buffer_text(&line));
    buffer_free(&line);
}

static void add_tools(struct buffer *buffer)
{
    const struct command *tool;
    buffer_add_text(
        buffer, L".SH TOOLS OF WINDOWS\n"
                L"These words take the switches of the tool of Windows that has this name, and print its "
                L"columns; so does the program when its file has the name. \\fBlogoff\\fR needs the name of "
                L"the file. One server, named by \\fB/server:NAME\\fR. The exit status is 0, or 1 for any "
                L"failure.\n");
    for (unsigned i = 0; (tool = foreign_at(i)) != NULL; i++) {
        buffer_add_format(buffer, ".TP\n\\fB%ls\\fR", tool->name);
        add_grammar(buffer, tool->grammar);
        add_line(buffer, L"", tool->purpose);
    }
}

/* Facts that are not in the descriptions of single commands and options. */
static const wchar_t facts[] =
    L".SH HOW A SERVER IS REACHED\n"
    L"With the Kerberos ticket of the user (\\fBkinit\\fR), or with a password that \\fBwts credential "
    L"add\\fR stores for the server or for a pattern of names; a password takes precedence. Under Wine the "
    L"package wts\\-relay carries the calls. \\fBwts check\\fR \\fISERVER\\fR shows each step and what is "
    L"missing. IPv6 addresses have no brackets.\n"
    L".SH SESSIONS AND PROCESSES\n"
    L"A \\fISESSION\\fR is an id, the name of a session (console, RDP\\-Tcp#0), a user, or DOMAIN\\euser, in "
    L"any case. If a name means several sessions, nothing is done and they are listed.\n.PP\n"
    L"A word of digits is the id of a process, any other an image name, with or without .exe, in which * "
    L"matches any number of characters and ? one. The processes are looked up on all servers before any is "
    L"ended. More than ten processes by name, or any on more than one server, must be confirmed on a "
    L"terminal; without a terminal nothing is ended unless \\fB\\-\\-yes\\fR is given.\n.PP\n"
    L"The text of a message is the rest of the line, the file behind an @, or the standard input for \\-. "
    L"The program waits until a box is answered; \\fB\\-\\-no\\-wait\\fR and \\fB\\-\\-timeout\\fR "
    L"change that.\n"
    L".SH LOG\n"
    L"A line of the log is an object with time (UTC), who (the user here), as (the user of the stored "
    L"credential; null: the user's own log\\-on), command, server (null: this machine), what, result (done, "
    L"failed, or unknown if the answer was lost) and error. It is on the disk before anything about the "
    L"effect is printed. Several runs may share a log.\n";

void manual_add_page(struct buffer *buffer, const struct command *const *commands, unsigned count)
{
    static const wchar_t *const statuses[][2] = {
        {L"0", L"all done"},
        {L"1", L"some failed, or the output did not all arrive"},
        {L"2", L"all failed"},
        {L"64", L"wrong usage, or a refusal: an ambiguous name, an action that was not confirmed; "
                L"nothing was tried"},
        {L"130", L"interrupted by Ctrl+C"}};
    buffer_add_text(
        buffer,
        L".\\\" Made by \"wts help --man\"; changes belong in the descriptions of the commands.\n"
        L".TH WTS 1 \"\" \"wtsapi32\" \"User Commands\"\n"
        L".SH NAME\nwts \\- sessions and processes of Remote Desktop servers, from the command line\n"
        L".SH SYNOPSIS\n.B wts\n.I COMMAND\n[\\fIWORD\\fR...] [\\fIOPTION\\fR...]\n"
        L".SH DESCRIPTION\n"
        L"The Remote Desktop Services API (WTS) of this machine and of servers. Words and options may be "
        L"mixed; behind \\fB\\-\\-\\fR there are words only. Without the command that the package "
        L"installs, run \\fBwine wts\\fR in a Wine prefix.\n");
    buffer_add_text(buffer, facts);
    buffer_add_text(buffer, L".SH COMMANDS\n");
    for (unsigned i = 0; i < count; i++)
        add_command(buffer, commands[i]);
    add_options_of_servers(buffer);
    add_tools(buffer);
    buffer_add_text(buffer, L".SH EXIT STATUS\n");
    for (unsigned i = 0; i < ARRAYSIZE(statuses); i++) {
        add_line(buffer, L".TP\n", statuses[i][0]);
        add_line(buffer, L"", statuses[i][1]);
    }
    buffer_add_text(buffer, L".SH EXAMPLES\n");
    for (unsigned i = 0; i < count; i++)
        add_examples(buffer, commands[i]);
    buffer_add_text(buffer,
                    L".SH SEE ALSO\n.BR wtsapi32-install (1),\n.BR wts-relay (1),\n.BR wts-session (1),\n"
                    L"the page wts.md of the documentation\n");
}

static void add_options(struct buffer *buffer, const struct command *command)
{
    buffer_add_format(buffer, "    %ls) options='--help", command->name);
    for (enum option option = OPTION_HELP + 1; option < OPTION_COUNT; option++) {
        if ((command->options & OPTION_BIT(option)) != 0)
            buffer_add_format(buffer, " %ls", option_rule(option)->name);
    }
    buffer_add_text(buffer, L"' ;;\n");
}

void manual_add_completion(struct buffer *buffer, const struct command *const *commands, unsigned count)
{
    buffer_add_text(
        buffer,
        L"# Completion of wts for bash. Made by \"wts help --bash\".\n"
        L"_wts() {\n"
        L"  local word=${COMP_WORDS[COMP_CWORD]} before=${COMP_WORDS[COMP_CWORD-1]} options=\n"
        L"  COMPREPLY=()\n"
        L"  if [ \"$COMP_CWORD\" -eq 1 ] || { [ \"$COMP_CWORD\" -eq 2 ] && [ \"$before\" = help ]; }; then\n"
        L"    mapfile -t COMPREPLY < <(compgen -W '");
    for (unsigned i = 0; i < count; i++)
        buffer_add_format(buffer, "%ls ", commands[i]->name);
    buffer_add_text(buffer, L"help' -- \"$word\")\n"
                            L"    return\n"
                            L"  fi\n"
                            L"  if [ \"$before\" = --servers-file ] || [ \"$before\" = --log ]; then\n"
                            L"    mapfile -t COMPREPLY < <(compgen -f -- \"$word\")\n"
                            L"    return\n"
                            L"  fi\n"
                            L"  case ${COMP_WORDS[1]} in\n");
    for (unsigned i = 0; i < count; i++)
        add_options(buffer, commands[i]);
    buffer_add_text(buffer, L"  esac\n"
                            L"  if [ \"$COMP_CWORD\" -eq 2 ] && [ \"${COMP_WORDS[1]}\" = credential ]; then\n"
                            L"    options=\"add list remove $options\"\n"
                            L"  fi\n"
                            L"  mapfile -t COMPREPLY < <(compgen -W \"$options\" -- \"$word\")\n"
                            L"}\n"
                            L"complete -F _wts wts\n");
}

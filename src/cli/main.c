/*
 * wts.exe: the WTS API from the command line. It uses the public header and the import library, nothing else
 * of the DLL.
 */
#include <windows.h>

#include "cli/command.h"
#include "cli/text.h"

#define TEXT_OF(x) L## #x
#define TEXT_OF_VALUE(x) TEXT_OF(x)

struct command {
    const wchar_t *name;
    int (*run)(int count, wchar_t **words);
    const wchar_t *usage;
};

static const struct command commands[] = {
    {L"kill", command_kill, L"kill PID... [--exit-code N] [--server SERVER]   end processes"},
    {L"check", command_check,
     L"check SERVER                                  show how far a server is reached"},
    {L"credential", command_credential,
     L"credential add|list|remove                    passwords for servers"},
    {L"version", command_version, L"version                                       print the version"},
};

static void print_usage(void)
{
    text_complain("usage: wts COMMAND\n");
    for (unsigned i = 0; i < ARRAYSIZE(commands); i++)
        text_complain("  %ls\n", commands[i].usage);
    text_complain("exit status: 0 all done, 1 some failed, 2 all failed, 64 wrong usage and nothing tried\n");
}

int command_version(int count, wchar_t **words)
{
    (void)words;
    if (count > 0)
        return STATUS_WRONG_USAGE;
    text_print("wts %ls\n", TEXT_OF_VALUE(WTS_VERSION));
    return STATUS_ALL_DONE;
}

int wmain(int count, wchar_t **words)
{
    for (unsigned i = 0; count > 1 && i < ARRAYSIZE(commands); i++) {
        if (wcscmp(words[1], commands[i].name) == 0)
            return commands[i].run(count - 2, words + 2);
    }
    print_usage();
    return STATUS_WRONG_USAGE;
}

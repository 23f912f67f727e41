/*
 * wts check HOST: makes one harmless call to a server and shows the steps on the way to it, with their times,
 * and what to look at where it ends. The steps come out of the DLL's trace, its only word about them.
 */
#include <wtsapi32.h>

#include "cli/command.h"
#include "cli/error_text.h"
#include "cli/text.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <wchar.h>

static const struct {
    const char *name; /* as the trace has it */
    const wchar_t *heading;
    const wchar_t *advice;
} steps[] = {
    {"name", L"name", L"is the name right, and does this machine resolve it?"},
    {"tcp", L"tcp", L"is the host up, and does a firewall let port 445 through?"},
    {"logon", L"logon",
     L"is there a credential (wts credential add) or a Kerberos ticket (kinit), and is it right?"},
    {"pipe", L"pipe", L"do the Remote Desktop Services run on that host, and may this user reach them?"},
    {"bind", L"bind", L"does the host refuse this user, or packet privacy?"},
    {"call", L"call", L"the host was reached; the call itself was refused or lost"},
};

struct outcome {
    char step[16];
    unsigned long microseconds[3]; /* name, tcp, logon */
    char text[512];
};

/* The last line about connecting, see the transport's trace. */
static void read_trace(const wchar_t *path, struct outcome *outcome)
{
    char line[1200];
    FILE *file = _wfopen(path, L"r");
    while (file != NULL && fgets(line, sizeof line, file) != NULL) {
        const char *found = strstr(line, ": connect: step ");
        struct outcome read = {.step = ""};
        if (found != NULL && sscanf(found,
                                    ": connect: step %15[^,], error %*u, status %*x, name %lu us, tcp %lu "
                                    "us, logon %lu us: %511[^\r\n]",
                                    read.step, &read.microseconds[0], &read.microseconds[1],
                                    &read.microseconds[2], read.text) >= 4)
            *outcome = read;
    }
    if (file != NULL)
        fclose(file);
}

/* The steps with times in their order, down to the failing one, which may be a later one that has no time. */
static void print_steps(const struct outcome *outcome)
{
    wchar_t text[ARRAYSIZE(outcome->text)];
    for (unsigned i = 0; i < ARRAYSIZE(steps); i++) {
        const bool is_failing = strcmp(outcome->step, steps[i].name) == 0;
        if (i < ARRAYSIZE(outcome->microseconds))
            text_print_line("  %-6ls %8lu us  %ls", steps[i].heading, outcome->microseconds[i],
                            is_failing ? L"failed" : L"done");
        else if (is_failing)
            text_print_line("  %-6ls              failed", steps[i].heading);
        if (is_failing) {
            text_print_line("  look at: %ls", steps[i].advice);
            break;
        }
    }
    if (MultiByteToWideChar(CP_UTF8, 0, outcome->text, -1, text, ARRAYSIZE(text)) > 1)
        text_print_line("  %ls", text);
}

/* Asks for the end of process 0, which no system grants: each refusal shows that the service answered. */
static DWORD call_server(wchar_t *name)
{
    DWORD error = ERROR_SUCCESS;
    const HANDLE server = WTSOpenServerW(name);
    if (server == NULL)
        return error_of_failure();
    if (!WTSTerminateProcess(server, 0, 0))
        error = error_of_failure();
    WTSCloseServer(server);
    return error == ERROR_INVALID_PARAMETER ? ERROR_SUCCESS : error;
}

static void print_result(const wchar_t *server, DWORD error)
{
    if (error == ERROR_SUCCESS) {
        text_print_line("%ls: reached", server);
    } else {
        wchar_t sentence[512];
        text_print_line("%ls: error %lu: %ls", server, error,
                        error_text(error, sentence, ARRAYSIZE(sentence)));
    }
}

static int run(const struct request *request)
{
    wchar_t folder[MAX_PATH];
    wchar_t path[MAX_PATH];
    struct outcome outcome = {.step = ""};
    wchar_t *server = request->options.words[0];
    GetTempPathW(ARRAYSIZE(folder), folder);
    if (GetTempFileNameW(folder, L"wts", 0, path) == 0) {
        text_complain_line("%ls: no file for the trace, error %lu", folder, GetLastError());
        return STATUS_ALL_FAILED;
    }
    SetEnvironmentVariableW(L"WTSAPI32_TRACE", L"wire");
    SetEnvironmentVariableW(L"WTSAPI32_TRACE_FILE", path);
    const DWORD error = call_server(server);
    read_trace(path, &outcome);
    DeleteFileW(path);
    print_result(server, error);
    if (outcome.step[0] != '\0')
        print_steps(&outcome);
    return error == ERROR_SUCCESS ? STATUS_ALL_DONE : STATUS_ALL_FAILED;
}

static const struct example examples[] = {
    {L"wts check rdsh01", L"is the server reached, and how far?"},
};

const struct command command_check = {
    .name = L"check",
    .words = L"SERVER",
    .purpose = L"show how far a server is reached, step by step",
    .examples = examples,
    .example_count = ARRAYSIZE(examples),
    .least_words = 1,
    .most_words = 1,
    .run_alone = run,
};

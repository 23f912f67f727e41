/*
 * wts kill PID... [--exit-code N] [--server SERVER]: ends processes of this machine or of a server.
 */
#include <wtsapi32.h>

#include "cli/command.h"
#include "cli/text.h"

struct request {
    DWORD exit_code;
    wchar_t *server; /* NULL: this machine */
    unsigned target_count;
};

static int wrong(const char *format, const wchar_t *word)
{
    wchar_t sentence[512];
    text_complain(format, word);
    text_complain(", error %lu: %ls\n", ERROR_INVALID_PARAMETER,
                  text_of_error(ERROR_INVALID_PARAMETER, sentence, ARRAYSIZE(sentence)));
    text_complain("usage: wts kill PID... [--exit-code N] [--server SERVER]\n");
    return STATUS_WRONG_USAGE;
}

/* Takes the options out of `words`, so that only targets are left in front. Nothing is ended before all is
 * read. */
static int read_words(int count, wchar_t **words, struct request *request)
{
    for (int i = 0; i < count; i++) {
        if (wcscmp(words[i], L"--exit-code") == 0) {
            if (++i == count)
                return wrong("%ls needs a number", words[i - 1]);
            if (!text_to_number(words[i], &request->exit_code))
                return wrong("exit code %ls is not a number from 0 to 4294967295", words[i]);
        } else if (wcscmp(words[i], L"--server") == 0) {
            if (++i == count)
                return wrong("%ls needs a name", words[i - 1]);
            request->server = words[i];
        } else if (words[i][0] == L'-') {
            return wrong("unknown option %ls", words[i]);
        } else {
            words[request->target_count++] = words[i];
        }
    }
    return request->target_count > 0 ? STATUS_ALL_DONE : wrong("no process named%ls", L"");
}

static bool end_one(HANDLE server, const wchar_t *word, DWORD exit_code)
{
    wchar_t sentence[512];
    DWORD process_id = 0;
    if (!text_to_number(word, &process_id)) {
        text_complain("%ls is not a process id, error %lu: %ls\n", word, ERROR_INVALID_PARAMETER,
                      text_of_error(ERROR_INVALID_PARAMETER, sentence, ARRAYSIZE(sentence)));
        return false;
    }
    if (!WTSTerminateProcess(server, process_id, exit_code)) {
        const DWORD error = GetLastError();
        text_complain("process %lu: not ended, error %lu: %ls\n", process_id, error,
                      text_of_error(error, sentence, ARRAYSIZE(sentence)));
        return false;
    }
    text_print("process %lu: ended with exit code %lu\n", process_id, exit_code);
    return true;
}

int command_status(unsigned tried, unsigned failed)
{
    if (failed == 0)
        return STATUS_ALL_DONE;
    return failed < tried ? STATUS_SOME_FAILED : STATUS_ALL_FAILED;
}

int command_kill(int count, wchar_t **words)
{
    struct request request = {.exit_code = 1};
    unsigned failed = 0;
    const int status = read_words(count, words, &request);
    if (status != STATUS_ALL_DONE)
        return status;
    HANDLE server = WTS_CURRENT_SERVER_HANDLE;
    if (request.server != NULL) {
        server = WTSOpenServerW(request.server);
        if (server == NULL)
            return wrong("%ls cannot be the name of a server", request.server);
    }
    for (unsigned i = 0; i < request.target_count; i++) {
        if (!end_one(server, words[i], request.exit_code))
            failed++;
    }
    if (server != WTS_CURRENT_SERVER_HANDLE)
        WTSCloseServer(server);
    return command_status(request.target_count, failed);
}

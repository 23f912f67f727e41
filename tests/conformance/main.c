/*
 * Runs the cases: one process judges, another one runs them one after the other and is started again behind a
 * case that crashed, hung, or could not be judged.
 */
#include "conformance.h"
#include "report.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

enum { MAX_CASES = 400, CASE_LIMIT_MS = 60000, CHILD_LIMIT_MS = 60000 };

struct board {
    struct conformance_outcome outcomes[MAX_CASES];
};

static const struct conformance_group *const groups[] = {
    &conformance_terminate,   &conformance_server,  &conformance_processes, &conformance_sessions,
    &conformance_information, &conformance_control, &conformance_events,    &conformance_users,
    &conformance_channels,    &conformance_others,  &conformance_remote,
};

static const struct conformance_case *all[MAX_CASES];
static unsigned all_count;

/* Of the worker. */
static struct conformance_outcome *current;
static HMODULE dll;
static const wchar_t *server;

void see(const char *format, ...)
{
    const size_t length = strlen(current->seen);
    va_list arguments;
    char *end = current->seen + length;
    size_t room = sizeof current->seen - length;
    if (length != 0 && room > 3) {
        memcpy(end, "; ", 3);
        end += 2;
        room -= 2;
    }
    va_start(arguments, format);
    vsnprintf(end, room, format, arguments);
    va_end(arguments);
}

void see_result(BOOL result, DWORD error)
{
    char word[16] = "FALSE";
    if (result != FALSE)
        snprintf(word, sizeof word, result == TRUE ? "TRUE" : "TRUE as %d", result);
    if (error == POISON)
        see("%s, last error kept", word);
    else
        see("%s, last error %lu", word, error);
}

void skip(const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    vsnprintf(current->seen, sizeof current->seen, format, arguments);
    va_end(arguments);
    current->state = OUTCOME_SKIPPED;
    ExitProcess(0);
}

void *conformance_export(const char *name)
{
    void *const address = (void *)(ULONG_PTR)GetProcAddress(dll, name);
    if (address == NULL)
        skip("the DLL does not export %s", name);
    return address;
}

const wchar_t *conformance_server_name(void)
{
    return server;
}

static HANDLE start(const wchar_t *arguments, BOOL inherit, DWORD flags, DWORD *id, DWORD *thread_id)
{
    WCHAR program[MAX_PATH], line[2 * MAX_PATH + 200];
    STARTUPINFOW startup = {.cb = sizeof startup};
    PROCESS_INFORMATION process;
    GetModuleFileNameW(NULL, program, ARRAYSIZE(program));
    _snwprintf(line, ARRAYSIZE(line), L"\"%ls\" %ls", program, arguments);
    line[ARRAYSIZE(line) - 1] = 0;
    if (!CreateProcessW(program, line, NULL, NULL, inherit, flags, NULL, NULL, &startup, &process)) {
        const DWORD error = GetLastError();
        if (current != NULL) /* what the system refuses to the case says nothing of the DLL */
            skip("the program could not start itself: error %lu", error);
        fprintf(stderr, "cannot start %ls: error %lu\n", program, error);
        exit(2);
    }
    CloseHandle(process.hThread);
    *id = process.dwProcessId;
    *thread_id = process.dwThreadId;
    return process.hProcess;
}

static struct conformance_child start_child(const wchar_t *mode, DWORD exit_code, DWORD flags)
{
    struct conformance_child child;
    WCHAR arguments[60];
    _snwprintf(arguments, ARRAYSIZE(arguments), L"--child %ls %lu", mode, exit_code);
    child.process = start(arguments, FALSE, flags, &child.id, &child.thread_id);
    return child;
}

struct conformance_child start_sleeper(void)
{
    return start_child(L"sleep", 0, 0);
}

struct conformance_child start_suspended(void)
{
    return start_child(L"sleep", 0, CREATE_SUSPENDED);
}

struct conformance_child start_ended(DWORD exit_code)
{
    const struct conformance_child child = start_child(L"end", exit_code, 0);
    WaitForSingleObject(child.process, CHILD_LIMIT_MS);
    return child;
}

struct conformance_child start_suicide(DWORD exit_code)
{
    return start_child(L"suicide", exit_code, 0);
}

/* Ending is asynchronous: who ended it waits a while, who did not need not. */
void see_child(struct conformance_child *child)
{
    DWORD code;
    if (WaitForSingleObject(child->process, 2000) == WAIT_TIMEOUT)
        see("the process runs");
    else if (GetExitCodeProcess(child->process, &code))
        see("the process ended with %lu", code);
    end_child(child);
}

void end_child(struct conformance_child *child)
{
    TerminateProcess(child->process, 0);
    CloseHandle(child->process);
}

static int run_child(wchar_t **words)
{
    const DWORD code = wcstoul(words[1], NULL, 10);
    if (wcscmp(words[0], L"sleep") == 0)
        Sleep(CHILD_LIMIT_MS);
    if (wcscmp(words[0], L"suicide") == 0) {
        dll = LoadLibraryW(L"wtsapi32.dll");
        CALL(WTSTerminateProcess)(NULL, GetCurrentProcessId(), code);
        return 1;
    }
    return (int)code;
}

static int run_worker(wchar_t **words)
{
    const HANDLE mapping = (HANDLE)(ULONG_PTR)_wcstoui64(words[0], NULL, 10);
    const HANDLE progress = (HANDLE)(ULONG_PTR)_wcstoui64(words[1], NULL, 10);
    struct board *board = MapViewOfFile(mapping, FILE_MAP_ALL_ACCESS, 0, 0, sizeof *board);
    const unsigned first = wcstoul(words[2], NULL, 10);
    SetErrorMode(SEM_FAILCRITICALERRORS | SEM_NOGPFAULTERRORBOX); /* a crash is an outcome, and asks nobody */
    server = words[3];
    dll = LoadLibraryW(L"wtsapi32.dll");
    if (board == NULL || dll == NULL)
        return 2;
    for (unsigned i = first; i < all_count; i++) {
        current = &board->outcomes[i];
        if (current->state != OUTCOME_WANTED)
            continue;
        current->state = OUTCOME_RUNNING;
        SetEvent(progress);
        all[i]->run();
        current->state = OUTCOME_SEEN;
    }
    return 0;
}

/* The first case that a worker has to run, or all_count. */
static unsigned next_wanted(const struct board *board)
{
    unsigned i = 0;
    while (i < all_count && board->outcomes[i].state != OUTCOME_WANTED)
        i++;
    return i;
}

static void write_down_the_end(struct board *board, const char *how, DWORD status)
{
    for (unsigned i = 0; i < all_count; i++) {
        struct conformance_outcome *outcome = &board->outcomes[i];
        if (outcome->state == OUTCOME_RUNNING) {
            snprintf(outcome->seen, sizeof outcome->seen, how, status);
            outcome->state = OUTCOME_SEEN;
        }
    }
}

static int run_all(struct board *board, HANDLE mapping, const wchar_t *host)
{
    const HANDLE progress =
        CreateEventW(&(SECURITY_ATTRIBUTES){sizeof(SECURITY_ATTRIBUTES), NULL, TRUE}, FALSE, FALSE, NULL);
    unsigned first;
    while ((first = next_wanted(board)) < all_count) {
        WCHAR arguments[400];
        DWORD id, thread_id, status, waited;
        _snwprintf(arguments, ARRAYSIZE(arguments), L"--worker %I64u %I64u %u \"%ls\"",
                   (unsigned long long)(ULONG_PTR)mapping, (unsigned long long)(ULONG_PTR)progress, first,
                   host == NULL ? L"" : host);
        const HANDLE worker = start(arguments, TRUE, 0, &id, &thread_id);
        const HANDLE both[] = {worker, progress};
        do
            waited = WaitForMultipleObjects(2, both, FALSE, CASE_LIMIT_MS);
        while (waited == WAIT_OBJECT_0 + 1);
        if (waited == WAIT_TIMEOUT) {
            TerminateProcess(worker, 1);
            WaitForSingleObject(worker, CHILD_LIMIT_MS);
            write_down_the_end(board, "has not returned after %lu s", CASE_LIMIT_MS / 1000);
        } else {
            GetExitCodeProcess(worker, &status);
            write_down_the_end(board, "ends the program with status 0x%08lX", status);
            if (status != 0 && next_wanted(board) == first) {
                fprintf(stderr, "the process that runs the cases ended with status 0x%08lX\n", status);
                return 2;
            }
        }
        CloseHandle(worker);
    }
    CloseHandle(progress);
    return 0;
}

static int usage(void)
{
    fputs("Judges the wtsapi32.dll that the system finds by name, case by case, and prints TAP.\n"
          "usage: wts-conformance [--list] [--only ID]... [--destructive] [--server HOST] [--json FILE]\n"
          "  --list         prints the ids of all cases, with their kind\n"
          "  --only ID      runs this case; ends with * for several\n"
          "  --destructive  also runs what shows a message box, and what could log off, disconnect or shut "
          "down\n"
          "  --server HOST  also calls this host, with the rights of the caller there\n"
          "  --json FILE    writes a report\n"
          "Without these words nothing is ended but children of its own, and no session is changed.\n"
          "Exit status: 0 no documented rule is broken, 1 one is, 2 it could not run.\n",
          stderr);
    return 2;
}

static bool is_named(const char *id, const wchar_t *pattern)
{
    for (; *pattern != 0; pattern++, id++) {
        if (*pattern == '*')
            return true;
        if (*id == 0 || (wchar_t)*id != *pattern)
            return false;
    }
    return *id == 0;
}

static void list(void)
{
    for (unsigned i = 0; i < all_count; i++)
        printf("%s\t%s\n", all[i]->id, conformance_kind_word(all[i]->kind));
}

int wmain(int count, wchar_t **words)
{
    const wchar_t *host = NULL, *json = NULL, *only[MAX_CASES];
    unsigned only_count = 0;
    bool destructive = false;
    for (unsigned i = 0; i < ARRAYSIZE(groups); i++)
        for (unsigned j = 0; j < groups[i]->count && all_count < MAX_CASES; j++)
            all[all_count++] = &groups[i]->cases[j];
    if (count == 4 && wcscmp(words[1], L"--child") == 0)
        return run_child(words + 2);
    if (count == 6 && wcscmp(words[1], L"--worker") == 0)
        return run_worker(words + 2);
    for (int i = 1; i < count; i++) {
        if (wcscmp(words[i], L"--list") == 0 && count == 2) {
            list();
            return 0;
        }
        if (wcscmp(words[i], L"--destructive") == 0)
            destructive = true;
        else if (i + 1 < count && wcscmp(words[i], L"--only") == 0 && only_count < MAX_CASES)
            only[only_count++] = words[++i];
        else if (i + 1 < count && wcscmp(words[i], L"--server") == 0 && wcslen(words[i + 1]) < 256)
            host = words[++i];
        else if (i + 1 < count && wcscmp(words[i], L"--json") == 0)
            json = words[++i];
        else
            return usage();
    }

    const HANDLE mapping = CreateFileMappingW(INVALID_HANDLE_VALUE,
                                              &(SECURITY_ATTRIBUTES){sizeof(SECURITY_ATTRIBUTES), NULL, TRUE},
                                              PAGE_READWRITE, 0, sizeof(struct board), NULL);
    struct board *board = MapViewOfFile(mapping, FILE_MAP_ALL_ACCESS, 0, 0, sizeof *board);
    if (board == NULL)
        return 2;
    unsigned wanted = 0;
    for (unsigned i = 0; i < all_count; i++) {
        struct conformance_outcome *outcome = &board->outcomes[i];
        bool named = only_count == 0;
        for (unsigned j = 0; j < only_count; j++)
            named = named || is_named(all[i]->id, only[j]);
        outcome->state = named ? OUTCOME_WANTED : OUTCOME_UNWANTED;
        wanted += named;
        if (named &&
            ((all[i]->needs == PERMISSION && !destructive) || (all[i]->needs == SERVER && host == NULL))) {
            outcome->state = OUTCOME_SKIPPED;
            snprintf(outcome->seen, sizeof outcome->seen, "it needs %s",
                     all[i]->needs == SERVER ? "--server" : "--destructive");
        }
    }
    if (wanted == 0) {
        fputs("no case has this id; --list shows them\n", stderr);
        return 2;
    }
    const int failed = run_all(board, mapping, host);
    return failed != 0 ? failed : conformance_report(all, board->outcomes, all_count, json);
}

/*
 * One row of the demonstration: starts Notepad, lets `wts.exe kill PID --exit-code 42` end it, and reads its
 * exit code as its parent. Which wtsapi32 does the work is up to WINEDLLOVERRIDES. Exit status 0 only if
 * Notepad ended with 42. usage: demo_runner LABEL | demo_runner header
 */
#include <windows.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <wchar.h>

#define EXIT_CODE 42

struct kill {
    DWORD status;   /* exit status of wts.exe */
    char error[16]; /* the last error it reported, "-" for none */
    double seconds; /* from the start of wts.exe to its end */
};

static PROCESS_INFORMATION start(wchar_t *command, HANDLE output)
{
    STARTUPINFOW startup = {
        .cb = sizeof startup, .dwFlags = STARTF_USESTDHANDLES, .hStdOutput = output, .hStdError = output};
    PROCESS_INFORMATION process;
    if (!CreateProcessW(NULL, command, NULL, NULL, TRUE, 0, NULL, NULL, &startup, &process)) {
        fprintf(stderr, "cannot start %ls, error %lu\n", command, GetLastError());
        exit(2);
    }
    return process;
}

static void read_error(HANDLE output, char *error, size_t capacity)
{
    char text[1024];
    DWORD length = 0;
    ReadFile(output, text, sizeof text - 1, &length, NULL);
    text[length] = '\0';
    const char *found = strstr(text, "error ");
    const size_t digits = found != NULL ? strspn(found + 6, "0123456789") : 0;
    snprintf(error, capacity, "%.*s", (int)digits, found != NULL ? found + 6 : "");
    if (digits == 0)
        strcpy(error, "-");
}

static void run_wts(DWORD process_id, struct kill *kill)
{
    wchar_t command[MAX_PATH + 64];
    SECURITY_ATTRIBUTES inherit = {.nLength = sizeof inherit, .bInheritHandle = TRUE};
    LARGE_INTEGER frequency;
    LARGE_INTEGER before;
    LARGE_INTEGER after;
    HANDLE reading;
    HANDLE writing;
    CreatePipe(&reading, &writing, &inherit, 0);
    const DWORD length = GetModuleFileNameW(NULL, command + 1, MAX_PATH);
    command[0] = L'"';
    wchar_t *name = wcsrchr(command, L'\\') + 1;
    swprintf(name, ARRAYSIZE(command) - length, L"wts.exe\" kill %lu --exit-code %d", process_id, EXIT_CODE);
    QueryPerformanceFrequency(&frequency);
    QueryPerformanceCounter(&before);
    PROCESS_INFORMATION wts = start(command, writing);
    CloseHandle(writing);
    WaitForSingleObject(wts.hProcess, 20000);
    QueryPerformanceCounter(&after);
    GetExitCodeProcess(wts.hProcess, &kill->status);
    kill->seconds = (double)(after.QuadPart - before.QuadPart) / (double)frequency.QuadPart;
    read_error(reading, kill->error, sizeof kill->error);
}

static const char *exit_code_text(HANDLE process, char *text, size_t capacity)
{
    DWORD code = 0;
    if (WaitForSingleObject(process, 2000) != WAIT_OBJECT_0)
        return "still running";
    GetExitCodeProcess(process, &code);
    snprintf(text, capacity, "%lu", code);
    return text;
}

int main(int count, char **words)
{
    static const char row[] = "%-14s %-6s %-12s %-13s %-7s %-11s %-22s %s\n";
    wchar_t command[] = L"notepad.exe";
    char process_id[16];
    char code[16];
    char time[16];
    struct kill kill;
    if (count == 2 && strcmp(words[1], "header") == 0) {
        printf(row, "wtsapi32", "pid", "image", "alive before", "result", "last error",
               "exit code (by parent)", "time");
        return 0;
    }
    PROCESS_INFORMATION target = start(command, NULL);
    WaitForInputIdle(target.hProcess, 10000);
    const char *alive = WaitForSingleObject(target.hProcess, 0) == WAIT_TIMEOUT ? "yes" : "no";
    run_wts(target.dwProcessId, &kill);
    snprintf(process_id, sizeof process_id, "%lu", target.dwProcessId);
    snprintf(time, sizeof time, "%.1f ms", kill.seconds * 1e3);
    const char *ended = exit_code_text(target.hProcess, code, sizeof code);
    printf(row, count == 2 ? words[1] : "?", process_id, "notepad.exe", alive,
           kill.status == 0 ? "TRUE" : "FALSE", kill.error, ended, time);
    TerminateProcess(target.hProcess, 0); /* what the call did not end must not stay behind */
    return strcmp(ended, "42") == 0 && kill.status == 0 ? 0 : 1;
}

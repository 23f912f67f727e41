/*
 * Calls WTSSendMessage as its arguments say, and prints one line: "result 1 error deadbeef response 1".
 *
 * usage: sender FORM SESSION STYLE TIMEOUT WAIT TITLE TEXT
 *        sender service NAME FILE FORM ...   the same, called by a service, which writes the line to FILE
 *        sender serve FILE FORM ...          what that service is started with
 *        sender holding ...                  the first, by a process whose children inherit a pipe to
 * nowhere: prints "closed 1" when nobody else has its other end FORM is W or A. SESSION and STYLE may be
 * hexadecimal (0x...).
 */
#include <windows.h>

#include <wtsapi32.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <wchar.h>

#define POISON 0xDEADBEEFU
#define SERVICE_TIMEOUT_MS 60000

static wchar_t **words; /* of the call: FORM ... */
static const wchar_t *result_file;
static const wchar_t *service_name = L"sender";
static SERVICE_STATUS_HANDLE service;

static DWORD number(unsigned place)
{
    return wcstoul(words[place], NULL, 0);
}

static DWORD bytes_of(const wchar_t *text)
{
    return (DWORD)(wcslen(text) * sizeof *text);
}

/* Title and text as they are in memory: more than the call may show follows them. */
static int call(DWORD *response)
{
    wchar_t title[1100];
    wchar_t text[1100];
    char ansi_title[1100];
    char ansi_text[1100];
    swprintf(title, ARRAYSIZE(title), L"%lsBEHIND", words[5]);
    swprintf(text, ARRAYSIZE(text), L"%lsBEHIND", words[6]);
    if (words[0][0] == L'W')
        return WTSSendMessageW(NULL, number(1), title, bytes_of(words[5]), text, bytes_of(words[6]),
                               number(2), number(3), response, (BOOL)number(4));
    WideCharToMultiByte(CP_ACP, 0, title, -1, ansi_title, sizeof ansi_title, NULL, NULL);
    WideCharToMultiByte(CP_ACP, 0, text, -1, ansi_text, sizeof ansi_text, NULL, NULL);
    return WTSSendMessageA(NULL, number(1), ansi_title, (DWORD)(strlen(ansi_title) - strlen("BEHIND")),
                           ansi_text, (DWORD)(strlen(ansi_text) - strlen("BEHIND")), number(2), number(3),
                           response, (BOOL)number(4));
}

static void report(FILE *file)
{
    DWORD response = 77;
    SetLastError(POISON);
    const int result = call(&response);
    const DWORD error = GetLastError();
    fprintf(file, "result %d error %lx response %lu\n", result, error, response);
    fflush(file);
}

static void set_state(DWORD state)
{
    SERVICE_STATUS status = {.dwServiceType = SERVICE_WIN32_OWN_PROCESS, .dwCurrentState = state};
    SetServiceStatus(service, &status);
}

static void WINAPI control(DWORD code)
{
    (void)code;
}

static void WINAPI serve(DWORD count, wchar_t **arguments)
{
    (void)count;
    (void)arguments;
    service = RegisterServiceCtrlHandlerW(service_name, control);
    set_state(SERVICE_RUNNING);
    FILE *file = _wfopen(result_file, L"w");
    if (file != NULL) {
        report(file);
        fclose(file);
    }
    set_state(SERVICE_STOPPED);
}

static int be_service(void)
{
    wchar_t name[16];
    wcscpy(name, service_name);
    const SERVICE_TABLE_ENTRYW table[] = {{name, serve}, {NULL, NULL}};
    return StartServiceCtrlDispatcherW(table) ? 0 : 1;
}

static void append_quoted(wchar_t *command, const wchar_t *word)
{
    wcscat(command, L" \"");
    wcscat(command, word);
    wcscat(command, L"\"");
}

/* Has the call made by a service, and returns when it was made. */
static int use_service(int count, wchar_t **arguments)
{
    wchar_t command[4096] = L"\"";
    SERVICE_STATUS status = {.dwCurrentState = SERVICE_RUNNING};
    GetModuleFileNameW(NULL, command + 1, MAX_PATH);
    wcscat(command, L"\" serve");
    for (int i = 0; i < count; i++)
        append_quoted(command, arguments[i]);
    SC_HANDLE manager = OpenSCManagerW(NULL, NULL, SC_MANAGER_ALL_ACCESS);
    SC_HANDLE handle =
        CreateServiceW(manager, service_name, NULL, SERVICE_ALL_ACCESS, SERVICE_WIN32_OWN_PROCESS,
                       SERVICE_DEMAND_START, SERVICE_ERROR_NORMAL, command, NULL, NULL, NULL, NULL, NULL);
    const ULONGLONG end = GetTickCount64() + SERVICE_TIMEOUT_MS;
    if (handle == NULL || !StartServiceW(handle, 0, NULL)) {
        printf("no service, error %lu\n", GetLastError());
        return 1;
    }
    while (status.dwCurrentState != SERVICE_STOPPED && GetTickCount64() < end) {
        Sleep(100);
        QueryServiceStatus(handle, &status);
    }
    DeleteService(handle);
    CloseServiceHandle(handle);
    CloseServiceHandle(manager);
    return status.dwCurrentState == SERVICE_STOPPED ? 0 : 1;
}

/* The call, with one end of a pipe inheritable; then whether any other process has it. */
static int call_while_holding(void)
{
    SECURITY_ATTRIBUTES inheritable = {.nLength = sizeof inheritable, .bInheritHandle = TRUE};
    HANDLE read;
    HANDLE write;
    char byte;
    DWORD count;
    if (!CreatePipe(&read, &write, &inheritable, 0))
        return 1;
    report(stdout);
    CloseHandle(write);
    /* Without a writer there is nothing to wait for. */
    const BOOL is_open = PeekNamedPipe(read, &byte, 1, &count, NULL, NULL);
    printf("closed %d\n", !is_open && GetLastError() == ERROR_BROKEN_PIPE);
    return 0;
}

int wmain(int count, wchar_t **arguments)
{
    if (count == 11 && wcscmp(arguments[1], L"service") == 0)
        return use_service(count - 3, arguments + 3);
    if (count == 10 && wcscmp(arguments[1], L"serve") == 0) {
        result_file = arguments[2];
        words = arguments + 3;
        return be_service();
    }
    if (count == 9 && wcscmp(arguments[1], L"holding") == 0) {
        words = arguments + 2;
        return call_while_holding();
    }
    if (count != 8)
        return 64;
    words = arguments + 1;
    report(stdout);
    return 0;
}

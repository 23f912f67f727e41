/*
 * Calls one export of the wtsapi32 that is loaded, and prints in words what it did. For Wine's own DLL, whose
 * calls may raise, wait or end the process: one call for each process. 64 bits only: arguments that a
 * function does not have do no harm there.
 *
 * usage: call_builtin NAME
 *   NAME  of the table below: an export, and in parentheses what is special about the call
 */
#include <windows.h>

#include <stdio.h>
#include <string.h>

#define POISON 0xDEADBEEFU
#define NO_SESSION 77U
#define MAX_ARGUMENTS 10

typedef UINT_PTR(WINAPI *function)(UINT_PTR, UINT_PTR, UINT_PTR, UINT_PTR, UINT_PTR, UINT_PTR, UINT_PTR,
                                   UINT_PTR, UINT_PTR, UINT_PTR);

enum result { RESULT_BOOL, RESULT_HANDLE, RESULT_NOTHING };

/* What an argument stands for, where it is not a number below FIRST_KIND. */
enum kind {
    FIRST_KIND = 0x1000,
    CURRENT_SESSION,
    TEXT_A,
    TEXT_W,
    OUTPUT,
    COUNT,
    LEVEL_0,
    LEVEL_1,
    DATA,
    CHILD,
    WINDOW,
    NO_HANDLE,
};

struct row {
    const char *name;
    enum result result;
    unsigned arguments[MAX_ARGUMENTS];
};

/* Listed as the functions take them; whatever would end or change a session is asked for one that does not
 * exist. */
static const struct row rows[] = {
    {"IsInteractiveUserSession", RESULT_BOOL, {CURRENT_SESSION}},
    {"QueryActiveSession", RESULT_BOOL, {COUNT}},
    {"QueryUserToken", RESULT_BOOL, {CURRENT_SESSION, OUTPUT}},
    {"RegisterUsertokenForNoWinlogon", RESULT_BOOL, {0}},
    {"WTSActiveSessionExists", RESULT_BOOL, {COUNT}},
    {"WTSCloseServer", RESULT_NOTHING, {0}},
    {"WTSConnectSessionA", RESULT_BOOL, {NO_SESSION, NO_SESSION, TEXT_A, 0}},
    {"WTSConnectSessionW", RESULT_BOOL, {NO_SESSION, NO_SESSION, TEXT_W, 0}},
    {"WTSCreateListenerA", RESULT_BOOL, {0, 0, 0, TEXT_A, DATA, 1}},
    {"WTSCreateListenerW", RESULT_BOOL, {0, 0, 0, TEXT_W, DATA, 1}},
    {"WTSDisconnectSession", RESULT_BOOL, {0, NO_SESSION, 0}},
    {"WTSEnableChildSessions", RESULT_BOOL, {1}},
    {"WTSEnumerateListenersA", RESULT_BOOL, {0, 0, 0, 0, COUNT}},
    {"WTSEnumerateListenersW", RESULT_BOOL, {0, 0, 0, 0, COUNT}},
    {"WTSEnumerateProcessesA", RESULT_BOOL, {0, 0, 1, OUTPUT, COUNT}},
    {"WTSEnumerateProcessesExA", RESULT_BOOL, {0, LEVEL_0, CURRENT_SESSION, OUTPUT, COUNT}},
    {"WTSEnumerateProcessesExW", RESULT_BOOL, {0, LEVEL_0, CURRENT_SESSION, OUTPUT, COUNT}},
    {"WTSEnumerateProcessesW", RESULT_BOOL, {0, 0, 1, OUTPUT, COUNT}},
    {"WTSEnumerateProcessesW(forged handle)", RESULT_BOOL, {NO_HANDLE, 0, 1, OUTPUT, COUNT}},
    {"WTSEnumerateProcessesExW(level 1)", RESULT_BOOL, {0, LEVEL_1, CURRENT_SESSION, OUTPUT, COUNT}},
    {"WTSEnumerateProcessesExW(session 77)", RESULT_BOOL, {0, LEVEL_0, NO_SESSION, OUTPUT, COUNT}},
    {"WTSEnumerateServersA", RESULT_BOOL, {0, 0, 1, OUTPUT, COUNT}},
    {"WTSEnumerateServersW", RESULT_BOOL, {0, 0, 1, OUTPUT, COUNT}},
    {"WTSEnumerateSessionsA", RESULT_BOOL, {0, 0, 1, OUTPUT, COUNT}},
    {"WTSEnumerateSessionsExA", RESULT_BOOL, {0, LEVEL_1, 0, OUTPUT, COUNT}},
    {"WTSEnumerateSessionsExW", RESULT_BOOL, {0, LEVEL_1, 0, OUTPUT, COUNT}},
    {"WTSEnumerateSessionsW", RESULT_BOOL, {0, 0, 1, OUTPUT, COUNT}},
    {"WTSEnumerateSessionsW(Reserved 1)", RESULT_BOOL, {0, 1, 1, OUTPUT, COUNT}},
    {"WTSEnumerateSessionsW(Version 7)", RESULT_BOOL, {0, 0, 7, OUTPUT, COUNT}},
    {"WTSEnumerateSessionsW(forged handle)", RESULT_BOOL, {NO_HANDLE, 0, 1, OUTPUT, COUNT}},
    {"WTSFreeMemory", RESULT_NOTHING, {0}},
    {"WTSFreeMemoryExA", RESULT_BOOL, {0, 0, 0}},
    {"WTSFreeMemoryExW", RESULT_BOOL, {0, 0, 0}},
    {"WTSGetChildSessionId", RESULT_BOOL, {COUNT}},
    {"WTSGetListenerSecurityA", RESULT_BOOL, {0, 0, 0, TEXT_A, 4, DATA, 64, COUNT}},
    {"WTSGetListenerSecurityW", RESULT_BOOL, {0, 0, 0, TEXT_W, 4, DATA, 64, COUNT}},
    {"WTSIsChildSessionsEnabled", RESULT_BOOL, {COUNT}},
    {"WTSLogoffSession", RESULT_BOOL, {0, NO_SESSION, 0}},
    {"WTSOpenServerA", RESULT_HANDLE, {TEXT_A}},
    {"WTSOpenServerExA", RESULT_HANDLE, {TEXT_A}},
    {"WTSOpenServerExW", RESULT_HANDLE, {TEXT_W}},
    {"WTSOpenServerW", RESULT_HANDLE, {TEXT_W}},
    {"WTSQueryListenerConfigA", RESULT_BOOL, {0, 0, 0, TEXT_A, DATA}},
    {"WTSQueryListenerConfigW", RESULT_BOOL, {0, 0, 0, TEXT_W, DATA}},
    {"WTSQuerySessionInformationA", RESULT_BOOL, {0, CURRENT_SESSION, 0, OUTPUT, COUNT}},
    {"WTSQuerySessionInformationW", RESULT_BOOL, {0, CURRENT_SESSION, 0, OUTPUT, COUNT}},
    {"WTSQuerySessionInformationW(session 77)", RESULT_BOOL, {0, NO_SESSION, 0, OUTPUT, COUNT}},
    {"WTSQueryUserConfigA", RESULT_BOOL, {0, TEXT_A, 0, OUTPUT, COUNT}},
    {"WTSQueryUserConfigW", RESULT_BOOL, {0, TEXT_W, 0, OUTPUT, COUNT}},
    {"WTSQueryUserToken", RESULT_BOOL, {NO_SESSION, OUTPUT}},
    {"WTSRegisterSessionNotification", RESULT_BOOL, {WINDOW, 0}},
    {"WTSRegisterSessionNotificationEx", RESULT_BOOL, {0, WINDOW, 0}},
    {"WTSSendMessageA", RESULT_BOOL, {0, CURRENT_SESSION, TEXT_A, 4, TEXT_A, 4, 0, 1, COUNT, 1}},
    {"WTSSendMessageW", RESULT_BOOL, {0, CURRENT_SESSION, TEXT_W, 8, TEXT_W, 8, 0, 1, COUNT, 1}},
    {"WTSSetListenerSecurityA", RESULT_BOOL, {0, 0, 0, TEXT_A, 4, DATA}},
    {"WTSSetListenerSecurityW", RESULT_BOOL, {0, 0, 0, TEXT_W, 4, DATA}},
    {"WTSSetRenderHint", RESULT_BOOL, {DATA, WINDOW, 0, 0, 0}},
    {"WTSSetSessionInformationA", RESULT_BOOL, {0, NO_SESSION, 0, TEXT_A, 4}},
    {"WTSSetSessionInformationW", RESULT_BOOL, {0, NO_SESSION, 0, TEXT_W, 8}},
    {"WTSSetUserConfigA", RESULT_BOOL, {0, TEXT_A, 0, TEXT_A, 4}},
    {"WTSSetUserConfigW", RESULT_BOOL, {0, TEXT_W, 0, TEXT_W, 8}},
    {"WTSShutdownSystem", RESULT_BOOL, {0, 1}},
    {"WTSStartRemoteControlSessionA", RESULT_BOOL, {TEXT_A, NO_SESSION, 0, 0}},
    {"WTSStartRemoteControlSessionW", RESULT_BOOL, {TEXT_W, NO_SESSION, 0, 0}},
    {"WTSStopRemoteControlSession", RESULT_BOOL, {NO_SESSION}},
    {"WTSTerminateProcess", RESULT_BOOL, {0, CHILD, 7}},
    {"WTSUnRegisterSessionNotification", RESULT_BOOL, {WINDOW}},
    {"WTSUnRegisterSessionNotificationEx", RESULT_BOOL, {0, WINDOW}},
    {"WTSVirtualChannelClose", RESULT_BOOL, {NO_HANDLE}},
    {"WTSVirtualChannelOpen", RESULT_HANDLE, {0, CURRENT_SESSION, TEXT_A}},
    {"WTSVirtualChannelOpenEx", RESULT_HANDLE, {CURRENT_SESSION, TEXT_A, 0}},
    {"WTSVirtualChannelPurgeInput", RESULT_BOOL, {NO_HANDLE}},
    {"WTSVirtualChannelPurgeOutput", RESULT_BOOL, {NO_HANDLE}},
    {"WTSVirtualChannelQuery", RESULT_BOOL, {NO_HANDLE, 0, OUTPUT, COUNT}},
    {"WTSVirtualChannelRead", RESULT_BOOL, {NO_HANDLE, 0, DATA, 64, COUNT}},
    {"WTSVirtualChannelWrite", RESULT_BOOL, {NO_HANDLE, DATA, 4, COUNT}},
    {"WTSWaitSystemEvent", RESULT_BOOL, {0, 0x7F, COUNT}},
};

static char text_a[] = "text";
static wchar_t text_w[] = L"text";
static char data[4096];
static void *const untouched = &data;
static void *output;
static DWORD count;
static DWORD level;
static PROCESS_INFORMATION child;

static UINT_PTR meaning(unsigned argument)
{
    switch (argument) {
    case CURRENT_SESSION:
        return (DWORD)-1;
    case TEXT_A:
        return (UINT_PTR)text_a;
    case TEXT_W:
        return (UINT_PTR)text_w;
    case OUTPUT:
        return (UINT_PTR)&output;
    case COUNT:
        return (UINT_PTR)&count;
    case LEVEL_0:
    case LEVEL_1:
        level = argument == LEVEL_1;
        return (UINT_PTR)&level;
    case DATA:
        return (UINT_PTR)data;
    case CHILD:
        return child.dwProcessId;
    case WINDOW:
        return (UINT_PTR)CreateWindowExW(0, L"STATIC", NULL, 0, 0, 0, 0, 0, HWND_MESSAGE, NULL, NULL, NULL);
    case NO_HANDLE:
        return (UINT_PTR)0x7777;
    default:
        return argument;
    }
}

static BOOL takes(const struct row *row, enum kind kind)
{
    for (unsigned i = 0; i < MAX_ARGUMENTS; i++)
        if (row->arguments[i] == (unsigned)kind)
            return TRUE;
    return FALSE;
}

/* Calls with `special` in place of argument `place`, where that is not MAX_ARGUMENTS. Returns the result. */
static UINT_PTR call(FARPROC address, const struct row *row, unsigned place, UINT_PTR special)
{
    UINT_PTR a[MAX_ARGUMENTS];
    for (unsigned i = 0; i < MAX_ARGUMENTS; i++)
        a[i] = i == place ? special : meaning(row->arguments[i]);
    output = untouched;
    count = POISON;
    SetLastError(POISON);
    return ((function)(void *)address)(a[0], a[1], a[2], a[3], a[4], a[5], a[6], a[7], a[8], a[9]);
}

static void say_error(DWORD error)
{
    if (error == POISON)
        printf(", last error unchanged");
    else
        printf(", last error %lu", error);
}

static void say_outputs(const struct row *row)
{
    if (takes(row, OUTPUT) && output != untouched)
        printf(output == NULL ? ", NULL" : ", a result");
    if (takes(row, COUNT) && count != POISON)
        printf(count > 3 ? ", several" : ", %lu", count);
}

static void say_classes(FARPROC address, const struct row *row)
{
    const char *separator = "classes ";
    for (unsigned class = 0; class < 32; class ++) {
        if ((BOOL)call(address, row, 2, class)) {
            printf("%s%u", separator, class);
            separator = ", ";
        }
    }
    printf(*separator == 'c' ? "no class; else " : ": TRUE; else ");
    const UINT_PTR result = call(address, row, 2, 31);
    const DWORD error = GetLastError();
    printf(result ? "TRUE" : "FALSE");
    say_error(error);
    say_outputs(row);
}

static void say(FARPROC address, const struct row *row)
{
    if (strncmp(row->name, "WTSQuerySessionInformation", 26) == 0) {
        say_classes(address, row);
        return;
    }
    const UINT_PTR result = call(address, row, MAX_ARGUMENTS, 0);
    const DWORD error = GetLastError();
    if (row->result == RESULT_BOOL)
        printf((BOOL)result ? "TRUE" : "FALSE");
    else if (row->result == RESULT_HANDLE)
        printf(result ? "a handle" : "NULL");
    else
        printf("returns");
    say_error(error);
    say_outputs(row);
    if (takes(row, CHILD))
        printf(WaitForSingleObject(child.hProcess, 5000) == WAIT_OBJECT_0 ? ", the process ends"
                                                                          : ", the process lives on");
}

static LONG WINAPI say_exception(EXCEPTION_POINTERS *what)
{
    if (what->ExceptionRecord->ExceptionCode >= 0x80000000U) {
        printf("raises 0x%08lX\n", what->ExceptionRecord->ExceptionCode);
        fflush(stdout);
        if (child.hProcess != NULL)
            TerminateProcess(child.hProcess, 1);
        TerminateProcess(GetCurrentProcess(), 0);
    }
    return EXCEPTION_CONTINUE_SEARCH;
}

static BOOL start_child(void)
{
    STARTUPINFOW startup = {.cb = sizeof startup};
    wchar_t path[MAX_PATH];
    GetModuleFileNameW(NULL, path, MAX_PATH);
    return CreateProcessW(path, NULL, NULL, NULL, FALSE, CREATE_SUSPENDED, NULL, NULL, &startup, &child);
}

int main(int arguments, char **words)
{
    const HMODULE dll = LoadLibraryW(L"wtsapi32.dll");
    if (arguments != 2 || dll == NULL)
        return 2;
    char export[64];
    snprintf(export, sizeof export, "%.*s", (int)strcspn(words[1], "("), words[1]);
    const FARPROC address = GetProcAddress(dll, export);
    if (address == NULL) {
        printf("missing\n");
        return 0;
    }
    for (const struct row *row = rows; row < rows + ARRAYSIZE(rows); row++) {
        if (strcmp(row->name, words[1]) == 0) {
            if (takes(row, CHILD) && !start_child())
                return 2;
            AddVectoredExceptionHandler(1, say_exception);
            say(address, row);
            printf("\n");
            if (child.hProcess != NULL)
                TerminateProcess(child.hProcess, 1);
            return 0;
        }
    }
    printf("exported, and not known here\n");
    return 0;
}

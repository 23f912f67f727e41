/*
 * A program with windows that wants to know of its session. It prints each WM_WTSSESSION_CHANGE as "change
 * WINDOW CODE SESSION", and reads commands from its standard input, one a line, each answered by one line:
 *
 *   register FLAGS      makes a window and registers it: "register WINDOW RESULT ERROR MS"
 *   unregister WINDOW   "unregister RESULT ERROR"
 *   destroy WINDOW      destroys it without that: "destroy 1"
 *   ask                 "flags F state S name N remote R protocol P family A address B screen W H C logon T
 *                       input T now T metric M ms MS": what WTSQuerySessionInformation says, "-" for a
 * failure; the time that it all took; SM_REMOTESESSION lock                "lock F ms MS": SessionFlags alone
 *   repeat N            "repeat NS": the mean time of N such questions
 *   list                "list STATE NAME": of this session in WTSEnumerateSessions
 *   wait MASK           waits in a thread of its own: "wait", and later "events FLAGS"
 *   disconnect          "disconnect RESULT ERROR"
 *   logoff              of this session, and "shutdown FLAGS": "logoff RESULT ERROR", if the program lives on
 *   id                  "id SESSION"
 */
#include <windows.h>

#include <wtsapi32.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define WM_COMMAND_LINE (WM_APP + 1) /* lParam: the line, to be freed */

enum { MAX_WINDOWS = 64 };

static HWND windows[MAX_WINDOWS];
static unsigned window_count;
static DWORD main_thread;
static SRWLOCK lock = SRWLOCK_INIT;

static void print(const char *format, ...)
{
    va_list values;
    AcquireSRWLockExclusive(&lock);
    va_start(values, format);
    vprintf(format, values);
    va_end(values);
    putchar('\n');
    fflush(stdout);
    ReleaseSRWLockExclusive(&lock);
}

static LRESULT CALLBACK procedure(HWND window, UINT message, WPARAM code, LPARAM session)
{
    if (message != WM_WTSSESSION_CHANGE)
        return DefWindowProcW(window, message, code, session);
    for (unsigned i = 0; i < window_count; i++) {
        if (windows[i] == window)
            print("change %u %u %lu", i, (unsigned)code, (unsigned long)session);
    }
    return 0;
}

static ULONGLONG now_ms(void)
{
    LARGE_INTEGER count;
    LARGE_INTEGER frequency;
    QueryPerformanceCounter(&count);
    QueryPerformanceFrequency(&frequency);
    return (ULONGLONG)(count.QuadPart * 1000 / frequency.QuadPart);
}

static void register_window(DWORD flags)
{
    const HWND window = CreateWindowExW(0, L"watcher", L"", 0, 0, 0, 1, 1, NULL, NULL, NULL, NULL);
    if (window == NULL || window_count == MAX_WINDOWS) {
        print("no window, error %lu", GetLastError());
        return;
    }
    windows[window_count++] = window;
    const ULONGLONG began = now_ms();
    SetLastError(0);
    const BOOL result = WTSRegisterSessionNotification(window, flags);
    print("register %u %d %lu %lu", window_count - 1, result, GetLastError(),
          (unsigned long)(now_ms() - began));
}

/* The answer of a class, to be freed; NULL: it failed. */
static void *query(WTS_INFO_CLASS class)
{
    LPWSTR block = NULL;
    DWORD length = 0;
    return WTSQuerySessionInformationW(NULL, WTS_CURRENT_SESSION, class, &block, &length) ? block : NULL;
}

static void print_lock(void)
{
    const ULONGLONG began = now_ms();
    WTSINFOEXW *info = query(WTSSessionInfoEx);
    const ULONGLONG ms = now_ms() - began;
    print("lock %ld ms %lu", info != NULL ? info->Data.WTSInfoExLevel1.SessionFlags : 77, (unsigned long)ms);
    WTSFreeMemory(info);
}

static void repeat(unsigned long count)
{
    LARGE_INTEGER began;
    LARGE_INTEGER ended;
    LARGE_INTEGER frequency;
    QueryPerformanceFrequency(&frequency);
    QueryPerformanceCounter(&began);
    for (unsigned long i = 0; i < count; i++)
        WTSFreeMemory(query(WTSSessionInfoEx));
    QueryPerformanceCounter(&ended);
    print("repeat %lld", (ended.QuadPart - began.QuadPart) * 1000000000 / frequency.QuadPart /
                             (count > 0 ? (LONGLONG)count : 1));
}

static void format_address(const WTS_CLIENT_ADDRESS *address, char *text)
{
    for (unsigned i = 0; i < sizeof address->Address; i++)
        sprintf(text + 2 * i, "%02x", address->Address[i]);
}

static void ask(void)
{
    const ULONGLONG began = now_ms();
    WTSINFOEXW *info = query(WTSSessionInfoEx);
    int *state = query(WTSConnectState);
    wchar_t *name = query(WTSWinStationName);
    BOOL *remote = query(WTSIsRemoteSession);
    USHORT *protocol = query(WTSClientProtocolType);
    WTS_CLIENT_ADDRESS *address = query(WTSClientAddress);
    WTS_CLIENT_DISPLAY *screen = query(WTSClientDisplay);
    WTSCLIENTW *client = query(WTSClientInfo);
    const ULONGLONG ms = now_ms() - began;
    char bytes[64] = "-";
    if (info == NULL || state == NULL || name == NULL || remote == NULL || protocol == NULL ||
        address == NULL || screen == NULL || client == NULL) {
        print("asked in vain, error %lu", GetLastError());
        return;
    }
    const WTSINFOEX_LEVEL1_W *level = &info->Data.WTSInfoExLevel1;
    format_address(address, bytes);
    print(
        "flags %ld state %d name %ls remote %d protocol %u family %lu address %s text %ls screen %lu %lu %lu "
        "logon %lld input %lld now %lld metric %d ms %lu",
        level->SessionFlags, *state, name, *remote, *protocol, address->AddressFamily, bytes,
        client->ClientAddress[0] != 0 ? (wchar_t *)client->ClientAddress : L"-", screen->HorizontalResolution,
        screen->VerticalResolution, screen->ColorDepth, level->LogonTime.QuadPart,
        level->LastInputTime.QuadPart, level->CurrentTime.QuadPart, GetSystemMetrics(SM_REMOTESESSION),
        (unsigned long)ms);
    void *const blocks[] = {info, state, name, remote, protocol, address, screen, client};
    for (unsigned i = 0; i < ARRAYSIZE(blocks); i++)
        WTSFreeMemory(blocks[i]);
}

static DWORD own_session(void)
{
    DWORD session = 0;
    ProcessIdToSessionId(GetCurrentProcessId(), &session);
    return session;
}

static void list(void)
{
    WTS_SESSION_INFOW *sessions = NULL;
    DWORD count = 0;
    const DWORD own = own_session();
    if (!WTSEnumerateSessionsW(NULL, 0, 1, &sessions, &count))
        print("not listed, error %lu", GetLastError());
    for (DWORD i = 0; i < count; i++) {
        if (sessions[i].SessionId == own)
            print("list %d %ls", sessions[i].State, sessions[i].pWinStationName);
    }
    WTSFreeMemory(sessions);
}

static DWORD WINAPI wait_once(void *mask)
{
    DWORD events = 0;
    print("wait"); /* here, so that little is left between this and the wait */
    if (WTSWaitSystemEvent(NULL, (DWORD)(ULONG_PTR)mask, &events))
        print("events %lu", events);
    else
        print("not waited, error %lu", GetLastError());
    return 0;
}

static void start_wait(DWORD mask)
{
    const HANDLE thread = CreateThread(NULL, 0, wait_once, (void *)(ULONG_PTR)mask, 0, NULL);
    if (thread != NULL)
        CloseHandle(thread);
    else
        print("no thread");
}

static void obey(char *line)
{
    char word[32] = "";
    unsigned long number = 0;
    sscanf(line, "%31s %lu", word, &number);
    if (strcmp(word, "register") == 0) {
        register_window(number);
    } else if (strcmp(word, "unregister") == 0) {
        SetLastError(0);
        const BOOL result = WTSUnRegisterSessionNotification(windows[number % MAX_WINDOWS]);
        print("unregister %d %lu", result, GetLastError());
    } else if (strcmp(word, "destroy") == 0) {
        print("destroy %d", DestroyWindow(windows[number % MAX_WINDOWS]));
    } else if (strcmp(word, "ask") == 0) {
        ask();
    } else if (strcmp(word, "lock") == 0) {
        print_lock();
    } else if (strcmp(word, "repeat") == 0) {
        repeat(number);
    } else if (strcmp(word, "list") == 0) {
        list();
    } else if (strcmp(word, "wait") == 0) {
        start_wait(number);
    } else if (strcmp(word, "disconnect") == 0) {
        SetLastError(0);
        const BOOL result = WTSDisconnectSession(NULL, WTS_CURRENT_SESSION, TRUE);
        print("disconnect %d %lu", result, GetLastError());
    } else if (strcmp(word, "logoff") == 0) {
        const BOOL result = WTSLogoffSession(NULL, WTS_CURRENT_SESSION, FALSE);
        print("logoff %d %lu", result, GetLastError());
    } else if (strcmp(word, "shutdown") == 0) {
        const BOOL result = WTSShutdownSystem(NULL, number);
        print("shutdown %d %lu", result, GetLastError());
    } else if (strcmp(word, "id") == 0) {
        print("id %lu", own_session());
    } else {
        print("unknown command");
    }
    free(line);
}

static DWORD WINAPI read_commands(void *unused)
{
    char line[256];
    (void)unused;
    while (fgets(line, sizeof line, stdin) != NULL)
        PostThreadMessageW(main_thread, WM_COMMAND_LINE, 0, (LPARAM)_strdup(line));
    PostThreadMessageW(main_thread, WM_QUIT, 0, 0);
    return 0;
}

int main(void)
{
    const WNDCLASSW class = {.lpfnWndProc = procedure, .lpszClassName = L"watcher"};
    MSG message;
    main_thread = GetCurrentThreadId();
    PeekMessageW(&message, NULL, WM_USER, WM_USER, PM_NOREMOVE); /* makes the queue */
    if (RegisterClassW(&class) == 0)
        return 2;
    const HANDLE thread = CreateThread(NULL, 0, read_commands, NULL, 0, NULL);
    if (thread == NULL)
        return 3;
    CloseHandle(thread);
    while (GetMessageW(&message, NULL, 0, 0) > 0) {
        if (message.hwnd == NULL && message.message == WM_COMMAND_LINE)
            obey((char *)message.lParam);
        else
            DispatchMessageW(&message);
    }
    return 0;
}

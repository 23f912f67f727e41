/*
 * Commands of the driver for everything but terminate. N: a server's number; F: W or A, the form of the
 * function. Each answer begins with "result R error E". A list follows as "count C" and one record after each
 * tab, fields apart by '|'; text is UTF-8, or the bytes of form A, "-" for NULL; SIDs and buffers are hex.
 *
 *   processes N F                     -> session|pid|name|sid
 *   processes_ex N F LEVEL SESSION    -> level L, then as above
 *                                        with level 1 also |threads|handles|six sizes and times
 *   sessions N F                      -> id|state|name
 *   sessions_ex N F LEVEL FILTER      -> level L, then id|state|session|name|host|user|domain|farm
 *   query N F SESSION CLASS           -> bytes B, then the buffer
 *   message N F SESSION STYLE TIMEOUT WAIT TITLE TEXT     -> response X
 *   long_message N SESSION COUNT      -> result R error E      a text of COUNT characters
 *   message_start N SESSION           -> started               such a call that waits for ever, in a thread
 *   message_finish                    -> response X            its end
 *   disconnect N SESSION WAIT
 *   logoff N SESSION WAIT
 *   shutdown N FLAGS
 *   event N MASK                      -> flags X
 *   event_begin N MASK                -> begun                the same in a thread
 *   event_end                         -> as event             waits for that thread
 *   register N FLAGS                  a window of its own gets the notifications of a server
 *   unregister N
 *   user_query F SERVER USER CLASS               -> bytes B, then the buffer     "-" is NULL, "~" a blank
 *   user_set F SERVER USER CLASS LENGTH HEX      LENGTH as it is passed, HEX the buffer's bytes
 *   notified COUNT MS                 -> notified N change W SESSION ..., until COUNT came or MS are over
 */
#include "driver.h"

#include <process.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static HWND window;
static char changes[4096];
static unsigned change_count;

static bool next_is_wide(void)
{
    const char *word = strtok(NULL, " ");
    return word == NULL || *word != 'A';
}

static BOOL report(BOOL result)
{
    printf("result %d error %lu", result, GetLastError());
    return result;
}

static void put_wide(const WCHAR *text)
{
    char narrow[2048] = "-";
    if (text != NULL)
        WideCharToMultiByte(CP_UTF8, 0, text, -1, narrow, sizeof narrow, NULL, NULL);
    printf("|%s", narrow);
}

static void put_text(const void *text, bool is_wide)
{
    if (is_wide)
        put_wide(text);
    else
        printf("|%s", text != NULL ? (const char *)text : "-");
}

static void put_hex(const void *data, DWORD length)
{
    const BYTE *bytes = data;
    for (DWORD i = 0; i < length; i++)
        printf("%02x", bytes[i]);
}

static void put_sid(PSID sid)
{
    printf("|");
    if (sid == NULL)
        printf("-");
    else
        put_hex(sid, GetLengthSid(sid));
}

/* Both forms have the same layout but for what their text pointers point to. */
static void do_processes(void)
{
    const HANDLE server = next_server();
    const bool is_wide = next_is_wide();
    WTS_PROCESS_INFOW *rows = NULL;
    DWORD count = 0;
    SetLastError(UNTOUCHED);
    if (report(is_wide ? WTSEnumerateProcessesW(server, 0, 1, &rows, &count)
                       : WTSEnumerateProcessesA(server, 0, 1, (WTS_PROCESS_INFOA **)&rows, &count))) {
        printf(" count %lu", count);
        for (DWORD i = 0; i < count; i++) {
            printf("\t%lu|%lu", rows[i].SessionId, rows[i].ProcessId);
            put_text(rows[i].pProcessName, is_wide);
            put_sid(rows[i].pUserSid);
        }
        WTSFreeMemory(rows);
    }
    printf("\n");
}

static void put_process_ex(const WTS_PROCESS_INFO_EXW *row, bool is_wide)
{
    printf("\t%lu|%lu", row->SessionId, row->ProcessId);
    put_text(row->pProcessName, is_wide);
    put_sid(row->pUserSid);
    printf("|%lu|%lu|%lu|%lu|%lu|%lu|%lld|%lld", row->NumberOfThreads, row->HandleCount, row->PagefileUsage,
           row->PeakPagefileUsage, row->WorkingSetSize, row->PeakWorkingSetSize, row->UserTime.QuadPart,
           row->KernelTime.QuadPart);
}

static void do_processes_ex(void)
{
    const HANDLE server = next_server();
    const bool is_wide = next_is_wide();
    DWORD level = next_number();
    const DWORD session = next_number();
    void *rows = NULL;
    DWORD count = 0;
    SetLastError(UNTOUCHED);
    if (report(is_wide ? WTSEnumerateProcessesExW(server, &level, session, (LPWSTR *)&rows, &count)
                       : WTSEnumerateProcessesExA(server, &level, session, (LPSTR *)&rows, &count))) {
        printf(" level %lu count %lu", level, count);
        for (DWORD i = 0; i < count && level == 1; i++)
            put_process_ex((const WTS_PROCESS_INFO_EXW *)rows + i, is_wide);
        for (DWORD i = 0; i < count && level == 0; i++) {
            const WTS_PROCESS_INFOW *row = (const WTS_PROCESS_INFOW *)rows + i;
            printf("\t%lu|%lu", row->SessionId, row->ProcessId);
            put_text(row->pProcessName, is_wide);
            put_sid(row->pUserSid);
        }
        const WTS_TYPE_CLASS type = level == 1 ? WTSTypeProcessInfoLevel1 : WTSTypeProcessInfoLevel0;
        const BOOL freed =
            is_wide ? WTSFreeMemoryExW(type, rows, count) : WTSFreeMemoryExA(type, rows, count);
        printf(freed ? "" : "\tnot freed");
    }
    printf("\n");
}

static void do_sessions(void)
{
    const HANDLE server = next_server();
    const bool is_wide = next_is_wide();
    WTS_SESSION_INFOW *rows = NULL;
    DWORD count = 0;
    SetLastError(UNTOUCHED);
    if (report(is_wide ? WTSEnumerateSessionsW(server, 0, 1, &rows, &count)
                       : WTSEnumerateSessionsA(server, 0, 1, (WTS_SESSION_INFOA **)&rows, &count))) {
        printf(" count %lu", count);
        for (DWORD i = 0; i < count; i++) {
            printf("\t%lu|%d", rows[i].SessionId, rows[i].State);
            put_text(rows[i].pWinStationName, is_wide);
        }
        WTSFreeMemory(rows);
    }
    printf("\n");
}

static void do_sessions_ex(void)
{
    const HANDLE server = next_server();
    const bool is_wide = next_is_wide();
    DWORD level = next_number();
    const DWORD filter = next_number();
    WTS_SESSION_INFO_1W *rows = NULL;
    DWORD count = 0;
    SetLastError(UNTOUCHED);
    if (report(is_wide ? WTSEnumerateSessionsExW(server, &level, filter, &rows, &count)
                       : WTSEnumerateSessionsExA(server, &level, filter, (WTS_SESSION_INFO_1A **)&rows,
                                                 &count))) {
        printf(" level %lu count %lu", level, count);
        for (DWORD i = 0; i < count; i++) {
            printf("\t%lu|%d|%lu", rows[i].ExecEnvId, rows[i].State, rows[i].SessionId);
            put_text(rows[i].pSessionName, is_wide);
            put_text(rows[i].pHostName, is_wide);
            put_text(rows[i].pUserName, is_wide);
            put_text(rows[i].pDomainName, is_wide);
            put_text(rows[i].pFarmName, is_wide);
        }
        const BOOL freed = is_wide ? WTSFreeMemoryExW(WTSTypeSessionInfoLevel1, rows, count)
                                   : WTSFreeMemoryExA(WTSTypeSessionInfoLevel1, rows, count);
        printf(freed ? "" : "\tnot freed");
    }
    printf("\n");
}

static void do_query(void)
{
    const HANDLE server = next_server();
    const bool is_wide = next_is_wide();
    const DWORD session = next_number();
    const WTS_INFO_CLASS class = (WTS_INFO_CLASS)next_number();
    void *buffer = NULL;
    DWORD length = 0;
    SetLastError(UNTOUCHED);
    if (report(is_wide ? WTSQuerySessionInformationW(server, session, class, (LPWSTR *)&buffer, &length)
                       : WTSQuerySessionInformationA(server, session, class, (LPSTR *)&buffer, &length))) {
        printf(" bytes %lu ", length);
        put_hex(buffer, length);
        WTSFreeMemory(buffer);
    }
    printf("\n");
}

static BOOL send_wide(HANDLE server, DWORD session, const char *title, const char *text, DWORD style,
                      DWORD timeout, BOOL wait, DWORD *response)
{
    WCHAR wide_title[512];
    WCHAR wide_text[2048];
    wide(title, wide_title, ARRAYSIZE(wide_title));
    wide(text, wide_text, ARRAYSIZE(wide_text));
    SetLastError(UNTOUCHED);
    return WTSSendMessageW(server, session, wide_title, (DWORD)(wcslen(wide_title) * sizeof(WCHAR)),
                           wide_text, (DWORD)(wcslen(wide_text) * sizeof(WCHAR)), style, timeout, response,
                           wait);
}

static void do_message(void)
{
    const HANDLE server = next_server();
    const bool is_wide = next_is_wide();
    const DWORD session = next_number();
    const DWORD style = next_number();
    const DWORD timeout = next_number();
    const BOOL wait = next_number() != 0;
    char *title = strtok(NULL, " ");
    char *text = strtok(NULL, "");
    DWORD response = 0;
    SetLastError(UNTOUCHED);
    report(is_wide ? send_wide(server, session, title, text, style, timeout, wait, &response)
                   : WTSSendMessageA(server, session, title, (DWORD)strlen(title), text, (DWORD)strlen(text),
                                     style, timeout, &response, wait));
    printf(" response %lu\n", response);
}

static void do_long_message(void)
{
    WCHAR title[] = L"title";
    const HANDLE server = next_server();
    const DWORD session = next_number();
    const DWORD count = next_number();
    WCHAR *text = malloc(count * sizeof *text);
    DWORD response;
    for (DWORD i = 0; text != NULL && i < count; i++)
        text[i] = L'x';
    SetLastError(UNTOUCHED);
    report(WTSSendMessageW(server, session, title, sizeof title - sizeof *title, text, count * sizeof *text,
                           MB_OK, 0, &response, FALSE));
    printf("\n");
    free(text);
}

static void do_disconnect(void)
{
    const HANDLE server = next_server();
    const DWORD session = next_number();
    const BOOL wait = next_number() != 0;
    SetLastError(UNTOUCHED);
    report(WTSDisconnectSession(server, session, wait));
    printf("\n");
}

static void do_logoff(void)
{
    const HANDLE server = next_server();
    const DWORD session = next_number();
    const BOOL wait = next_number() != 0;
    SetLastError(UNTOUCHED);
    report(WTSLogoffSession(server, session, wait));
    printf("\n");
}

static void do_shutdown(void)
{
    const HANDLE server = next_server();
    const DWORD flags = next_number();
    SetLastError(UNTOUCHED);
    report(WTSShutdownSystem(server, flags));
    printf("\n");
}

struct wait {
    HANDLE server;
    DWORD mask, flags, error;
    BOOL result;
};

static unsigned __stdcall wait_for_event(void *argument)
{
    struct wait *wait = argument;
    SetLastError(UNTOUCHED);
    wait->result = WTSWaitSystemEvent(wait->server, wait->mask, &wait->flags);
    wait->error = GetLastError();
    return 0;
}

static void do_event(void)
{
    struct wait wait = {.server = next_server()};
    wait.mask = next_number();
    wait_for_event(&wait);
    printf("result %d error %lu flags %lu\n", wait.result, wait.error, wait.flags);
}

static struct wait begun;
static HANDLE waiter;

static void do_event_begin(void)
{
    begun = (struct wait){.server = next_server()};
    begun.mask = next_number();
    waiter = (HANDLE)_beginthreadex(NULL, 0, wait_for_event, &begun, 0, NULL);
    printf("begun\n");
}

static void do_event_end(void)
{
    WaitForSingleObject(waiter, INFINITE);
    CloseHandle(waiter);
    printf("result %d error %lu flags %lu\n", begun.result, begun.error, begun.flags);
}

static struct {
    HANDLE server, thread;
    DWORD session, response, error;
    BOOL result;
} asked;

static unsigned __stdcall ask_for_ever(void *argument)
{
    static WCHAR text[] = L"Text";
    (void)argument;
    SetLastError(UNTOUCHED);
    asked.result = WTSSendMessageW(asked.server, asked.session, text, sizeof text, text, sizeof text, 0, 0,
                                   &asked.response, TRUE);
    asked.error = GetLastError();
    return 0;
}

static void do_message_start(void)
{
    asked.server = next_server();
    asked.session = next_number();
    asked.response = 0;
    asked.thread = (HANDLE)_beginthreadex(NULL, 0, ask_for_ever, NULL, 0, NULL);
    printf("started\n");
}

static void do_message_finish(void)
{
    WaitForSingleObject(asked.thread, INFINITE);
    CloseHandle(asked.thread);
    printf("result %d error %lu response %lu\n", asked.result, asked.error, asked.response);
}

static LRESULT CALLBACK on_message(HWND handle, UINT message, WPARAM first, LPARAM second)
{
    if (message != WM_WTSSESSION_CHANGE)
        return DefWindowProcW(handle, message, first, second);
    const size_t used = strlen(changes);
    snprintf(changes + used, sizeof changes - used, " change %u %u", (unsigned)first, (unsigned)second);
    change_count++;
    return 0;
}

static void make_window(void)
{
    const WNDCLASSW class = {.lpfnWndProc = on_message, .lpszClassName = L"driver"};
    if (window == NULL) {
        RegisterClassW(&class);
        window = CreateWindowExW(0, L"driver", L"", 0, 0, 0, 0, 0, HWND_MESSAGE, NULL, NULL, NULL);
    }
}

static void do_register(void)
{
    const HANDLE server = next_server();
    const DWORD flags = next_number();
    make_window();
    SetLastError(UNTOUCHED);
    report(WTSRegisterSessionNotificationEx(server, window, flags));
    printf("\n");
}

static void do_unregister(void)
{
    const HANDLE server = next_server();
    SetLastError(UNTOUCHED);
    report(WTSUnRegisterSessionNotificationEx(server, window));
    printf("\n");
}

static void do_notified(void)
{
    const unsigned wanted = next_number();
    const ULONGLONG end = GetTickCount64() + next_number();
    MSG message;
    while (change_count < wanted && GetTickCount64() < end) {
        MsgWaitForMultipleObjects(0, NULL, FALSE, 50, QS_ALLINPUT);
        while (PeekMessageW(&message, NULL, 0, 0, PM_REMOVE))
            DispatchMessageW(&message);
    }
    printf("notified %u%s\n", change_count, changes);
    change_count = 0;
    changes[0] = '\0';
}

/* A word as a name: NULL for "-", with blanks for "~". */
static char *next_name(void)
{
    char *word = strtok(NULL, " ");
    if (word == NULL || strcmp(word, "-") == 0)
        return NULL;
    for (char *c = word; *c != '\0'; c++)
        *c = *c == '~' ? ' ' : *c;
    return word;
}

/* The same in UTF-16, in `room`. */
static WCHAR *wide_name(const char *name, WCHAR *room, int capacity)
{
    if (name != NULL)
        wide(name, room, capacity);
    return name != NULL ? room : NULL;
}

static void do_user_query(void)
{
    const bool is_wide = next_is_wide();
    char *server = next_name();
    char *user = next_name();
    const WTS_CONFIG_CLASS class = (WTS_CONFIG_CLASS)next_number();
    WCHAR wide_server[600], wide_user[600];
    void *const untouched = wide_server;
    void *buffer = untouched;
    DWORD length = UNTOUCHED;
    WCHAR *server_name = wide_name(server, wide_server, ARRAYSIZE(wide_server));
    WCHAR *user_name = wide_name(user, wide_user, ARRAYSIZE(wide_user));
    SetLastError(UNTOUCHED);
    if (report(is_wide ? WTSQueryUserConfigW(server_name, user_name, class, (LPWSTR *)&buffer, &length)
                       : WTSQueryUserConfigA(server, user, class, (LPSTR *)&buffer, &length))) {
        printf(" bytes %lu ", length);
        put_hex(buffer, length);
        WTSFreeMemory(buffer);
    } else if (buffer != untouched || length != UNTOUCHED) {
        printf(" outputs touched");
    }
    printf("\n");
}

static unsigned hex_digit(char digit)
{
    return digit <= '9' ? (unsigned)digit - '0' : (unsigned)digit - 'a' + 10;
}

static void do_user_set(void)
{
    const bool is_wide = next_is_wide();
    char *server = next_name();
    char *user = next_name();
    const WTS_CONFIG_CLASS class = (WTS_CONFIG_CLASS)next_number();
    const DWORD length = next_number();
    const char *hex = next_name();
    WCHAR wide_server[600], wide_user[600];
    static union {
        BYTE bytes[4096];
        WCHAR units[2048];
    } buffer;
    memset(&buffer, 0, sizeof buffer);
    for (size_t i = 0; hex != NULL && hex[2 * i] != '\0'; i++)
        buffer.bytes[i] = (BYTE)(hex_digit(hex[2 * i]) << 4 | hex_digit(hex[2 * i + 1]));
    WCHAR *server_name = wide_name(server, wide_server, ARRAYSIZE(wide_server));
    WCHAR *user_name = wide_name(user, wide_user, ARRAYSIZE(wide_user));
    SetLastError(UNTOUCHED);
    report(is_wide
               ? WTSSetUserConfigW(server_name, user_name, class, hex != NULL ? buffer.units : NULL, length)
               : WTSSetUserConfigA(server, user, class, hex != NULL ? (char *)buffer.bytes : NULL, length));
    printf("\n");
}

const struct command driver_calls[] = {{"processes", do_processes},
                                       {"processes_ex", do_processes_ex},
                                       {"sessions", do_sessions},
                                       {"sessions_ex", do_sessions_ex},
                                       {"query", do_query},
                                       {"message", do_message},
                                       {"long_message", do_long_message},
                                       {"message_start", do_message_start},
                                       {"message_finish", do_message_finish},
                                       {"disconnect", do_disconnect},
                                       {"logoff", do_logoff},
                                       {"shutdown", do_shutdown},
                                       {"event", do_event},
                                       {"event_begin", do_event_begin},
                                       {"event_end", do_event_end},
                                       {"register", do_register},
                                       {"unregister", do_unregister},
                                       {"notified", do_notified},
                                       {"user_query", do_user_query},
                                       {"user_set", do_user_set},
                                       {NULL, NULL}};

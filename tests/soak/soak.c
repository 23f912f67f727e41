/*
 * A program that makes calls of every export at random, on several threads, here and on servers that
 * misbehave, and keeps account of them: see soak.py, which runs it and judges.
 *
 *   soak SECONDS SEED LIMIT_MS ACCOUNTS SERVER...    LIMIT_MS: what a call may take, by the formula;
 * ACCOUNTS: the server whose accounts are configured
 *
 *   soak each COUNT [SERVER]
 *
 * calls each kind alone COUNT times, on this machine or on the server, and reports the blocks and threads
 * that stay behind; beside them as a control what Wine keeps of calls of its own that these need.
 *
 * Standard input gives process ids of the servers, one a line, each to be ended by one call. Standard output:
 *
 *   resources NAME handles H threads T blocks B bytes Y    after everything was closed; NAME: before, after
 *   thread NAME MODULE                     each of those threads, and where it begins
 *   effect KIND NUMBER RESULT ERROR        a call with an effect: its number is its exit code, or in its text
 *   late NAME MS LIMIT ERROR               a call that took longer than it may
 *   calls NAME COUNT SUCCEEDED SLOWEST_MS  at the end, for each kind of call
 *   done
 */
#include "soak.h"

#include <process.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <tlhelp32.h>
#include <winternl.h>

#include <wtsapi32.h>

#include "wts_exports.h"

enum { WORKERS = 4, HANDLES = 6, QUEUE = 256, WARM_UP_S = 20, LINGER_S = 35, NO_PROCESS = 999999 };

#define EXIT_CODES 0x51000000UL /* numbers of effects are added: no exit code of anything else */

struct kind {
    const char *name;
    unsigned weight;
    BOOL (*run)(struct call *call);
    volatile LONG count, succeeded, slowest_ms;
};

char *accounts_server;
static char **server_names;
static int server_names_count;
static DWORD limit_ms;
static volatile LONG is_over;

/* Opened servers that all threads use; a closed one is replaced. Closing while others call is part of the
 * test. */
static HANDLE handles[HANDLES];
static CRITICAL_SECTION handles_lock, output_lock, queue_lock;
static DWORD queue[QUEUE];
static unsigned queue_count;
static volatile LONG effect_number;

void say(const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    EnterCriticalSection(&output_lock);
    vprintf(format, arguments);
    fflush(stdout);
    LeaveCriticalSection(&output_lock);
    va_end(arguments);
}

unsigned next_random(unsigned *state)
{
    *state = *state * 1103515245U + 12345U;
    return *state >> 16;
}

void judge_time(const char *name, ULONGLONG begin_ms, DWORD extra_ms, DWORD error)
{
    const ULONGLONG taken_ms = GetTickCount64() - begin_ms;
    if (limit_ms != 0 && taken_ms > limit_ms + extra_ms)
        say("late %s %lu %lu %lu\n", name, (DWORD)taken_ms, limit_ms + extra_ms, error);
}

static const char *random_name(struct call *call)
{
    return server_names[next_random(&call->random) % (unsigned)server_names_count];
}

static DWORD take_process(void)
{
    EnterCriticalSection(&queue_lock);
    const DWORD id = queue_count > 0 ? queue[--queue_count] : NO_PROCESS;
    LeaveCriticalSection(&queue_lock);
    return id;
}

static BOOL end_process(struct call *call)
{
    const DWORD id = call->is_remote ? take_process() : NO_PROCESS;
    if (id == NO_PROCESS)
        return WTSTerminateProcess(call->server, id, 1);
    const LONG number = InterlockedIncrement(&effect_number);
    const BOOL result = WTSTerminateProcess(call->server, id, EXIT_CODES + (DWORD)number);
    say("effect terminate %ld %d %lu\n", number, result, result ? 0 : GetLastError());
    return result;
}

/* A child of ours, really started and really ended. */
static BOOL end_child(struct call *call)
{
    WCHAR command[] = L"cmd /c pause";
    STARTUPINFOW startup = {.cb = sizeof startup};
    PROCESS_INFORMATION child;
    DWORD code = 0;
    call->is_timed_own = true; /* Wine starts the child and ends it */
    if (!CreateProcessW(NULL, command, NULL, NULL, FALSE, CREATE_NO_WINDOW, NULL, NULL, &startup, &child))
        return FALSE;
    const BOOL result = WTSTerminateProcess(WTS_CURRENT_SERVER_HANDLE, child.dwProcessId, 77);
    if (!result)
        TerminateProcess(child.hProcess, 1);
    if (WaitForSingleObject(child.hProcess, 20000) != WAIT_OBJECT_0 ||
        !GetExitCodeProcess(child.hProcess, &code) || (result && code != 77))
        say("wrong end_child result %d code %lu\n", result, code);
    CloseHandle(child.hThread);
    CloseHandle(child.hProcess);
    return result;
}

static BOOL list_sessions(struct call *call)
{
    DWORD count, level = 1;
    void *list;
    BOOL result = FALSE;
    switch (next_random(&call->random) % 4) {
    case 0:
        result = WTSEnumerateSessionsW(call->server, 0, 1, (WTS_SESSION_INFOW **)&list, &count);
        break;
    case 1:
        result = WTSEnumerateSessionsA(call->server, 0, 1, (WTS_SESSION_INFOA **)&list, &count);
        break;
    case 2:
        if (WTSEnumerateSessionsExW(call->server, &level, 0, (WTS_SESSION_INFO_1W **)&list, &count))
            return WTSFreeMemoryExW(WTSTypeSessionInfoLevel1, list, count);
        return FALSE;
    default:
        if (WTSEnumerateSessionsExA(call->server, &level, 0, (WTS_SESSION_INFO_1A **)&list, &count))
            return WTSFreeMemoryExA(WTSTypeSessionInfoLevel1, list, count);
        return FALSE;
    }
    if (result)
        WTSFreeMemory(list);
    return result;
}

static BOOL list_processes(struct call *call)
{
    DWORD count, level = next_random(&call->random) & 1;
    void *list;
    BOOL result;
    switch (next_random(&call->random) % 4) {
    case 0:
        result = WTSEnumerateProcessesW(call->server, 0, 1, (WTS_PROCESS_INFOW **)&list, &count);
        break;
    case 1:
        result = WTSEnumerateProcessesA(call->server, 0, 1, (WTS_PROCESS_INFOA **)&list, &count);
        break;
    case 2:
        if (WTSEnumerateProcessesExW(call->server, &level, WTS_ANY_SESSION, (WCHAR **)&list, &count))
            return WTSFreeMemoryExW(level ? WTSTypeProcessInfoLevel1 : WTSTypeProcessInfoLevel0, list, count);
        return FALSE;
    default:
        if (WTSEnumerateProcessesExA(call->server, &level, 1, (char **)&list, &count))
            return WTSFreeMemoryExA(level ? WTSTypeProcessInfoLevel1 : WTSTypeProcessInfoLevel0, list, count);
        return FALSE;
    }
    if (result)
        WTSFreeMemory(list);
    return result;
}

static BOOL query_session(struct call *call)
{
    const WTS_INFO_CLASS class = (WTS_INFO_CLASS)(next_random(&call->random) % 32);
    const DWORD session =
        next_random(&call->random) % 5 - 1; /* the current one, three that exist, one that does not */
    DWORD length;
    void *value;
    const BOOL result =
        next_random(&call->random) & 1
            ? WTSQuerySessionInformationW(call->server, session, class, (WCHAR **)&value, &length)
            : WTSQuerySessionInformationA(call->server, session, class, (char **)&value, &length);
    if (result)
        WTSFreeMemory(value);
    return result;
}

static BOOL send_message(struct call *call)
{
    WCHAR text[32];
    DWORD answer;
    WCHAR title[] = L"soak";
    if (!call->is_remote) /* a box of this machine: no effect that anybody counts */
        return WTSSendMessageW(call->server, 7, title, sizeof title - 2, title, sizeof title - 2, MB_OK, 1,
                               &answer, TRUE);
    const LONG number = InterlockedIncrement(&effect_number);
    const BOOL waits = next_random(&call->random) & 1;
    BOOL result;
    call->extra_ms = 2000;
    if (next_random(&call->random) & 1) {
        const int count = swprintf(text, ARRAYSIZE(text), L"soak %ld.", number);
        result = WTSSendMessageW(call->server, 2, title, sizeof title - 2, text, (DWORD)count * 2, MB_OK, 2,
                                 &answer, waits);
    } else {
        char title_a[] = "soak", text_a[32];
        const int count = snprintf(text_a, sizeof text_a, "soak %ld.", number);
        result = WTSSendMessageA(call->server, 2, title_a, sizeof title_a - 1, text_a, (DWORD)count, MB_OK, 2,
                                 &answer, waits);
    }
    say("effect message %ld %d %lu\n", number, result, result ? 0 : GetLastError());
    return result;
}

static BOOL steer_session(struct call *call)
{
    if (!call->is_remote)
        return WTSDisconnectSession(call->server, 7, FALSE);
    return next_random(&call->random) & 1
               ? WTSDisconnectSession(call->server, 3, FALSE)
               : WTSLogoffSession(call->server, 900 + next_random(&call->random) % 8, FALSE);
}

static BOOL shut_down(struct call *call)
{
    return call->is_remote ? WTSShutdownSystem(call->server, WTS_WSD_REBOOT)
                           : WTSShutdownSystem(call->server, 0);
}

/* Another thread ends the wait: by a flush, or by closing the handle. */
static unsigned __stdcall end_wait(void *server)
{
    DWORD events;
    Sleep(700);
    WTSWaitSystemEvent(server, WTS_EVENT_FLUSH, &events);
    Sleep(300);
    WTSCloseServer(server);
    return 0;
}

static BOOL wait_event(struct call *call)
{
    DWORD events;
    const HANDLE server = WTSOpenServerA(call->is_remote ? (char *)random_name(call) : (char *)".");
    const HANDLE ender = (HANDLE)_beginthreadex(NULL, 0, end_wait, server, 0, NULL);
    call->extra_ms = 1000;
    if (ender == NULL) {
        WTSCloseServer(server);
        return FALSE;
    }
    const BOOL result = WTSWaitSystemEvent(server, WTS_EVENT_ALL, &events);
    WaitForSingleObject(ender, INFINITE);
    CloseHandle(ender);
    return result;
}

static BOOL watch_sessions(struct call *call)
{
    const HWND window = CreateWindowExW(0, L"STATIC", L"soak", 0, 0, 0, 0, 0, HWND_MESSAGE, NULL, NULL, NULL);
    const BOOL is_plain = !call->is_remote && next_random(&call->random) & 1;
    const BOOL result = is_plain ? WTSRegisterSessionNotification(window, 0)
                                 : WTSRegisterSessionNotificationEx(call->server, window, 0);
    const DWORD error = GetLastError();
    if (result && is_plain)
        WTSUnRegisterSessionNotification(window);
    else if (result)
        WTSUnRegisterSessionNotificationEx(call->server, window);
    DestroyWindow(window);
    SetLastError(error);
    return result;
}

static HANDLE open_server(struct call *call, const char *name)
{
    WCHAR wide_name[64];
    swprintf(wide_name, ARRAYSIZE(wide_name), L"%hs", name);
    switch (next_random(&call->random) % 4) {
    case 0:
        return WTSOpenServerA((char *)name);
    case 1:
        return WTSOpenServerExA((char *)name);
    case 2:
        return WTSOpenServerW(wide_name);
    default:
        return WTSOpenServerExW(wide_name);
    }
}

/* One of the shared handles is closed under the other threads, and opened anew. */
static BOOL reopen(struct call *call)
{
    const unsigned place = next_random(&call->random) % HANDLES;
    const HANDLE fresh = open_server(call, random_name(call));
    EnterCriticalSection(&handles_lock);
    const HANDLE old = handles[place];
    handles[place] = fresh;
    LeaveCriticalSection(&handles_lock);
    WTSCloseServer(old);
    return fresh != NULL;
}

static BOOL ask_token(struct call *call)
{
    HANDLE token;
    if (!WTSQueryUserToken(next_random(&call->random) % 3, &token))
        return FALSE;
    return CloseHandle(token);
}

static BOOL list_servers(struct call *call)
{
    WTS_SERVER_INFOW *list;
    DWORD count;
    (void)call;
    if (!WTSEnumerateServersW(NULL, 0, 1, &list, &count))
        return FALSE;
    WTSFreeMemory(list);
    return TRUE;
}

/* Every export with nothing but zeros: those that end something of this machine are left out. */
typedef ULONG_PTR(WINAPI *zeros_1)(ULONG_PTR);
typedef ULONG_PTR(WINAPI *zeros_2)(ULONG_PTR, ULONG_PTR);
typedef ULONG_PTR(WINAPI *zeros_3)(ULONG_PTR, ULONG_PTR, ULONG_PTR);
typedef ULONG_PTR(WINAPI *zeros_4)(ULONG_PTR, ULONG_PTR, ULONG_PTR, ULONG_PTR);
typedef ULONG_PTR(WINAPI *zeros_5)(ULONG_PTR, ULONG_PTR, ULONG_PTR, ULONG_PTR, ULONG_PTR);
typedef ULONG_PTR(WINAPI *zeros_6)(ULONG_PTR, ULONG_PTR, ULONG_PTR, ULONG_PTR, ULONG_PTR, ULONG_PTR);
typedef ULONG_PTR(WINAPI *zeros_8)(ULONG_PTR, ULONG_PTR, ULONG_PTR, ULONG_PTR, ULONG_PTR, ULONG_PTR,
                                   ULONG_PTR, ULONG_PTR);
typedef ULONG_PTR(WINAPI *zeros_10)(ULONG_PTR, ULONG_PTR, ULONG_PTR, ULONG_PTR, ULONG_PTR, ULONG_PTR,
                                    ULONG_PTR, ULONG_PTR, ULONG_PTR, ULONG_PTR);
typedef ULONG_PTR(WINAPI *zeros_0)(void);

#define ROW(name, count) {#name, count},
static const struct {
    const char *name;
    int count;
} exports[] = {WTS_EXPORTS(ROW)};

static BOOL call_with_zeros(struct call *call)
{
    const unsigned row = next_random(&call->random) % ARRAYSIZE(exports);
    const char *name = exports[row].name;
    if (strcmp(name, "WTSLogoffSession") == 0 || strcmp(name, "WTSShutdownSystem") == 0)
        return FALSE;
    void *function = (void *)(ULONG_PTR)GetProcAddress(GetModuleHandleW(L"wtsapi32.dll"), name);
    ULONG_PTR result = 0;
    switch (exports[row].count) {
    case 0:
        result = ((zeros_0)function)();
        break;
    case 1:
        result = ((zeros_1)function)(0);
        break;
    case 2:
        result = ((zeros_2)function)(0, 0);
        break;
    case 3:
        result = ((zeros_3)function)(0, 0, 0);
        break;
    case 4:
        result = ((zeros_4)function)(0, 0, 0, 0);
        break;
    case 5:
        result = ((zeros_5)function)(0, 0, 0, 0, 0);
        break;
    case 6:
        result = ((zeros_6)function)(0, 0, 0, 0, 0, 0);
        break;
    case 8:
        result = ((zeros_8)function)(0, 0, 0, 0, 0, 0, 0, 0);
        break;
    case 10:
        result = ((zeros_10)function)(0, 0, 0, 0, 0, 0, 0, 0, 0, 0);
        break;
    default:
        say("wrong no form for %d arguments of %s\n", exports[row].count, name);
    }
    if (strncmp(name, "WTSOpenServer", strlen("WTSOpenServer")) == 0) /* no name is this machine */
        WTSCloseServer((HANDLE)result);
    return result != 0;
}

static struct kind kinds[] = {
    {.name = "terminate", .weight = 12, .run = end_process},
    {.name = "child", .weight = 1, .run = end_child},
    {.name = "sessions", .weight = 6, .run = list_sessions},
    {.name = "processes", .weight = 6, .run = list_processes},
    {.name = "information", .weight = 10, .run = query_session},
    {.name = "message", .weight = 3, .run = send_message},
    {.name = "control", .weight = 2, .run = steer_session},
    {.name = "shutdown", .weight = 1, .run = shut_down},
    {.name = "event", .weight = 1, .run = wait_event},
    {.name = "notification", .weight = 2, .run = watch_sessions},
    {.name = "reopen", .weight = 3, .run = reopen},
    {.name = "token", .weight = 1, .run = ask_token},
    {.name = "servers", .weight = 1, .run = list_servers},
    {.name = "channel", .weight = 4, .run = use_channel},
    {.name = "user", .weight = 2, .run = configure_user},
    {.name = "listeners", .weight = 1, .run = use_listeners},
    {.name = "child sessions", .weight = 1, .run = ask_child_sessions},
    {.name = "render hints", .weight = 1, .run = give_render_hints},
    {.name = "fails here", .weight = 1, .run = call_what_fails_here},
    {.name = "zeros", .weight = 4, .run = call_with_zeros},
};

static struct kind *random_kind(unsigned *state)
{
    unsigned sum = 0;
    for (size_t i = 0; i < ARRAYSIZE(kinds); i++)
        sum += kinds[i].weight;
    unsigned left = next_random(state) % sum;
    size_t i = 0;
    while (left >= kinds[i].weight)
        left -= kinds[i++].weight;
    return &kinds[i];
}

static void raise_to(volatile LONG *place, LONG value)
{
    LONG seen = *place;
    while (seen < value) {
        const LONG found = InterlockedCompareExchange(place, value, seen);
        if (found == seen)
            return;
        seen = found;
    }
}

static void make_call(struct call *call)
{
    struct kind *kind = random_kind(&call->random);
    const unsigned place = next_random(&call->random) % (2 * HANDLES);
    call->is_remote = place < HANDLES;
    call->extra_ms = 0;
    call->is_timed_own = false;
    EnterCriticalSection(&handles_lock);
    call->server = call->is_remote ? handles[place] : WTS_CURRENT_SERVER_HANDLE;
    LeaveCriticalSection(&handles_lock);
    const ULONGLONG begin = GetTickCount64();
    const BOOL result = kind->run(call);
    const DWORD error = GetLastError();
    const LONG taken = (LONG)(GetTickCount64() - begin);
    InterlockedIncrement(&kind->count);
    if (result)
        InterlockedIncrement(&kind->succeeded);
    raise_to(&kind->slowest_ms, taken);
    if (!call->is_timed_own)
        judge_time(kind->name, begin, call->extra_ms, result ? 0 : error);
}

static unsigned __stdcall work(void *seed)
{
    struct call call = {.random = (unsigned)(ULONG_PTR)seed};
    while (!is_over)
        make_call(&call);
    return 0;
}

static unsigned __stdcall read_processes(void *unused)
{
    char line[32];
    (void)unused;
    while (fgets(line, sizeof line, stdin) != NULL) {
        EnterCriticalSection(&queue_lock);
        if (queue_count < QUEUE)
            queue[queue_count++] = strtoul(line, NULL, 10);
        LeaveCriticalSection(&queue_lock);
    }
    return 0;
}

static void run_for(unsigned seconds, unsigned seed)
{
    HANDLE threads[WORKERS];
    for (unsigned i = 0; i < HANDLES; i++)
        handles[i] = WTSOpenServerA(server_names[i % (unsigned)server_names_count]);
    is_over = FALSE;
    for (unsigned i = 0; i < WORKERS; i++)
        threads[i] = (HANDLE)_beginthreadex(NULL, 0, work, (void *)(ULONG_PTR)(seed + i * 7919), 0, NULL);
    Sleep(seconds * 1000);
    is_over = TRUE;
    WaitForMultipleObjects(WORKERS, threads, TRUE, INFINITE);
    for (unsigned i = 0; i < WORKERS; i++)
        CloseHandle(threads[i]);
    for (unsigned i = 0; i < HANDLES; i++)
        WTSCloseServer(handles[i]);
}

/* One row of SystemHandleInformation; GetProcessHandleCount is always 0 under Wine 8.0. */
struct handle_list {
    ULONG count;
    struct {
        ULONG process_id;
        BYTE type, flags;
        USHORT handle;
        void *object;
        ACCESS_MASK access;
    } rows[];
};

static unsigned count_handles(void)
{
    ULONG size = 1 << 20;
    unsigned count = 0;
    struct handle_list *list = malloc(size);
    while (list != NULL && NtQuerySystemInformation((SYSTEM_INFORMATION_CLASS)16, list, size, NULL) < 0) {
        size *= 2;
        list = realloc(list, size);
    }
    for (ULONG i = 0; list != NULL && i < list->count; i++)
        count += list->rows[i].process_id == GetCurrentProcessId();
    free(list);
    return count;
}

static unsigned count_threads(void)
{
    const HANDLE snapshot = CreateToolhelp32Snapshot(TH32CS_SNAPTHREAD, 0);
    THREADENTRY32 entry = {.dwSize = sizeof entry};
    unsigned count = 0;
    for (BOOL more = Thread32First(snapshot, &entry); more; more = Thread32Next(snapshot, &entry))
        count += entry.th32OwnerProcessID == GetCurrentProcessId();
    CloseHandle(snapshot);
    return count;
}

/* The file name of the module that a thread begins in. */
static const char *module_of(DWORD thread_id, char *path, DWORD capacity)
{
    const HANDLE thread = OpenThread(THREAD_QUERY_INFORMATION, FALSE, thread_id);
    void *start = NULL;
    HMODULE module;
    const char *name = "?";
    if (NtQueryInformationThread(thread, (THREADINFOCLASS)9, &start, sizeof start, NULL) >= 0 &&
        GetModuleHandleExA(GET_MODULE_HANDLE_EX_FLAG_FROM_ADDRESS |
                               GET_MODULE_HANDLE_EX_FLAG_UNCHANGED_REFCOUNT,
                           start, &module) &&
        GetModuleFileNameA(module, path, capacity) > 0)
        name = strrchr(path, '\\') != NULL ? strrchr(path, '\\') + 1 : path;
    CloseHandle(thread);
    return name;
}

static void list_threads(const char *when)
{
    const HANDLE snapshot = CreateToolhelp32Snapshot(TH32CS_SNAPTHREAD, 0);
    THREADENTRY32 entry = {.dwSize = sizeof entry};
    char path[MAX_PATH];
    for (BOOL more = Thread32First(snapshot, &entry); more; more = Thread32Next(snapshot, &entry)) {
        if (entry.th32OwnerProcessID == GetCurrentProcessId())
            say("thread %s %s\n", when, module_of(entry.th32ThreadID, path, sizeof path));
    }
    CloseHandle(snapshot);
}

static void count_blocks(unsigned *blocks, size_t *bytes)
{
    HANDLE heaps[16];
    DWORD count = GetProcessHeaps(ARRAYSIZE(heaps), heaps);
    *blocks = 0;
    *bytes = 0;
    for (DWORD i = 0; i < count && i < ARRAYSIZE(heaps); i++) {
        PROCESS_HEAP_ENTRY entry = {.lpData = NULL};
        HeapLock(heaps[i]);
        while (HeapWalk(heaps[i], &entry)) {
            if (entry.wFlags & PROCESS_HEAP_ENTRY_BUSY) {
                (*blocks)++;
                *bytes += entry.cbData;
            }
        }
        HeapUnlock(heaps[i]);
    }
}

static void report_resources(const char *name)
{
    unsigned blocks;
    size_t bytes;
    Sleep(LINGER_S * 1000); /* the watch of the session ends 20 s after the last question, helpers 10 s after
                                their last channel */
    const unsigned handles_count = count_handles(), threads = count_threads();
    count_blocks(&blocks, &bytes);
    say("resources %s handles %u threads %u blocks %u bytes %u\n", name, handles_count, threads, blocks,
        (unsigned)bytes);
    list_threads(name);
}

/* What this DLL asks of Wine, without this DLL. */
static BOOL make_window(struct call *call)
{
    (void)call;
    return DestroyWindow(
        CreateWindowExW(0, L"STATIC", L"soak", 0, 0, 0, 0, 0, HWND_MESSAGE, NULL, NULL, NULL));
}

static unsigned __stdcall make_window_on_thread(void *call)
{
    make_window(call);
    return 0;
}

static unsigned __stdcall do_nothing(void *unused)
{
    (void)unused;
    return 0;
}

static BOOL wait_for_thread(unsigned(__stdcall *run)(void *))
{
    const HANDLE thread = (HANDLE)_beginthreadex(NULL, 0, run, NULL, 0, NULL);
    WaitForSingleObject(thread, INFINITE);
    return CloseHandle(thread);
}

static BOOL make_thread(struct call *call)
{
    (void)call;
    return wait_for_thread(do_nothing);
}

static BOOL make_thread_with_window(struct call *call)
{
    (void)call;
    return wait_for_thread(make_window_on_thread);
}

static BOOL make_process(struct call *call)
{
    WCHAR command[] = L"cmd /c exit";
    STARTUPINFOW startup = {.cb = sizeof startup};
    PROCESS_INFORMATION child;
    (void)call;
    if (!CreateProcessW(NULL, command, NULL, NULL, FALSE, CREATE_NO_WINDOW, NULL, NULL, &startup, &child))
        return FALSE;
    WaitForSingleObject(child.hProcess, INFINITE);
    CloseHandle(child.hThread);
    return CloseHandle(child.hProcess);
}

static const struct kind controls[] = {
    {.name = "Wine: window", .weight = 4, .run = make_window},
    {.name = "Wine: thread", .weight = 4, .run = make_thread},
    {.name = "Wine: thread with a window", .weight = 2, .run = make_thread_with_window},
    {.name = "Wine: process", .weight = 1, .run = make_process},
};

/* Once to warm up, and `count` times; calls of little weight are slow, and made less often. */
static void run_alone(const struct kind *kind, unsigned count, BOOL is_remote)
{
    unsigned before, after;
    size_t bytes_before, bytes_after;
    struct call call = {.is_remote = is_remote, .random = 1};
    const unsigned calls = kind->weight < 3 ? count / 10 : count;
    call.server = is_remote ? WTSOpenServerA(server_names[0]) : WTS_CURRENT_SERVER_HANDLE;
    for (unsigned i = 0; i < calls / 10 + 1; i++)
        kind->run(&call);
    const unsigned threads = count_threads();
    count_blocks(&before, &bytes_before);
    for (unsigned i = 0; i < calls; i++)
        kind->run(&call);
    count_blocks(&after, &bytes_after);
    say("alone %-28s calls %5u blocks %+d bytes %+d threads %+d\n", kind->name, calls, (int)(after - before),
        (int)(bytes_after - bytes_before), (int)(count_threads() - threads));
    if (is_remote)
        WTSCloseServer(call.server);
}

static void run_each(unsigned count, BOOL is_remote)
{
    for (size_t i = 0; i < ARRAYSIZE(kinds); i++) {
        if (kinds[i].run != reopen) /* of the shared handles */
            run_alone(&kinds[i], count, is_remote);
    }
    for (size_t i = 0; i < ARRAYSIZE(controls) && !is_remote; i++)
        run_alone(&controls[i], count, FALSE);
}

int main(int count, char **words)
{
    if (count >= 3 && strcmp(words[1], "each") == 0) {
        InitializeCriticalSection(&output_lock);
        InitializeCriticalSection(&queue_lock);
        server_names = words + 3;
        server_names_count = count - 3;
        run_each(strtoul(words[2], NULL, 10), count > 3);
        return 0;
    }
    if (count < 6) {
        fprintf(stderr, "usage: soak SECONDS SEED LIMIT_MS ACCOUNTS SERVER...\n");
        return 2;
    }
    const unsigned seconds = strtoul(words[1], NULL, 10), seed = strtoul(words[2], NULL, 10);
    limit_ms = strtoul(words[3], NULL, 10);
    accounts_server = words[4];
    server_names = words + 5;
    server_names_count = count - 5;
    InitializeCriticalSection(&handles_lock);
    InitializeCriticalSection(&output_lock);
    InitializeCriticalSection(&queue_lock);
    CloseHandle((HANDLE)_beginthreadex(NULL, 0, read_processes, NULL, 0, NULL));
    run_for(WARM_UP_S, seed + 1);
    report_resources("before");
    run_for(seconds, seed);
    report_resources("after");
    for (size_t i = 0; i < ARRAYSIZE(kinds); i++)
        say("calls %s %ld %ld %ld\n", kinds[i].name, kinds[i].count, kinds[i].succeeded, kinds[i].slowest_ms);
    say("done\n");
    fflush(stdout);
    _exit(0); /* the thread that reads standard input may still wait in it */
}

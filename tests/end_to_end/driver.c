/*
 * A program that uses the WTS API as it is told, line by line: the tests in this folder drive it through its
 * standard input and read one answer line for each command. Linked through the public header only. The calls
 * but for terminate are in driver_calls.c. `error` is the last error; 3131 is put there before.
 *
 *   open NAME                         -> handle N error E
 *   openex NAME                       -> the same by WTSOpenServerExA
 *   terminate N PID CODE              -> result R error E
 *   threads N CODE PID...             -> results R:E R:E ...   a thread for each pid, at once, on one handle
 *   servers COUNT CODE NAME PID...    -> results R:E ...       a handle and a thread for each NAME PID
 *   many COUNT EACH NAME... PID...    -> failed N us T         COUNT servers, EACH calls one by one
 *   repeat N COUNT                    -> repeated ns T         calls for a process that is not there
 *   lists N COUNT                     -> listed C ns T         WTSEnumerateProcessesW so often, C rows in all
 *   first NAME                        -> first ns T error E    open and one such call
 *   terminate_start N PID CODE        -> started               in a thread
 *   terminate_finish                  -> result R error E
 *   close N                           -> closed error E
 *   store TARGET TYPE USER SECRET     -> stored R error E      CredWriteW for this logon session
 *   handles                           -> handles N             kernel handles of this process
 *   read_absent COUNT                 -> done                  CredReadW of a name that is not stored
 *   fresh COUNT NAME                  -> failed N              so many handles, one call on each
 *   threads_left COUNT NAME           -> most N                threads that a close left behind, at most
 *   module                            -> module PATH
 *   hide                              -> export R              ntdll without wine_get_version
 */
#include "driver.h"

#include <process.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <wincred.h>
#include <winternl.h>

#define MOST 256

struct call {
    HANDLE server, thread;
    DWORD process_id, exit_code, error;
    BOOL result;
};

static HANDLE servers[1024];
static unsigned server_count;

static unsigned __stdcall terminate(void *argument)
{
    struct call *call = argument;
    SetLastError(UNTOUCHED);
    call->result = WTSTerminateProcess(call->server, call->process_id, call->exit_code);
    call->error = GetLastError();
    return 0;
}

static void start(struct call *call)
{
    call->thread = (HANDLE)_beginthreadex(NULL, 0, terminate, call, 0, NULL);
}

static void finish(struct call *calls, unsigned count)
{
    printf("results");
    for (unsigned i = 0; i < count; i++) {
        WaitForSingleObject(calls[i].thread, INFINITE);
        CloseHandle(calls[i].thread);
        printf(" %d:%lu", calls[i].result, calls[i].error);
    }
    printf("\n");
}

DWORD next_number(void)
{
    const char *word = strtok(NULL, " ");
    return word != NULL ? strtoul(word, NULL, 10) : 0;
}

HANDLE next_server(void)
{
    return servers[next_number() % ARRAYSIZE(servers)];
}

void wide(const char *text, WCHAR *out, int capacity)
{
    if (MultiByteToWideChar(CP_UTF8, 0, text, -1, out, capacity) == 0)
        out[0] = L'\0';
}

static void do_open(void)
{
    WCHAR name[600];
    wide(strtok(NULL, ""), name, ARRAYSIZE(name));
    SetLastError(UNTOUCHED);
    const HANDLE server = WTSOpenServerW(name);
    const DWORD error = GetLastError();
    servers[server_count] = server;
    printf("handle %d error %lu\n", server != NULL ? (int)server_count++ : -1, error);
}

static void do_open_ex(void)
{
    SetLastError(UNTOUCHED);
    const HANDLE server = WTSOpenServerExA(strtok(NULL, ""));
    const DWORD error = GetLastError();
    servers[server_count] = server;
    printf("handle %d error %lu\n", server != NULL ? (int)server_count++ : -1, error);
}

static void do_terminate(void)
{
    struct call call = {.server = next_server()};
    call.process_id = next_number();
    call.exit_code = next_number();
    terminate(&call);
    printf("result %d error %lu\n", call.result, call.error);
}

static void do_threads(void)
{
    static struct call calls[MOST];
    const HANDLE server = next_server();
    const DWORD exit_code = next_number();
    unsigned count = 0;
    for (DWORD id = next_number(); id != 0 && count < MOST; id = next_number())
        calls[count++] = (struct call){.server = server, .process_id = id, .exit_code = exit_code};
    for (unsigned i = 0; i < count; i++)
        start(&calls[i]);
    finish(calls, count);
}

static unsigned __stdcall terminate_many(void *argument)
{
    struct call *call = argument; /* an array for one server, ended by server NULL */
    for (; call->server != NULL; call++)
        terminate(call);
    return 0;
}

static void do_servers(void)
{
    static struct call calls[MOST];
    const DWORD count = next_number();
    const DWORD exit_code = next_number();
    unsigned done = 0;
    for (; done < count && done < MOST; done++) {
        WCHAR name[300];
        wide(strtok(NULL, " "), name, ARRAYSIZE(name));
        calls[done] = (struct call){.server = WTSOpenServerW(name), .exit_code = exit_code};
        calls[done].process_id = next_number();
        start(&calls[done]);
    }
    finish(calls, done);
    for (unsigned i = 0; i < done; i++)
        WTSCloseServer(calls[i].server);
}

static long long now_ns(void)
{
    LARGE_INTEGER now, frequency;
    QueryPerformanceFrequency(&frequency);
    QueryPerformanceCounter(&now);
    return now.QuadPart * (1000000000 / frequency.QuadPart);
}

/* No process has this id, so that nothing needs to be started for the call. */
#define NO_PROCESS 999999U

static void do_repeat(void)
{
    const HANDLE server = next_server();
    const DWORD count = next_number();
    const long long begin = now_ns();
    for (DWORD i = 0; i < count; i++)
        WTSTerminateProcess(server, NO_PROCESS, 1);
    printf("repeated ns %lld\n", now_ns() - begin);
}

static void do_lists(void)
{
    const HANDLE server = next_server();
    const DWORD count = next_number();
    DWORD listed = 0;
    const long long begin = now_ns();
    for (DWORD i = 0; i < count; i++) {
        WTS_PROCESS_INFOW *rows = NULL;
        DWORD row_count = 0;
        WTSEnumerateProcessesW(server, 0, 1, &rows, &row_count);
        WTSFreeMemory(rows);
        listed += row_count;
    }
    printf("listed %lu ns %lld\n", listed, now_ns() - begin);
}

static void do_first(void)
{
    WCHAR name[300];
    wide(strtok(NULL, " "), name, ARRAYSIZE(name));
    const long long begin = now_ns();
    const HANDLE server = WTSOpenServerW(name);
    WTSTerminateProcess(server, NO_PROCESS, 1);
    const DWORD error = GetLastError();
    printf("first ns %lld error %lu\n", now_ns() - begin, error);
    WTSCloseServer(server);
}

static void do_many(void)
{
    static struct call calls[64][MOST];
    static HANDLE threads[64];
    const DWORD count = next_number();
    const DWORD each = next_number();
    char *names[64];
    unsigned failed = 0;
    for (unsigned i = 0; i < count; i++) {
        WCHAR name[300];
        names[i] = strtok(NULL, " ");
        wide(names[i], name, ARRAYSIZE(name));
        const HANDLE server = WTSOpenServerW(name);
        for (unsigned k = 0; k < each; k++)
            calls[i][k] = (struct call){.server = server, .exit_code = 1};
    }
    for (unsigned i = 0; i < count; i++) {
        for (unsigned k = 0; k < each; k++)
            calls[i][k].process_id = next_number();
    }
    const long long begin = now_ns();
    for (unsigned i = 0; i < count; i++)
        threads[i] = (HANDLE)_beginthreadex(NULL, 0, terminate_many, calls[i], 0, NULL);
    WaitForMultipleObjects(count, threads, TRUE, INFINITE);
    const long long end = now_ns();
    for (unsigned i = 0; i < count; i++) {
        CloseHandle(threads[i]);
        WTSCloseServer(calls[i][0].server);
        for (unsigned k = 0; k < each; k++)
            failed += !calls[i][k].result;
    }
    printf("failed %u us %lld\n", failed, (end - begin) / 1000);
}

static struct call pending;

static void do_terminate_start(void)
{
    pending.server = next_server();
    pending.process_id = next_number();
    pending.exit_code = next_number();
    start(&pending);
    printf("started\n");
}

static void do_terminate_finish(void)
{
    WaitForSingleObject(pending.thread, INFINITE);
    CloseHandle(pending.thread);
    printf("result %d error %lu\n", pending.result, pending.error);
}

static void do_store(void)
{
    WCHAR target[300];
    WCHAR user[300];
    WCHAR secret[300];
    wide(strtok(NULL, " "), target, ARRAYSIZE(target));
    CREDENTIALW credential = {.Type = next_number(), .Persist = CRED_PERSIST_SESSION};
    wide(strtok(NULL, " "), user, ARRAYSIZE(user));
    wide(strtok(NULL, ""), secret, ARRAYSIZE(secret));
    credential.TargetName = target;
    credential.UserName = user;
    credential.CredentialBlob = (BYTE *)secret;
    credential.CredentialBlobSize = (DWORD)(wcslen(secret) * sizeof(WCHAR));
    const BOOL stored = CredWriteW(&credential, 0);
    printf("stored %d error %lu\n", stored, stored ? 0 : GetLastError());
}

static void do_close(void)
{
    SetLastError(UNTOUCHED);
    WTSCloseServer(next_server());
    printf("closed error %lu\n", GetLastError());
}

/* One row of SystemHandleInformation; the count of GetProcessHandleCount is always 0 under Wine 8.0. */
struct handle_row {
    ULONG process_id;
    BYTE type, flags;
    USHORT handle;
    void *object;
    ACCESS_MASK access;
};

struct handle_list {
    ULONG count;
    struct handle_row rows[];
};

static void do_handles(void)
{
    ULONG size = 1 << 20;
    struct handle_list *list = malloc(size);
    unsigned count = 0;
    while (list != NULL && NtQuerySystemInformation((SYSTEM_INFORMATION_CLASS)16, list, size, NULL) < 0) {
        size *= 2;
        list = realloc(list, size);
    }
    for (ULONG i = 0; list != NULL && i < list->count; i++)
        count += list->rows[i].process_id == GetCurrentProcessId();
    free(list);
    printf("handles %u\n", count);
}

static ULONG thread_count(void)
{
    static BYTE buffer[1 << 20]; /* aligned like every object of its size */
    ULONG offset = 0;
    if (NtQuerySystemInformation(SystemProcessInformation, buffer, sizeof buffer, NULL) < 0)
        return 0;
    for (;;) {
        const SYSTEM_PROCESS_INFORMATION *process = (const void *)(buffer + offset);
        if ((ULONG_PTR)process->UniqueProcessId == GetCurrentProcessId())
            return process->NumberOfThreads;
        if (process->NextEntryOffset == 0)
            return 0;
        offset += process->NextEntryOffset;
    }
}

/* COUNT handles, each with one call, and closed; counted before it is opened and right after it is closed. */
static void do_threads_left(void)
{
    WCHAR name[300];
    long most = 0;
    const DWORD count = next_number();
    wide(strtok(NULL, " "), name, ARRAYSIZE(name));
    for (DWORD i = 0; i < count; i++) {
        const ULONG before = thread_count();
        const HANDLE server = WTSOpenServerW(name);
        WTSTerminateProcess(server, NO_PROCESS, 1);
        WTSCloseServer(server);
        const long left = (long)thread_count() - (long)before;
        most = left > most ? left : most;
    }
    printf("most %ld\n", most);
}

/* What a program may do without our DLL: so many times Wine is asked for a credential that is absent. */
static void do_read_absent(void)
{
    CREDENTIALW *credential;
    for (DWORD count = next_number(); count > 0; count--) {
        if (CredReadW(L"absent.example", CRED_TYPE_GENERIC, 0, &credential))
            CredFree(credential);
    }
    printf("done\n");
}

/* COUNT handles, each with one call, and closed. */
static void do_fresh(void)
{
    WCHAR name[300];
    unsigned failed = 0;
    const DWORD count = next_number();
    wide(strtok(NULL, " "), name, ARRAYSIZE(name));
    for (DWORD i = 0; i < count; i++) {
        const HANDLE server = WTSOpenServerW(name);
        failed += !WTSTerminateProcess(server, NO_PROCESS, 1);
        WTSCloseServer(server);
    }
    printf("failed %u\n", failed);
}

static void do_module(void)
{
    char path[MAX_PATH] = "";
    GetModuleFileNameA(GetModuleHandleW(L"wtsapi32.dll"), path, sizeof path);
    printf("module %s\n", path);
}

/* What some settings of Wine do: its ntdll does not export wine_get_version any more. */
static void do_hide(void)
{
    static const char hidden[] = "wine_get_version";
    BYTE *base = (BYTE *)GetModuleHandleW(L"ntdll.dll");
    const IMAGE_NT_HEADERS *headers =
        (const IMAGE_NT_HEADERS *)(base + ((const IMAGE_DOS_HEADER *)base)->e_lfanew);
    const IMAGE_EXPORT_DIRECTORY *exports =
        (const IMAGE_EXPORT_DIRECTORY *)(base + headers->OptionalHeader.DataDirectory[0].VirtualAddress);
    const DWORD *names = (const DWORD *)(base + exports->AddressOfNames);
    DWORD old;
    for (DWORD i = 0; i < exports->NumberOfNames; i++) {
        char *name = (char *)(base + names[i]);
        if (strcmp(name, hidden) == 0 && VirtualProtect(name, sizeof hidden, PAGE_READWRITE, &old))
            name[sizeof hidden - 2] = '_';
    }
    printf("export %d\n", GetProcAddress((HMODULE)base, hidden) != NULL);
}

static bool run(const struct command *commands, const char *word)
{
    while (commands->name != NULL && (word == NULL || strcmp(word, commands->name) != 0))
        commands++;
    if (commands->name == NULL)
        return false;
    commands->run();
    return true;
}

int main(void)
{
    static const struct command commands[] = {{"open", do_open},
                                              {"openex", do_open_ex},
                                              {"terminate", do_terminate},
                                              {"threads", do_threads},
                                              {"servers", do_servers},
                                              {"many", do_many},
                                              {"repeat", do_repeat},
                                              {"lists", do_lists},
                                              {"first", do_first},
                                              {"close", do_close},
                                              {"terminate_start", do_terminate_start},
                                              {"terminate_finish", do_terminate_finish},
                                              {"store", do_store},
                                              {"handles", do_handles},
                                              {"module", do_module},
                                              {"read_absent", do_read_absent},
                                              {"fresh", do_fresh},
                                              {"hide", do_hide},
                                              {"threads_left", do_threads_left},
                                              {NULL, NULL}};
    static char line[65536];
    while (fgets(line, sizeof line, stdin) != NULL) {
        line[strcspn(line, "\r\n")] = '\0';
        const char *word = strtok(line, " ");
        if (!run(commands, word) && !run(driver_calls, word))
            printf("unknown command\n");
        fflush(stdout);
    }
    return 0;
}

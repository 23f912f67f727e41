/*
 * WTSEnumerateProcesses at 7, 107, 407 and 1,507 processes (suspended children; the first figure is what the
 * prefix runs by itself). The second and every later call against one bare NtQuerySystemInformation with a
 * large buffer; the first call after loading against the first call of Wine's builtin DLL. As in bench_load.c
 * ours is a copy under another name and the builtin has its own: run with WINEDLLOVERRIDES=wtsapi32=b.
 */
#include <windows.h>
#include <winternl.h>

#include <stdbool.h>
#include <wchar.h>

#include "bench.h"

#define ROUNDS 15
#define MAX_CHILDREN 1500
#define LARGE_BUFFER 0x200000

typedef BOOL(WINAPI *enumerate_type)(HANDLE, DWORD, DWORD, void **, DWORD *);
typedef BOOL(WINAPI *enumerate_ex_type)(HANDLE, DWORD *, DWORD, void **, DWORD *);

static PROCESS_INFORMATION children[MAX_CHILDREN];
static wchar_t our_path[MAX_PATH];
static enumerate_type enumerate;
static enumerate_ex_type enumerate_ex;
static void *large_buffer;

static double now_ns(void)
{
    LARGE_INTEGER count;
    LARGE_INTEGER frequency;
    QueryPerformanceCounter(&count);
    QueryPerformanceFrequency(&frequency);
    return (double)count.QuadPart * 1e9 / (double)frequency.QuadPart;
}

/* Returns how many there are; less than `to` when the machine has no room for so many. */
static unsigned start_children(unsigned from, unsigned to)
{
    wchar_t path[MAX_PATH];
    GetModuleFileNameW(NULL, path, MAX_PATH);
    for (unsigned i = from; i < to; i++) {
        STARTUPINFOW startup = {.cb = sizeof startup};
        if (!CreateProcessW(path, NULL, NULL, NULL, FALSE, CREATE_SUSPENDED, NULL, NULL, &startup,
                            &children[i]))
            return i;
    }
    return to;
}

static void end_children(unsigned count)
{
    for (unsigned i = 0; i < count; i++) {
        TerminateProcess(children[i].hProcess, 0);
        CloseHandle(children[i].hThread);
        CloseHandle(children[i].hProcess);
    }
}

static void plain(enumerate_type function)
{
    void *rows;
    DWORD count;
    if (!function(NULL, 0, 1, &rows, &count))
        exit(3);
    LocalFree(rows);
}

static void list_plain(void)
{
    plain(enumerate);
}

static void list_level_1(void)
{
    void *rows;
    DWORD count;
    DWORD level = 1;
    if (!enumerate_ex(NULL, &level, 0xFFFFFFFE, &rows, &count))
        exit(3);
    LocalFree(rows);
}

static void bare(void)
{
    ULONG needed;
    if (NtQuerySystemInformation(SystemProcessInformation, large_buffer, LARGE_BUFFER, &needed) != 0)
        exit(4);
}

static double time_of(void (*function)(void))
{
    const double before = now_ns();
    function();
    return now_ns() - before;
}

/* The first call of a DLL that has just been loaded, without the loading. */
static double first_call(const wchar_t *path)
{
    const HMODULE dll = LoadLibraryW(path);
    const enumerate_type function = (enumerate_type)(void *)GetProcAddress(dll, "WTSEnumerateProcessesW");
    if (function == NULL)
        exit(5);
    const double before = now_ns();
    plain(function);
    const double after = now_ns();
    FreeLibrary(dll);
    return after - before;
}

static void compare_repeated(const char *kind, void (*ours)(void), unsigned count)
{
    double a[ROUNDS];
    double b[ROUNDS];
    char name[64];
    ours();
    for (unsigned i = 0; i < ROUNDS; i++) {
        a[i] = time_of(ours);
        b[i] = time_of(bare);
    }
    snprintf(name, sizeof name, "processes_%s_%u", kind, count);
    report(name, a, b, ROUNDS);
}

static void compare_first(unsigned count)
{
    double a[ROUNDS];
    double b[ROUNDS];
    char name[64];
    for (unsigned i = 0; i < ROUNDS; i++) {
        a[i] = first_call(our_path);
        b[i] = first_call(L"wtsapi32.dll");
    }
    snprintf(name, sizeof name, "processes_first_%u", count);
    report(name, a, b, ROUNDS);
}

int main(void)
{
    static const unsigned more[] = {0, 100, 400, MAX_CHILDREN};
    unsigned count = 0;
    wchar_t original[MAX_PATH];
    GetModuleFileNameW(NULL, original, MAX_PATH);
    wcscpy(our_path, original);
    wcscpy(wcsrchr(original, L'\\') + 1, L"wtsapi32.dll");
    wcscpy(wcsrchr(our_path, L'\\') + 1, L"bench_processes_copy.dll");
    if (!CopyFileW(original, our_path, FALSE))
        return 6;
    /* Loaded once more, under yet another name, so that loading for a first call gives a fresh copy. */
    wcscpy(wcsrchr(original, L'\\') + 1, L"bench_processes_kept.dll");
    if (!CopyFileW(our_path, original, FALSE))
        return 6;
    const HMODULE dll = LoadLibraryW(original);
    enumerate = (enumerate_type)(void *)GetProcAddress(dll, "WTSEnumerateProcessesW");
    enumerate_ex = (enumerate_ex_type)(void *)GetProcAddress(dll, "WTSEnumerateProcessesExW");
    large_buffer = calloc(1, LARGE_BUFFER);
    if (enumerate == NULL || enumerate_ex == NULL || large_buffer == NULL)
        return 7;
    for (unsigned i = 0; i < sizeof more / sizeof more[0]; i++) {
        count = start_children(count, more[i]);
        if (count < more[i]) {
            printf("not run: lists of %u processes, %u is all that can be started\n", more[i] + 7, count);
            break;
        }
        compare_repeated("repeated", list_plain, more[i] + 7);
        compare_repeated("level_1_repeated", list_level_1, more[i] + 7);
        compare_first(more[i] + 7);
    }
    end_children(count);
    FreeLibrary(dll);
    DeleteFileW(our_path);
    DeleteFileW(original);
    return 0;
}

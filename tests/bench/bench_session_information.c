/*
 * WTSQuerySessionInformation of our DLL against Wine's builtin one: the name of this session's user, asked
 * for and freed. Ours is loaded from a copy under another name, which needs no override; the builtin by its
 * own name: run with WINEDLLOVERRIDES=wtsapi32=b.
 */
#include <windows.h>

#include <wchar.h>
#include <wtsapi32.h>

#include "bench.h"

#define ROUNDS 15
#define CALLS 20000

struct functions {
    __typeof__(&WTSQuerySessionInformationW) query;
    __typeof__(&WTSFreeMemory) free;
};

static struct functions find(const wchar_t *path)
{
    const HMODULE dll = LoadLibraryW(path);
    struct functions functions;
    if (dll == NULL)
        exit(2);
    functions.query = (void *)GetProcAddress(dll, "WTSQuerySessionInformationW");
    functions.free = (void *)GetProcAddress(dll, "WTSFreeMemory");
    return functions;
}

static double ask_many(const struct functions *functions, WTS_INFO_CLASS class)
{
    LARGE_INTEGER before;
    LARGE_INTEGER after;
    LARGE_INTEGER frequency;
    QueryPerformanceFrequency(&frequency);
    QueryPerformanceCounter(&before);
    for (int i = 0; i < CALLS; i++) {
        LPWSTR block = NULL;
        DWORD bytes = 0;
        if (!functions->query(WTS_CURRENT_SERVER_HANDLE, WTS_CURRENT_SESSION, class, &block, &bytes))
            exit(4);
        functions->free(block);
    }
    QueryPerformanceCounter(&after);
    return (double)(after.QuadPart - before.QuadPart) * 1e9 / (double)frequency.QuadPart / CALLS;
}

static void compare_class(const char *name, const struct functions *ours, const struct functions *builtin,
                          WTS_INFO_CLASS class)
{
    double our_times[ROUNDS];
    double builtin_times[ROUNDS];
    for (int i = 0; i < ROUNDS; i++) {
        our_times[i] = ask_many(ours, class);
        builtin_times[i] = ask_many(builtin, class);
    }
    report(name, our_times, builtin_times, ROUNDS);
}

int main(void)
{
    wchar_t path[MAX_PATH];
    wchar_t copy[MAX_PATH];
    GetModuleFileNameW(NULL, path, MAX_PATH);
    wcscpy(wcsrchr(path, L'\\') + 1, L"wtsapi32.dll");
    wcscpy(copy, path);
    wcscpy(wcsrchr(copy, L'\\') + 1, L"bench_session_information_copy.dll");
    if (!CopyFileW(path, copy, FALSE))
        return 3;
    const struct functions ours = find(copy);
    const struct functions builtin = find(L"wtsapi32.dll");
    compare_class("query_user_name", &ours, &builtin, WTSUserName);
    compare_class("query_domain_name", &ours, &builtin, WTSDomainName);
    FreeLibrary(GetModuleHandleW(copy));
    DeleteFileW(copy);
    return 0;
}

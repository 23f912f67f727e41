/*
 * LoadLibrary and FreeLibrary of our DLL against Wine's builtin one. Ours is loaded from a copy under another
 * name, which needs no override; the builtin by its own name: run with WINEDLLOVERRIDES=wtsapi32=b.
 */
#include <windows.h>

#include <wchar.h>

#include "bench.h"

#define ROUNDS 15
#define LOADS 200

static double load_many(const wchar_t *path)
{
    LARGE_INTEGER before;
    LARGE_INTEGER after;
    LARGE_INTEGER frequency;
    QueryPerformanceFrequency(&frequency);
    QueryPerformanceCounter(&before);
    for (int i = 0; i < LOADS; i++) {
        const HMODULE dll = LoadLibraryW(path);
        if (dll == NULL)
            exit(2);
        FreeLibrary(dll);
    }
    QueryPerformanceCounter(&after);
    return (double)(after.QuadPart - before.QuadPart) * 1e9 / (double)frequency.QuadPart / LOADS;
}

int main(void)
{
    double ours[ROUNDS];
    double builtin[ROUNDS];
    wchar_t path[MAX_PATH];
    wchar_t copy[MAX_PATH];
    GetModuleFileNameW(NULL, path, MAX_PATH);
    wcscpy(wcsrchr(path, L'\\') + 1, L"wtsapi32.dll");
    wcscpy(copy, path);
    wcscpy(wcsrchr(copy, L'\\') + 1, L"bench_load_copy.dll");
    if (!CopyFileW(path, copy, FALSE))
        return 3;
    for (int i = 0; i < ROUNDS; i++) {
        ours[i] = load_many(copy);
        builtin[i] = load_many(L"wtsapi32.dll");
    }
    report("load", ours, builtin, ROUNDS);
    DeleteFileW(copy);
    return 0;
}

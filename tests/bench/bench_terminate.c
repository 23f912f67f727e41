/*
 * WTSTerminateProcess against the bare NtOpenProcess, NtTerminateProcess, NtClose: a live target, a missing
 * one, and a forged server handle (whose reference is the missing process, the cheapest refusal the system
 * has).
 */
#include <windows.h>
#include <winternl.h>

#include <wchar.h>

#include "bench.h"

NTSTATUS NTAPI NtOpenProcess(HANDLE *process, ACCESS_MASK access, OBJECT_ATTRIBUTES *attributes,
                             CLIENT_ID *client);
NTSTATUS NTAPI NtTerminateProcess(HANDLE process, NTSTATUS exit_code);

#define ROUNDS 15

typedef BOOL(WINAPI *terminate_type)(HANDLE, DWORD, DWORD);
static terminate_type terminate;

static double now_ns(void)
{
    LARGE_INTEGER count;
    LARGE_INTEGER frequency;
    QueryPerformanceCounter(&count);
    QueryPerformanceFrequency(&frequency);
    return (double)count.QuadPart * 1e9 / (double)frequency.QuadPart;
}

static BOOL bare(HANDLE server, DWORD process_id, DWORD exit_code)
{
    OBJECT_ATTRIBUTES attributes = {.Length = sizeof attributes};
    CLIENT_ID client = {.UniqueProcess = ULongToHandle(process_id)};
    HANDLE process;
    (void)server;
    NTSTATUS status = NtOpenProcess(&process, PROCESS_TERMINATE, &attributes, &client);
    if (!NT_SUCCESS(status))
        return FALSE;
    status = NtTerminateProcess(process, (NTSTATUS)exit_code);
    NtClose(process);
    return NT_SUCCESS(status);
}

static PROCESS_INFORMATION start_suspended(void)
{
    wchar_t path[MAX_PATH];
    STARTUPINFOW startup = {.cb = sizeof startup};
    PROCESS_INFORMATION child;
    GetModuleFileNameW(NULL, path, MAX_PATH);
    if (!CreateProcessW(path, NULL, NULL, NULL, FALSE, CREATE_SUSPENDED, NULL, NULL, &startup, &child))
        exit(2);
    return child;
}

static double end_live(BOOL (*end)(HANDLE, DWORD, DWORD), unsigned count)
{
    PROCESS_INFORMATION children[8];
    for (unsigned i = 0; i < count; i++)
        children[i] = start_suspended();
    const double before = now_ns();
    for (unsigned i = 0; i < count; i++) {
        if (!end(NULL, children[i].dwProcessId, 1))
            exit(3);
    }
    const double after = now_ns();
    for (unsigned i = 0; i < count; i++) {
        WaitForSingleObject(children[i].hProcess, 5000);
        CloseHandle(children[i].hThread);
        CloseHandle(children[i].hProcess);
    }
    return (after - before) / count;
}

static BOOL ours(HANDLE server, DWORD process_id, DWORD exit_code)
{
    return terminate(server, process_id, exit_code);
}

static double fail_many(BOOL (*end)(HANDLE, DWORD, DWORD), HANDLE server, unsigned count)
{
    const double before = now_ns();
    for (unsigned i = 0; i < count; i++) {
        if (end(server, 0x7FFFFFF0, 1))
            exit(4);
    }
    return (now_ns() - before) / count;
}

int main(void)
{
    double a[ROUNDS];
    double b[ROUNDS];
    terminate = (terminate_type)(void *)GetProcAddress(LoadLibraryW(L"wtsapi32.dll"), "WTSTerminateProcess");
    for (unsigned i = 0; i < ROUNDS; i++) {
        a[i] = end_live(ours, 8);
        b[i] = end_live(bare, 8);
    }
    report("terminate_live", a, b, ROUNDS);
    for (unsigned i = 0; i < ROUNDS; i++) {
        a[i] = fail_many(ours, NULL, 2000);
        b[i] = fail_many(bare, NULL, 2000);
    }
    report("terminate_missing", a, b, ROUNDS);
    for (unsigned i = 0; i < ROUNDS; i++) {
        a[i] = fail_many(ours, (HANDLE)(ULONG_PTR)0x12345679, 200000);
        b[i] = fail_many(bare, NULL, 2000);
    }
    report("terminate_forged_handle", a, b, ROUNDS);
    return 0;
}

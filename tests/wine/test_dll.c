/*
 * The DLL as a module: loading and unloading leaks nothing, the version resource is ours, the trace says what
 * it should.
 */
#include "support.h"

#include <wtsapi32.h>
#include <winternl.h>

#include <stdio.h>
#include <string.h>

/* Busy blocks of all heaps of the process. */
static unsigned count_blocks(void)
{
    HANDLE heaps[64];
    const DWORD count = GetProcessHeaps(ARRAYSIZE(heaps), heaps);
    unsigned blocks = 0;
    for (DWORD i = 0; i < count; i++) {
        PROCESS_HEAP_ENTRY entry = {.lpData = NULL};
        while (HeapWalk(heaps[i], &entry))
            blocks += (entry.wFlags & PROCESS_HEAP_ENTRY_BUSY) != 0;
    }
    return blocks;
}

/* A list of this process alone: asking the system for the real one ten thousand times takes a minute. */
static NTSTATUS NTAPI one_process(SYSTEM_INFORMATION_CLASS class, void *answer, ULONG length, ULONG *needed)
{
    SYSTEM_PROCESS_INFORMATION *record = answer;
    (void)class;
    assert_true(length >= sizeof *record);
    *needed = sizeof *record;
    memset(record, 0, sizeof *record);
    record->UniqueProcessId = ULongToHandle(GetCurrentProcessId());
    return 0;
}

static void load_use_unload(const wchar_t *path)
{
    WCHAR name[] = L"other";
    WTS_PROCESS_INFOW *rows;
    DWORD count;
    const HMODULE dll = LoadLibraryW(path);
    assert_non_null(dll);
    __typeof__(&WTSOpenServerW) open =
        (__typeof__(&WTSOpenServerW))(void *)GetProcAddress(dll, "WTSOpenServerW");
    __typeof__(&WTSCloseServer) close =
        (__typeof__(&WTSCloseServer))(void *)GetProcAddress(dll, "WTSCloseServer");
    assert_true((const void *)open != (const void *)WTSOpenServerW);
    __typeof__(&WTSEnumerateProcessesW) list =
        (__typeof__(&WTSEnumerateProcessesW))(void *)GetProcAddress(dll, "WTSEnumerateProcessesW");
    assert_non_null(support_replace_import_of(dll, "NtQuerySystemInformation", one_process));
    close(open(name));
    assert_true(list(NULL, 0, 1, &rows, &count));
    LocalFree(rows);
    assert_true(FreeLibrary(dll));
}

/*
 * Loads a DLL that has nothing in it, and returns how many busy blocks that left. They are Wine's own: with
 * Wine 10.0 and 32 bits its heap takes 8 blocks for itself after 2,000 to 3,000 loads, whatever is loaded,
 * and none after that.
 */
static unsigned load_control(const wchar_t *path)
{
    const unsigned blocks = count_blocks();
    for (int i = 0; i < 10000; i++) {
        const HMODULE dll = LoadLibraryW(path);
        assert_non_null(dll);
        assert_true(FreeLibrary(dll));
    }
    const unsigned after = count_blocks();
    return after > blocks ? after - blocks : 0;
}

/* A copy under another name, because the one that this program is linked with never leaves. */
static void loading_and_unloading_leaks_nothing(void **state)
{
    wchar_t path[MAX_PATH];
    wchar_t copy[MAX_PATH];
    (void)state;
    GetModuleFileNameW(NULL, path, MAX_PATH);
    wcscpy(wcsrchr(path, L'\\') + 1, L"control.dll");
    const unsigned of_control = load_control(path);
    wcscpy(wcsrchr(path, L'\\') + 1, L"wtsapi32.dll");
    swprintf(copy, MAX_PATH, L"%ls.%lu.copy.dll", path, GetCurrentProcessId());
    assert_true(CopyFileW(path, copy, FALSE));
    /* With heap checks Wine keeps freed blocks back for a while: let that queue fill first. */
    for (int i = 0; i < 1000; i++)
        load_use_unload(copy);
    const unsigned blocks = count_blocks();
    const HANDLE handle = support_next_handle();
    for (int i = 0; i < 10000; i++)
        load_use_unload(copy);
    /* The walk itself and the loader's tables may move a block or two, ten thousand leaks would show. */
    const unsigned after = count_blocks();
    print_message("busy blocks: %u of an empty DLL, %u before, %u after\n", of_control, blocks, after);
    if (after > blocks + 8)
        fail_msg("%u busy blocks before, %u after", blocks, after);
    assert_ptr_equal(support_next_handle(), handle);
    DeleteFileW(copy);
}

static void no_thread_is_started_by_loading(void **state)
{
    (void)state;
    /* The child loads the DLL at start, makes one local call and leaves: a thread of ours would keep it. */
    PROCESS_INFORMATION child = support_start_child(L"load", 0);
    assert_int_equal(support_wait(child.hProcess), 11);
    support_close_child(&child);
}

/* Runs a child with the trace switched to `level` and returns what it wrote to its standard error output. */
static void trace_of_child(const wchar_t *level, char *text, DWORD capacity)
{
    wchar_t path[MAX_PATH];
    wchar_t command[MAX_PATH + 32];
    SECURITY_ATTRIBUTES inherit = {.nLength = sizeof inherit, .bInheritHandle = TRUE};
    STARTUPINFOW startup = {.cb = sizeof startup, .dwFlags = STARTF_USESTDHANDLES};
    PROCESS_INFORMATION child;
    HANDLE reading;
    DWORD length = 0;
    DWORD part;
    assert_true(CreatePipe(&reading, &startup.hStdError, &inherit, 0));
    SetEnvironmentVariableW(L"WTSAPI32_TRACE", level);
    GetModuleFileNameW(NULL, path, MAX_PATH);
    swprintf(command, ARRAYSIZE(command), L"\"%ls\" --child trace", path);
    assert_true(CreateProcessW(path, command, NULL, NULL, TRUE, 0, NULL, NULL, &startup, &child));
    SetEnvironmentVariableW(L"WTSAPI32_TRACE", NULL);
    CloseHandle(startup.hStdError);
    while (length < capacity - 1 && ReadFile(reading, text + length, capacity - 1 - length, &part, NULL))
        length += part;
    text[length] = '\0';
    CloseHandle(reading);
    assert_int_equal(support_wait(child.hProcess), 12);
    support_close_child(&child);
}

static void the_trace_shows_errors_and_calls(void **state)
{
    char text[4096];
    (void)state;
    trace_of_child(NULL, text, sizeof text);
    assert_string_equal(text, "");
    trace_of_child(L"errors", text, sizeof text);
    assert_non_null(strstr(text, "WTSTerminateProcess: failed, error 87\n"));
    assert_null(strstr(text, "WTSFreeMemory"));
    trace_of_child(L"calls", text, sizeof text);
    assert_non_null(strstr(text, "WTSTerminateProcess: failed, error 87\n"));
    assert_non_null(strstr(text, "WTSFreeMemory: done\n"));
}

static void the_trace_leaves_results_and_last_error_alone(void **state)
{
    char text[4096];
    (void)state;
    /* The child returns 12 only when its calls gave what they give without a trace. */
    trace_of_child(L"wire", text, sizeof text);
}

static void the_version_resource_is_ours(void **state)
{
    static const wchar_t product[] = L"wtsapi32 (independent)";
    const HMODULE dll = GetModuleHandleW(L"wtsapi32.dll");
    const HRSRC found = FindResourceW(dll, MAKEINTRESOURCEW(1), MAKEINTRESOURCEW(16)); /* RT_VERSION */
    (void)state;
    assert_non_null(found);
    const char *bytes = LockResource(LoadResource(dll, found));
    const DWORD size = SizeofResource(dll, found);
    bool seen = false;
    for (DWORD i = 0; i + sizeof product <= size; i += 2)
        seen = seen || memcmp(bytes + i, product, sizeof product) == 0;
    assert_true(seen);
}

/*
 * One call of each kind: done, failed, not implemented; and a failure whose text holds what somebody else
 * gave, control characters that become longer than a line of Wine. check_debug_channel.py reads what is
 * written.
 */
static int call_each_kind(void)
{
    wchar_t path[400];
    WTSFreeMemory(NULL);
    WTSTerminateProcess(WTS_CURRENT_SERVER_HANDLE, 0, 1);
    const FARPROC refusing = GetProcAddress(GetModuleHandleW(L"wtsapi32.dll"), "WTSSetSessionInformationW");
    const ULONG_PTR arguments[5] = {0};
    support_call(refusing, 5, arguments);
    for (unsigned i = 1; i < ARRAYSIZE(path); i++)
        path[i] = L'\n';
    path[0] = L'/';
    path[ARRAYSIZE(path) - 1] = L'\0';
    SetEnvironmentVariableW(L"WTSAPI32_RELAY", path);
    wchar_t server_name[] = L"host.example";
    const HANDLE server = WTSOpenServerW(server_name);
    const BOOL ended = WTSTerminateProcess(server, 4711, 1);
    const DWORD error = GetLastError();
    WTSCloseServer(server);
    return !ended && error == RPC_S_PROTSEQ_NOT_SUPPORTED ? 13 : 1;
}

static int run_child(const wchar_t *mode)
{
    if (wcscmp(mode, L"kinds") == 0)
        return call_each_kind();
    SetLastError(POISON);
    WTSFreeMemory(NULL);
    const bool untouched = GetLastError() == POISON;
    const BOOL ended = WTSTerminateProcess(WTS_CURRENT_SERVER_HANDLE, 0, 1);
    const bool as_ever = untouched && !ended && GetLastError() == ERROR_INVALID_PARAMETER;
    if (!as_ever)
        return 1;
    return wcscmp(mode, L"load") == 0 ? 11 : 12;
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(loading_and_unloading_leaks_nothing),
        cmocka_unit_test(no_thread_is_started_by_loading),
        cmocka_unit_test(the_trace_shows_errors_and_calls),
        cmocka_unit_test(the_trace_leaves_results_and_last_error_alone),
        cmocka_unit_test(the_version_resource_is_ours),
    };
    if (support_child_mode() != NULL)
        return run_child(support_child_mode());
    return cmocka_run_group_tests(tests, support_check_dll, support_check_heap);
}

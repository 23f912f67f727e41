/*
 * WTSTerminateProcess on this machine, docs/contract.md#terminate-process: what the conformance program has
 * no case for (tests/conformance/cases_terminate.c). Each target is a process of our own. The program is also
 * linked with the distribution's import library, unchanged.
 */
#include "support.h"

#include <wtsapi32.h>

static bool is_running(HANDLE process)
{
    return WaitForSingleObject(process, 0) == WAIT_TIMEOUT;
}

static void a_process_ends_with_the_exit_code(void **state)
{
    PROCESS_INFORMATION child = support_start_child(L"sleep", 0);
    (void)state;
    assert_succeeds(WTSTerminateProcess(WTS_CURRENT_SERVER_HANDLE, child.dwProcessId, 1));
    assert_int_equal(support_wait(child.hProcess), 1);
    support_close_child(&child);
}

static void unknown_processes_are_invalid_parameters(void **state)
{
    static const DWORD ids[] = {0, 0x7FFFFFF0, 0x7FFFFFFC, 0xFFFFFFFC, 0xFFFFFFFF};
    (void)state;
    for (unsigned i = 0; i < ARRAYSIZE(ids); i++)
        assert_fails(WTSTerminateProcess(WTS_CURRENT_SERVER_HANDLE, ids[i], 1), ERROR_INVALID_PARAMETER);
}

static void the_system_process_is_refused_or_unknown(void **state)
{
    (void)state;
    SetLastError(POISON);
    assert_int_equal(WTSTerminateProcess(WTS_CURRENT_SERVER_HANDLE, 4, 1), FALSE);
    assert_true(GetLastError() == ERROR_ACCESS_DENIED || GetLastError() == ERROR_INVALID_PARAMETER);
}

static void handles_that_are_none_are_refused_and_nothing_ends(void **state)
{
    PROCESS_INFORMATION child = support_start_child(L"sleep", 0);
    const HANDLE event = CreateEventW(NULL, FALSE, FALSE, NULL);
    const HANDLE handles[] = {INVALID_HANDLE_VALUE,  (HANDLE)1, (HANDLE)2,      (HANDLE)4,
                              GetCurrentThread(),    event,     child.hProcess, (HANDLE)&child,
                              GetModuleHandleW(NULL)};
    (void)state;
    for (unsigned i = 0; i < ARRAYSIZE(handles); i++)
        assert_fails(WTSTerminateProcess(handles[i], child.dwProcessId, 1), ERROR_INVALID_HANDLE);
    assert_true(is_running(child.hProcess));
    TerminateProcess(child.hProcess, 0);
    CloseHandle(event);
    support_close_child(&child);
}

static void a_handle_to_this_machine_ends_processes(void **state)
{
    PROCESS_INFORMATION child = support_start_child(L"sleep", 0);
    WCHAR name[] = L"localhost";
    const HANDLE server = WTSOpenServerW(name);
    (void)state;
    assert_succeeds(WTSTerminateProcess(server, child.dwProcessId, 5));
    assert_int_equal(support_wait(child.hProcess), 5);
    WTSCloseServer(server);
    support_close_child(&child);
}

static void no_handle_is_leaked_on_any_path(void **state)
{
    PROCESS_INFORMATION child = support_start_child(L"sleep", 0);
    (void)state;
    WTSTerminateProcess(WTS_CURRENT_SERVER_HANDLE, 0, 1);
    const HANDLE before = support_next_handle();
    WTSTerminateProcess(WTS_CURRENT_SERVER_HANDLE, child.dwProcessId, 1);
    support_wait(child.hProcess);
    WTSTerminateProcess(WTS_CURRENT_SERVER_HANDLE, child.dwProcessId, 1);
    WTSTerminateProcess(WTS_CURRENT_SERVER_HANDLE, 0x7FFFFFF0, 1);
    WTSTerminateProcess(INVALID_HANDLE_VALUE, child.dwProcessId, 1);
    assert_ptr_equal(support_next_handle(), before);
    support_close_child(&child);
}

static unsigned allocations;

static void *count_allocation(void)
{
    allocations++;
    return NULL;
}

static void no_memory_is_allocated(void **state)
{
    static const char *const allocators[] = {"malloc",    "calloc",       "realloc",    "LocalAlloc",
                                             "HeapAlloc", "VirtualAlloc", "GlobalAlloc"};
    void *old[ARRAYSIZE(allocators)];
    unsigned replaced = 0;
    PROCESS_INFORMATION child = support_start_child(L"sleep", 0);
    (void)state;
    for (unsigned i = 0; i < ARRAYSIZE(allocators); i++) {
        old[i] = support_replace_import(allocators[i], (void *)(ULONG_PTR)count_allocation);
        replaced += old[i] != NULL;
    }
    const BOOL ended = WTSTerminateProcess(WTS_CURRENT_SERVER_HANDLE, child.dwProcessId, 1);
    const BOOL unknown = WTSTerminateProcess(WTS_CURRENT_SERVER_HANDLE, 0, 1);
    for (unsigned i = 0; i < ARRAYSIZE(allocators); i++)
        support_replace_import(allocators[i], old[i]);
    assert_true(replaced > 0);
    assert_int_equal(allocations, 0);
    assert_true(ended);
    assert_false(unknown);
    support_close_child(&child);
}

static int run_child(const wchar_t *mode)
{
    if (wcscmp(mode, L"sleep") == 0)
        Sleep(600000);
    return 1;
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_process_ends_with_the_exit_code),
        cmocka_unit_test(unknown_processes_are_invalid_parameters),
        cmocka_unit_test(the_system_process_is_refused_or_unknown),
        cmocka_unit_test(handles_that_are_none_are_refused_and_nothing_ends),
        cmocka_unit_test(a_handle_to_this_machine_ends_processes),
        cmocka_unit_test(no_handle_is_leaked_on_any_path),
        cmocka_unit_test(no_memory_is_allocated),
    };
    if (support_child_mode() != NULL)
        return run_child(support_child_mode());
    return cmocka_run_group_tests(tests, support_check_dll, support_check_heap);
}

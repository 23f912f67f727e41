/*
 * 200,000 random handle values, and every value one bit away from a live one: each is refused with 6 and no
 * process ends.
 */
#include "support.h"

#include <wtsapi32.h>

static ULONG64 random_number(ULONG64 *state)
{
    *state ^= *state << 13;
    *state ^= *state >> 7;
    *state ^= *state << 17;
    return *state;
}

static PROCESS_INFORMATION child;

static void is_refused(ULONG_PTR value)
{
    SetLastError(POISON);
    if (WTSTerminateProcess((HANDLE)value, child.dwProcessId, 1) || GetLastError() != ERROR_INVALID_HANDLE)
        fail_msg("%p was not refused with 6", (void *)value);
}

static void forged_values_are_refused_and_nothing_ends(void **state)
{
    WCHAR name[] = L"localhost";
    const ULONG_PTR live = (ULONG_PTR)WTSOpenServerW(name);
    ULONG64 seed = 0x9E3779B97F4A7C15ULL ^ GetTickCount64() << 8;
    (void)state;
    child = support_start_child(L"sleep", 0);
    for (unsigned i = 0; i < 200000; i++) {
        const ULONG_PTR value = (ULONG_PTR)(random_number(&seed) >> (i % 4 * 16 % (8 * sizeof(ULONG_PTR))));
        if (value != 0 && value != live)
            is_refused(value);
    }
    for (unsigned bit = 0; bit < 8 * sizeof(ULONG_PTR); bit++)
        is_refused(live ^ (ULONG_PTR)1 << bit);
    assert_int_equal(WaitForSingleObject(child.hProcess, 0), WAIT_TIMEOUT);
    TerminateProcess(child.hProcess, 0);
    WTSCloseServer((HANDLE)live);
    support_close_child(&child);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(forged_values_are_refused_and_nothing_ends)};
    if (support_child_mode() != NULL)
        Sleep(600000);
    return cmocka_run_group_tests(tests, support_check_dll, support_check_heap);
}

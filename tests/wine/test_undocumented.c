/*
 * The exports whose whole contract is their error: docs/contract.md#undocumented,
 * docs/contract.md#set-session-information.
 */
#include "support.h"

#include <wtsapi32.h>

static void what_windows_refuses_is_refused(void **state)
{
    ULONG session = 77;
    (void)state;
    assert_fails(QueryActiveSession(&session), 50);
    assert_fails(QueryActiveSession(NULL), 50);
    assert_fails(RegisterUsertokenForNoWinlogon(), 50);
    assert_int_equal(session, 77);
}

static void sessions_but_those_of_services_are_interactive(void **state)
{
    DWORD own = 0;
    (void)state;
    assert_true(ProcessIdToSessionId(GetCurrentProcessId(), &own));
    assert_int_not_equal(own, 0);
    assert_succeeds(IsInteractiveUserSession(own));
    assert_succeeds(IsInteractiveUserSession(WTS_CURRENT_SESSION));
    assert_fails(IsInteractiveUserSession(0), POISON);
    assert_fails(IsInteractiveUserSession(4711), 2);
}

static void sessions_are_not_set(void **state)
{
    wchar_t wide[] = L"name";
    char ansi[] = "name";
    (void)state;
    assert_fails(WTSSetSessionInformationW(NULL, WTS_CURRENT_SESSION, WTSUserName, wide, sizeof wide), 120);
    assert_fails(WTSSetSessionInformationA(NULL, WTS_CURRENT_SESSION, WTSUserName, ansi, sizeof ansi), 120);
    assert_fails(WTSSetSessionInformationW((HANDLE)4, 4711, (WTS_INFO_CLASS)99, NULL, 0), 120);
    assert_fails(WTSSetSessionInformationA((HANDLE)4, 4711, (WTS_INFO_CLASS)99, NULL, 0), 120);
    assert_memory_equal(wide, L"name", sizeof wide);
    assert_memory_equal(ansi, "name", sizeof ansi);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_teardown(what_windows_refuses_is_refused, support_check_heap),
        cmocka_unit_test_teardown(sessions_but_those_of_services_are_interactive, support_check_heap),
        cmocka_unit_test_teardown(sessions_are_not_set, support_check_heap),
    };
    return cmocka_run_group_tests(tests, support_check_dll, NULL);
}

/*
 * WTSEnumerateSessionsA/W and ExA/ExW, WTSActiveSessionExists, on this machine.
 * docs/contract.md#session-list, docs/contract.md#session-list-ex, docs/contract.md#active-session-exists.
 * Wrong arguments are cases of tests/conformance.
 */
#include "session_support.h"
#include "sessions_double.h"

#include <string.h>
#include <wchar.h>

static void *const untouched = (void *)(ULONG_PTR)0x11111111;

static void services_and_the_console_are_listed(void **state)
{
    WTS_SESSION_INFOW *rows = NULL;
    DWORD count = 0;
    (void)state;
    assert_succeeds(WTSEnumerateSessionsW(WTS_CURRENT_SERVER_HANDLE, 0, 1, &rows, &count));
    assert_true(count >= 2);
    assert_int_equal(rows[0].SessionId, 0);
    assert_int_equal(wcscmp(rows[0].pWinStationName, L"Services"), 0);
    assert_int_equal(rows[0].State, WTSDisconnected);
    assert_int_equal(rows[1].SessionId, WTSGetActiveConsoleSessionId());
    assert_int_equal(wcscmp(rows[1].pWinStationName, L"Console"), 0);
    assert_int_equal(rows[1].State, WTSActive);
    assert_null(LocalFree(rows)); /* one block */
}

static void the_ex_functions_name_users(void **state)
{
    WTS_SESSION_INFO_1W *rows = NULL;
    wchar_t user[257];
    wchar_t computer[MAX_COMPUTERNAME_LENGTH + 1];
    DWORD user_count = ARRAYSIZE(user);
    DWORD computer_count = ARRAYSIZE(computer);
    DWORD count = 0;
    DWORD level = 1;
    (void)state;
    assert_true(GetUserNameW(user, &user_count));
    assert_true(GetComputerNameW(computer, &computer_count));
    assert_succeeds(WTSEnumerateSessionsExW(NULL, &level, 0, &rows, &count));
    assert_int_equal(level, 1);
    assert_true(count >= 2);
    for (DWORD i = 0; i < count; i++) {
        assert_int_equal(rows[i].ExecEnvId, rows[i].SessionId);
        assert_null(rows[i].pHostName);
        assert_null(rows[i].pFarmName);
    }
    assert_int_equal(wcscmp(rows[0].pSessionName, L"Services"), 0);
    assert_int_equal(rows[0].State, WTSDisconnected);
    assert_null(rows[0].pUserName);
    assert_null(rows[0].pDomainName);
    assert_int_equal(wcscmp(rows[1].pSessionName, L"Console"), 0);
    assert_int_equal(rows[1].State, WTSActive);
    assert_int_equal(_wcsicmp(rows[1].pUserName, user), 0);
    assert_int_equal(_wcsicmp(rows[1].pDomainName, computer), 0);
    assert_succeeds(WTSFreeMemoryExW(WTSTypeSessionInfoLevel1, rows, count));
}

static void assert_same_text(const char *ansi, const wchar_t *wide)
{
    char narrow[1024];
    assert_int_equal(ansi == NULL, wide == NULL);
    if (wide == NULL)
        return;
    WideCharToMultiByte(CP_ACP, 0, wide, -1, narrow, sizeof narrow, NULL, NULL);
    assert_string_equal(ansi, narrow);
}

static void both_letters_agree(void **state)
{
    static const DWORD ids[] = {3, 0, 7};
    WTS_SESSION_INFOW *wide;
    WTS_SESSION_INFOA *ansi;
    WTS_SESSION_INFO_1W *wide_1;
    WTS_SESSION_INFO_1A *ansi_1;
    DWORD counts[4];
    DWORD level = 1;
    (void)state;
    sessions_double_spread(ids, ARRAYSIZE(ids));
    sessions_double_name(L"J\x00fcrgen \x4e00", L"D\x00d6MAIN");
    assert_succeeds(WTSEnumerateSessionsW(NULL, 0, 1, &wide, &counts[0]));
    assert_succeeds(WTSEnumerateSessionsA(NULL, 0, 1, &ansi, &counts[1]));
    assert_succeeds(WTSEnumerateSessionsExW(NULL, &level, 0, &wide_1, &counts[2]));
    assert_succeeds(WTSEnumerateSessionsExA(NULL, &level, 0, &ansi_1, &counts[3]));
    for (unsigned i = 0; i < ARRAYSIZE(counts); i++)
        assert_int_equal(counts[i], 4);
    for (DWORD i = 0; i < counts[0]; i++) {
        assert_int_equal(wide[i].SessionId, ansi[i].SessionId);
        assert_int_equal(wide[i].SessionId, wide_1[i].SessionId);
        assert_int_equal(wide[i].SessionId, ansi_1[i].SessionId);
        assert_int_equal(wide[i].State, ansi[i].State);
        assert_int_equal(wide[i].State, ansi_1[i].State);
        assert_same_text(ansi[i].pWinStationName, wide[i].pWinStationName);
        assert_same_text(ansi_1[i].pSessionName, wide_1[i].pSessionName);
        assert_same_text(ansi_1[i].pUserName, wide_1[i].pUserName);
        assert_same_text(ansi_1[i].pDomainName, wide_1[i].pDomainName);
    }
    assert_int_equal(wcscmp(wide_1[1].pUserName, L"J\x00fcrgen \x4e00"), 0);
    WTSFreeMemory(wide);
    WTSFreeMemory(ansi);
    assert_succeeds(WTSFreeMemoryExW(WTSTypeSessionInfoLevel1, wide_1, counts[2]));
    assert_succeeds(WTSFreeMemoryExA(WTSTypeSessionInfoLevel1, ansi_1, counts[3]));
}

static void every_session_of_the_process_list_is_listed_once(void **state)
{
    static const DWORD ids[] = {7, 0, 7, 65536, 3};
    static const DWORD listed[] = {0, 0 /* the console's */, 7, 65536, 3};
    WTS_SESSION_INFO_1W *rows;
    DWORD count;
    DWORD level = 1;
    (void)state;
    sessions_double_spread(ids, ARRAYSIZE(ids));
    assert_succeeds(WTSEnumerateSessionsExW(NULL, &level, 0, &rows, &count));
    assert_int_equal(count, ARRAYSIZE(listed));
    for (DWORD i = 0; i < count; i++)
        assert_int_equal(rows[i].SessionId, i == 1 ? own_session() : listed[i]);
    assert_null(rows[0].pUserName); /* though a process of a person runs in it now */
    for (DWORD i = 2; i < count; i++) {
        assert_int_equal(rows[i].State, WTSDisconnected); /* nobody knows who sees it */
        assert_string_equal((const char *)rows[i].pSessionName, "");
        assert_non_null(rows[i].pUserName);
    }
    WTSFreeMemory(rows);
}

static void without_a_console_the_callers_session_is_active(void **state)
{
    WTS_SESSION_INFOW *rows;
    DWORD count;
    (void)state;
    sessions_double_place(0xFFFFFFFF, own_session());
    assert_succeeds(WTSEnumerateSessionsW(NULL, 0, 1, &rows, &count));
    assert_int_equal(count, 2);
    assert_int_equal(rows[1].SessionId, own_session());
    assert_int_equal(rows[1].State, WTSActive);
    assert_int_equal(rows[1].pWinStationName[0], 0);
    WTSFreeMemory(rows);
}

static void a_console_that_shows_session_0_is_listed_once(void **state)
{
    WTS_SESSION_INFOW *rows;
    DWORD count;
    (void)state;
    sessions_double_place(0, own_session());
    assert_succeeds(WTSEnumerateSessionsW(NULL, 0, 1, &rows, &count));
    assert_int_equal(count, 2);
    assert_int_equal(rows[0].SessionId, 0);
    assert_int_equal(rows[0].State, WTSActive);
    assert_int_equal(wcscmp(rows[0].pWinStationName, L"Console"), 0);
    WTSFreeMemory(rows);
}

static void an_account_without_a_name_is_absent(void **state)
{
    WTS_SESSION_INFO_1W *rows;
    DWORD count;
    DWORD level = 1;
    (void)state;
    sessions_double_name(NULL, NULL);
    assert_succeeds(WTSEnumerateSessionsExW(NULL, &level, 0, &rows, &count));
    assert_true(sessions_double_names > 0);
    assert_null(rows[1].pUserName);
    assert_null(rows[1].pDomainName);
    WTSFreeMemory(rows);
}

static void each_allocation_fails_once(void **state)
{
    WTS_SESSION_INFO_1W *rows = untouched;
    DWORD count = 77;
    DWORD level = 1;
    unsigned failures = 0;
    (void)state;
    assert_succeeds(WTSEnumerateSessionsExW(NULL, &level, 0, &rows, &count)); /* what is kept is there now */
    WTSFreeMemory(rows);
    rows = untouched;
    count = 77;
    for (;;) {
        sessions_double_allocate(failures);
        SetLastError(POISON);
        const BOOL done = WTSEnumerateSessionsExW(NULL, &level, 0, &rows, &count);
        sessions_double_remove();
        assert_int_equal(sessions_double_leaks(), 0);
        if (!sessions_double_has_failed()) {
            assert_int_equal(done, TRUE);
            break;
        }
        assert_int_equal(done, FALSE);
        assert_int_equal(GetLastError(), 8);
        assert_ptr_equal(rows, untouched);
        assert_int_equal(count, 77);
        failures++;
    }
    assert_true(failures >= 5); /* the process list's, the rows, the users, the result */
    WTSFreeMemory(rows);
}

static void gaps_are_zero(void **state)
{
    WTS_SESSION_INFOW *rows;
    DWORD count;
    (void)state;
    assert_succeeds(WTSEnumerateSessionsW(NULL, 0, 1, &rows, &count));
    for (DWORD i = 0; i < count; i++) {
        WTS_SESSION_INFOW expected;
        memset(&expected, 0, sizeof expected);
        expected.SessionId = rows[i].SessionId;
        expected.pWinStationName = rows[i].pWinStationName;
        expected.State = rows[i].State;
        assert_memory_equal(&rows[i], &expected, sizeof expected);
    }
    WTSFreeMemory(rows);
}

static void whether_a_session_is_active_is_told(void **state)
{
    BOOL exists = 77;
    (void)state;
    assert_fails(WTSActiveSessionExists(NULL), 87);
    assert_succeeds(WTSActiveSessionExists(&exists));
    assert_int_equal(exists, TRUE);
    sessions_double_place(0xFFFFFFFF, 5);
    assert_succeeds(WTSActiveSessionExists(&exists));
    assert_int_equal(exists, TRUE);
    sessions_double_remove();
    sessions_double_place(0xFFFFFFFF, 0); /* a service, and nobody at the console */
    assert_succeeds(WTSActiveSessionExists(&exists));
    assert_int_equal(exists, FALSE);
}

static void no_handle_is_left_behind(void **state)
{
    (void)state;
    const HANDLE before = support_next_handle();
    for (unsigned i = 0; i < 100; i++) {
        WTS_SESSION_INFO_1A *rows;
        DWORD count;
        DWORD level = 1;
        assert_succeeds(WTSEnumerateSessionsExA(NULL, &level, 0, &rows, &count));
        WTSFreeMemory(rows);
    }
    assert_ptr_equal(support_next_handle(), before);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_teardown(services_and_the_console_are_listed, support_check_heap),
        cmocka_unit_test_teardown(the_ex_functions_name_users, support_check_heap),
        cmocka_unit_test_teardown(both_letters_agree, sessions_double_check),
        cmocka_unit_test_teardown(every_session_of_the_process_list_is_listed_once, sessions_double_check),
        cmocka_unit_test_teardown(without_a_console_the_callers_session_is_active, sessions_double_check),
        cmocka_unit_test_teardown(a_console_that_shows_session_0_is_listed_once, sessions_double_check),
        cmocka_unit_test_teardown(an_account_without_a_name_is_absent, sessions_double_check),
        cmocka_unit_test_teardown(each_allocation_fails_once, sessions_double_check),
        cmocka_unit_test_teardown(gaps_are_zero, support_check_heap),
        cmocka_unit_test_teardown(whether_a_session_is_active_is_told, sessions_double_check),
        cmocka_unit_test_teardown(no_handle_is_left_behind, support_check_heap),
    };
    sessions_double_start();
    return cmocka_run_group_tests(tests, support_check_dll, NULL);
}

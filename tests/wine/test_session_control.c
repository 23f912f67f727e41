/*
 * WTSDisconnectSession, WTSLogoffSession, WTSConnectSessionA/W, WTSShutdownSystem and the remote control
 * exports: arguments, sessions, refusals; what would end this prefix, with doubles of what ends it. The real
 * end is in tests/desktop.
 */
#include "session_support.h"
#include "sessions_double.h"

#include <wtsapi32.h>
#include <winternl.h>

#include <string.h>
#include <wchar.h>

#define STATUS_NOT_ALL_ASSIGNED ((NTSTATUS)0x00000106)

static const DWORD other[] = {5};

static void a_session_that_is_not_there_is_not_found(void **state)
{
    static const DWORD unknown[] = {4242, WTS_ANY_SESSION, 65536};
    wchar_t wide[] = L"";
    char ansi[] = "";
    (void)state;
    for (unsigned i = 0; i < ARRAYSIZE(unknown); i++) {
        for (BOOL waits = FALSE; waits <= TRUE; waits++) {
            assert_fails(WTSDisconnectSession(NULL, unknown[i], waits), ERROR_FILE_NOT_FOUND);
            assert_fails(WTSLogoffSession(NULL, unknown[i], waits), ERROR_FILE_NOT_FOUND);
            assert_fails(WTSConnectSessionW(unknown[i], WTS_CURRENT_SESSION, wide, waits),
                         ERROR_FILE_NOT_FOUND);
            assert_fails(WTSConnectSessionW(WTS_CURRENT_SESSION, unknown[i], wide, waits),
                         ERROR_FILE_NOT_FOUND);
            assert_fails(WTSConnectSessionA(unknown[i], WTS_CURRENT_SESSION, ansi, waits),
                         ERROR_FILE_NOT_FOUND);
            assert_fails(WTSConnectSessionA(WTS_CURRENT_SESSION, unknown[i], ansi, waits),
                         ERROR_FILE_NOT_FOUND);
        }
    }
}

static void a_handle_that_is_none_comes_before_the_session(void **state)
{
    (void)state;
    assert_fails(WTSDisconnectSession((HANDLE)4, 4242, TRUE), ERROR_INVALID_HANDLE);
    assert_fails(WTSLogoffSession(INVALID_HANDLE_VALUE, 4242, TRUE), ERROR_INVALID_HANDLE);
    assert_fails(WTSShutdownSystem((HANDLE)4, WTS_WSD_SHUTDOWN), ERROR_INVALID_HANDLE);
}

static void nothing_here_disconnects_or_connects_a_session(void **state)
{
    DWORD own = 0;
    wchar_t wide[] = L"secret";
    char ansi[] = "secret";
    (void)state;
    ProcessIdToSessionId(GetCurrentProcessId(), &own);
    assert_fails(WTSDisconnectSession(NULL, WTS_CURRENT_SESSION, FALSE), ERROR_NOT_SUPPORTED);
    assert_fails(WTSDisconnectSession(NULL, own, TRUE), ERROR_NOT_SUPPORTED);
    assert_fails(WTSDisconnectSession(NULL, 0, TRUE), ERROR_NOT_SUPPORTED);
    assert_fails(WTSConnectSessionW(own, WTS_CURRENT_SESSION, wide, TRUE), ERROR_NOT_SUPPORTED);
    assert_fails(WTSConnectSessionW(WTS_CURRENT_SESSION, 0, wide, FALSE), ERROR_NOT_SUPPORTED);
    assert_fails(WTSConnectSessionA(own, WTS_CURRENT_SESSION, ansi, TRUE), ERROR_NOT_SUPPORTED);
    assert_fails(WTSConnectSessionA(WTS_CURRENT_SESSION, 0, ansi, FALSE), ERROR_NOT_SUPPORTED);
}

static void connecting_needs_a_password_and_one_other_session(void **state)
{
    wchar_t wide[] = L"";
    char ansi[] = "";
    (void)state;
    assert_fails(WTSConnectSessionW(4242, 1, NULL, TRUE), ERROR_INVALID_PARAMETER);
    assert_fails(WTSConnectSessionA(4242, 1, NULL, TRUE), ERROR_INVALID_PARAMETER);
    assert_fails(WTSConnectSessionW(WTS_CURRENT_SESSION, WTS_CURRENT_SESSION, wide, TRUE),
                 ERROR_INVALID_PARAMETER);
    assert_fails(WTSConnectSessionA(WTS_CURRENT_SESSION, WTS_CURRENT_SESSION, ansi, TRUE),
                 ERROR_INVALID_PARAMETER);
}

static int WINAPI no_conversion(UINT page, DWORD flags, LPCSTR text, int length, LPWSTR wide, int capacity)
{
    (void)page;
    (void)flags;
    (void)text;
    (void)length;
    (void)wide;
    (void)capacity;
    SetLastError(ERROR_NO_UNICODE_TRANSLATION);
    return 0;
}

static void a_password_that_is_no_text_is_refused(void **state)
{
    char password[] = "\xFF";
    (void)state;
    sessions_double_replace("MultiByteToWideChar", no_conversion);
    assert_fails(WTSConnectSessionA(1, 2, password, TRUE), ERROR_INVALID_PARAMETER);
}

#define PASSWORD "sesame, open"

static const wchar_t wide_password[] = L"" PASSWORD;
static bool was_converted;
static unsigned freed_with_password;
static int(WINAPI *real_convert)(UINT, DWORD, LPCSTR, int, LPWSTR, int);
static wchar_t *converted;
static void (*real_free)(void *);

static int WINAPI watching_convert(UINT page, DWORD flags, LPCSTR text, int length, LPWSTR wide, int capacity)
{
    const int count = real_convert(page, flags, text, length, wide, capacity);
    was_converted = wcscmp(wide, wide_password) == 0;
    converted = wide;
    return count;
}

static void watching_free(void *block)
{
    if (block != NULL && block == converted)
        freed_with_password += memcmp(block, wide_password, sizeof wide_password) == 0 ? 100 : 1;
    real_free(block);
}

static void the_password_is_wiped(void **state)
{
    char password[] = PASSWORD;
    (void)state;
    real_free = (void (*)(void *))sessions_double_replace("free", watching_free);
    real_convert = sessions_double_replace("MultiByteToWideChar", watching_convert);
    const BOOL done = WTSConnectSessionA(WTS_CURRENT_SESSION, 0, password, TRUE);
    sessions_double_remove();
    assert_false(done);
    assert_true(was_converted);
    assert_int_equal(freed_with_password, 1);
}

static void without_memory_connecting_fails(void **state)
{
    char password[] = "secret";
    (void)state;
    sessions_double_allocate(0);
    SetLastError(POISON);
    const BOOL done = WTSConnectSessionA(4242, 1, password, TRUE);
    const DWORD error = GetLastError();
    const int leaks = sessions_double_leaks();
    sessions_double_remove();
    assert_false(done);
    assert_int_equal(error, ERROR_NOT_ENOUGH_MEMORY);
    assert_int_equal(leaks, 0);
}

static void sessions_of_others_are_not_ended(void **state)
{
    (void)state;
    assert_fails(WTSLogoffSession(NULL, 0, TRUE), ERROR_ACCESS_DENIED);
    assert_fails(WTSLogoffSession(NULL, 0, FALSE), ERROR_ACCESS_DENIED);
    sessions_double_spread(other, ARRAYSIZE(other));
    assert_fails(WTSLogoffSession(NULL, other[0], FALSE), ERROR_NOT_SUPPORTED);
    assert_fails(WTSDisconnectSession(NULL, other[0], FALSE), ERROR_NOT_SUPPORTED);
}

static void flags_that_are_none_come_before_the_handle(void **state)
{
    static const DWORD flags[] = {0, 0x20, 0x80000000, WTS_WSD_SHUTDOWN | 0x100};
    (void)state;
    for (unsigned i = 0; i < ARRAYSIZE(flags); i++) {
        assert_fails(WTSShutdownSystem(NULL, flags[i]), ERROR_INVALID_PARAMETER);
        assert_fails(WTSShutdownSystem((HANDLE)4, flags[i]), ERROR_INVALID_PARAMETER);
    }
}

static void what_no_system_here_does_is_refused(void **state)
{
    (void)state;
    assert_fails(WTSShutdownSystem(NULL, WTS_WSD_LOGOFF), ERROR_NOT_SUPPORTED);
    assert_fails(WTSShutdownSystem(NULL, WTS_WSD_FASTREBOOT), ERROR_NOT_SUPPORTED);
    assert_fails(WTSShutdownSystem(NULL, WTS_WSD_FASTREBOOT | WTS_WSD_REBOOT), ERROR_NOT_SUPPORTED);
}

static void remote_control_is_refused_for_good(void **state)
{
    wchar_t wide[] = L"server";
    char ansi[] = "server";
    (void)state;
    assert_fails(WTSStartRemoteControlSessionW(wide, 1, VK_MULTIPLY, REMOTECONTROL_KBDCTRL_HOTKEY),
                 ERROR_NOT_SUPPORTED);
    assert_fails(WTSStartRemoteControlSessionA(ansi, 1, VK_MULTIPLY, REMOTECONTROL_KBDALT_HOTKEY),
                 ERROR_NOT_SUPPORTED);
    assert_fails(WTSStartRemoteControlSessionW(NULL, WTS_CURRENT_SESSION, 0, 0), ERROR_NOT_SUPPORTED);
    assert_fails(WTSStopRemoteControlSession(1), ERROR_CTX_WINSTATION_NOT_FOUND);
    assert_fails(WTSStopRemoteControlSession(WTS_CURRENT_SESSION), ERROR_CTX_WINSTATION_NOT_FOUND);
}

/* ---- with a double of ExitWindowsEx ---- */

static unsigned exits;
static UINT exit_flags;
static bool exit_was_privileged;
static DWORD exit_error; /* 0: it succeeds */
static bool exit_sets_error = true;

static bool thread_may_shut_down(void)
{
    PRIVILEGE_SET wanted = {.PrivilegeCount = 1, .Control = PRIVILEGE_SET_ALL_NECESSARY};
    HANDLE token;
    BOOL held = FALSE;
    if (!OpenThreadToken(GetCurrentThread(), TOKEN_QUERY, TRUE, &token))
        return false;
    LookupPrivilegeValueW(NULL, L"SeShutdownPrivilege", &wanted.Privilege[0].Luid);
    PrivilegeCheck(token, &wanted, &held);
    CloseHandle(token);
    return held;
}

static BOOL WINAPI double_exit(UINT flags, DWORD reason)
{
    exits++;
    exit_flags = flags;
    exit_was_privileged = thread_may_shut_down();
    assert_int_not_equal(reason & SHTDN_REASON_FLAG_PLANNED, 0);
    SetLastError(exit_error);
    return exit_error == 0 && exit_sets_error;
}

static int bind_exit(void **state)
{
    sessions_double_bind("ExitWindowsEx", double_exit);
    return support_check_dll(state);
}

static int start(void **state)
{
    (void)state;
    exits = 0;
    exit_error = 0;
    exit_sets_error = true;
    return 0;
}

static void the_callers_session_is_ended_by_force(void **state)
{
    DWORD own = 0;
    (void)state;
    ProcessIdToSessionId(GetCurrentProcessId(), &own);
    assert_succeeds(WTSLogoffSession(NULL, WTS_CURRENT_SESSION, FALSE));
    assert_int_equal(exit_flags, EWX_LOGOFF | EWX_FORCE);
    assert_succeeds(WTSLogoffSession(NULL, own, FALSE));
    assert_int_equal(exits, 2);
}

static DWORD waited_ms;

static DWORD WINAPI double_wait(HANDLE object, DWORD timeout_ms)
{
    assert_ptr_equal(object, GetCurrentProcess());
    waited_ms = timeout_ms;
    return WAIT_TIMEOUT;
}

static void a_caller_that_outlives_its_session_is_told_so(void **state)
{
    (void)state;
    void *real = support_replace_import("WaitForSingleObject", double_wait);
    SetLastError(POISON);
    const BOOL done = WTSLogoffSession(NULL, WTS_CURRENT_SESSION, TRUE);
    const DWORD error = GetLastError();
    support_replace_import("WaitForSingleObject", real);
    assert_false(done);
    assert_int_equal(error, RPC_S_CALL_CANCELLED);
    assert_int_equal(exits, 1);
    assert_int_not_equal(waited_ms, INFINITE);
    assert_int_not_equal(waited_ms, 0);
}

static void a_refusal_of_the_system_is_passed_on(void **state)
{
    (void)state;
    exit_error = ERROR_SHUTDOWN_IN_PROGRESS;
    assert_fails(WTSLogoffSession(NULL, WTS_CURRENT_SESSION, TRUE), ERROR_SHUTDOWN_IN_PROGRESS);
    assert_fails(WTSShutdownSystem(NULL, WTS_WSD_REBOOT), ERROR_SHUTDOWN_IN_PROGRESS);
    exit_error = 0;
    exit_sets_error = false;
    assert_fails(WTSLogoffSession(NULL, WTS_CURRENT_SESSION, FALSE), ERROR_GEN_FAILURE);
    assert_fails(WTSShutdownSystem(NULL, WTS_WSD_REBOOT), ERROR_GEN_FAILURE);
}

static void the_system_ends_as_the_flags_say(void **state)
{
    static const struct {
        DWORD flags;
        UINT wanted;
    } rows[] = {{WTS_WSD_SHUTDOWN, EWX_SHUTDOWN},
                {WTS_WSD_REBOOT, EWX_REBOOT},
                {WTS_WSD_POWEROFF, EWX_POWEROFF},
                {WTS_WSD_SHUTDOWN | WTS_WSD_POWEROFF, EWX_SHUTDOWN | EWX_POWEROFF},
                {WTS_WSD_LOGOFF | WTS_WSD_REBOOT, EWX_REBOOT}};
    const HANDLE before = support_next_handle();
    HANDLE token;
    (void)state;
    for (unsigned i = 0; i < ARRAYSIZE(rows); i++) {
        assert_succeeds(WTSShutdownSystem(NULL, rows[i].flags));
        assert_int_equal(exit_flags, rows[i].wanted | EWX_FORCE);
        assert_true(exit_was_privileged);
        assert_int_equal(exits, i + 1);
    }
    assert_false(OpenThreadToken(GetCurrentThread(), TOKEN_QUERY, TRUE, &token)); /* given back */
    assert_ptr_equal(support_next_handle(), before);
}

static NTSTATUS NTAPI no_privilege(HANDLE token, BOOLEAN disable_all, TOKEN_PRIVILEGES *wanted, ULONG length,
                                   TOKEN_PRIVILEGES *previous, ULONG *needed)
{
    (void)token;
    (void)disable_all;
    (void)wanted;
    (void)length;
    (void)previous;
    (void)needed;
    return STATUS_NOT_ALL_ASSIGNED;
}

static void without_the_privilege_the_system_is_not_ended(void **state)
{
    (void)state;
    void *real = support_replace_import("NtAdjustPrivilegesToken", no_privilege);
    SetLastError(POISON);
    const BOOL done = WTSShutdownSystem(NULL, WTS_WSD_SHUTDOWN);
    const DWORD error = GetLastError();
    support_replace_import("NtAdjustPrivilegesToken", real);
    assert_false(done);
    assert_int_equal(error, ERROR_PRIVILEGE_NOT_HELD);
    assert_int_equal(exits, 0);
}

static int bind_nothing(void **state)
{
    sessions_double_bind("ExitWindowsEx", NULL);
    return support_check_dll(state);
}

static void without_user32_nothing_is_ended(void **state)
{
    (void)state;
    assert_fails(WTSLogoffSession(NULL, WTS_CURRENT_SESSION, TRUE), ERROR_NOT_SUPPORTED);
    assert_fails(WTSShutdownSystem(NULL, WTS_WSD_SHUTDOWN), ERROR_NOT_SUPPORTED);
}

#define CASE(test) cmocka_unit_test_teardown(test, sessions_double_check)
#define CHILD_CASE(test) cmocka_unit_test_setup_teardown(test, start, support_check_heap)

static const struct CMUnitTest ending[] = {
    CHILD_CASE(the_callers_session_is_ended_by_force),
    CHILD_CASE(a_caller_that_outlives_its_session_is_told_so),
    CHILD_CASE(a_refusal_of_the_system_is_passed_on),
    CHILD_CASE(the_system_ends_as_the_flags_say),
    CHILD_CASE(without_the_privilege_the_system_is_not_ended),
};
static const struct CMUnitTest bare[] = {CHILD_CASE(without_user32_nothing_is_ended)};

static const struct child children[] = {CHILD(ending, bind_exit), CHILD(bare, bind_nothing)};

static void ending_with_doubles(void **state)
{
    (void)state;
    check_children(children, ARRAYSIZE(children));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        CASE(a_session_that_is_not_there_is_not_found),
        CASE(a_handle_that_is_none_comes_before_the_session),
        CASE(nothing_here_disconnects_or_connects_a_session),
        CASE(connecting_needs_a_password_and_one_other_session),
        CASE(a_password_that_is_no_text_is_refused),
        CASE(the_password_is_wiped),
        CASE(without_memory_connecting_fails),
        CASE(sessions_of_others_are_not_ended),
        CASE(flags_that_are_none_come_before_the_handle),
        CASE(what_no_system_here_does_is_refused),
        CASE(remote_control_is_refused_for_good),
        CASE(ending_with_doubles),
    };
    const wchar_t *mode = support_child_mode();
    if (mode != NULL)
        return run_child(children, ARRAYSIZE(children), mode);
    return cmocka_run_group_tests(tests, support_check_dll, NULL);
}

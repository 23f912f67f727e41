/*
 * The branches of WTSTerminateProcess that this Wine cannot provoke, because everything here runs with all
 * rights: the refusal, the second try with the debug privilege, and each failure on the way there and back.
 * The functions that the DLL imports are replaced by doubles, or made to fail.
 */
#include "faults.h"

#include <wtsapi32.h>
#include <winternl.h>

#include <string.h>

#define STATUS_SUCCESS ((NTSTATUS)0)
#define STATUS_NOT_ALL_ASSIGNED ((NTSTATUS)0x00000106)
#define STATUS_ACCESS_DENIED ((NTSTATUS)0xC0000022)
#define STATUS_NO_TOKEN ((NTSTATUS)0xC000007C)
#define STATUS_BAD_IMPERSONATION_LEVEL ((NTSTATUS)0xC00000A5)

typedef NTSTATUS(NTAPI *open_process_type)(HANDLE *, ACCESS_MASK, OBJECT_ATTRIBUTES *, CLIENT_ID *);
typedef NTSTATUS(NTAPI *set_thread_type)(HANDLE, THREADINFOCLASS, void *, ULONG);

static open_process_type real_open_process;
static set_thread_type real_set_thread;
static unsigned opens;             /* calls of NtOpenProcess */
static unsigned refusals;          /* how many of them are refused first */
static bool privileged_at_open[8]; /* whether the thread had the debug privilege then */
static unsigned set_calls;
static unsigned set_failures_from; /* 1: every call fails, 2: all but the first, ..., 0: none */
static unsigned set_failures_to;

/* True when the calling thread has a token of its own with the debug privilege switched on. */
static bool thread_is_privileged(void)
{
    PRIVILEGE_SET wanted = {.PrivilegeCount = 1, .Control = PRIVILEGE_SET_ALL_NECESSARY};
    HANDLE token;
    BOOL held = FALSE;
    if (!OpenThreadToken(GetCurrentThread(), TOKEN_QUERY, TRUE, &token))
        return false;
    LookupPrivilegeValueW(NULL, L"SeDebugPrivilege", &wanted.Privilege[0].Luid);
    PrivilegeCheck(token, &wanted, &held);
    CloseHandle(token);
    return held;
}

static bool thread_has_token(void)
{
    HANDLE token;
    if (!OpenThreadToken(GetCurrentThread(), TOKEN_QUERY, TRUE, &token))
        return false;
    CloseHandle(token);
    return true;
}

static NTSTATUS NTAPI refusing_open(HANDLE *process, ACCESS_MASK access, OBJECT_ATTRIBUTES *attributes,
                                    CLIENT_ID *id)
{
    if (opens < ARRAYSIZE(privileged_at_open))
        privileged_at_open[opens] = thread_is_privileged();
    opens++;
    if (opens <= refusals)
        return STATUS_ACCESS_DENIED;
    return real_open_process(process, access, attributes, id);
}

static NTSTATUS NTAPI failing_set_thread(HANDLE thread, THREADINFOCLASS class, void *value, ULONG length)
{
    set_calls++;
    if (set_failures_from != 0 && set_calls >= set_failures_from && set_calls <= set_failures_to)
        return STATUS_ACCESS_DENIED;
    return real_set_thread(thread, class, value, length);
}

static PROCESS_INFORMATION child;

static int start(void **state)
{
    child = support_start_child(L"sleep", 0);
    opens = 0;
    refusals = 0;
    set_calls = 0;
    set_failures_from = 0;
    set_failures_to = 99;
    memset(privileged_at_open, 0, sizeof privileged_at_open);
    if (faults_start(state) != 0)
        return -1;
    real_open_process = (open_process_type)support_replace_import("NtOpenProcess", refusing_open);
    real_set_thread = (set_thread_type)support_replace_import("NtSetInformationThread", failing_set_thread);
    return real_open_process != NULL && real_set_thread != NULL ? 0 : -1;
}

static int finish(void **state)
{
    support_replace_import("NtOpenProcess", real_open_process);
    support_replace_import("NtSetInformationThread", real_set_thread);
    RevertToSelf();
    TerminateProcess(child.hProcess, 0);
    support_close_child(&child);
    return faults_stop(state);
}

static BOOL terminate_child(DWORD exit_code)
{
    return WTSTerminateProcess(WTS_CURRENT_SERVER_HANDLE, child.dwProcessId, exit_code);
}

static bool child_runs(void)
{
    return WaitForSingleObject(child.hProcess, 0) == WAIT_TIMEOUT;
}

static void a_granted_open_is_tried_once_without_privilege(void **state)
{
    (void)state;
    assert_succeeds(terminate_child(3));
    assert_int_equal(opens, 1);
    assert_false(privileged_at_open[0]);
    assert_int_equal(set_calls, 0);
}

static void after_a_refusal_the_privilege_is_used_and_given_back(void **state)
{
    (void)state;
    refusals = 1;
    const HANDLE before = support_next_handle();
    assert_succeeds(terminate_child(3));
    assert_int_equal(support_wait(child.hProcess), 3);
    assert_int_equal(opens, 2);
    assert_false(privileged_at_open[0]);
    assert_true(privileged_at_open[1]);
    assert_false(thread_has_token());
    assert_ptr_equal(support_next_handle(), before);
}

static void a_second_refusal_stands(void **state)
{
    (void)state;
    refusals = 9;
    const HANDLE before = support_next_handle();
    assert_fails(terminate_child(3), ERROR_ACCESS_DENIED);
    assert_int_equal(opens, 2);
    assert_true(privileged_at_open[1]);
    assert_true(child_runs());
    assert_false(thread_has_token());
    assert_ptr_equal(support_next_handle(), before);
}

static void other_failures_do_not_lead_to_the_privilege(void **state)
{
    (void)state;
    assert_fails(WTSTerminateProcess(WTS_CURRENT_SERVER_HANDLE, 0x7FFFFFF0, 1), ERROR_INVALID_PARAMETER);
    assert_int_equal(opens, 1);
    assert_int_equal(set_calls, 0);
}

static void an_impersonating_caller_keeps_its_token(void **state)
{
    (void)state;
    refusals = 1;
    assert_true(ImpersonateSelf(SecurityImpersonation));
    const HANDLE before = support_next_handle();
    assert_succeeds(terminate_child(3));
    assert_int_equal(opens, 2);
    assert_true(privileged_at_open[1]);
    assert_true(thread_has_token());
    assert_ptr_equal(support_next_handle(), before);
}

static void an_impersonating_callers_token_is_copied_not_the_process_one(void **state)
{
    (void)state;
    faults_arm_with("NtOpenProcessToken", 1, UINT_MAX, (ULONG_PTR)STATUS_ACCESS_DENIED, 0);
    refusals = 1;
    assert_true(ImpersonateSelf(SecurityImpersonation));
    assert_true(terminate_child(3));
    assert_true(privileged_at_open[1]);
}

/* The way to the privilege is blocked, `import` gives `status`: the refusal stands, nothing is tried again.
 */
static void refusal_stands_with(const char *import, NTSTATUS status)
{
    faults_arm_with(import, 1, UINT_MAX, (ULONG_PTR)status, 0);
    refusals = 1;
    const HANDLE before = support_next_handle();
    SetLastError(POISON);
    const BOOL ended = terminate_child(3);
    const DWORD error = GetLastError();
    assert_int_equal(faults_hits(), 1);
    assert_false(ended);
    assert_int_equal(error, ERROR_ACCESS_DENIED);
    assert_int_equal(opens, 1);
    assert_true(child_runs());
    assert_false(thread_has_token());
    assert_ptr_equal(support_next_handle(), before);
}

static void a_thread_token_that_cannot_be_opened_ends_the_try(void **state)
{
    (void)state;
    refusal_stands_with("NtOpenThreadToken", STATUS_ACCESS_DENIED);
}

static void a_process_token_that_cannot_be_opened_ends_the_try(void **state)
{
    (void)state;
    refusal_stands_with("NtOpenProcessToken", STATUS_ACCESS_DENIED);
}

static void a_token_that_cannot_be_copied_ends_the_try(void **state)
{
    (void)state;
    refusal_stands_with("NtDuplicateToken", STATUS_BAD_IMPERSONATION_LEVEL);
}

static void a_token_without_the_privilege_ends_the_try(void **state)
{
    (void)state;
    refusal_stands_with("NtAdjustPrivilegesToken", STATUS_NOT_ALL_ASSIGNED);
}

static void a_privilege_that_cannot_be_switched_on_ends_the_try(void **state)
{
    (void)state;
    refusal_stands_with("NtAdjustPrivilegesToken", STATUS_ACCESS_DENIED);
}

static void a_token_that_cannot_be_put_on_the_thread_ends_the_try(void **state)
{
    (void)state;
    refusals = 1;
    set_failures_from = 1;
    const HANDLE before = support_next_handle();
    assert_fails(terminate_child(3), ERROR_ACCESS_DENIED);
    assert_int_equal(opens, 1);
    assert_false(thread_has_token());
    assert_ptr_equal(support_next_handle(), before);
}

static void a_token_that_cannot_be_put_back_is_dropped(void **state)
{
    (void)state;
    refusals = 1;
    assert_true(ImpersonateSelf(SecurityImpersonation));
    set_failures_from = 2;
    set_failures_to = 2;
    assert_succeeds(terminate_child(3));
    assert_int_equal(set_calls, 3);
    assert_false(thread_has_token());
}

static void a_thread_that_would_stay_elevated_takes_the_process_down(void **state)
{
    PROCESS_INFORMATION elevated = support_start_child(L"elevated", 0);
    (void)state;
    assert_int_equal(support_wait(elevated.hProcess), (DWORD)STATUS_ACCESS_DENIED);
    support_close_child(&elevated);
}

/* A child whose token can be set once and never again: it must not come back from the call. */
static int run_elevated(void)
{
    real_open_process = (open_process_type)support_replace_import("NtOpenProcess", refusing_open);
    real_set_thread = (set_thread_type)support_replace_import("NtSetInformationThread", failing_set_thread);
    refusals = 1;
    set_failures_from = 2;
    set_failures_to = 99;
    WTSTerminateProcess(WTS_CURRENT_SERVER_HANDLE, 0x7FFFFFF0, 1);
    return 1;
}

#define CASE(test) cmocka_unit_test_setup_teardown(test, start, finish)

int main(void)
{
    const struct CMUnitTest tests[] = {
        CASE(a_granted_open_is_tried_once_without_privilege),
        CASE(after_a_refusal_the_privilege_is_used_and_given_back),
        CASE(a_second_refusal_stands),
        CASE(other_failures_do_not_lead_to_the_privilege),
        CASE(an_impersonating_caller_keeps_its_token),
        CASE(an_impersonating_callers_token_is_copied_not_the_process_one),
        CASE(a_thread_token_that_cannot_be_opened_ends_the_try),
        CASE(a_process_token_that_cannot_be_opened_ends_the_try),
        CASE(a_token_that_cannot_be_copied_ends_the_try),
        CASE(a_token_without_the_privilege_ends_the_try),
        CASE(a_privilege_that_cannot_be_switched_on_ends_the_try),
        CASE(a_token_that_cannot_be_put_on_the_thread_ends_the_try),
        CASE(a_token_that_cannot_be_put_back_is_dropped),
        cmocka_unit_test(a_thread_that_would_stay_elevated_takes_the_process_down),
    };
    const wchar_t *mode = support_child_mode();
    if (mode != NULL && wcscmp(mode, L"elevated") == 0)
        return run_elevated();
    if (mode != NULL)
        Sleep(600000);
    return cmocka_run_group_tests(tests, support_check_dll, NULL);
}

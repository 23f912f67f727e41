/*
 * WTSQuerySessionInformation where the system looks otherwise than Wine does: other sessions, other accounts,
 * no memory. What the DLL keeps for the life of a process is tested in child processes.
 */
#include "session_support.h"
#include "sessions_double.h"

#include <winternl.h>

#include <limits.h>
#include <string.h>
#include <wchar.h>

#define STATUS_ACCESS_DENIED ((NTSTATUS)0xC0000022)

static void *const untouched = (void *)(ULONG_PTR)0x11111111;

static const DWORD far_ids[] = {7};

static void another_session_is_known_by_its_processes(void **state)
{
    (void)state;
    sessions_double_spread(far_ids, 1);
    sessions_double_name(L"alice", L"WORK");
    check_number(7, WTSSessionId, 7, 4);
    check_number(7, WTSConnectState, WTSDisconnected, 4);
    check_text(7, WTSWinStationName, L"");
    check_text(7, WTSUserName, L"alice");
    check_text(7, WTSDomainName, L"WORK");
    check_text(7, WTSWorkingDirectory, L"");
    check_failure(NULL, 7, WTSClientProtocolType, 50); /* nobody tells who sees it */
    check_failure(NULL, 7, WTSIsRemoteSession, 50);
    check_failure(NULL, 7, WTSClientName, 50);
    check_failure(NULL, 7, WTSClientInfo, 50);
    WTSINFOEXW *info = ask_w(7, WTSSessionInfoEx, 0);
    const WTSINFOEX_LEVEL1_W *level = &info->Data.WTSInfoExLevel1;
    assert_int_equal(level->SessionId, 7);
    assert_int_equal(level->SessionFlags, -1);
    assert_true(level->ConnectTime.QuadPart > 0);
    assert_int_equal(level->ConnectTime.QuadPart, level->LogonTime.QuadPart);
    assert_int_equal(level->LastInputTime.QuadPart, 0);
    WTSFreeMemory(info);
    sessions_double_remove();
    check_failure(NULL, 7, WTSUserName, 2); /* it is gone */
}

/* 19 characters, one of two units, more characters. */
#define LONG_NAME L"abcdefghijklmnopqrs\xD83D\xDE00-and-more-than-fits"
#define LONG_DOMAIN L"ABCDEFGHIJKLMNO\x00c4-IS-LONG"

static void long_names_are_cut_at_a_character(void **state)
{
    LPSTR block;
    DWORD bytes;
    (void)state;
    sessions_double_spread(far_ids, 1);
    sessions_double_name(LONG_NAME, LONG_DOMAIN);
    check_text(7, WTSUserName, LONG_NAME);
    check_text(7, WTSDomainName, LONG_DOMAIN);
    WTSINFOW *info = ask_w(7, WTSSessionInfo, 0);
    assert_int_equal(wcscmp(info->UserName, L"abcdefghijklmnopqrs"), 0);
    assert_int_equal(wcscmp(info->Domain, L"ABCDEFGHIJKLMNO\x00c4"), 0); /* 17 with the NUL */
    WTSFreeMemory(info);
    WTSINFOEXW *info_ex = ask_w(7, WTSSessionInfoEx, 0);
    assert_int_equal(wcscmp(info_ex->Data.WTSInfoExLevel1.UserName, L"abcdefghijklmnopqrs"), 0);
    assert_int_equal(wcscmp(info_ex->Data.WTSInfoExLevel1.DomainName, L"ABCDEFGHIJKLMNO\x00c4-"), 0);
    WTSFreeMemory(info_ex);
    assert_succeeds(WTSQuerySessionInformationA(NULL, 7, WTSSessionInfo, &block, &bytes));
    const WTSINFOA *ansi = (const void *)block;
    char narrow[64] = {0};
    WideCharToMultiByte(CP_ACP, 0, L"ABCDEFGHIJKLMNO\x00c4", -1, narrow, sizeof narrow, NULL, NULL);
    assert_int_equal(bytes, sizeof *ansi);
    assert_int_equal(memcmp(ansi->UserName, "abcdefghijklmnopqrs", 19), 0);
    assert_int_equal(ansi->UserName[20], 0);
    assert_int_equal(strncmp(ansi->Domain, narrow, sizeof ansi->Domain - 1), 0);
    assert_int_equal(ansi->Domain[sizeof ansi->Domain - 1], 0);
    WTSFreeMemory(block);
}

static void an_account_without_a_name_is_told_by_its_error(void **state)
{
    (void)state;
    sessions_double_spread(far_ids, 1);
    sessions_double_name(NULL, NULL);
    check_failure(NULL, 7, WTSUserName, ERROR_NONE_MAPPED);
    check_failure(NULL, 7, WTSDomainName, ERROR_NONE_MAPPED);
    WTSINFOW *info = ask_w(7, WTSSessionInfo, 0); /* the rest is known */
    assert_int_equal(info->SessionId, 7);
    assert_int_equal(info->UserName[0], 0);
    WTSFreeMemory(info);
}

static void session_0_at_the_console_has_a_user(void **state)
{
    static const DWORD ids[] = {0};
    (void)state;
    sessions_double_place(0, 1);
    sessions_double_spread(ids, 1);
    sessions_double_name(L"bob", L"HOME");
    check_text(0, WTSWinStationName, L"Console");
    check_text(0, WTSUserName, L"bob");
    WTSINFOW *info = ask_w(0, WTSSessionInfo, 0);
    assert_int_equal(info->State, WTSActive);
    assert_true(info->LogonTime.QuadPart > 0);
    WTSFreeMemory(info);
}

/* What starts with the system ends at some time: the session goes on, and began when it began. */
static void the_times_of_the_own_session_stay_when_its_oldest_process_ends(void **state)
{
    (void)state;
    WTSINFOW *before = ask_w(WTS_CURRENT_SESSION, WTSSessionInfo, 0);
    sessions_double_end_oldest();
    WTSINFOW *after = ask_w(WTS_CURRENT_SESSION, WTSSessionInfo, 0);
    assert_true(before->LogonTime.QuadPart > 0);
    assert_int_equal(after->ConnectTime.QuadPart, before->ConnectTime.QuadPart);
    assert_int_equal(after->LogonTime.QuadPart, before->LogonTime.QuadPart);
    WTSFreeMemory(before);
    WTSFreeMemory(after);
}

static void each_allocation_fails_once(void **state)
{
    static const struct {
        DWORD session;
        WTS_INFO_CLASS class;
        unsigned failures; /* the fewest there can be */
    } rows[] = {{WTS_CURRENT_SESSION, WTSUserName, 1},
                {WTS_CURRENT_SESSION, WTSSessionId, 1},
                {WTS_CURRENT_SESSION, WTSOEMId, 1},
                {WTS_CURRENT_SESSION, WTSClientInfo, 1},
                {WTS_CURRENT_SESSION, WTSSessionInfo, 4},
                {7, WTSUserName, 5},
                {7, WTSSessionInfo, 5},
                {7, WTSSessionId, 4}};
    (void)state;
    for (unsigned i = 0; i < ARRAYSIZE(rows); i++) {
        for (unsigned failures = 0;; failures++) {
            LPSTR block = untouched;
            DWORD bytes = 77;
            sessions_double_spread(far_ids, 1);
            sessions_double_allocate(failures);
            SetLastError(POISON);
            const BOOL done =
                WTSQuerySessionInformationA(NULL, rows[i].session, rows[i].class, &block, &bytes);
            sessions_double_remove();
            assert_int_equal(sessions_double_leaks(), 0);
            if (done) {
                assert_false(sessions_double_has_failed());
                assert_true(failures >= rows[i].failures);
                WTSFreeMemory(block);
                break;
            }
            assert_int_equal(GetLastError(), 8);
            assert_ptr_equal(block, untouched);
            assert_int_equal(bytes, 77);
        }
    }
}

/* ---- child "first": the first questions of a process ---- */

static void the_own_user_is_asked_for_once_and_needs_no_process_list(void **state)
{
    (void)state;
    sessions_double_spread(NULL, 0);
    sessions_double_name(L"carol", L"HOME");
    for (unsigned i = 0; i < 3; i++) {
        check_text(WTS_CURRENT_SESSION, WTSUserName, L"carol");
        check_text(WTS_CURRENT_SESSION, WTSDomainName, L"HOME");
    }
    assert_int_equal(sessions_double_names, 1);
    check_text(WTS_CURRENT_SESSION, WTSWinStationName, L"Console");
    check_number(WTS_CURRENT_SESSION, WTSConnectState, WTSActive, 4);
    WTSFreeMemory(ask_w(WTS_CURRENT_SESSION, WTSClientInfo, 0));
    WTSFreeMemory(ask_w(WTS_CURRENT_SESSION, WTSConfigInfo, 0));
    assert_int_equal(sessions_double_lists, 0);
    WTSFreeMemory(ask_w(WTS_CURRENT_SESSION, WTSSessionInfo, 0)); /* its times come from the processes */
    assert_int_equal(sessions_double_lists, 1);
}

/* ---- child "at_once": two threads ask for the own user first ---- */

static LONG lookups;
static HANDLE both_ask;   /* both threads are in the lookup */
static HANDLE first_done; /* one of them has its answer */

/* Gives both threads another name, and lets the second have its own when the first has its answer. */
static BOOL WINAPI lookup_of_two(LPCWSTR system, PSID sid, LPWSTR name, DWORD *name_count, LPWSTR domain,
                                 DWORD *domain_count, PSID_NAME_USE use)
{
    (void)system;
    (void)sid;
    (void)name_count;
    (void)domain_count;
    const LONG number = InterlockedIncrement(&lookups);
    if (number == 2) {
        SetEvent(both_ask);
        assert_int_equal(WaitForSingleObject(first_done, 60000), WAIT_OBJECT_0);
    } else {
        assert_int_equal(WaitForSingleObject(both_ask, 60000), WAIT_OBJECT_0);
    }
    wcscpy(name, number == 1 ? L"first" : L"second");
    wcscpy(domain, L"HOME");
    *use = SidTypeUser;
    return TRUE;
}

static DWORD WINAPI ask_user(void *answer)
{
    DWORD bytes;
    const BOOL done = WTSQuerySessionInformationW(NULL, WTS_CURRENT_SESSION, WTSUserName, answer, &bytes);
    SetEvent(first_done);
    return (DWORD)done;
}

static void two_threads_that_ask_at_once_get_one_user(void **state)
{
    LPWSTR answers[2] = {NULL, NULL};
    HANDLE threads[2];
    (void)state;
    both_ask = CreateEventW(NULL, TRUE, FALSE, NULL);
    first_done = CreateEventW(NULL, TRUE, FALSE, NULL);
    sessions_double_lookup(lookup_of_two);
    for (unsigned i = 0; i < 2; i++)
        threads[i] = CreateThread(NULL, 0, ask_user, &answers[i], 0, NULL);
    assert_int_equal(WaitForMultipleObjects(2, threads, TRUE, 120000), WAIT_OBJECT_0);
    for (unsigned i = 0; i < 2; i++) {
        assert_int_equal(wcscmp(answers[i], L"first"), 0);
        WTSFreeMemory(answers[i]);
        CloseHandle(threads[i]);
    }
    check_text(WTS_CURRENT_SESSION, WTSUserName, L"first");
    assert_int_equal(lookups, 2);
}

/* ---- child "nameless": what cannot be had is not remembered ---- */

static NTSTATUS NTAPI refusing_open_token(HANDLE process, ACCESS_MASK access, HANDLE *token)
{
    (void)process;
    (void)access;
    (void)token;
    return STATUS_ACCESS_DENIED;
}

static void failures_are_not_remembered(void **state)
{
    (void)state;
    sessions_double_replace("NtOpenProcessToken", refusing_open_token);
    check_failure(NULL, WTS_CURRENT_SESSION, WTSUserName, 5);
    sessions_double_remove();
    sessions_double_name(NULL, NULL);
    check_failure(NULL, WTS_CURRENT_SESSION, WTSUserName, ERROR_NONE_MAPPED);
    WTSFreeMemory(ask_w(WTS_CURRENT_SESSION, WTSSessionInfo, 0));
    sessions_double_remove();
    sessions_double_name(L"dave", L"HOME");
    check_text(WTS_CURRENT_SESSION, WTSUserName, L"dave");
}

/* ---- child "service": a service of the system asks ---- */

static NTSTATUS(NTAPI *real_query_token)(HANDLE, TOKEN_INFORMATION_CLASS, void *, ULONG, ULONG *);
static unsigned system_answers; /* so many are S-1-5-18; the rest is true */

static NTSTATUS NTAPI system_query_token(HANDLE token, TOKEN_INFORMATION_CLASS class, void *answer,
                                         ULONG length, ULONG *needed)
{
    const NTSTATUS status = real_query_token(token, class, answer, length, needed);
    if (NT_SUCCESS(status) && class == TokenUser && system_answers > 0) {
        SID *sid = ((TOKEN_USER *)answer)->User.Sid;
        system_answers--;
        sid->SubAuthorityCount = 1;
        sid->SubAuthority[0] = SECURITY_LOCAL_SYSTEM_RID;
    }
    return status;
}

static void a_service_names_the_person_of_the_session(void **state)
{
    (void)state;
    system_answers = 1; /* this process; the list asks again, and finds persons */
    real_query_token = sessions_double_replace("NtQueryInformationToken", system_query_token);
    sessions_double_spread(NULL, 0);
    sessions_double_name(L"erin", L"HOME");
    check_text(WTS_CURRENT_SESSION, WTSUserName, L"erin");
    assert_int_equal(sessions_double_lists, 1);
}

/* ---- child "lonely": nobody but services is there ---- */

static void where_nobody_is_logged_on_the_name_is_empty(void **state)
{
    (void)state;
    system_answers = UINT_MAX;
    real_query_token = sessions_double_replace("NtQueryInformationToken", system_query_token);
    check_text(WTS_CURRENT_SESSION, WTSUserName, L"");
    check_text(WTS_CURRENT_SESSION, WTSDomainName, L"");
    sessions_double_spread(NULL, 0);
    WTSINFOW *info = ask_w(WTS_CURRENT_SESSION, WTSSessionInfo, 0);
    assert_int_equal(sessions_double_lists, 1); /* for the user, and for the times */
    assert_true(info->ConnectTime.QuadPart > 0);
    assert_int_equal(info->LogonTime.QuadPart, 0);
    WTSFreeMemory(info);
    sessions_double_remove();
    sessions_double_name(L"frank", L"HOME"); /* logs on: nothing else was remembered */
    check_text(WTS_CURRENT_SESSION, WTSUserName, L"frank");
}

#define CHILD_TEST(test) cmocka_unit_test_teardown(test, sessions_double_check)

static const struct CMUnitTest first[] = {
    CHILD_TEST(the_own_user_is_asked_for_once_and_needs_no_process_list)};
static const struct CMUnitTest at_once[] = {CHILD_TEST(two_threads_that_ask_at_once_get_one_user)};
static const struct CMUnitTest nameless[] = {CHILD_TEST(failures_are_not_remembered)};
static const struct CMUnitTest service[] = {CHILD_TEST(a_service_names_the_person_of_the_session)};
static const struct CMUnitTest lonely[] = {CHILD_TEST(where_nobody_is_logged_on_the_name_is_empty)};
static const struct child children[] = {CHILD(first, support_check_dll), CHILD(at_once, support_check_dll),
                                        CHILD(nameless, support_check_dll), CHILD(service, support_check_dll),
                                        CHILD(lonely, support_check_dll)};

static void the_first_questions_of_a_process(void **state)
{
    (void)state;
    check_children(children, ARRAYSIZE(children));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_teardown(another_session_is_known_by_its_processes, sessions_double_check),
        cmocka_unit_test_teardown(long_names_are_cut_at_a_character, sessions_double_check),
        cmocka_unit_test_teardown(an_account_without_a_name_is_told_by_its_error, sessions_double_check),
        cmocka_unit_test_teardown(session_0_at_the_console_has_a_user, sessions_double_check),
        cmocka_unit_test_teardown(the_times_of_the_own_session_stay_when_its_oldest_process_ends,
                                  sessions_double_check),
        cmocka_unit_test_teardown(each_allocation_fails_once, sessions_double_check),
        cmocka_unit_test_teardown(the_first_questions_of_a_process, support_check_heap),
    };
    const wchar_t *mode = support_child_mode();
    sessions_double_start();
    if (mode != NULL)
        return run_child(children, ARRAYSIZE(children), mode);
    return cmocka_run_group_tests(tests, support_check_dll, NULL);
}

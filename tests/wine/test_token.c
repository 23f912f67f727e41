/*
 * WTSQueryUserToken and QueryUserToken, docs/contract.md#user-token: 87 before 1314 before 2; a primary
 * token. Sessions without a user are cases of tests/conformance.
 */
#include "sessions_double.h"

#include <wtsapi32.h>
#include <winternl.h>

#include <string.h>
#include <wchar.h>

#define STATUS_ACCESS_DENIED ((NTSTATUS)0xC0000022)
#define STATUS_INVALID_CID ((NTSTATUS)0xC000000B)
#define STATUS_INSUFFICIENT_RESOURCES ((NTSTATUS)0xC000009A)
#define SE_TCB_NUMBER 7

static HANDLE const untouched = (HANDLE)(ULONG_PTR)0x11111111;

typedef BOOL(WINAPI *query_function)(ULONG, PHANDLE);
static const query_function functions[] = {WTSQueryUserToken, QueryUserToken};

static void check_no_token(DWORD session, DWORD error)
{
    const HANDLE before = support_next_handle();
    for (unsigned i = 0; i < ARRAYSIZE(functions); i++) {
        HANDLE token = untouched;
        assert_fails(functions[i](session, &token), error);
        assert_ptr_equal(token, untouched);
    }
    assert_ptr_equal(support_next_handle(), before);
}

union user {
    TOKEN_USER user;
    BYTE room[128];
};

static void user_of(HANDLE token, union user *answer)
{
    DWORD length;
    assert_true(GetTokenInformation(token, TokenUser, answer, sizeof *answer, &length));
}

static void check_token(HANDLE token)
{
    HANDLE own;
    union user own_user;
    union user user;
    TOKEN_TYPE type;
    DWORD length;
    DWORD flags;
    assert_true(OpenProcessToken(GetCurrentProcess(), TOKEN_QUERY, &own));
    user_of(own, &own_user);
    user_of(token, &user);
    CloseHandle(own);
    assert_true(EqualSid(own_user.user.User.Sid, user.user.User.Sid));
    assert_true(GetTokenInformation(token, TokenType, &type, sizeof type, &length));
    assert_int_equal(type, TokenPrimary);
    assert_true(GetHandleInformation(token, &flags));
    assert_int_equal(flags & HANDLE_FLAG_INHERIT, 0);
}

static void the_token_is_the_users_and_primary(void **state)
{
    DWORD own = 0;
    (void)state;
    ProcessIdToSessionId(GetCurrentProcessId(), &own);
    const DWORD sessions[] = {own, WTS_CURRENT_SESSION};
    const HANDLE before = support_next_handle();
    for (unsigned i = 0; i < 4; i++) {
        HANDLE token = untouched;
        assert_succeeds(functions[i / 2](sessions[i % 2], &token));
        check_token(token);
        assert_true(CloseHandle(token));
        assert_ptr_equal(support_next_handle(), before);
    }
}

static void a_program_can_be_started_with_it(void **state)
{
    wchar_t path[MAX_PATH];
    wchar_t command[MAX_PATH + 64];
    STARTUPINFOW startup = {.cb = sizeof startup};
    PROCESS_INFORMATION child;
    HANDLE token;
    (void)state;
    GetModuleFileNameW(NULL, path, MAX_PATH);
    _snwprintf(command, ARRAYSIZE(command), L"\"%ls\" --child ends", path);
    assert_succeeds(WTSQueryUserToken(WTS_CURRENT_SESSION, &token));
    assert_true(
        CreateProcessAsUserW(token, path, command, NULL, NULL, FALSE, 0, NULL, NULL, &startup, &child));
    assert_int_equal(support_wait(child.hProcess), 42);
    support_close_child(&child);
    CloseHandle(token);
}

static NTSTATUS(NTAPI *real_information)(HANDLE, TOKEN_INFORMATION_CLASS, void *, ULONG, ULONG *);

/* The token holds every privilege but the one to act for the system. */
static NTSTATUS NTAPI without_tcb(HANDLE token, TOKEN_INFORMATION_CLASS class, void *answer, ULONG length,
                                  ULONG *needed)
{
    const NTSTATUS status = real_information(token, class, answer, length, needed);
    TOKEN_PRIVILEGES *privileges = answer;
    for (DWORD i = 0; class == TokenPrivileges && i < privileges->PrivilegeCount; i++) {
        if (privileges->Privileges[i].Luid.LowPart == SE_TCB_NUMBER)
            privileges->Privileges[i].Luid.LowPart = 3;
    }
    return status;
}

static NTSTATUS NTAPI no_information(HANDLE token, TOKEN_INFORMATION_CLASS class, void *answer, ULONG length,
                                     ULONG *needed)
{
    if (class != TokenPrivileges)
        return real_information(token, class, answer, length, needed);
    return STATUS_ACCESS_DENIED;
}

static void no_place_for_a_token_comes_before_the_privilege(void **state)
{
    (void)state;
    real_information = sessions_double_replace("NtQueryInformationToken", without_tcb);
    for (unsigned i = 0; i < ARRAYSIZE(functions); i++) {
        assert_fails(functions[i](WTS_CURRENT_SESSION, NULL), ERROR_INVALID_PARAMETER);
        assert_fails(functions[i](4242, NULL), ERROR_INVALID_PARAMETER);
    }
}

static void without_the_privilege_no_session_is_looked_at(void **state)
{
    (void)state;
    real_information = sessions_double_replace("NtQueryInformationToken", without_tcb);
    check_no_token(WTS_CURRENT_SESSION, ERROR_PRIVILEGE_NOT_HELD);
    check_no_token(4242, ERROR_PRIVILEGE_NOT_HELD);
    check_no_token(0, ERROR_PRIVILEGE_NOT_HELD);
}

static void privileges_that_cannot_be_read_are_none(void **state)
{
    (void)state;
    real_information = sessions_double_replace("NtQueryInformationToken", no_information);
    check_no_token(WTS_CURRENT_SESSION, ERROR_PRIVILEGE_NOT_HELD);
}

static NTSTATUS NTAPI no_thread_token(HANDLE thread, ACCESS_MASK access, BOOLEAN as_self, HANDLE *token)
{
    (void)thread;
    (void)access;
    (void)as_self;
    (void)token;
    return STATUS_ACCESS_DENIED;
}

static void a_token_that_cannot_be_opened_has_no_privilege(void **state)
{
    (void)state;
    sessions_double_replace("NtOpenThreadToken", no_thread_token);
    check_no_token(WTS_CURRENT_SESSION, ERROR_PRIVILEGE_NOT_HELD);
}

static void an_impersonating_caller_is_judged_by_its_token(void **state)
{
    TOKEN_PRIVILEGES removed = {.PrivilegeCount = 1};
    HANDLE token;
    (void)state;
    assert_true(ImpersonateSelf(SecurityImpersonation));
    assert_true(OpenThreadToken(GetCurrentThread(), TOKEN_ADJUST_PRIVILEGES, TRUE, &token));
    removed.Privileges[0].Luid.LowPart = SE_TCB_NUMBER;
    removed.Privileges[0].Attributes = SE_PRIVILEGE_REMOVED;
    assert_true(AdjustTokenPrivileges(token, FALSE, &removed, 0, NULL, NULL));
    CloseHandle(token);
    check_no_token(WTS_CURRENT_SESSION, ERROR_PRIVILEGE_NOT_HELD);
    assert_true(RevertToSelf());
    assert_succeeds(WTSQueryUserToken(WTS_CURRENT_SESSION, &token));
    CloseHandle(token);
}

static void another_session_has_the_token_of_its_process(void **state)
{
    static const DWORD other[] = {5};
    HANDLE token = untouched;
    (void)state;
    sessions_double_spread(other, ARRAYSIZE(other));
    assert_succeeds(WTSQueryUserToken(5, &token));
    check_token(token);
    CloseHandle(token);
}

static NTSTATUS process_answers[2]; /* to NtOpenProcess, first and later calls; 0: the real one */
static unsigned process_opens;
static DWORD user_process; /* of which the token comes; 0: not known yet */
static DWORD last_opened;
static NTSTATUS(NTAPI *real_open)(HANDLE *, ACCESS_MASK, OBJECT_ATTRIBUTES *, CLIENT_ID *);

/* The list opens the processes of programs that start meanwhile with the same rights: they count for nothing.
 */
static NTSTATUS NTAPI double_open(HANDLE *process, ACCESS_MASK access, OBJECT_ATTRIBUTES *attributes,
                                  CLIENT_ID *id)
{
    NTSTATUS answer = 0;
    last_opened = HandleToUlong(id->UniqueProcess);
    if (last_opened == user_process)
        answer = process_answers[process_opens++ > 0];
    return answer != 0 ? answer : real_open(process, access, attributes, id);
}

static void bind_open(NTSTATUS first, NTSTATUS later)
{
    HANDLE token;
    const void *const real = sessions_double_replace("NtOpenProcess", double_open);
    if (real_open == NULL)
        real_open = (void *)real;
    user_process = 0;
    /* After this the user of each process is remembered, and only the one that gives the token is opened. */
    assert_true(WTSQueryUserToken(WTS_CURRENT_SESSION, &token));
    CloseHandle(token);
    user_process = last_opened;
    process_answers[0] = first;
    process_answers[1] = later;
    process_opens = 0;
}

static void a_refused_process_is_asked_with_the_debug_privilege(void **state)
{
    HANDLE token;
    (void)state;
    bind_open(STATUS_ACCESS_DENIED, 0);
    PROCESS_INFORMATION newcomer = support_start_child(L"ends", CREATE_SUSPENDED);
    assert_succeeds(WTSQueryUserToken(WTS_CURRENT_SESSION, &token));
    CloseHandle(token);
    TerminateProcess(newcomer.hProcess, 0);
    support_close_child(&newcomer);
    assert_int_equal(process_opens, 2);
    assert_false(OpenThreadToken(GetCurrentThread(), TOKEN_QUERY, TRUE, &token));
    bind_open(STATUS_ACCESS_DENIED, STATUS_ACCESS_DENIED);
    check_no_token(WTS_CURRENT_SESSION, ERROR_ACCESS_DENIED);
}

static void a_process_that_has_just_ended_has_no_token(void **state)
{
    (void)state;
    bind_open(STATUS_INVALID_CID, STATUS_INVALID_CID);
    check_no_token(WTS_CURRENT_SESSION, ERROR_NO_TOKEN);
}

/* Every process was created at another time than the list says: its number was given away meanwhile. */
static NTSTATUS NTAPI another_process(HANDLE process, PROCESSINFOCLASS class, void *answer, ULONG length,
                                      ULONG *needed)
{
    const NTSTATUS status = NtQueryInformationProcess(process, class, answer, length, needed);
    if (class == ProcessTimes)
        ((KERNEL_USER_TIMES *)answer)->CreateTime.dwLowDateTime ^= 1;
    return status;
}

static void a_process_with_the_number_of_one_that_ended_gives_no_token(void **state)
{
    HANDLE token;
    (void)state;
    assert_true(WTSQueryUserToken(WTS_CURRENT_SESSION, &token)); /* users of processes are remembered */
    CloseHandle(token);
    sessions_double_replace("NtQueryInformationProcess", another_process);
    check_no_token(WTS_CURRENT_SESSION, ERROR_NO_TOKEN);
}

static NTSTATUS NTAPI no_copy(HANDLE token, ACCESS_MASK access, OBJECT_ATTRIBUTES *attributes,
                              BOOLEAN effective_only, TOKEN_TYPE type, HANDLE *copy)
{
    (void)token;
    (void)access;
    (void)attributes;
    (void)effective_only;
    (void)copy;
    assert_int_equal(type, TokenPrimary);
    return STATUS_INSUFFICIENT_RESOURCES;
}

static void a_token_that_cannot_be_copied_is_not_given(void **state)
{
    (void)state;
    sessions_double_replace("NtDuplicateToken", no_copy);
    check_no_token(WTS_CURRENT_SESSION, ERROR_NO_SYSTEM_RESOURCES);
}

static void without_memory_there_is_no_token(void **state)
{
    (void)state;
    for (unsigned count = 0;; count++) {
        HANDLE token = untouched;
        sessions_double_allocate(count);
        const BOOL done = WTSQueryUserToken(WTS_CURRENT_SESSION, &token);
        const DWORD error = GetLastError();
        const bool has_failed = sessions_double_has_failed();
        sessions_double_remove();
        if (done) {
            CloseHandle(token);
            if (!has_failed)
                break;
            continue; /* what failed was not needed */
        }
        assert_true(has_failed);
        assert_int_equal(error, ERROR_NOT_ENOUGH_MEMORY);
        assert_ptr_equal(token, untouched);
    }
}

#define CASE(test) cmocka_unit_test_teardown(test, sessions_double_check)

int main(void)
{
    const struct CMUnitTest tests[] = {
        CASE(the_token_is_the_users_and_primary),
        CASE(a_program_can_be_started_with_it),
        CASE(no_place_for_a_token_comes_before_the_privilege),
        CASE(without_the_privilege_no_session_is_looked_at),
        CASE(privileges_that_cannot_be_read_are_none),
        CASE(a_token_that_cannot_be_opened_has_no_privilege),
        CASE(an_impersonating_caller_is_judged_by_its_token),
        CASE(another_session_has_the_token_of_its_process),
        CASE(a_refused_process_is_asked_with_the_debug_privilege),
        CASE(a_process_that_has_just_ended_has_no_token),
        CASE(a_process_with_the_number_of_one_that_ended_gives_no_token),
        CASE(a_token_that_cannot_be_copied_is_not_given),
        CASE(without_memory_there_is_no_token),
    };
    if (support_child_mode() != NULL)
        return 42;
    return cmocka_run_group_tests(tests, support_check_dll, NULL);
}

/*
 * WTSEnumerateProcesses on lists that this machine does not have: a double of NtQuerySystemInformation serves
 * thousands of processes, odd names and numbers, and lists that change while they are read.
 * docs/contract.md#process-list, docs/contract.md#process-list-ex.
 */
#include "fake_kernel.h"

#include <wtsapi32.h>

#include <limits.h>
#include <stdio.h>
#include <limits.h>
#include <string.h>
#include <wchar.h>

#define STATUS_ACCESS_DENIED ((NTSTATUS)0xC0000022)

static void *const untouched = (void *)(ULONG_PTR)0x11111111;

static NTSTATUS(NTAPI *real_ask_token)(HANDLE, TOKEN_INFORMATION_CLASS, void *, ULONG, ULONG *);
static BOOL(WINAPI *real_session)(DWORD, DWORD *);

static WTS_PROCESS_INFOW *list(DWORD *count)
{
    WTS_PROCESS_INFOW *rows = untouched;
    SetLastError(POISON);
    if (!WTSEnumerateProcessesW(NULL, 0, 1, &rows, count))
        fail_msg("error %lu", GetLastError());
    assert_int_equal(GetLastError(), ERROR_SUCCESS);
    return rows;
}

/* Names of 1 to 40 characters, in three sessions. */
static void many(ULONG index, struct fake_process *fake)
{
    static const WCHAR letters[] = L"abcdefghijklmnopqrstuvwxyzabcdefghijklmnopqrstuvwxyz";
    fake->session = index % 3;
    fake->created = fake_kernel.epoch + index;
    fake->name = letters + index % 7;
    fake->name_length = (USHORT)(sizeof(WCHAR) * (1 + index % 40));
    fake->counter = index;
}

static void thousands_of_processes_are_listed(void **state)
{
    WTS_PROCESS_INFOA *ansi_rows;
    DWORD count;
    DWORD ansi_count;
    (void)state;
    fake_kernel.count = 5000;
    fake_kernel.describe = many;
    WTS_PROCESS_INFOW *rows = list(&count);
    assert_int_equal(count, 5000);
    assert_true(WTSEnumerateProcessesA(NULL, 0, 1, &ansi_rows, &ansi_count));
    assert_int_equal(ansi_count, 5000);
    for (ULONG i = 0; i < count; i++) {
        struct fake_process fake;
        many(i, &fake);
        const size_t length = fake.name_length / sizeof(WCHAR);
        assert_int_equal(rows[i].ProcessId, FAKE_FIRST_PID + i * 4);
        assert_int_equal(rows[i].SessionId, i % 3);
        assert_int_equal(wcslen(rows[i].pProcessName), length);
        assert_memory_equal(rows[i].pProcessName, fake.name, fake.name_length);
        assert_true(IsValidSid(rows[i].pUserSid));
        assert_int_equal(ansi_rows[i].ProcessId, rows[i].ProcessId);
        assert_int_equal(strlen(ansi_rows[i].pProcessName), length);
        assert_int_equal(ansi_rows[i].pProcessName[length - 1], (char)rows[i].pProcessName[length - 1]);
        assert_true(EqualSid(ansi_rows[i].pUserSid, rows[i].pUserSid));
    }
    assert_int_equal(fake_kernel.opens, 5000); /* once for both lists */
    WTSFreeMemory(rows);
    WTSFreeMemory(ansi_rows);
}

static void the_second_list_takes_one_query(void **state)
{
    DWORD count;
    (void)state;
    fake_kernel.count = 5000;
    fake_kernel.describe = many;
    WTSFreeMemory(list(&count));
    fake_kernel.queries = 0;
    WTSFreeMemory(list(&count));
    assert_int_equal(fake_kernel.queries, 1);
    fake_kernel.count = 5200; /* some more fit, too */
    WTSFreeMemory(list(&count));
    assert_int_equal(fake_kernel.queries, 2);
    assert_int_equal(count, 5200);
}

/* In a process of its own, whose DLL has made no list yet. */
static void the_first_list_of_some_hundred_takes_one_query(void **state)
{
    PROCESS_INFORMATION child = support_start_child(L"first", 0);
    (void)state;
    assert_int_equal(support_wait(child.hProcess), 100 + 1);
    support_close_child(&child);
}

static int list_first(void)
{
    void *nothing = NULL;
    WTS_PROCESS_INFOW *rows;
    DWORD count = 0;
    if (fake_kernel_start(&nothing) != 0)
        return 1;
    fake_kernel.count = 900;
    fake_kernel.describe = many;
    if (!WTSEnumerateProcessesW(NULL, 0, 1, &rows, &count) || count != 900)
        return 1;
    return 100 + (int)fake_kernel.queries;
}

static WCHAR long_name[0x7FFF];

static void odd(ULONG index, struct fake_process *fake)
{
    static const WCHAR half_pair[] = {'h', 0xD83D};
    fake->created = fake_kernel.epoch + index;
    switch (index) {
    case 0: /* the idle process: no name, number 0 in real life */
        break;
    case 1:
        fake->name = L"";
        break;
    case 2:
        fake->name = long_name;
        fake->name_length = 255 * sizeof(WCHAR);
        break;
    case 3:
        fake->name = long_name;
        fake->name_length = sizeof long_name;
        break;
    case 4:
        fake->name = half_pair;
        fake->name_length = sizeof half_pair;
        break;
    default:
        fail();
    }
}

static void odd_names_are_given_as_they_are(void **state)
{
    WTS_PROCESS_INFOA *ansi_rows;
    DWORD count;
    (void)state;
    fake_kernel.count = 5;
    fake_kernel.describe = odd;
    wmemset(long_name, L'n', ARRAYSIZE(long_name));
    long_name[253] = 0xD83D; /* a pair within the first 255 */
    long_name[254] = 0xDE00;
    WTS_PROCESS_INFOW *rows = list(&count);
    assert_int_equal(count, 5);
    assert_int_equal(rows[0].pProcessName[0], 0);
    assert_int_equal(rows[1].pProcessName[0], 0);
    assert_int_equal(wcslen(rows[2].pProcessName), 255);
    assert_memory_equal(rows[2].pProcessName, long_name, 255 * sizeof(WCHAR));
    assert_int_equal(wcslen(rows[3].pProcessName), 0x7FFF);
    assert_int_equal(rows[4].pProcessName[1], 0xD83D);
    assert_int_equal(rows[4].pProcessName[2], 0);
    WTSFreeMemory(rows);
    assert_true(WTSEnumerateProcessesA(NULL, 0, 1, &ansi_rows, &count));
    assert_string_equal(ansi_rows[0].pProcessName, "");
    assert_string_equal(ansi_rows[1].pProcessName, "");
    assert_int_equal(ansi_rows[3].pProcessName[100], 'n');
    assert_int_equal(ansi_rows[4].pProcessName[0], 'h');
    WTSFreeMemory(ansi_rows);
}

static void huge(ULONG index, struct fake_process *fake)
{
    const SIZE_T most = (SIZE_T)-1;
    fake->created = fake_kernel.epoch + index;
    fake->threads = 0xFFFFFFFF;
    fake->counter = index == 0 ? 0xFFFFFFFE : index == 1 ? 0xFFFFFFFF : (most >> 1) + 1; /* 2^31 or 2^63 */
}

static void counters_above_32_bits_saturate(void **state)
{
    const DWORD expected[] = {0xFFFFFFFE, 0xFFFFFFFF, sizeof(SIZE_T) == 8 ? 0xFFFFFFFF : 0x80000000};
    WTS_PROCESS_INFO_EXW *rows;
    DWORD level = 1;
    DWORD count;
    (void)state;
    fake_kernel.count = 3;
    fake_kernel.describe = huge;
    assert_true(WTSEnumerateProcessesExW(NULL, &level, WTS_ANY_SESSION, (LPWSTR *)&rows, &count));
    assert_int_equal(count, 3);
    for (unsigned i = 0; i < 3; i++) {
        assert_int_equal(rows[i].PagefileUsage, expected[i]);
        assert_int_equal(rows[i].PeakPagefileUsage, expected[i]);
        assert_int_equal(rows[i].WorkingSetSize, expected[i]);
        assert_int_equal(rows[i].PeakWorkingSetSize, expected[i]);
        assert_int_equal(rows[i].NumberOfThreads, 0xFFFFFFFF);
        assert_int_equal(rows[i].HandleCount, i);
        assert_true(rows[i].UserTime.QuadPart == 0x123456789AB);
        assert_true(rows[i].KernelTime.QuadPart == 0x1BA987654321);
    }
    WTSFreeMemoryExW(WTSTypeProcessInfoLevel1, rows, count);
}

static BOOL WINAPI no_session(DWORD process_id, DWORD *session)
{
    (void)process_id;
    (void)session;
    SetLastError(ERROR_GEN_FAILURE);
    return FALSE;
}

static void a_session_that_cannot_be_told_gives_no_list(void **state)
{
    LPWSTR rows = untouched;
    DWORD count = 77;
    DWORD level = 0;
    (void)state;
    fake_kernel.count = 30;
    fake_kernel.describe = many;
    real_session = support_replace_import("ProcessIdToSessionId", no_session);
    SetLastError(POISON);
    const BOOL done = WTSEnumerateProcessesExW(NULL, &level, WTS_CURRENT_SESSION, &rows, &count);
    const DWORD error = GetLastError();
    support_replace_import("ProcessIdToSessionId", real_session);
    assert_int_equal(done, FALSE);
    assert_int_equal(error, ERROR_GEN_FAILURE);
    assert_ptr_equal(rows, untouched);
    assert_int_equal(count, 77);
}

static void a_session_filter_keeps_the_order(void **state)
{
    WTS_PROCESS_INFOA *rows;
    DWORD level = 0;
    DWORD count;
    (void)state;
    fake_kernel.count = 30;
    fake_kernel.describe = many;
    assert_true(WTSEnumerateProcessesExA(NULL, &level, 2, (LPSTR *)&rows, &count));
    assert_int_equal(count, 10);
    for (DWORD i = 0; i < count; i++) {
        assert_int_equal(rows[i].SessionId, 2);
        assert_int_equal(rows[i].ProcessId, FAKE_FIRST_PID + (i * 3 + 2) * 4);
    }
    WTSFreeMemoryExA(WTSTypeProcessInfoLevel0, rows, count);
}

static void a_list_that_grows_for_ever_is_given_up(void **state)
{
    WTS_PROCESS_INFOW *rows = untouched;
    DWORD count = 77;
    (void)state;
    fake_kernel.count = 900;
    fake_kernel.describe = many;
    fake_kernel.mismatches = UINT_MAX;
    assert_fails(WTSEnumerateProcessesW(NULL, 0, 1, &rows, &count), ERROR_GEN_FAILURE);
    assert_true(fake_kernel.queries <= 20);
    fake_kernel.claimed = 0xFFFFFFFF; /* more than can be added to */
    assert_fails(WTSEnumerateProcessesW(NULL, 0, 1, &rows, &count), ERROR_GEN_FAILURE);
    assert_ptr_equal(rows, untouched);
    assert_int_equal(count, 77);
    fake_kernel.mismatches = 0;
    fake_kernel.queries = 0;
    WTSFreeMemory(list(&count));
    assert_int_equal(count, 900);
    assert_int_equal(fake_kernel.queries, 1); /* the failures changed nothing */
}

static void a_list_that_grows_between_two_tries_is_whole(void **state)
{
    DWORD count;
    (void)state;
    fake_kernel.count = 900;
    fake_kernel.describe = many;
    fake_kernel.mismatches = 9;
    WTSFreeMemory(list(&count));
    assert_int_equal(count, 900);
    assert_int_equal(fake_kernel.queries, 10);
}

static void a_refused_user_is_asked_again(void **state)
{
    DWORD count;
    (void)state;
    fake_kernel.count = 2;
    fake_kernel.describe = many;
    fake_kernel.open_answer = STATUS_ACCESS_DENIED;
    WTS_PROCESS_INFOW *rows = list(&count);
    assert_null(rows[1].pUserSid);
    WTSFreeMemory(rows);
    fake_kernel.open_answer = 0;
    rows = list(&count);
    assert_non_null(rows[1].pUserSid);
    WTSFreeMemory(rows);
}

static void a_number_that_went_to_another_process_gives_no_user(void **state)
{
    DWORD count;
    (void)state;
    fake_kernel.count = 3;
    fake_kernel.describe = odd;
    fake_kernel.created_offset = 1;
    WTS_PROCESS_INFOW *rows = list(&count);
    for (DWORD i = 0; i < count; i++)
        assert_null(rows[i].pUserSid);
    WTSFreeMemory(rows);
    assert_int_equal(fake_kernel.opens, 3);
}

static void a_user_is_forgotten_with_the_process(void **state)
{
    DWORD count;
    (void)state;
    fake_kernel.describe = many;
    fake_kernel.count = 20;
    WTSFreeMemory(list(&count));
    fake_kernel.opens = 0;
    WTSFreeMemory(list(&count));
    assert_int_equal(fake_kernel.opens, 0);
    fake_kernel.count = 15;
    WTSFreeMemory(list(&count));
    fake_kernel.count = 20;
    WTSFreeMemory(list(&count));
    assert_int_equal(fake_kernel.opens, 5);
}

static NTSTATUS NTAPI long_sid(HANDLE token, TOKEN_INFORMATION_CLASS class, void *answer, ULONG length,
                               ULONG *needed)
{
    TOKEN_USER *user = answer;
    (void)token;
    (void)class;
    *needed = sizeof *user + SECURITY_MAX_SID_SIZE;
    assert_true(length >= *needed);
    memset(answer, 1, *needed);
    user->User.Sid = user + 1;
    ((SID *)user->User.Sid)->SubAuthorityCount = 255;
    return 0;
}

static void a_user_longer_than_any_is_none(void **state)
{
    DWORD count;
    (void)state;
    fake_kernel.count = 5;
    fake_kernel.describe = many;
    real_ask_token = support_replace_import("NtQueryInformationToken", long_sid);
    WTS_PROCESS_INFOW *rows = list(&count);
    support_replace_import("NtQueryInformationToken", real_ask_token);
    for (DWORD i = 0; i < count; i++)
        assert_null(rows[i].pUserSid);
    WTSFreeMemory(rows);
}

#define CASE(test) cmocka_unit_test_setup_teardown(test, fake_kernel_start, fake_kernel_stop)

int main(void)
{
    const struct CMUnitTest tests[] = {
        CASE(thousands_of_processes_are_listed),
        CASE(the_second_list_takes_one_query),
        cmocka_unit_test(the_first_list_of_some_hundred_takes_one_query),
        CASE(odd_names_are_given_as_they_are),
        CASE(counters_above_32_bits_saturate),
        CASE(a_session_filter_keeps_the_order),
        CASE(a_session_that_cannot_be_told_gives_no_list),
        CASE(a_list_that_grows_for_ever_is_given_up),
        CASE(a_list_that_grows_between_two_tries_is_whole),
        CASE(a_refused_user_is_asked_again),
        CASE(a_number_that_went_to_another_process_gives_no_user),
        CASE(a_user_is_forgotten_with_the_process),
        CASE(a_user_longer_than_any_is_none),
    };
    if (support_child_mode() != NULL)
        return list_first();
    return cmocka_run_group_tests(tests, support_check_dll, NULL);
}

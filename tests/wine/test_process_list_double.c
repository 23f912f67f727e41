/*
 * WTSEnumerateProcesses on lists that this machine does not have: a double of NtQuerySystemInformation serves
 * thousands of processes, odd names and numbers, and lists that change while they are asked for. Contract 3.3
 * and 3.4.
 */
#include "support.h"

#include <wtsapi32.h>
#include <winternl.h>

#include <limits.h>
#include <stdio.h>
#include <limits.h>
#include <string.h>
#include <wchar.h>

#define STATUS_INFO_LENGTH_MISMATCH ((NTSTATUS)0xC0000004)
#define STATUS_ACCESS_DENIED ((NTSTATUS)0xC0000022)

#define FIRST_PID 0x200000U /* far above what Wine and Windows give out */

static void *const untouched = (void *)(ULONG_PTR)0x11111111;

/* The processes of the double, by index. */
struct fake {
    ULONG session;
    LONGLONG created;
    const WCHAR *name; /* NULL: none */
    USHORT name_length;
    ULONG threads;
    SIZE_T counter; /* of each kind of memory */
};

static LONGLONG epoch; /* creation time of the first: another one in each test, so that nothing is known */
static ULONG fake_count;
static void (*describe)(ULONG index, struct fake *fake);

static NTSTATUS(NTAPI *real_query)(SYSTEM_INFORMATION_CLASS, void *, ULONG, ULONG *);
static NTSTATUS(NTAPI *real_open)(HANDLE *, ACCESS_MASK, OBJECT_ATTRIBUTES *, CLIENT_ID *);
static NTSTATUS(NTAPI *real_ask_process)(HANDLE, PROCESSINFOCLASS, void *, ULONG, ULONG *);
static NTSTATUS(NTAPI *real_ask_token)(HANDLE, TOKEN_INFORMATION_CLASS, void *, ULONG, ULONG *);
static BOOL(WINAPI *real_session)(DWORD, DWORD *);

static unsigned queries;
static unsigned mismatches; /* how many queries say first that the buffer is too small */
static ULONG claimed;       /* and what they say is needed; 0: what it was given, and a little more */
static unsigned opens;
static ULONG opened;            /* index of the process opened last */
static NTSTATUS open_answer;    /* for every process */
static LONGLONG created_offset; /* what the opened process says instead of its creation time */

static char *put_record(char *at, ULONG index, bool last)
{
    struct fake fake = {.threads = 1};
    SYSTEM_PROCESS_INFORMATION *record = (void *)at;
    describe(index, &fake);
    const size_t length = (sizeof *record + fake.name_length + 15U) & ~(size_t)7;
    memset(at, 0, length);
    record->NextEntryOffset = last ? 0 : (ULONG)length;
    record->NumberOfThreads = fake.threads;
    record->CreateTime.QuadPart = fake.created;
    record->UserTime.QuadPart = 0x123456789AB;
    record->KernelTime.QuadPart = 0x1BA987654321;
    record->UniqueProcessId = ULongToHandle(FIRST_PID + index * 4);
    record->SessionId = fake.session;
    record->HandleCount = index;
    record->VirtualMemoryCounters.PagefileUsage = fake.counter;
    record->VirtualMemoryCounters.PeakPagefileUsage = fake.counter;
    record->VirtualMemoryCounters.WorkingSetSize = fake.counter;
    record->VirtualMemoryCounters.PeakWorkingSetSize = fake.counter;
    if (fake.name != NULL) {
        /* As in the kernel's list, no NUL follows. */
        record->ImageName.Buffer = (WCHAR *)(void *)(at + sizeof *record);
        record->ImageName.Length = fake.name_length;
        memset(at + sizeof *record, 'x', length - sizeof *record);
        memcpy(record->ImageName.Buffer, fake.name, fake.name_length);
    }
    return at + length;
}

static ULONG list_length(void)
{
    static _Alignas(8) char scratch[sizeof(SYSTEM_PROCESS_INFORMATION) + 0x10010];
    ULONG length = 0;
    for (ULONG i = 0; i < fake_count; i++)
        length += (ULONG)(put_record(scratch, i, false) - scratch);
    return length;
}

static NTSTATUS NTAPI fake_query(SYSTEM_INFORMATION_CLASS class, void *answer, ULONG length, ULONG *needed)
{
    char *at = answer;
    if (class != SystemProcessInformation)
        return real_query(class, answer, length, needed);
    queries++;
    *needed = list_length();
    if (queries <= mismatches)
        *needed = claimed != 0 ? claimed : length + 1;
    if (queries <= mismatches || length < *needed)
        return STATUS_INFO_LENGTH_MISMATCH;
    for (ULONG i = 0; i < fake_count; i++)
        at = put_record(at, i, i + 1 == fake_count);
    return 0;
}

/* Every process of the double is this one, which says that it was created when the list says. */
static NTSTATUS NTAPI fake_open(HANDLE *process, ACCESS_MASK access, OBJECT_ATTRIBUTES *attributes,
                                CLIENT_ID *id)
{
    CLIENT_ID own = {.UniqueProcess = ULongToHandle(GetCurrentProcessId())};
    opens++;
    opened = (HandleToULong(id->UniqueProcess) - FIRST_PID) / 4;
    return open_answer != 0 ? open_answer : real_open(process, access, attributes, &own);
}

static NTSTATUS NTAPI fake_ask_process(HANDLE process, PROCESSINFOCLASS class, void *answer, ULONG length,
                                       ULONG *needed)
{
    KERNEL_USER_TIMES *times = answer;
    struct fake fake = {.threads = 1};
    if (class != ProcessTimes)
        return real_ask_process(process, class, answer, length, needed);
    describe(opened, &fake);
    const LONGLONG created = fake.created + created_offset;
    memset(times, 0, sizeof *times);
    times->CreateTime.dwLowDateTime = (DWORD)created;
    times->CreateTime.dwHighDateTime = (DWORD)(created >> 32);
    return 0;
}

static int start(void **state)
{
    (void)state;
    epoch += 0x100000000;
    queries = 0;
    mismatches = 0;
    claimed = 0;
    opens = 0;
    open_answer = 0;
    created_offset = 0;
    real_query = support_replace_import("NtQuerySystemInformation", fake_query);
    real_open = support_replace_import("NtOpenProcess", fake_open);
    real_ask_process = support_replace_import("NtQueryInformationProcess", fake_ask_process);
    return real_query != NULL && real_open != NULL && real_ask_process != NULL ? 0 : -1;
}

static int finish(void **state)
{
    support_replace_import("NtQuerySystemInformation", real_query);
    support_replace_import("NtOpenProcess", real_open);
    support_replace_import("NtQueryInformationProcess", real_ask_process);
    return support_check_heap(state);
}

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
static void many(ULONG index, struct fake *fake)
{
    static const WCHAR letters[] = L"abcdefghijklmnopqrstuvwxyzabcdefghijklmnopqrstuvwxyz";
    fake->session = index % 3;
    fake->created = epoch + index;
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
    fake_count = 5000;
    describe = many;
    WTS_PROCESS_INFOW *rows = list(&count);
    assert_int_equal(count, 5000);
    assert_true(WTSEnumerateProcessesA(NULL, 0, 1, &ansi_rows, &ansi_count));
    assert_int_equal(ansi_count, 5000);
    for (ULONG i = 0; i < count; i++) {
        struct fake fake;
        many(i, &fake);
        const size_t length = fake.name_length / sizeof(WCHAR);
        assert_int_equal(rows[i].ProcessId, FIRST_PID + i * 4);
        assert_int_equal(rows[i].SessionId, i % 3);
        assert_int_equal(wcslen(rows[i].pProcessName), length);
        assert_memory_equal(rows[i].pProcessName, fake.name, fake.name_length);
        assert_true(IsValidSid(rows[i].pUserSid));
        assert_int_equal(ansi_rows[i].ProcessId, rows[i].ProcessId);
        assert_int_equal(strlen(ansi_rows[i].pProcessName), length);
        assert_int_equal(ansi_rows[i].pProcessName[length - 1], (char)rows[i].pProcessName[length - 1]);
        assert_true(EqualSid(ansi_rows[i].pUserSid, rows[i].pUserSid));
    }
    assert_int_equal(opens, 5000); /* once for both lists */
    WTSFreeMemory(rows);
    WTSFreeMemory(ansi_rows);
}

static void the_second_list_takes_one_query(void **state)
{
    DWORD count;
    (void)state;
    fake_count = 5000;
    describe = many;
    WTSFreeMemory(list(&count));
    queries = 0;
    WTSFreeMemory(list(&count));
    assert_int_equal(queries, 1);
    fake_count = 5200; /* some more fit, too */
    WTSFreeMemory(list(&count));
    assert_int_equal(queries, 2);
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
    fake_count = 900;
    describe = many;
    if (start(&nothing) != 0 || !WTSEnumerateProcessesW(NULL, 0, 1, &rows, &count) || count != 900)
        return 1;
    return 100 + (int)queries;
}

static WCHAR long_name[0x7FFF];

static void odd(ULONG index, struct fake *fake)
{
    static const WCHAR half_pair[] = {'h', 0xD83D};
    fake->created = epoch + index;
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
    fake_count = 5;
    describe = odd;
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

static void huge(ULONG index, struct fake *fake)
{
    const SIZE_T most = (SIZE_T)-1;
    fake->created = epoch + index;
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
    fake_count = 3;
    describe = huge;
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
    fake_count = 30;
    describe = many;
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
    fake_count = 30;
    describe = many;
    assert_true(WTSEnumerateProcessesExA(NULL, &level, 2, (LPSTR *)&rows, &count));
    assert_int_equal(count, 10);
    for (DWORD i = 0; i < count; i++) {
        assert_int_equal(rows[i].SessionId, 2);
        assert_int_equal(rows[i].ProcessId, FIRST_PID + (i * 3 + 2) * 4);
    }
    WTSFreeMemoryExA(WTSTypeProcessInfoLevel0, rows, count);
}

static void a_list_that_grows_for_ever_is_given_up(void **state)
{
    WTS_PROCESS_INFOW *rows = untouched;
    DWORD count = 77;
    (void)state;
    fake_count = 900;
    describe = many;
    mismatches = UINT_MAX;
    assert_fails(WTSEnumerateProcessesW(NULL, 0, 1, &rows, &count), ERROR_GEN_FAILURE);
    assert_true(queries <= 20);
    claimed = 0xFFFFFFFF; /* more than can be added to */
    assert_fails(WTSEnumerateProcessesW(NULL, 0, 1, &rows, &count), ERROR_GEN_FAILURE);
    assert_ptr_equal(rows, untouched);
    assert_int_equal(count, 77);
    mismatches = 0;
    queries = 0;
    WTSFreeMemory(list(&count));
    assert_int_equal(count, 900);
    assert_int_equal(queries, 1); /* the failures changed nothing */
}

static void a_list_that_grows_between_two_tries_is_whole(void **state)
{
    DWORD count;
    (void)state;
    fake_count = 900;
    describe = many;
    mismatches = 9;
    WTSFreeMemory(list(&count));
    assert_int_equal(count, 900);
    assert_int_equal(queries, 10);
}

static void a_refused_user_is_asked_again(void **state)
{
    DWORD count;
    (void)state;
    fake_count = 2;
    describe = many;
    open_answer = STATUS_ACCESS_DENIED;
    WTS_PROCESS_INFOW *rows = list(&count);
    assert_null(rows[1].pUserSid);
    WTSFreeMemory(rows);
    open_answer = 0;
    rows = list(&count);
    assert_non_null(rows[1].pUserSid);
    WTSFreeMemory(rows);
}

static void a_number_that_went_to_another_process_gives_no_user(void **state)
{
    DWORD count;
    (void)state;
    fake_count = 3;
    describe = odd;
    created_offset = 1;
    WTS_PROCESS_INFOW *rows = list(&count);
    for (DWORD i = 0; i < count; i++)
        assert_null(rows[i].pUserSid);
    WTSFreeMemory(rows);
    assert_int_equal(opens, 3);
}

static void a_user_is_forgotten_with_the_process(void **state)
{
    DWORD count;
    (void)state;
    describe = many;
    fake_count = 20;
    WTSFreeMemory(list(&count));
    opens = 0;
    WTSFreeMemory(list(&count));
    assert_int_equal(opens, 0);
    fake_count = 15;
    WTSFreeMemory(list(&count));
    fake_count = 20;
    WTSFreeMemory(list(&count));
    assert_int_equal(opens, 5);
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
    fake_count = 5;
    describe = many;
    real_ask_token = support_replace_import("NtQueryInformationToken", long_sid);
    WTS_PROCESS_INFOW *rows = list(&count);
    support_replace_import("NtQueryInformationToken", real_ask_token);
    for (DWORD i = 0; i < count; i++)
        assert_null(rows[i].pUserSid);
    WTSFreeMemory(rows);
}

#define CASE(test) cmocka_unit_test_setup_teardown(test, start, finish)

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

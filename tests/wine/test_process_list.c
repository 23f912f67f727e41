/*
 * WTSEnumerateProcessesA/W and ExA/ExW on this machine: docs/contract.md#process-list,
 * docs/contract.md#process-list-ex.
 */
#include "faults.h"

#include <wtsapi32.h>
#include <winternl.h>

#include <string.h>
#include <wchar.h>

#define STATUS_ACCESS_DENIED ((NTSTATUS)0xC0000022)

static void *const untouched = (void *)(ULONG_PTR)0x11111111;

#define assert_lists(call)                                                                                   \
    do {                                                                                                     \
        SetLastError(POISON);                                                                                \
        assert_int_equal((call), TRUE);                                                                      \
        assert_int_equal(GetLastError(), ERROR_SUCCESS); /* this family clears it */                         \
    } while (0)

static const WTS_PROCESS_INFOW *find(const WTS_PROCESS_INFOW *rows, DWORD count, DWORD process_id)
{
    for (DWORD i = 0; i < count; i++) {
        if (rows[i].ProcessId == process_id)
            return &rows[i];
    }
    return NULL;
}

union user {
    TOKEN_USER user;
    BYTE room[128];
};

static void own_user(union user *answer)
{
    HANDLE token;
    DWORD length;
    assert_true(OpenProcessToken(GetCurrentProcess(), TOKEN_QUERY, &token));
    assert_true(GetTokenInformation(token, TokenUser, answer, sizeof *answer, &length));
    CloseHandle(token);
}

static void this_process_is_listed_with_name_session_and_user(void **state)
{
    union user own;
    WTS_PROCESS_INFOW *rows = NULL;
    DWORD count = 0;
    DWORD session = 0;
    wchar_t path[MAX_PATH];
    (void)state;
    own_user(&own);
    ProcessIdToSessionId(GetCurrentProcessId(), &session);
    GetModuleFileNameW(NULL, path, MAX_PATH);
    assert_lists(WTSEnumerateProcessesW(WTS_CURRENT_SERVER_HANDLE, 0, 1, &rows, &count));
    const WTS_PROCESS_INFOW *row = find(rows, count, GetCurrentProcessId());
    assert_non_null(row);
    assert_int_equal(row->SessionId, session);
    assert_int_equal(_wcsicmp(row->pProcessName, wcsrchr(path, L'\\') + 1), 0);
    assert_non_null(row->pUserSid);
    assert_true(EqualSid(row->pUserSid, own.user.User.Sid));
    for (DWORD i = 0; i < count; i++) {
        assert_int_equal((ULONG_PTR)rows[i].pUserSid % 4, 0);
        assert_true(rows[i].pUserSid == NULL || IsValidSid(rows[i].pUserSid));
        assert_null(wcschr(rows[i].pProcessName, L'\\'));
    }
    WTSFreeMemory(rows);
}

struct lists {
    WTS_PROCESS_INFOW *wide;
    WTS_PROCESS_INFOA *ansi;
    WTS_PROCESS_INFO_EXW *wide_ex;
    WTS_PROCESS_INFO_EXA *ansi_ex;
    DWORD counts[4];
};

static bool sids_agree(PSID one, PSID other)
{
    return one == NULL || other == NULL ? one == other : EqualSid(one, other);
}

static bool rows_agree(const struct lists *lists, DWORD i)
{
    const WTS_PROCESS_INFOW *wide = &lists->wide[i];
    const WTS_PROCESS_INFOA *ansi = &lists->ansi[i];
    const WTS_PROCESS_INFO_EXW *wide_ex = &lists->wide_ex[i];
    const WTS_PROCESS_INFO_EXA *ansi_ex = &lists->ansi_ex[i];
    char narrow[1024];
    WideCharToMultiByte(CP_ACP, 0, wide->pProcessName, -1, narrow, sizeof narrow, NULL, NULL);
    return strcmp(narrow, ansi->pProcessName) == 0 && strcmp(narrow, ansi_ex->pProcessName) == 0 &&
           wcscmp(wide->pProcessName, wide_ex->pProcessName) == 0 && wide->ProcessId == ansi->ProcessId &&
           wide->ProcessId == wide_ex->ProcessId && wide->ProcessId == ansi_ex->ProcessId &&
           wide->SessionId == ansi->SessionId && wide->SessionId == wide_ex->SessionId &&
           wide->SessionId == ansi_ex->SessionId && wide_ex->NumberOfThreads > 0 &&
           wide_ex->NumberOfThreads == ansi_ex->NumberOfThreads &&
           sids_agree(wide->pUserSid, ansi->pUserSid) && sids_agree(wide->pUserSid, wide_ex->pUserSid) &&
           sids_agree(wide->pUserSid, ansi_ex->pUserSid);
}

static bool lists_agree(void)
{
    struct lists lists;
    DWORD level = 1;
    assert_lists(WTSEnumerateProcessesW(NULL, 0, 1, &lists.wide, &lists.counts[0]));
    assert_lists(WTSEnumerateProcessesA(NULL, 0, 1, &lists.ansi, &lists.counts[1]));
    assert_lists(
        WTSEnumerateProcessesExW(NULL, &level, WTS_ANY_SESSION, (LPWSTR *)&lists.wide_ex, &lists.counts[2]));
    assert_lists(
        WTSEnumerateProcessesExA(NULL, &level, WTS_ANY_SESSION, (LPSTR *)&lists.ansi_ex, &lists.counts[3]));
    assert_int_equal(level, 1);
    bool agree = true;
    for (unsigned i = 1; i < ARRAYSIZE(lists.counts); i++)
        agree = agree && lists.counts[i] == lists.counts[0];
    for (DWORD i = 0; agree && i < lists.counts[0]; i++)
        agree = rows_agree(&lists, i);
    WTSFreeMemory(lists.wide);
    WTSFreeMemory(lists.ansi);
    assert_succeeds(WTSFreeMemoryExW(WTSTypeProcessInfoLevel1, lists.wide_ex, lists.counts[2]));
    assert_succeeds(WTSFreeMemoryExA(WTSTypeProcessInfoLevel1, lists.ansi_ex, lists.counts[3]));
    return agree;
}

/* Other tests start and end processes meanwhile: the lists are compared until none did between them. */
static void both_letters_and_both_levels_agree(void **state)
{
    bool agree = false;
    (void)state;
    for (unsigned i = 0; i < 1000 && !agree; i++)
        agree = lists_agree();
    assert_true(agree);
}

static void sessions_filter(void **state)
{
    WTS_PROCESS_INFOW *rows;
    DWORD count = 0;
    DWORD level = 0;
    DWORD session = 0;
    (void)state;
    ProcessIdToSessionId(GetCurrentProcessId(), &session);
    const DWORD words[] = {session, WTS_CURRENT_SESSION};
    for (unsigned i = 0; i < ARRAYSIZE(words); i++) {
        assert_lists(WTSEnumerateProcessesExW(NULL, &level, words[i], (LPWSTR *)&rows, &count));
        assert_non_null(find(rows, count, GetCurrentProcessId()));
        for (DWORD row = 0; row < count; row++)
            assert_int_equal(rows[row].SessionId, session);
        WTSFreeMemory(rows);
    }
    rows = untouched;
    assert_lists(WTSEnumerateProcessesExW(NULL, &level, 4711, (LPWSTR *)&rows, &count));
    assert_null(rows);
    assert_int_equal(count, 0);
}

/* Starts a copy of this program under `name`, which keeps running. */
static PROCESS_INFORMATION start_named(const wchar_t *name, wchar_t *path)
{
    STARTUPINFOW startup = {.cb = sizeof startup};
    PROCESS_INFORMATION child;
    wchar_t own[MAX_PATH];
    wchar_t command[1024];
    GetModuleFileNameW(NULL, own, MAX_PATH);
    GetTempPathW(MAX_PATH, path);
    if (wcslen(path) + wcslen(name) >= MAX_PATH)
        path[3] = L'\0'; /* the root of the drive: nobody starts what has a longer path */
    wcscat(path, name);
    assert_true(CopyFileW(own, path, FALSE));
    swprintf(command, ARRAYSIZE(command), L"\"%ls\" --child wait", path);
    assert_true(
        CreateProcessW(path, command, NULL, NULL, FALSE, CREATE_SUSPENDED, NULL, NULL, &startup, &child));
    return child;
}

static void a_long_name_with_surrogates_is_whole(void **state)
{
    wchar_t name[201];
    wchar_t path[1024];
    WTS_PROCESS_INFOW *rows;
    DWORD count;
    (void)state;
    for (unsigned i = 0; i < 196; i += 2) {
        name[i] = 0xD83D;
        name[i + 1] = 0xDE00;
    }
    /* The folder is that of all tests. */
    swprintf(name + 60, ARRAYSIZE(name) - 60,
             L"\x00e4-long-name-that-a-buffer-of-the-usual-size-does-not-hold-"
             L"because-somebody-thought-that-no-program-would-ever-have-one-%08lx.exe",
             GetCurrentProcessId());
    PROCESS_INFORMATION child = start_named(name, path);
    assert_lists(WTSEnumerateProcessesW(NULL, 0, 1, &rows, &count));
    const WTS_PROCESS_INFOW *row = find(rows, count, child.dwProcessId);
    assert_non_null(row);
    assert_int_equal(wcscmp(row->pProcessName, name), 0);
    WTSFreeMemory(rows);
    TerminateProcess(child.hProcess, 0);
    support_close_child(&child);
    DeleteFileW(path);
}

static void a_name_of_255_characters_is_whole(void **state)
{
    wchar_t name[256];
    wchar_t path[1024];
    WTS_PROCESS_INFOA *rows;
    DWORD count;
    DWORD i = 0;
    (void)state;
    wmemset(name, L'n', 251);
    swprintf(name + 243, ARRAYSIZE(name) - 243, L"%08lx.exe", GetCurrentProcessId());
    PROCESS_INFORMATION child = start_named(name, path);
    assert_lists(WTSEnumerateProcessesA(NULL, 0, 1, &rows, &count));
    while (i < count && rows[i].ProcessId != child.dwProcessId)
        i++;
    assert_true(i < count);
    assert_int_equal(strlen(rows[i].pProcessName), 255);
    assert_int_equal(rows[i].pProcessName[242], 'n');
    assert_string_equal(rows[i].pProcessName + 251, ".exe");
    WTSFreeMemory(rows);
    TerminateProcess(child.hProcess, 0);
    support_close_child(&child);
    DeleteFileW(path);
}

static void a_handle_of_this_machine_lists_it(void **state)
{
    WCHAR name[] = L"localhost";
    WTS_PROCESS_INFOW *rows = untouched;
    DWORD count = 77;
    (void)state;
    const HANDLE server = WTSOpenServerW(name);
    assert_non_null(server);
    assert_lists(WTSEnumerateProcessesW(server, 0, 1, &rows, &count));
    assert_non_null(find(rows, count, GetCurrentProcessId()));
    WTSFreeMemory(rows);
    WTSCloseServer(server);
    rows = untouched;
    count = 77;
    assert_fails(WTSEnumerateProcessesW(server, 0, 1, &rows, &count), 6);
    assert_ptr_equal(rows, untouched);
    assert_int_equal(count, 77);
}

static NTSTATUS(NTAPI *real_open)(HANDLE *, ACCESS_MASK, OBJECT_ATTRIBUTES *, CLIENT_ID *);
static unsigned opens;

/* Taken back by put_open_back, whatever becomes of the test. */
static void double_open(void *replacement)
{
    real_open = support_replace_import("NtOpenProcess", replacement);
}

static int put_open_back(void **state)
{
    if (real_open != NULL)
        support_replace_import("NtOpenProcess", real_open);
    real_open = NULL;
    return support_check_heap(state);
}

static DWORD counted_id;

static NTSTATUS NTAPI counting_open(HANDLE *process, ACCESS_MASK access, OBJECT_ATTRIBUTES *attributes,
                                    CLIENT_ID *id)
{
    opens += HandleToULong(id->UniqueProcess) == counted_id;
    return real_open(process, access, attributes, id);
}

/* Of one process only: the lists have those of other tests, which come and go. */
static void a_users_sid_is_asked_once_per_process(void **state)
{
    (void)state;
    PROCESS_INFORMATION child = support_start_child(L"wait", CREATE_SUSPENDED);
    counted_id = child.dwProcessId;
    opens = 0;
    double_open(counting_open);
    for (unsigned i = 0; i < 3; i++) {
        WTS_PROCESS_INFOW *rows;
        DWORD count;
        assert_lists(WTSEnumerateProcessesW(NULL, 0, 1, &rows, &count));
        assert_int_equal(opens, 1);
        assert_non_null(find(rows, count, child.dwProcessId)->pUserSid);
        WTSFreeMemory(rows);
    }
    TerminateProcess(child.hProcess, 0);
    support_close_child(&child);
}

static void a_process_that_cannot_be_looked_at_has_no_sid(void **state)
{
    static const char *const functions[] = {"NtOpenProcess", "NtQueryInformationProcess",
                                            "NtOpenProcessToken", "NtQueryInformationToken"};
    WTS_PROCESS_INFOW *rows;
    DWORD count;
    assert_int_equal(faults_start(state), 0);
    for (unsigned i = 0; i < ARRAYSIZE(functions); i++) {
        PROCESS_INFORMATION child = support_start_child(L"wait", CREATE_SUSPENDED);
        faults_arm(functions[i], 1, UINT_MAX);
        assert_lists(WTSEnumerateProcessesW(NULL, 0, 1, &rows, &count));
        assert_true(faults_hits() > 0);
        const WTS_PROCESS_INFOW *row = find(rows, count, child.dwProcessId);
        assert_non_null(row);
        assert_null(row->pUserSid);
        WTSFreeMemory(rows);
        TerminateProcess(child.hProcess, 0);
        support_close_child(&child);
    }
    faults_stop(state);
}

static HANDLE ending;
static DWORD ending_id;

/* The process is in the list already, and gone when its user is asked for. */
static NTSTATUS NTAPI ending_open(HANDLE *process, ACCESS_MASK access, OBJECT_ATTRIBUTES *attributes,
                                  CLIENT_ID *id)
{
    if (HandleToULong(id->UniqueProcess) == ending_id) {
        opens++;
        TerminateProcess(ending, 0);
        support_wait(ending);
        CloseHandle(ending);
    }
    return real_open(process, access, attributes, id);
}

static void a_process_that_ends_in_the_middle_is_still_a_row(void **state)
{
    WTS_PROCESS_INFOW *rows;
    DWORD count;
    (void)state;
    PROCESS_INFORMATION child = support_start_child(L"wait", CREATE_SUSPENDED);
    CloseHandle(child.hThread);
    ending = child.hProcess;
    ending_id = child.dwProcessId;
    opens = 0;
    double_open(ending_open);
    assert_lists(WTSEnumerateProcessesW(NULL, 0, 1, &rows, &count));
    const WTS_PROCESS_INFOW *row = find(rows, count, child.dwProcessId);
    assert_non_null(row);
    assert_true(row->pUserSid == NULL || IsValidSid(row->pUserSid));
    assert_int_equal(opens, 1);
    WTSFreeMemory(rows);
}

static void a_refused_query_gives_no_list(void **state)
{
    WTS_PROCESS_INFOW *rows = untouched;
    DWORD count = 77;
    assert_int_equal(faults_start(state), 0);
    faults_arm_with("NtQuerySystemInformation", 1, 1, (ULONG_PTR)STATUS_ACCESS_DENIED, 0);
    assert_fails(WTSEnumerateProcessesW(NULL, 0, 1, &rows, &count), ERROR_ACCESS_DENIED);
    faults_stop(state);
    assert_ptr_equal(rows, untouched);
    assert_int_equal(count, 77);
}

static void no_handle_is_left_behind(void **state)
{
    WTS_PROCESS_INFOA *rows;
    DWORD count;
    (void)state;
    const HANDLE before = support_next_handle();
    for (unsigned i = 0; i < 100; i++) {
        assert_lists(WTSEnumerateProcessesA(NULL, 0, 1, &rows, &count));
        assert_null(LocalFree(rows));
    }
    assert_ptr_equal(support_next_handle(), before);
}

static DWORD WINAPI list_many(void *argument)
{
    DWORD *failures = argument;
    for (unsigned i = 0; i < 100; i++) {
        WTS_PROCESS_INFOW *rows;
        DWORD count;
        if (!WTSEnumerateProcessesW(NULL, 0, 1, &rows, &count) ||
            find(rows, count, GetCurrentProcessId()) == NULL)
            ++*failures;
        else
            WTSFreeMemory(rows);
    }
    return 0;
}

static void threads_list_at_the_same_time(void **state)
{
    (void)state;
    support_run_on_threads(list_many);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_teardown(this_process_is_listed_with_name_session_and_user, support_check_heap),
        cmocka_unit_test_teardown(both_letters_and_both_levels_agree, support_check_heap),
        cmocka_unit_test_teardown(sessions_filter, support_check_heap),
        cmocka_unit_test_teardown(a_long_name_with_surrogates_is_whole, support_check_heap),
        cmocka_unit_test_teardown(a_name_of_255_characters_is_whole, support_check_heap),
        cmocka_unit_test_teardown(a_handle_of_this_machine_lists_it, support_check_heap),
        cmocka_unit_test_teardown(a_users_sid_is_asked_once_per_process, put_open_back),
        cmocka_unit_test_teardown(a_process_that_cannot_be_looked_at_has_no_sid, support_check_heap),
        cmocka_unit_test_teardown(a_process_that_ends_in_the_middle_is_still_a_row, put_open_back),
        cmocka_unit_test_teardown(a_refused_query_gives_no_list, support_check_heap),
        cmocka_unit_test_teardown(no_handle_is_left_behind, support_check_heap),
        cmocka_unit_test_teardown(threads_list_at_the_same_time, support_check_heap),
    };
    return cmocka_run_group_tests(tests, support_check_dll, NULL);
}

/*
 * Boxes that wts-message.exe shows: every failure on the way to the program, and what counts as its answer.
 * The caller is in a window station that nobody sees, by a double, so that boxes it waits for go there too.
 */
#include "sessions_double.h"

#include <wtsapi32.h>

#include <string.h>
#include <wchar.h>

#define UNTOUCHED 77U
#define FAILURE 4711U /* the error of failing doubles */

static DWORD response;

static BOOL send_wide(DWORD session, DWORD style, DWORD timeout, BOOL waits)
{
    wchar_t title[] = L"title";
    wchar_t text[] = L"text";
    response = UNTOUCHED;
    return WTSSendMessageW(WTS_CURRENT_SERVER_HANDLE, session, title, sizeof title, text, sizeof text, style,
                           timeout, &response, waits);
}

static const DWORD station_flags = 0; /* nobody sees it */

static BOOL WINAPI double_station(HANDLE object, int index, void *answer, DWORD length, DWORD *needed)
{
    USEROBJECTFLAGS *flags = answer;
    assert_int_equal(length, sizeof *flags);
    *needed = length;
    memset(flags, 0, sizeof *flags);
    flags->dwFlags = station_flags;
    return TRUE;
}

/* Sends with an import replaced; the failure leaks nothing. */
static void check_failing(const char *import, void *replacement, BOOL waits, DWORD error)
{
    const HANDLE before = support_next_handle();
    void *real = support_replace_import(import, replacement);
    assert_non_null(real);
    SetLastError(POISON);
    const BOOL sent = send_wide(WTS_CURRENT_SESSION, MB_OK, 0, waits);
    const DWORD got = GetLastError();
    support_replace_import(import, real);
    if (sent || got != error || response != UNTOUCHED)
        fail_msg("%s: result %d, error %lu, response %lu", import, sent, got, response);
    if (support_next_handle() != before)
        fail_msg("%s: a handle is left open", import);
}

static int bind_station(void **state)
{
    sessions_double_bind("GetUserObjectInformationW", double_station);
    return support_check_dll(state);
}

#define FAILING(name, type, result, parameters)                                                              \
    static type WINAPI failing_##name parameters                                                             \
    {                                                                                                        \
        SetLastError(FAILURE);                                                                               \
        return result;                                                                                       \
    }

FAILING(GetModuleFileNameW, DWORD, 0, (HMODULE a, WCHAR *b, DWORD c))
FAILING(CreateEventW, HANDLE, NULL, (SECURITY_ATTRIBUTES * a, BOOL b, BOOL c, LPCWSTR d))
FAILING(CreatePipe, BOOL, FALSE, (HANDLE * a, HANDLE *b, SECURITY_ATTRIBUTES *c, DWORD d))
FAILING(WriteFile, BOOL, FALSE, (HANDLE a, LPCVOID b, DWORD c, DWORD *d, OVERLAPPED *e))
FAILING(SetHandleInformation, BOOL, FALSE, (HANDLE a, DWORD b, DWORD c))
FAILING(InitializeProcThreadAttributeList, BOOL, FALSE, (void *a, DWORD b, DWORD c, SIZE_T *d))
FAILING(UpdateProcThreadAttribute, BOOL, FALSE,
        (void *a, DWORD b, DWORD_PTR c, void *d, SIZE_T e, void *f, SIZE_T *g))
FAILING(CreateProcessW, BOOL, FALSE,
        (LPCWSTR a, LPWSTR b, SECURITY_ATTRIBUTES *c, SECURITY_ATTRIBUTES *d, BOOL e, DWORD f, void *g,
         LPCWSTR h, STARTUPINFOW *i, PROCESS_INFORMATION *j))
FAILING(WaitForSingleObject, DWORD, WAIT_FAILED, (HANDLE a, DWORD b))

static void every_failure_on_the_way_to_the_program_is_told(void **state)
{
    (void)state;
    for (BOOL waits = FALSE; waits <= TRUE; waits++) {
        check_failing("GetModuleFileNameW", failing_GetModuleFileNameW, waits, ERROR_NOT_SUPPORTED);
        check_failing("CreateEventW", failing_CreateEventW, waits, FAILURE);
        check_failing("CreatePipe", failing_CreatePipe, waits, FAILURE);
        check_failing("WriteFile", failing_WriteFile, waits, FAILURE);
        check_failing("SetHandleInformation", failing_SetHandleInformation, waits, FAILURE);
        check_failing("InitializeProcThreadAttributeList", failing_InitializeProcThreadAttributeList, waits,
                      FAILURE);
        check_failing("UpdateProcThreadAttribute", failing_UpdateProcThreadAttribute, waits, FAILURE);
        check_failing("CreateProcessW", failing_CreateProcessW, waits, FAILURE);
    }
    check_failing("WaitForSingleObject", failing_WaitForSingleObject, TRUE, FAILURE);
}

static void without_memory_the_program_is_not_started(void **state)
{
    unsigned count;
    (void)state;
    for (count = 0; count < 100; count++) {
        sessions_double_allocate(count);
        assert_false(send_wide(WTS_CURRENT_SESSION, MB_OK, 0, FALSE));
        const DWORD error = GetLastError();
        const int leaks = sessions_double_leaks();
        const bool has_failed = sessions_double_has_failed();
        sessions_double_remove();
        assert_int_equal(leaks, 0);
        assert_int_equal(error, has_failed ? ERROR_NOT_ENOUGH_MEMORY : ERROR_NOT_SUPPORTED);
        if (!has_failed)
            break;
    }
    assert_in_range(count, 1, 99);
}

static DWORD exit_code;

static BOOL WINAPI double_exit_code(HANDLE process, DWORD *code)
{
    *code = exit_code;
    return TRUE;
}

static void only_the_programs_own_word_is_an_answer(void **state)
{
    static const struct {
        DWORD code;
        DWORD error;
        DWORD response;
    } rows[] = {{0x20000007, 0, 7},          {0x20007D00, 0, IDTIMEOUT}, {0x60000008, 8, UNTOUCHED},
                {0x60000000, 50, UNTOUCHED}, {1, 50, UNTOUCHED},         {0, 50, UNTOUCHED},
                {0xC0000005, 50, UNTOUCHED}};
    (void)state;
    void *real = support_replace_import("GetExitCodeProcess", double_exit_code);
    for (unsigned i = 0; i < ARRAYSIZE(rows); i++) {
        exit_code = rows[i].code;
        SetLastError(POISON);
        const BOOL sent = send_wide(WTS_CURRENT_SESSION, MB_OK, 0, TRUE);
        const DWORD error = GetLastError();
        if (sent != (rows[i].error == 0) || error != (rows[i].error != 0 ? rows[i].error : POISON) ||
            response != rows[i].response)
            fail_msg("exit code %lx: result %d, error %lu, response %lu", exit_code, sent, error, response);
    }
    support_replace_import("GetExitCodeProcess", real);
}

static DWORD wait_result;
static DWORD waited_ms;
static HANDLE program;

static DWORD WINAPI double_wait(DWORD count, const HANDLE *objects, BOOL all, DWORD timeout_ms)
{
    assert_int_equal(count, 2);
    assert_false(all);
    waited_ms = timeout_ms;
    if (program == NULL)
        DuplicateHandle(GetCurrentProcess(), objects[1], GetCurrentProcess(), &program, 0, FALSE,
                        DUPLICATE_SAME_ACCESS);
    return wait_result;
}

static void a_program_that_shows_nothing_in_time_is_ended(void **state)
{
    (void)state;
    void *real = support_replace_import("WaitForMultipleObjects", double_wait);
    wait_result = WAIT_TIMEOUT;
    SetLastError(POISON);
    const BOOL sent = send_wide(WTS_CURRENT_SESSION, MB_OK, 0, FALSE);
    const DWORD error = GetLastError();
    support_replace_import("WaitForMultipleObjects", real);
    assert_false(sent);
    assert_int_equal(error, RPC_S_CALL_CANCELLED);
    assert_int_equal(response, UNTOUCHED);
    assert_int_not_equal(waited_ms, INFINITE);
    support_wait(program);
    CloseHandle(program);
}

static void a_box_on_the_screen_is_all_that_is_waited_for(void **state)
{
    (void)state;
    void *real = support_replace_import("WaitForMultipleObjects", double_wait);
    wait_result = WAIT_OBJECT_0;
    const HANDLE before = support_next_handle();
    SetLastError(POISON);
    const BOOL sent = send_wide(WTS_CURRENT_SESSION, MB_OK, 0, FALSE);
    const DWORD error = GetLastError();
    support_replace_import("WaitForMultipleObjects", real);
    CloseHandle(program);
    assert_int_equal(sent, TRUE);
    assert_int_equal(error, POISON);
    assert_int_equal(response, IDASYNC);
    assert_ptr_equal(support_next_handle(), before);
}

/* What anybody else may start: no order, no end of the pipe, nothing to tell. */
static void the_program_alone_does_nothing(void **state)
{
    wchar_t path[MAX_PATH];
    STARTUPINFOW startup = {.cb = sizeof startup};
    PROCESS_INFORMATION process;
    (void)state;
    GetModuleFileNameW(NULL, path, MAX_PATH);
    wcscpy(wcsrchr(path, L'\\') + 1, L"wts-message.exe");
    assert_true(CreateProcessW(path, NULL, NULL, NULL, FALSE, 0, NULL, NULL, &startup, &process));
    assert_int_equal(support_wait(process.hProcess), 0x60000000 | ERROR_INVALID_PARAMETER);
    support_close_child(&process);
}

#define CASE(test) cmocka_unit_test_teardown(test, support_check_heap)

int main(void)
{
    const struct CMUnitTest tests[] = {
        CASE(every_failure_on_the_way_to_the_program_is_told),
        CASE(without_memory_the_program_is_not_started),
        CASE(only_the_programs_own_word_is_an_answer),
        CASE(a_program_that_shows_nothing_in_time_is_ended),
        CASE(a_box_on_the_screen_is_all_that_is_waited_for),
        CASE(the_program_alone_does_nothing),
    };
    return cmocka_run_group_tests(tests, bind_station, NULL);
}

/*
 * WTSOpenServer and its variants, WTSCloseServer: docs/contract.md#open-server; and which names mean this
 * machine: docs/design.md#opening.
 */
#include "sessions_double.h"

#include <wtsapi32.h>

#include <limits.h>
#include <stdio.h>
#include <string.h>

/* A name as the functions take it, and whether it must mean this machine. */
struct name {
    const wchar_t *text;
    bool local;
};

/* A machine whose names differ in every way that matters: the NetBIOS name is the host name, cut after 15
 * characters. */
static BOOL WINAPI computer_name_double(COMPUTER_NAME_FORMAT format, LPWSTR buffer, LPDWORD capacity)
{
    const wchar_t *name = L"VERY-LONG-HOST-";
    if (format == ComputerNameDnsHostname)
        name = L"very-long-host-name-of-ours";
    if (format == ComputerNameDnsFullyQualified)
        name = L"very-long-host-name-of-ours.example.org";
    wcscpy(buffer, name);
    *capacity = (DWORD)wcslen(name);
    return TRUE;
}

/* Process 0 exists nowhere: this machine says 87, and a server that cannot be reached says something else. */
static bool is_local(HANDLE server)
{
    assert_false(WTSTerminateProcess(server, 0, 1));
    return GetLastError() == ERROR_INVALID_PARAMETER;
}

static void check_names(const struct name *names, unsigned count)
{
    for (unsigned i = 0; i < count; i++) {
        WCHAR text[64];
        wcscpy(text, names[i].text);
        SetLastError(POISON);
        const HANDLE server = WTSOpenServerW(text);
        assert_int_equal(GetLastError(), POISON);
        assert_true((LONG_PTR)server > 0);
        if (is_local(server) != names[i].local)
            fail_msg("%ls must %sbe this machine", names[i].text, names[i].local ? "" : "not ");
        WTSCloseServer(server);
    }
}

static void only_own_names_mean_this_machine(void **state)
{
    static const struct name names[] = {
        {L"", true},
        {L".", true},
        {L"localhost", true},
        {L"LocalHost", true},
        {L"very-long-host-name-of-ours", true},
        {L"VERY-LONG-HOST-NAME-OF-OURS", true},
        {L"very-long-host-name-of-ours.example.org", true},
        {L"Very-Long-Host-Name-Of-Ours.EXAMPLE.org", true},
        {L"VERY-LONG-HOST-", true},
        {L"very-long-host-", true},
        {L"very-long-host", false},
        {L"very-long-host-n", false},
        {L"very-long-host-name", false},
        {L"very-long-host-name-of-ours2", false},
        {L"very-long-host-name-of-ours.", false},
        {L"very-long-host-name-of-ours.example", false},
        {L"very-long-host-name-of-ours.example.org.", false},
        {L"very-long-host-name-of-ours.example.com", false},
        {L"VERY-LONG-HOST-.example.org", false},
        {L"localhost.", false},
        {L"localhost.localdomain", false},
        {L"127.0.0.1", false},
        {L"::1", false},
        {L"0.0.0.0", false},
        {L"other", false},
    };
    (void)state;
    void *real = support_replace_import("GetComputerNameExW", computer_name_double);
    check_names(names, ARRAYSIZE(names));
    support_replace_import("GetComputerNameExW", real);
    assert_non_null(real);
}

static void this_machines_real_name_is_its_own(void **state)
{
    WCHAR own[256];
    DWORD length = ARRAYSIZE(own);
    (void)state;
    assert_true(GetComputerNameExW(ComputerNameDnsHostname, own, &length));
    const HANDLE server = WTSOpenServerW(own);
    assert_true(is_local(server));
    WTSCloseServer(server);
}

static void null_means_this_machine_in_every_variant(void **state)
{
    (void)state;
    const HANDLE handles[] = {WTSOpenServerW(NULL), WTSOpenServerA(NULL), WTSOpenServerExW(NULL),
                              WTSOpenServerExA(NULL)};
    for (unsigned i = 0; i < ARRAYSIZE(handles); i++) {
        assert_non_null(handles[i]);
        assert_true(is_local(handles[i]));
        WTSCloseServer(handles[i]);
    }
}

static void the_variants_do_the_same(void **state)
{
    WCHAR wide[] = L"localhost";
    char ansi[] = "localhost";
    (void)state;
    const HANDLE handles[] = {WTSOpenServerA(ansi), WTSOpenServerExW(wide), WTSOpenServerExA(ansi)};
    for (unsigned i = 0; i < ARRAYSIZE(handles); i++) {
        assert_true(is_local(handles[i]));
        WTSCloseServer(handles[i]);
    }
}

static void names_of_255_characters_are_the_longest(void **state)
{
    WCHAR wide[400];
    char ansi[400];
    (void)state;
    for (unsigned i = 0; i < 400; i++) {
        wide[i] = L'a';
        ansi[i] = 'a';
    }
    wide[256] = L'\0';
    ansi[256] = '\0';
    SetLastError(POISON);
    assert_null(WTSOpenServerW(wide));
    assert_int_equal(GetLastError(), ERROR_INVALID_PARAMETER);
    SetLastError(POISON);
    assert_null(WTSOpenServerExA(ansi));
    assert_int_equal(GetLastError(), ERROR_INVALID_PARAMETER);
    wide[255] = L'\0';
    ansi[255] = '\0';
    SetLastError(POISON);
    const HANDLE first = WTSOpenServerW(wide);
    const HANDLE second = WTSOpenServerA(ansi);
    assert_non_null(first);
    assert_non_null(second);
    assert_int_equal(GetLastError(), POISON);
    WTSCloseServer(first);
    WTSCloseServer(second);
}

static void a_name_without_end_is_not_read_beyond_256_characters(void **state)
{
    const SIZE_T page = 4096;
    char *pages = VirtualAlloc(NULL, 2 * page, MEM_COMMIT | MEM_RESERVE, PAGE_READWRITE);
    DWORD protection;
    (void)state;
    assert_true(VirtualProtect(pages + page, page, PAGE_NOACCESS, &protection));
    WCHAR *name = (WCHAR *)(void *)(pages + page) - 256;
    for (unsigned i = 0; i < 256; i++)
        name[i] = L'a';
    assert_null(WTSOpenServerW(name));
    assert_int_equal(GetLastError(), ERROR_INVALID_PARAMETER);
    VirtualFree(pages, 0, MEM_RELEASE);
}

static void every_open_gives_another_handle(void **state)
{
    enum { COUNT = 1000 };
    static HANDLE handles[COUNT];
    WCHAR name[] = L"other";
    (void)state;
    for (unsigned i = 0; i < COUNT; i++) {
        handles[i] = WTSOpenServerW(name);
        assert_non_null(handles[i]);
        for (unsigned earlier = 0; earlier < i; earlier++)
            assert_ptr_not_equal(handles[earlier], handles[i]);
    }
    for (unsigned i = 0; i < COUNT; i++)
        WTSCloseServer(handles[i]);
}

static void sixty_five_thousand_servers_may_be_open(void **state)
{
    enum { COUNT = 65536 };
    HANDLE *handles = HeapAlloc(GetProcessHeap(), 0, COUNT * sizeof *handles);
    WCHAR name[] = L"localhost";
    (void)state;
    for (unsigned i = 0; i < COUNT; i++) {
        handles[i] = WTSOpenServerW(name);
        assert_non_null(handles[i]);
    }
    assert_true(is_local(handles[COUNT - 1]));
    for (unsigned i = 0; i < COUNT; i++)
        WTSCloseServer(handles[i]);
    HeapFree(GetProcessHeap(), 0, handles);
}

/* ---- every export with a server handle gives it back ---- */

static HWND window;
static DWORD number;
static void *result;

static BOOL call_terminate(HANDLE server)
{
    return WTSTerminateProcess(server, 0, 0);
}

static BOOL call_processes_w(HANDLE server)
{
    return WTSEnumerateProcessesW(server, 0, 1, (PWTS_PROCESS_INFOW *)&result, &number);
}

static BOOL call_processes_a(HANDLE server)
{
    return WTSEnumerateProcessesA(server, 0, 1, (PWTS_PROCESS_INFOA *)&result, &number);
}

static BOOL call_processes_ex_w(HANDLE server)
{
    DWORD level = 1;
    return WTSEnumerateProcessesExW(server, &level, WTS_ANY_SESSION, (LPWSTR *)&result, &number);
}

static BOOL call_processes_ex_a(HANDLE server)
{
    DWORD level = 0;
    return WTSEnumerateProcessesExA(server, &level, WTS_ANY_SESSION, (LPSTR *)&result, &number);
}

static BOOL call_sessions_w(HANDLE server)
{
    return WTSEnumerateSessionsW(server, 0, 1, (PWTS_SESSION_INFOW *)&result, &number);
}

static BOOL call_sessions_a(HANDLE server)
{
    return WTSEnumerateSessionsA(server, 0, 1, (PWTS_SESSION_INFOA *)&result, &number);
}

static BOOL call_sessions_ex_w(HANDLE server)
{
    DWORD level = 1;
    return WTSEnumerateSessionsExW(server, &level, 0, (PWTS_SESSION_INFO_1W *)&result, &number);
}

static BOOL call_sessions_ex_a(HANDLE server)
{
    DWORD level = 1;
    return WTSEnumerateSessionsExA(server, &level, 0, (PWTS_SESSION_INFO_1A *)&result, &number);
}

static BOOL call_information_w(HANDLE server)
{
    return WTSQuerySessionInformationW(server, WTS_CURRENT_SESSION, WTSSessionId, (LPWSTR *)&result, &number);
}

static BOOL call_information_a(HANDLE server)
{
    return WTSQuerySessionInformationA(server, WTS_CURRENT_SESSION, WTSIdleTime, (LPSTR *)&result, &number);
}

static BOOL call_message_w(HANDLE server)
{
    WCHAR text[] = L"text";
    return WTSSendMessageW(server, 4711, text, 2, text, 2, 0, 0, &number, TRUE);
}

static BOOL call_message_a(HANDLE server)
{
    char text[] = "text";
    return WTSSendMessageA(server, 4711, text, 2, text, 2, 0, 0, &number, TRUE);
}

static BOOL call_disconnect(HANDLE server)
{
    return WTSDisconnectSession(server, WTS_CURRENT_SESSION, TRUE);
}

static BOOL call_logoff(HANDLE server)
{
    return WTSLogoffSession(server, 4711, TRUE);
}

static BOOL call_shutdown(HANDLE server)
{
    return WTSShutdownSystem(server, WTS_WSD_LOGOFF);
}

static BOOL call_wait(HANDLE server)
{
    return WTSWaitSystemEvent(server, WTS_EVENT_FLUSH, &number);
}

static BOOL call_register(HANDLE server)
{
    return WTSRegisterSessionNotificationEx(server, window, NOTIFY_FOR_ALL_SESSIONS);
}

static BOOL call_unregister(HANDLE server)
{
    return WTSUnRegisterSessionNotificationEx(server, window);
}

/* With the last errors that prove that the server was asked; 0: success. */
static const struct {
    const char *name;
    BOOL (*call)(HANDLE server);
    DWORD error;
} calls[] = {
    {"WTSTerminateProcess", call_terminate, ERROR_INVALID_PARAMETER},
    {"WTSEnumerateProcessesW", call_processes_w, 0},
    {"WTSEnumerateProcessesA", call_processes_a, 0},
    {"WTSEnumerateProcessesExW", call_processes_ex_w, 0},
    {"WTSEnumerateProcessesExA", call_processes_ex_a, 0},
    {"WTSEnumerateSessionsW", call_sessions_w, 0},
    {"WTSEnumerateSessionsA", call_sessions_a, 0},
    {"WTSEnumerateSessionsExW", call_sessions_ex_w, 0},
    {"WTSEnumerateSessionsExA", call_sessions_ex_a, 0},
    {"WTSQuerySessionInformationW", call_information_w, 0},
    {"WTSQuerySessionInformationA", call_information_a, ERROR_NOT_SUPPORTED},
    {"WTSSendMessageW", call_message_w, ERROR_CTX_WINSTATION_NOT_FOUND},
    {"WTSSendMessageA", call_message_a, ERROR_CTX_WINSTATION_NOT_FOUND},
    {"WTSDisconnectSession", call_disconnect, ERROR_NOT_SUPPORTED},
    {"WTSLogoffSession", call_logoff, ERROR_FILE_NOT_FOUND},
    {"WTSShutdownSystem", call_shutdown, ERROR_NOT_SUPPORTED},
    {"WTSWaitSystemEvent", call_wait, 0},
    {"WTSRegisterSessionNotificationEx", call_register, 0},
    {"WTSUnRegisterSessionNotificationEx", call_unregister, 0},
};

/* Opens this machine by name, calls, closes. */
static void make_call(unsigned i)
{
    WCHAR name[] = L"localhost";
    const HANDLE server = WTSOpenServerW(name);
    result = NULL;
    const BOOL done = calls[i].call(server);
    if (done != (calls[i].error == 0) || (!done && GetLastError() != calls[i].error))
        fail_msg("%s: result %d, last error %lu", calls[i].name, done, GetLastError());
    WTSFreeMemory(result);
    WTSCloseServer(server);
}

/* A handle that a call keeps is never freed: one block more than before. */
static void every_call_gives_its_handle_back(void **state)
{
    (void)state;
    window = CreateWindowExW(0, L"STATIC", L"", 0, 0, 0, 1, 1, HWND_MESSAGE, NULL, NULL, NULL);
    assert_non_null(window);
    for (unsigned i = 0; i < ARRAYSIZE(calls); i++)
        make_call(i); /* what stays between calls is made now */
    for (unsigned i = 0; i < ARRAYSIZE(calls); i++) {
        sessions_double_allocate(UINT_MAX);
        make_call(i);
        const int leaks = sessions_double_leaks();
        sessions_double_remove();
        if (leaks != 0)
            fail_msg("%s: %d blocks stay behind", calls[i].name, leaks);
    }
    DestroyWindow(window);
}

static void no_call_leaves_a_handle_of_the_system_open(void **state)
{
    (void)state;
    window = CreateWindowExW(0, L"STATIC", L"", 0, 0, 0, 1, 1, HWND_MESSAGE, NULL, NULL, NULL);
    assert_non_null(window);
    for (unsigned i = 0; i < ARRAYSIZE(calls); i++)
        make_call(i);
    for (unsigned i = 0; i < ARRAYSIZE(calls); i++) {
        const HANDLE before = support_next_handle();
        for (unsigned round = 0; round < 20; round++)
            make_call(i);
        if (support_next_handle() != before)
            fail_msg("%s: a handle is left open", calls[i].name);
    }
    DestroyWindow(window);
}

static void closing_leaves_the_last_error_alone(void **state)
{
    WCHAR name[] = L"localhost";
    const HANDLE server = WTSOpenServerW(name);
    (void)state;
    SetLastError(POISON);
    WTSCloseServer(server);
    WTSCloseServer(server);
    WTSCloseServer(NULL);
    WTSCloseServer(INVALID_HANDLE_VALUE);
    WTSCloseServer((HANDLE)1);
    assert_int_equal(GetLastError(), POISON);
    assert_fails(WTSTerminateProcess(server, 0, 0), ERROR_INVALID_HANDLE);
}

static unsigned allocations_left;

static void *(*real_calloc)(size_t, size_t);
static void *(*real_malloc)(size_t);

static bool may_allocate(void)
{
    return allocations_left > 0 && allocations_left-- > 0;
}

static void *failing_calloc(size_t count, size_t size)
{
    return may_allocate() ? real_calloc(count, size) : NULL;
}

static void *failing_malloc(size_t size)
{
    return may_allocate() ? real_malloc(size) : NULL;
}

/* The table is empty of free slots only when a chunk is full: fill it up first, so that each open may need
 * memory. */
static void without_memory_opening_fails_with_8(void **state)
{
    enum { COUNT = 1200 };
    static HANDLE handles[COUNT];
    WCHAR name[] = L"other";
    unsigned failures = 0;
    (void)state;
    real_calloc = (void *(*)(size_t, size_t))support_replace_import("calloc", failing_calloc);
    real_malloc = (void *(*)(size_t))support_replace_import("malloc", failing_malloc);
    for (unsigned i = 0; i < COUNT; i++) {
        for (unsigned granted = 0; handles[i] == NULL; granted++) {
            allocations_left = granted;
            SetLastError(POISON);
            handles[i] = WTSOpenServerW(name);
            if (handles[i] == NULL)
                failures += GetLastError() == ERROR_NOT_ENOUGH_MEMORY ? 1 : 100000;
        }
    }
    support_replace_import("calloc", (void *)(ULONG_PTR)real_calloc);
    if (real_malloc != NULL)
        support_replace_import("malloc", (void *)(ULONG_PTR)real_malloc);
    for (unsigned i = 0; i < COUNT; i++)
        WTSCloseServer(handles[i]);
    assert_true(failures > 0 && failures < 100000);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(only_own_names_mean_this_machine),
        cmocka_unit_test(this_machines_real_name_is_its_own),
        cmocka_unit_test(null_means_this_machine_in_every_variant),
        cmocka_unit_test(the_variants_do_the_same),
        cmocka_unit_test(names_of_255_characters_are_the_longest),
        cmocka_unit_test(a_name_without_end_is_not_read_beyond_256_characters),
        cmocka_unit_test(every_open_gives_another_handle),
        cmocka_unit_test(sixty_five_thousand_servers_may_be_open),
        cmocka_unit_test_teardown(every_call_gives_its_handle_back, sessions_double_check),
        cmocka_unit_test(no_call_leaves_a_handle_of_the_system_open),
        cmocka_unit_test(closing_leaves_the_last_error_alone),
        cmocka_unit_test(without_memory_opening_fails_with_8),
    };
    /* Nothing here may reach a network: without a relay every other machine is out of reach. */
    SetEnvironmentVariableW(L"WTSAPI32_RELAY", L"/nonexistent/wts-relay");
    return cmocka_run_group_tests(tests, support_check_dll, support_check_heap);
}

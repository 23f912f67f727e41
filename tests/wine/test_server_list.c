/*
 * WTSEnumerateServersA/W: arguments, the browser's errors, and with a double of the browser what it finds.
 */
#include "session_support.h"
#include "sessions_double.h"

#include <wtsapi32.h>

#include <lmcons.h>
#include <lmapibuf.h>
#include <lmerr.h>
#include <lmserver.h>

#include <stdlib.h>
#include <string.h>
#include <wchar.h>

#ifndef ERROR_NO_BROWSER_SERVERS_FOUND
#define ERROR_NO_BROWSER_SERVERS_FOUND 6118L
#endif

#define MAX_DOMAIN 255 /* characters */

static void *const untouched = (void *)(ULONG_PTR)0x11111111;

static void check_no_list(DWORD error)
{
    WTS_SERVER_INFOW *wide = untouched;
    WTS_SERVER_INFOA *ansi = untouched;
    DWORD count = 77;
    assert_fails(WTSEnumerateServersW(NULL, 0, 1, &wide, &count), error);
    assert_fails(WTSEnumerateServersA(NULL, 0, 1, &ansi, &count), error);
    assert_ptr_equal(wide, untouched);
    assert_ptr_equal(ansi, untouched);
    assert_int_equal(count, 77);
}

static void wrong_arguments_touch_nothing(void **state)
{
    WTS_SERVER_INFOW *wide = untouched;
    WTS_SERVER_INFOA *ansi = untouched;
    DWORD count = 77;
    (void)state;
    assert_fails(WTSEnumerateServersW(NULL, 1, 1, &wide, &count), 87);
    assert_fails(WTSEnumerateServersW(NULL, 0, 0, &wide, &count), 87);
    assert_fails(WTSEnumerateServersW(NULL, 0, 2, &wide, &count), 87);
    assert_fails(WTSEnumerateServersW(NULL, 0, 1, NULL, &count), 87);
    assert_fails(WTSEnumerateServersW(NULL, 0, 1, &wide, NULL), 87);
    assert_fails(WTSEnumerateServersA(NULL, 1, 1, &ansi, &count), 87);
    assert_fails(WTSEnumerateServersA(NULL, 0, 2, &ansi, &count), 87);
    assert_fails(WTSEnumerateServersA(NULL, 0, 1, NULL, &count), 87);
    assert_fails(WTSEnumerateServersA(NULL, 0, 1, &ansi, NULL), 87);
    assert_ptr_equal(wide, untouched);
    assert_ptr_equal(ansi, untouched);
    assert_int_equal(count, 77);
}

static void a_domain_that_is_no_name_is_refused(void **state)
{
    char ansi_domain[MAX_DOMAIN + 2] = "";
    wchar_t domain[MAX_DOMAIN + 2] = L"";
    WTS_SERVER_INFOW *wide = untouched;
    WTS_SERVER_INFOA *ansi = untouched;
    DWORD count = 77;
    (void)state;
    memset(ansi_domain, 'd', MAX_DOMAIN + 1);
    wmemset(domain, L'd', MAX_DOMAIN + 1);
    assert_fails(WTSEnumerateServersW(domain, 0, 1, &wide, &count), 87);
    assert_fails(WTSEnumerateServersA(ansi_domain, 0, 1, &ansi, &count), 87);
    assert_ptr_equal(wide, untouched);
    assert_ptr_equal(ansi, untouched);
    assert_int_equal(count, 77);
}

/* Wine's WoW64 mode has no netapi32 that can be loaded. */
static void without_a_browser_its_error_is_passed_on(void **state)
{
    (void)state;
    const bool has_netapi = LoadLibraryW(L"netapi32.dll") != NULL;
    check_no_list(has_netapi ? ERROR_NO_BROWSER_SERVERS_FOUND : ERROR_NOT_SUPPORTED);
}

/* ---- with a double of the browser ---- */

static const wchar_t *const names[] = {L"RDSH01",
                                       L"GR\xDC\xDF"
                                       L"E",
                                       L""};
static DWORD browser_count;
static DWORD browser_error;
static bool browser_gives; /* a buffer, with an error too */
static wchar_t asked_domain[MAX_DOMAIN + 1];
static int buffers;

static NET_API_STATUS WINAPI double_servers(LPCWSTR server, DWORD level, BYTE **buffer, DWORD most,
                                            DWORD *read, DWORD *total, DWORD type, LMCSTR domain,
                                            DWORD *resume)
{
    assert_null(server);
    assert_int_equal(level, 101);
    assert_int_equal(most, MAX_PREFERRED_LENGTH);
    assert_int_equal(type, SV_TYPE_TERMINALSERVER);
    assert_null(resume);
    wcscpy(asked_domain, domain != NULL ? domain : L"(none)");
    *read = browser_count;
    *total = browser_count;
    *buffer = NULL;
    if (browser_gives) {
        SERVER_INFO_101 *rows = calloc(ARRAYSIZE(names), sizeof *rows);
        for (DWORD i = 0; i < browser_count; i++)
            rows[i].sv101_name = (wchar_t *)(ULONG_PTR)names[i];
        *buffer = (BYTE *)rows;
        buffers++;
    }
    return browser_error;
}

static NET_API_STATUS WINAPI double_release(void *buffer)
{
    free(buffer);
    buffers--;
    return NERR_Success;
}

static HMODULE(WINAPI *real_load)(LPCWSTR, HANDLE, DWORD);

/* Whatever cannot be loaded is this program: its functions are doubles. */
static HMODULE WINAPI double_load(LPCWSTR path, HANDLE file, DWORD flags)
{
    const HMODULE module = real_load(path, file, flags);
    return module != NULL ? module : GetModuleHandleW(NULL);
}

static int bind_browser(void **state)
{
    real_load = sessions_double_replace("LoadLibraryExW", double_load);
    sessions_double_bind("NetServerEnum", double_servers);
    sessions_double_bind("NetApiBufferFree", double_release);
    return support_check_dll(state);
}

static int start(void **state)
{
    (void)state;
    browser_count = ARRAYSIZE(names);
    browser_error = NERR_Success;
    browser_gives = true;
    buffers = 0;
    return 0;
}

static void both_forms_list_the_same_servers(void **state)
{
    wchar_t domain[] = L"DOM\xC4NE";
    char ansi_domain[16];
    WTS_SERVER_INFOW *wide;
    WTS_SERVER_INFOA *ansi;
    DWORD count = 0;
    DWORD ansi_count = 0;
    (void)state;
    WideCharToMultiByte(CP_ACP, 0, domain, -1, ansi_domain, sizeof ansi_domain, NULL, NULL);
    assert_succeeds(WTSEnumerateServersW(domain, 0, 1, &wide, &count));
    assert_int_equal(wcscmp(asked_domain, domain), 0);
    asked_domain[0] = L'\0';
    assert_succeeds(WTSEnumerateServersA(ansi_domain, 0, 1, &ansi, &ansi_count));
    assert_int_equal(wcscmp(asked_domain, domain), 0);
    assert_int_equal(count, ARRAYSIZE(names));
    assert_int_equal(ansi_count, ARRAYSIZE(names));
    for (DWORD i = 0; i < count; i++) {
        char name[32];
        WideCharToMultiByte(CP_ACP, 0, names[i], -1, name, sizeof name, NULL, NULL);
        assert_int_equal(wcscmp(wide[i].pServerName, names[i]), 0);
        assert_string_equal(ansi[i].pServerName, name);
    }
    WTSFreeMemory(wide);
    WTSFreeMemory(ansi);
    assert_int_equal(buffers, 0);
}

static void the_longest_domain_reaches_the_browser_whole(void **state)
{
    char ansi_domain[MAX_DOMAIN + 1] = "";
    wchar_t domain[MAX_DOMAIN + 1] = L"";
    WTS_SERVER_INFOW *wide;
    WTS_SERVER_INFOA *ansi;
    DWORD count;
    (void)state;
    memset(ansi_domain, 'd', MAX_DOMAIN);
    wmemset(domain, L'd', MAX_DOMAIN);
    assert_succeeds(WTSEnumerateServersW(domain, 0, 1, &wide, &count));
    assert_int_equal(wcscmp(asked_domain, domain), 0);
    asked_domain[0] = L'\0';
    assert_succeeds(WTSEnumerateServersA(ansi_domain, 0, 1, &ansi, &count));
    assert_int_equal(wcscmp(asked_domain, domain), 0);
    WTSFreeMemory(wide);
    WTSFreeMemory(ansi);
}

static void no_domain_is_the_callers(void **state)
{
    WTS_SERVER_INFOA *ansi;
    DWORD count;
    (void)state;
    assert_succeeds(WTSEnumerateServersA(NULL, 0, 1, &ansi, &count));
    assert_int_equal(wcscmp(asked_domain, L"(none)"), 0);
    WTSFreeMemory(ansi);
}

static void no_server_at_all_is_a_success(void **state)
{
    WTS_SERVER_INFOW *wide = untouched;
    DWORD count = 77;
    (void)state;
    browser_count = 0;
    browser_gives = false;
    assert_succeeds(WTSEnumerateServersW(NULL, 0, 1, &wide, &count));
    assert_null(wide);
    assert_int_equal(count, 0);
}

static void an_error_of_the_browser_is_passed_on(void **state)
{
    (void)state;
    browser_error = ERROR_MORE_DATA;
    check_no_list(ERROR_MORE_DATA);
    assert_int_equal(buffers, 0);
    browser_gives = false;
    browser_error = NERR_ServiceNotInstalled;
    check_no_list(NERR_ServiceNotInstalled);
}

static void without_memory_there_is_no_list(void **state)
{
    unsigned count;
    (void)state;
    for (count = 0; count < 100; count++) {
        WTS_SERVER_INFOW *wide = untouched;
        DWORD found = 77;
        sessions_double_allocate(count);
        const BOOL done = WTSEnumerateServersW(NULL, 0, 1, &wide, &found);
        const DWORD error = GetLastError();
        const int leaks = sessions_double_leaks();
        sessions_double_remove();
        assert_int_equal(leaks, 0);
        assert_int_equal(buffers, 0);
        if (done) {
            WTSFreeMemory(wide);
            break;
        }
        assert_int_equal(error, ERROR_NOT_ENOUGH_MEMORY);
        assert_ptr_equal(wide, untouched);
        assert_int_equal(found, 77);
    }
    assert_in_range(count, 1, 99);
}

static int bind_nothing(void **state)
{
    sessions_double_bind("NetServerEnum", NULL);
    return support_check_dll(state);
}

static void without_netapi32_nothing_is_listed(void **state)
{
    (void)state;
    check_no_list(ERROR_NOT_SUPPORTED);
}

#define CASE(test) cmocka_unit_test_setup_teardown(test, start, support_check_heap)

static const struct CMUnitTest browser[] = {
    CASE(both_forms_list_the_same_servers),
    CASE(the_longest_domain_reaches_the_browser_whole),
    CASE(no_domain_is_the_callers),
    CASE(no_server_at_all_is_a_success),
    CASE(an_error_of_the_browser_is_passed_on),
    CASE(without_memory_there_is_no_list),
};
static const struct CMUnitTest bare[] = {CASE(without_netapi32_nothing_is_listed)};

static const struct child children[] = {CHILD(browser, bind_browser), CHILD(bare, bind_nothing)};

static void other_networks(void **state)
{
    (void)state;
    check_children(children, ARRAYSIZE(children));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        CASE(wrong_arguments_touch_nothing),
        CASE(a_domain_that_is_no_name_is_refused),
        CASE(without_a_browser_its_error_is_passed_on),
        CASE(other_networks),
    };
    const wchar_t *mode = support_child_mode();
    if (mode != NULL)
        return run_child(children, ARRAYSIZE(children), mode);
    return cmocka_run_group_tests(tests, support_check_dll, NULL);
}

/*
 * The names of stored credentials, src/remote/transport/credential_names.h: read once while the store does
 * not change, and at once when it does. The list of the store and the clock are doubles; test_credential_list
 * uses the system's.
 */
#include "support.h"

#include "core/backend.h"
#include "remote/transport/credential_list.h"
#include "remote/transport/credential_names.h"

#include <stdlib.h>
#include <wchar.h>

#define SECOND 10000000ULL

static WCHAR target[64];
static CREDENTIALW entry;
static CREDENTIALW *entries[] = {&entry};
static unsigned times_read;
static unsigned times_freed;
static DWORD failure;
static ULONGLONG changed_at; /* of the store; 0: unknown */

DWORD wts_credential_list_read(CREDENTIALW ***list, DWORD *count)
{
    times_read++;
    *list = failure == ERROR_SUCCESS ? entries : NULL;
    *count = failure == ERROR_SUCCESS ? 1 : 0;
    return failure;
}

void wts_credential_list_free(CREDENTIALW **list, DWORD count)
{
    times_freed += list != NULL;
    assert_int_equal(count, list != NULL ? 1 : 0);
}

uint64_t wts_credential_list_changed_at(void)
{
    return changed_at;
}

static ULONGLONG clock_now;

static VOID WINAPI give_time(LPFILETIME time)
{
    *time = (FILETIME){(DWORD)clock_now, (DWORD)(clock_now >> 32)};
}

static void swap_clock(void)
{
    static void *clock = give_time;
    clock = support_replace_import_of(GetModuleHandleW(NULL), "GetSystemTimeAsFileTime", clock);
    assert_non_null(clock);
}

static void store(const WCHAR *name, ULONGLONG at)
{
    wcscpy(target, name);
    entry = (CREDENTIALW){.Type = CRED_TYPE_DOMAIN_PASSWORD, .TargetName = target};
    changed_at = at;
    times_read = 0;
}

static void assert_chosen(const WCHAR *server, const WCHAR *expected)
{
    DWORD type = 0;
    WCHAR *name = wts_credential_names_choose(server, &type);
    if (expected != NULL) {
        assert_non_null(name);
        assert_int_equal(wcscmp(name, expected), 0);
        assert_int_equal(type, CRED_TYPE_DOMAIN_PASSWORD);
    } else {
        assert_null(name);
    }
    free(name);
}

static int use_doubles(void **state)
{
    (void)state;
    clock_now = 1000 * SECOND;
    failure = ERROR_SUCCESS;
    times_freed = 0;
    swap_clock();
    return 0;
}

static int use_system(void **state)
{
    (void)state;
    wts_remote_unload();
    swap_clock();
    return 0;
}

static void an_unchanged_store_is_read_once(void **state)
{
    (void)state;
    store(L"*.example", clock_now - 5 * SECOND);
    assert_chosen(L"a.example", L"*.example");
    assert_chosen(L"b.example", L"*.example");
    assert_chosen(L"elsewhere", NULL);
    assert_int_equal(times_read, 1);
}

static void a_changed_store_is_read_at_once(void **state)
{
    (void)state;
    store(L"*.example", clock_now - 5 * SECOND);
    assert_chosen(L"a.example", L"*.example");
    store(L"a.example", clock_now - 4 * SECOND);
    assert_chosen(L"a.example", L"a.example");
    assert_int_equal(times_read, 1);
    assert_chosen(L"b.example", NULL);
    assert_int_equal(times_read, 1);
}

static void what_has_just_changed_is_not_remembered(void **state)
{
    (void)state;
    store(L"*.example", clock_now - SECOND / 2);
    assert_chosen(L"a.example", L"*.example");
    assert_chosen(L"a.example", L"*.example");
    assert_int_equal(times_read, 2);
    store(L"*.example", clock_now + SECOND); /* the clock was set back */
    assert_chosen(L"a.example", L"*.example");
    assert_chosen(L"a.example", L"*.example");
    assert_int_equal(times_read, 2);
}

static void without_the_time_of_a_change_nothing_is_remembered(void **state)
{
    (void)state;
    store(L"*.example", 0);
    assert_chosen(L"a.example", L"*.example");
    assert_chosen(L"a.example", L"*.example");
    assert_int_equal(times_read, 2);
}

static void a_list_that_failed_is_not_remembered(void **state)
{
    (void)state;
    store(L"*.example", clock_now - 5 * SECOND);
    failure = ERROR_NOT_ENOUGH_MEMORY;
    assert_chosen(L"a.example", NULL);
    failure = ERROR_SUCCESS;
    assert_chosen(L"a.example", L"*.example");
    assert_int_equal(times_read, 2);
    assert_int_equal(times_freed, 0);
    wts_remote_unload();
    assert_int_equal(times_freed, 1);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(an_unchanged_store_is_read_once, use_doubles, use_system),
        cmocka_unit_test_setup_teardown(a_changed_store_is_read_at_once, use_doubles, use_system),
        cmocka_unit_test_setup_teardown(what_has_just_changed_is_not_remembered, use_doubles, use_system),
        cmocka_unit_test_setup_teardown(without_the_time_of_a_change_nothing_is_remembered, use_doubles,
                                        use_system),
        cmocka_unit_test_setup_teardown(a_list_that_failed_is_not_remembered, use_doubles, use_system),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

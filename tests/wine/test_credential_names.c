/*
 * The names of stored credentials, src/remote/transport/credential_names.h: read once while the store does
 * not change, and at once when it does. The store and the clock are doubles, but for the last test, which
 * asks Wine's own.
 */
#include "support.h"

#include "core/backend.h"
#include "core/system.h"
#include "remote/transport/credential_names.h"

#include <stdlib.h>
#include <wchar.h>
#include <wincred.h>

#define SECOND 10000000ULL

static WCHAR target[64];
static WCHAR password[] = L"Secret-1";
static CREDENTIALW entry;
static CREDENTIALW *entries[] = {&entry};
static unsigned times_read;
static ULONGLONG changed_at; /* of the store; 0: it has no key */

static BOOL WINAPI enumerate(LPCWSTR filter, DWORD flags, DWORD *count, PCREDENTIALW **list)
{
    assert_null(filter);
    assert_int_equal(flags, 0);
    times_read++;
    *count = 1;
    *list = entries;
    return TRUE;
}

static VOID WINAPI free_list(PVOID list)
{
    assert_ptr_equal(list, entries);
}

static LSTATUS WINAPI open_key(HKEY root, LPCWSTR name, DWORD options, REGSAM access, PHKEY key)
{
    (void)root, (void)name, (void)options, (void)access;
    *key = (HKEY)&entry;
    return changed_at != 0 ? ERROR_SUCCESS : ERROR_FILE_NOT_FOUND;
}

static LSTATUS WINAPI query_key(HKEY key, LPWSTR class, LPDWORD class_length, LPDWORD reserved, LPDWORD keys,
                                LPDWORD longest_key, LPDWORD longest_class, LPDWORD values,
                                LPDWORD longest_name, LPDWORD longest_value, LPDWORD descriptor,
                                PFILETIME time)
{
    (void)key, (void)class, (void)class_length, (void)reserved, (void)keys, (void)longest_key;
    (void)longest_class, (void)values, (void)longest_name, (void)longest_value, (void)descriptor;
    *time = (FILETIME){(DWORD)changed_at, (DWORD)(changed_at >> 32)};
    return ERROR_SUCCESS;
}

static LSTATUS WINAPI close_key(HKEY key)
{
    assert_ptr_equal(key, &entry);
    return ERROR_SUCCESS;
}

static ULONGLONG clock_now;

static VOID WINAPI tell_time(LPFILETIME time)
{
    *time = (FILETIME){(DWORD)clock_now, (DWORD)(clock_now >> 32)};
}

static bool is_doubled;

/* The late-bound functions of credential_names.c: here, instead of core/system.c. */
FARPROC wts_system_find(enum wts_system_function function)
{
    switch (function) {
    case WTS_SYSTEM_CredEnumerateW:
        return (FARPROC)(void *)(is_doubled ? enumerate : CredEnumerateW);
    case WTS_SYSTEM_CredFree:
        return (FARPROC)(void *)(is_doubled ? free_list : CredFree);
    case WTS_SYSTEM_RegOpenKeyExW:
        return (FARPROC)(void *)(is_doubled ? open_key : RegOpenKeyExW);
    case WTS_SYSTEM_RegQueryInfoKeyW:
        return (FARPROC)(void *)(is_doubled ? query_key : RegQueryInfoKeyW);
    case WTS_SYSTEM_RegCloseKey:
        return (FARPROC)(void *)(is_doubled ? close_key : RegCloseKey);
    default:
        return NULL;
    }
}

static void *replace(const char *name, void *function)
{
    void *old = support_replace_import_of(GetModuleHandleW(NULL), name, function);
    assert_non_null(old);
    return old;
}

static void swap_doubles(void)
{
    static void *clock = tell_time;
    clock = replace("GetSystemTimeAsFileTime", clock);
    is_doubled = !is_doubled;
}

static void store(const WCHAR *name, ULONGLONG at)
{
    wcscpy(target, name);
    wcscpy(password, L"Secret-1");
    entry = (CREDENTIALW){.Type = CRED_TYPE_DOMAIN_PASSWORD,
                          .TargetName = target,
                          .CredentialBlob = (BYTE *)password,
                          .CredentialBlobSize = sizeof password};
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
    swap_doubles();
    return 0;
}

static int use_system(void **state)
{
    (void)state;
    wts_remote_unload();
    swap_doubles();
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

static void no_password_is_kept(void **state)
{
    static const WCHAR wiped[ARRAYSIZE(password)];
    (void)state;
    store(L"*.example", clock_now - 5 * SECOND);
    assert_chosen(L"a.example", L"*.example");
    assert_memory_equal(password, wiped, sizeof password);
}

/* The clock is an hour ahead, so that whatever is read is remembered. */
static void the_store_of_the_system_reports_its_changes(void **state)
{
    WCHAR name[64];
    CREDENTIALW written = {.Type = CRED_TYPE_DOMAIN_PASSWORD,
                           .TargetName = name,
                           .UserName = (WCHAR *)L"somebody",
                           .Persist = CRED_PERSIST_SESSION};
    FILETIME now;
    (void)state;
    _snwprintf(name, ARRAYSIZE(name), L"names-%lu.example", GetCurrentProcessId());
    GetSystemTimeAsFileTime(&now);
    clock_now = ((ULONGLONG)now.dwHighDateTime << 32 | now.dwLowDateTime) + 3600 * SECOND;
    void *const system_clock = replace("GetSystemTimeAsFileTime", tell_time);
    for (unsigned i = 0; i < 3; i++) {
        assert_chosen(name, NULL);
        assert_true(CredWriteW(&written, 0));
        assert_chosen(name, name);
        assert_true(CredDeleteW(name, CRED_TYPE_DOMAIN_PASSWORD, 0));
    }
    assert_chosen(name, NULL);
    replace("GetSystemTimeAsFileTime", system_clock);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(an_unchanged_store_is_read_once, use_doubles, use_system),
        cmocka_unit_test_setup_teardown(a_changed_store_is_read_at_once, use_doubles, use_system),
        cmocka_unit_test_setup_teardown(what_has_just_changed_is_not_remembered, use_doubles, use_system),
        cmocka_unit_test_setup_teardown(without_the_time_of_a_change_nothing_is_remembered, use_doubles,
                                        use_system),
        cmocka_unit_test_setup_teardown(no_password_is_kept, use_doubles, use_system),
        cmocka_unit_test_teardown(the_store_of_the_system_reports_its_changes, support_check_heap),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

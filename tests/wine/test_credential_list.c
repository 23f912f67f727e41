/*
 * The list of stored credentials, src/remote/transport/credential_list.h: what it has, that it misses nothing
 * while the store changes, and that no password is read or kept. The store and the system are doubles.
 */
#include "support.h"

#include "core/system.h"
#include "remote/transport/credential_list.h"

#include <stdlib.h>
#include <wchar.h>

/* A stored credential of the double; a member that is 0 is not written yet. */
struct fake {
    const WCHAR *key;
    const WCHAR *target;
    const WCHAR *user;
    DWORD type;
    DWORD persistence;
    bool has_password;
};

static const struct fake *fakes[8];
static DWORD fake_count;
static ULONGLONG changed_at; /* of the store; 0: it has no key */
static unsigned scans;
static const struct fake *vanishing; /* after its name and some of its values were read */
static unsigned values_left;         /* to be read, of that one */
static bool is_restless;             /* a change with each name that is read */
static DWORD removed_at;             /* when this name was read, the first one is removed */
static LSTATUS failure;              /* of reading a name */

static void change_store(void)
{
    changed_at++;
}

static LSTATUS WINAPI open_key(HKEY root, LPCWSTR name, DWORD options, REGSAM access, PHKEY key)
{
    (void)options, (void)access;
    if (root == HKEY_CURRENT_USER) {
        assert_int_equal(wcscmp(name, L"Software\\Wine\\Credential Manager"), 0);
        *key = (HKEY)&fakes;
        return changed_at != 0 ? ERROR_SUCCESS : ERROR_FILE_NOT_FOUND;
    }
    assert_ptr_equal(root, &fakes);
    for (DWORD i = 0; i < fake_count; i++) {
        if (wcscmp(fakes[i]->key, name) == 0 && (fakes[i] != vanishing || values_left > 0)) {
            *key = (HKEY)(ULONG_PTR)fakes[i];
            return ERROR_SUCCESS;
        }
    }
    return ERROR_FILE_NOT_FOUND;
}

static LSTATUS WINAPI query_key(HKEY key, LPWSTR class, LPDWORD class_length, LPDWORD reserved, LPDWORD keys,
                                LPDWORD longest_key, LPDWORD longest_class, LPDWORD values,
                                LPDWORD longest_name, LPDWORD longest_value, LPDWORD descriptor,
                                PFILETIME time)
{
    (void)class, (void)class_length, (void)reserved, (void)keys, (void)longest_key, (void)longest_class;
    (void)values, (void)longest_name, (void)longest_value, (void)descriptor;
    assert_ptr_equal(key, &fakes);
    *time = (FILETIME){(DWORD)changed_at, (DWORD)(changed_at >> 32)};
    return ERROR_SUCCESS;
}

static void remove_first(void)
{
    fake_count--;
    for (DWORD i = 0; i < fake_count; i++)
        fakes[i] = fakes[i + 1];
    change_store();
}

static LSTATUS WINAPI enumerate_keys(HKEY key, DWORD index, LPWSTR name, LPDWORD length, LPDWORD reserved,
                                     LPWSTR class, LPDWORD class_length, PFILETIME time)
{
    (void)reserved, (void)class, (void)class_length, (void)time;
    assert_ptr_equal(key, &fakes);
    scans += index == 0;
    if (index >= fake_count)
        return ERROR_NO_MORE_ITEMS;
    if (failure != ERROR_SUCCESS)
        return failure;
    if (wcslen(fakes[index]->key) >= *length)
        return ERROR_MORE_DATA;
    *length = (DWORD)wcslen(wcscpy(name, fakes[index]->key));
    if (is_restless)
        change_store();
    if (removed_at == index + 1) {
        removed_at = 0;
        remove_first();
    }
    return ERROR_SUCCESS;
}

static LSTATUS give(const void *value, DWORD size, void *data, DWORD *length)
{
    if (size > *length)
        return ERROR_MORE_DATA;
    memcpy(data, value, size);
    *length = size;
    return ERROR_SUCCESS;
}

static LSTATUS WINAPI get_value(HKEY key, LPCWSTR below, LPCWSTR value, DWORD flags, LPDWORD type, PVOID data,
                                LPDWORD length)
{
    const struct fake *fake = (const void *)key;
    const bool is_target = value == NULL;
    (void)type;
    assert_null(below);
    if (fake == vanishing && values_left == 0)
        return ERROR_KEY_DELETED;
    values_left -= fake == vanishing;
    if (is_target || wcscmp(value, L"UserName") == 0) {
        const WCHAR *text = is_target ? fake->target : fake->user;
        assert_int_equal(flags, RRF_RT_REG_SZ);
        return text != NULL ? give(text, (DWORD)((wcslen(text) + 1) * sizeof *text), data, length)
                            : ERROR_FILE_NOT_FOUND;
    }
    if (wcscmp(value, L"Password") == 0) {
        assert_null(data);
        return fake->has_password ? ERROR_SUCCESS : ERROR_FILE_NOT_FOUND;
    }
    const bool is_type = wcscmp(value, L"Type") == 0;
    assert_true(is_type || wcscmp(value, L"Persist") == 0);
    assert_int_equal(flags, RRF_RT_REG_DWORD);
    const DWORD number = is_type ? fake->type : fake->persistence;
    return number != 0 ? give(&number, sizeof number, data, length) : ERROR_FILE_NOT_FOUND;
}

static LSTATUS WINAPI close_key(HKEY key)
{
    assert_non_null(key);
    return ERROR_SUCCESS;
}

/* What Windows returns. */
static WCHAR password[] = L"Secret-1";
static CREDENTIALW windows_entry;
static CREDENTIALW *windows_entries[] = {&windows_entry};
static DWORD windows_error;
static bool is_freed;

static BOOL WINAPI enumerate(LPCWSTR filter, DWORD flags, DWORD *count, PCREDENTIALW **list)
{
    assert_null(filter);
    assert_int_equal(flags, 0);
    if (windows_error != ERROR_SUCCESS) {
        SetLastError(windows_error);
        return FALSE;
    }
    *count = 1;
    *list = windows_entries;
    return TRUE;
}

static VOID WINAPI free_list(PVOID list)
{
    static const WCHAR wiped[ARRAYSIZE(password)];
    assert_ptr_equal(list, windows_entries);
    assert_memory_equal(password, wiped, sizeof password);
    is_freed = true;
}

static enum { NOTHING, WINDOWS, WINE } used;

/* The late-bound functions of the list: here, instead of core/system.c. Under Wine it may not call
 * CredEnumerateW, and on Windows it may not look into the registry. */
FARPROC wts_system_find(enum wts_system_function function)
{
    if (used == NOTHING)
        return NULL;
    if (used == WINDOWS) {
        assert_true(function == WTS_SYSTEM_CredEnumerateW || function == WTS_SYSTEM_CredFree);
        return (FARPROC)(void *)(function == WTS_SYSTEM_CredFree ? (void *)free_list : (void *)enumerate);
    }
    switch (function) {
    case WTS_SYSTEM_RegOpenKeyExW:
        return (FARPROC)(void *)open_key;
    case WTS_SYSTEM_RegQueryInfoKeyW:
        return (FARPROC)(void *)query_key;
    case WTS_SYSTEM_RegEnumKeyExW:
        return (FARPROC)(void *)enumerate_keys;
    case WTS_SYSTEM_RegGetValueW:
        return (FARPROC)(void *)get_value;
    case WTS_SYSTEM_RegCloseKey:
        return (FARPROC)(void *)close_key;
    default:
        fail_msg("function %d is not for Wine", function);
        return NULL;
    }
}

bool wts_system_is_wine(void)
{
    return used != WINDOWS;
}

static int use_windows(void **state)
{
    (void)state;
    used = WINDOWS;
    windows_error = ERROR_SUCCESS;
    is_freed = false;
    wcscpy(password, L"Secret-1");
    windows_entry = (CREDENTIALW){.Type = CRED_TYPE_DOMAIN_PASSWORD,
                                  .TargetName = (WCHAR *)L"*.example",
                                  .CredentialBlob = (BYTE *)password,
                                  .CredentialBlobSize = sizeof password,
                                  .Persist = CRED_PERSIST_ENTERPRISE,
                                  .UserName = (WCHAR *)L"DOM\\alice"};
    return 0;
}

static const struct fake a = {
    L"DomPasswd: a", L"a", L"DOM\\alice", CRED_TYPE_DOMAIN_PASSWORD, CRED_PERSIST_LOCAL_MACHINE, true};
static const struct fake b = {L"DomPasswd: b_c",    L"b\\c", L"", CRED_TYPE_DOMAIN_PASSWORD,
                              CRED_PERSIST_SESSION, true};
static const struct fake c = {L"Generic: TERMSRV/c",   L"TERMSRV/c", NULL, CRED_TYPE_GENERIC,
                              CRED_PERSIST_ENTERPRISE, true};

static int use_wine(void **state)
{
    (void)state;
    used = WINE;
    changed_at = 1000;
    fakes[0] = &a;
    fakes[1] = &b;
    fakes[2] = &c;
    fake_count = 3;
    scans = 0;
    vanishing = NULL;
    values_left = 0;
    is_restless = false;
    removed_at = 0;
    failure = ERROR_SUCCESS;
    return 0;
}

static bool is_same(const WCHAR *one, const WCHAR *other)
{
    return one == NULL || other == NULL ? one == other : wcscmp(one, other) == 0;
}

/* The list has exactly these. */
static void assert_listed(const struct fake *const *expected, DWORD expected_count)
{
    CREDENTIALW **entries;
    DWORD count;
    assert_int_equal(wts_credential_list_read(&entries, &count), ERROR_SUCCESS);
    assert_int_equal(count, expected_count);
    for (DWORD i = 0; i < count; i++) {
        assert_true(is_same(entries[i]->TargetName, expected[i]->target));
        assert_true(is_same(entries[i]->UserName, expected[i]->user));
        assert_int_equal(entries[i]->Type, expected[i]->type);
        assert_int_equal(entries[i]->Persist, expected[i]->persistence);
        assert_null(entries[i]->CredentialBlob);
        assert_int_equal(entries[i]->CredentialBlobSize, 0);
    }
    wts_credential_list_free(entries, count);
}

static void assert_refused(DWORD error)
{
    CREDENTIALW **entries = windows_entries;
    DWORD count = 1;
    assert_int_equal(wts_credential_list_read(&entries, &count), error);
    assert_null(entries);
    assert_int_equal(count, 0);
}

static void each_is_listed_once(void **state)
{
    (void)state;
    assert_listed((const struct fake *const[]){&a, &b, &c}, 3);
    assert_int_equal(scans, 1);
}

static void a_store_without_a_key_is_empty(void **state)
{
    (void)state;
    changed_at = 0;
    assert_listed(NULL, 0);
    assert_int_equal(wts_credential_list_changed_at(), 0);
}

static void what_is_being_written_is_skipped(void **state)
{
    (void)state;
    for (unsigned missing = 0; missing < 4; missing++) {
        struct fake partial = b;
        if (missing == 0)
            partial.target = NULL;
        else if (missing == 1)
            partial.type = 0;
        else if (missing == 2)
            partial.persistence = 0;
        else
            partial.has_password = false;
        fakes[1] = &partial;
        assert_listed((const struct fake *const[]){&a, &c}, 2);
    }
}

static void what_vanishes_is_skipped(void **state)
{
    (void)state;
    vanishing = &b;
    for (unsigned i = 0; i < 5; i++) {
        values_left = i;
        assert_listed((const struct fake *const[]){&a, &c}, 2);
    }
    values_left = 5;
    assert_listed((const struct fake *const[]){&a, &b, &c}, 3);
}

static void a_removal_hides_no_other(void **state)
{
    (void)state;
    for (DWORD i = 1; i <= 3; i++) {
        use_wine(NULL);
        removed_at = i;
        assert_listed((const struct fake *const[]){&b, &c}, 2);
        assert_int_equal(scans, 2);
    }
}

static void a_store_that_never_rests_is_listed_all_the_same(void **state)
{
    (void)state;
    is_restless = true;
    assert_listed((const struct fake *const[]){&a, &b, &c}, 3);
    assert_in_range(scans, 2, 100);
}

static void what_is_too_long_is_not_cut(void **state)
{
    static WCHAR text[600];
    struct fake long_key = b;
    struct fake long_user = c;
    (void)state;
    wmemset(text, L'x', ARRAYSIZE(text) - 1);
    long_key.key = text;
    long_user.user = text;
    fakes[1] = &long_key;
    fakes[2] = &long_user;
    assert_listed((const struct fake *const[]){&a, &c}, 2); /* c has no user */
}

static void failures_are_returned(void **state)
{
    (void)state;
    failure = ERROR_KEY_DELETED;
    assert_refused(ERROR_KEY_DELETED);
    used = NOTHING;
    assert_refused(ERROR_PROC_NOT_FOUND);
    assert_int_equal(wts_credential_list_changed_at(), 0);
}

static void windows_own_list_loses_its_passwords(void **state)
{
    static const struct fake expected = {.target = L"*.example",
                                         .user = L"DOM\\alice",
                                         .type = CRED_TYPE_DOMAIN_PASSWORD,
                                         .persistence = CRED_PERSIST_ENTERPRISE};
    (void)state;
    assert_listed((const struct fake *const[]){&expected}, 1);
    assert_true(is_freed);
}

static void failures_of_windows_are_returned(void **state)
{
    (void)state;
    windows_error = ERROR_NO_SUCH_LOGON_SESSION;
    assert_refused(ERROR_NO_SUCH_LOGON_SESSION);
    windows_error = ERROR_NOT_FOUND;
    assert_listed(NULL, 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup(each_is_listed_once, use_wine),
        cmocka_unit_test_setup(a_store_without_a_key_is_empty, use_wine),
        cmocka_unit_test_setup(what_is_being_written_is_skipped, use_wine),
        cmocka_unit_test_setup(what_vanishes_is_skipped, use_wine),
        cmocka_unit_test_setup(a_removal_hides_no_other, use_wine),
        cmocka_unit_test_setup(a_store_that_never_rests_is_listed_all_the_same, use_wine),
        cmocka_unit_test_setup(what_is_too_long_is_not_cut, use_wine),
        cmocka_unit_test_setup(failures_are_returned, use_wine),
        cmocka_unit_test_setup(windows_own_list_loses_its_passwords, use_windows),
        cmocka_unit_test_setup(failures_of_windows_are_returned, use_windows),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

/*
 * Wine's own store of credentials while others use it: it is listed, src/remote/transport/credential_list.h,
 * and one credential is read, credential.h, beside another process that writes, and under a lock; and a new
 * name is noticed, credential_names.h.
 */
#include "support.h"

#include "core/backend.h"
#include "core/deadline.h"
#include "remote/transport/credential.h"
#include "remote/transport/credential_list.h"
#include "remote/transport/credential_lock.h"
#include "remote/transport/credential_names.h"

#include <stdlib.h>
#include <wchar.h>

#define STEADY_COUNT 12
#define CHANGING_COUNT 8
#define LISTINGS 50
#define READINGS 300
#define CHANGES 100000 /* more than the listings have time for */

/* Not for a server, so that no other test uses it. */
static WCHAR *name_of(WCHAR *name, DWORD process, const WCHAR *kind, unsigned number)
{
    swprintf(name, 64, L"race-%lu-%ls-%u", process, kind, number);
    return name;
}

static void write_credential(WCHAR *name, const WCHAR *user)
{
    const CREDENTIALW written = {.Type = CRED_TYPE_GENERIC,
                                 .TargetName = name,
                                 .Persist = CRED_PERSIST_SESSION,
                                 .UserName = (WCHAR *)(ULONG_PTR)user};
    assert_true(CredWriteW((CREDENTIALW *)(ULONG_PTR)&written, 0));
}

/* The child, as long as its parent lives: writes and removes credentials, with user names of changing length.
 */
static int change_credentials(DWORD parent)
{
    WCHAR name[64];
    WCHAR user[400];
    const HANDLE process = OpenProcess(SYNCHRONIZE, FALSE, parent);
    for (unsigned i = 0; i < CHANGES && WaitForSingleObject(process, 0) == WAIT_TIMEOUT; i++) {
        wmemset(user, L'u', i * 37 % 390);
        user[i * 37 % 390] = L'\0';
        write_credential(name_of(name, parent, L"changing", i % CHANGING_COUNT), user);
        if (i % 3 == 0)
            CredDeleteW(name, CRED_TYPE_GENERIC, 0);
    }
    return 0;
}

/* Counts the entries of this test that are always there, and those that the child changes. */
static void list_once(unsigned *steady_count, unsigned *changing_count)
{
    CREDENTIALW **entries;
    DWORD count;
    WCHAR steady[64];
    WCHAR changing[64];
    name_of(steady, GetCurrentProcessId(), L"steady", 0)[wcslen(steady) - 1] = L'\0';
    name_of(changing, GetCurrentProcessId(), L"changing", 0)[wcslen(changing) - 1] = L'\0';
    *steady_count = *changing_count = 0;
    assert_int_equal(wts_credential_list_read(&entries, &count), ERROR_SUCCESS);
    assert_true(HeapValidate(GetProcessHeap(), 0, NULL));
    for (DWORD i = 0; i < count; i++) {
        if (wcsncmp(entries[i]->TargetName, steady, wcslen(steady)) == 0) {
            ++*steady_count;
            assert_int_equal(wcscmp(entries[i]->UserName, L"somebody"), 0);
        } else if (wcsncmp(entries[i]->TargetName, changing, wcslen(changing)) == 0) {
            ++*changing_count;
            assert_non_null(entries[i]->UserName);
            assert_int_equal(wcsspn(entries[i]->UserName, L"u"), wcslen(entries[i]->UserName));
        }
    }
    wts_credential_list_free(entries, count);
}

static void another_process_may_change_the_store(void **state)
{
    WCHAR name[64];
    WCHAR mode[32];
    unsigned steady_count = 0;
    unsigned changing_count = 0;
    const DWORD own = GetCurrentProcessId();
    (void)state;
    for (unsigned i = 0; i < STEADY_COUNT; i++)
        write_credential(name_of(name, own, L"steady", i), L"somebody");
    swprintf(mode, ARRAYSIZE(mode), L"%lu", own);
    PROCESS_INFORMATION child = support_start_child(mode, 0);
    for (ULONGLONG end = GetTickCount64() + PATIENCE_MS; changing_count == 0 && GetTickCount64() < end;)
        list_once(&steady_count, &changing_count);
    assert_int_not_equal(changing_count, 0);
    for (unsigned i = 0; i < LISTINGS; i++) {
        list_once(&steady_count, &changing_count);
        assert_int_equal(steady_count, STEADY_COUNT);
    }
    assert_int_equal(WaitForSingleObject(child.hProcess, 0), WAIT_TIMEOUT); /* it ran all the time */
    TerminateProcess(child.hProcess, 0);
    support_wait(child.hProcess);
    support_close_child(&child);
    for (unsigned i = 0; i < STEADY_COUNT; i++)
        assert_true(CredDeleteW(name_of(name, own, L"steady", i), CRED_TYPE_GENERIC, 0));
    for (unsigned i = 0; i < CHANGING_COUNT; i++)
        CredDeleteW(name_of(name, own, L"changing", i), CRED_TYPE_GENERIC, 0);
    list_once(&steady_count, &changing_count);
    assert_int_equal(steady_count + changing_count, 0);
}

/* The other child, as long as its parent lives: writes one credential again and again, as `wts credential
 * add` does. */
static int rewrite_credential(DWORD parent)
{
    WCHAR name[64];
    WCHAR text[400];
    const HANDLE process = OpenProcess(SYNCHRONIZE, FALSE, parent);
    for (unsigned i = 0; i < CHANGES && WaitForSingleObject(process, 0) == WAIT_TIMEOUT; i++) {
        const DWORD count = 1 + i * 37 % 390;
        wmemset(text, L'u', count);
        text[count] = L'\0';
        CREDENTIALW written = {.Type = CRED_TYPE_DOMAIN_PASSWORD,
                               .TargetName = name_of(name, parent, L"rewritten", 0),
                               .CredentialBlob = (BYTE *)text,
                               .CredentialBlobSize = count * sizeof *text,
                               .Persist = CRED_PERSIST_SESSION,
                               .UserName = text};
        const HANDLE lock = wts_credential_lock(INFINITE);
        CredWriteW(&written, 0);
        wts_credential_unlock(lock);
    }
    return 0;
}

static void a_credential_may_be_rewritten_while_it_is_read(void **state)
{
    WCHAR name[64];
    WCHAR mode[32];
    struct wts_credential credential;
    (void)state;
    swprintf(mode, ARRAYSIZE(mode), L"%lu again", GetCurrentProcessId());
    name_of(name, GetCurrentProcessId(), L"rewritten", 0);
    PROCESS_INFORMATION child = support_start_child(mode, 0);
    for (ULONGLONG end = GetTickCount64() + PATIENCE_MS;
         !wts_credential_read(name, WTS_NEVER, &credential) && GetTickCount64() < end;)
        Sleep(1);
    for (unsigned i = 0; i < READINGS; i++) {
        assert_true(wts_credential_read(name, WTS_NEVER, &credential));
        assert_true(HeapValidate(GetProcessHeap(), 0, NULL));
        assert_int_equal(strspn(credential.password, "u"), strlen(credential.password));
        assert_int_equal(strlen(credential.user), strlen(credential.password));
    }
    assert_int_equal(WaitForSingleObject(child.hProcess, 0), WAIT_TIMEOUT); /* it ran all the time */
    TerminateProcess(child.hProcess, 0);
    support_wait(child.hProcess);
    support_close_child(&child);
    assert_true(CredDeleteW(name, CRED_TYPE_DOMAIN_PASSWORD, 0));
}

static DWORD WINAPI try_lock(void *context)
{
    (void)context;
    return wts_credential_lock(0) != NULL;
}

/* Ends with the lock in its hands. */
static DWORD WINAPI keep_lock(void *context)
{
    (void)context;
    return wts_credential_lock(PATIENCE_MS) != NULL;
}

static DWORD run_thread(LPTHREAD_START_ROUTINE work)
{
    DWORD code;
    const HANDLE thread = CreateThread(NULL, 0, work, NULL, 0, NULL);
    assert_non_null(thread);
    assert_int_equal(WaitForSingleObject(thread, 2 * PATIENCE_MS), WAIT_OBJECT_0);
    assert_true(GetExitCodeThread(thread, &code));
    CloseHandle(thread);
    return code;
}

static void the_lock_has_one_owner_and_outlives_it(void **state)
{
    (void)state;
    assert_int_equal(run_thread(keep_lock), 1);
    const HANDLE lock = wts_credential_lock(PATIENCE_MS);
    assert_non_null(lock);
    assert_int_equal(run_thread(try_lock), 0);
    wts_credential_unlock(lock);
    wts_credential_unlock(NULL);
    assert_int_equal(run_thread(keep_lock), 1);
}

static DWORD WINAPI read_locked(void *context)
{
    WCHAR name[64];
    struct wts_credential credential;
    (void)context;
    return wts_credential_read(name_of(name, GetCurrentProcessId(), L"locked", 0), WTS_NEVER, &credential) &&
           strcmp(credential.user, "somebody") == 0;
}

static void a_writer_that_hangs_stops_no_reader(void **state)
{
    WCHAR name[64];
    CREDENTIALW written = {.Type = CRED_TYPE_DOMAIN_PASSWORD,
                           .TargetName = name_of(name, GetCurrentProcessId(), L"locked", 0),
                           .UserName = (WCHAR *)L"somebody",
                           .Persist = CRED_PERSIST_SESSION};
    (void)state;
    assert_true(CredWriteW(&written, 0));
    const HANDLE lock = wts_credential_lock(PATIENCE_MS);
    assert_non_null(lock);
    assert_int_equal(run_thread(read_locked), 1);
    wts_credential_unlock(lock);
    assert_true(CredDeleteW(name, CRED_TYPE_DOMAIN_PASSWORD, 0));
    wts_remote_unload();
}

static ULONGLONG clock_now;

static VOID WINAPI give_time(LPFILETIME time)
{
    *time = (FILETIME){(DWORD)clock_now, (DWORD)(clock_now >> 32)};
}

static void assert_chosen(const WCHAR *server, const WCHAR *expected)
{
    DWORD type = 0;
    WCHAR *name = wts_credential_names_choose(server, &type);
    assert_true(name == NULL || expected == NULL ? name == expected : wcscmp(name, expected) == 0);
    assert_int_equal(type, expected != NULL ? CRED_TYPE_DOMAIN_PASSWORD : 0);
    free(name);
}

/* The clock is an hour ahead, so that whatever is read is remembered. */
static void a_new_name_is_noticed_at_once(void **state)
{
    WCHAR name[64];
    CREDENTIALW written = {.Type = CRED_TYPE_DOMAIN_PASSWORD,
                           .TargetName = name,
                           .UserName = (WCHAR *)L"somebody",
                           .Persist = CRED_PERSIST_SESSION};
    FILETIME now;
    static const char function[] = "GetSystemTimeAsFileTime";
    (void)state;
    swprintf(name, ARRAYSIZE(name), L"names-%lu.example", GetCurrentProcessId());
    GetSystemTimeAsFileTime(&now);
    clock_now = ((ULONGLONG)now.dwHighDateTime << 32 | now.dwLowDateTime) + 3600 * 10000000ULL;
    void *const clock = support_replace_import_of(GetModuleHandleW(NULL), function, give_time);
    assert_non_null(clock);
    for (unsigned i = 0; i < 3; i++) {
        assert_chosen(name, NULL);
        assert_true(CredWriteW(&written, 0));
        assert_chosen(name, name);
        assert_true(CredDeleteW(name, CRED_TYPE_DOMAIN_PASSWORD, 0));
    }
    assert_chosen(name, NULL);
    support_replace_import_of(GetModuleHandleW(NULL), function, clock);
    wts_remote_unload();
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_teardown(another_process_may_change_the_store, support_check_heap),
        cmocka_unit_test_teardown(a_credential_may_be_rewritten_while_it_is_read, support_check_heap),
        cmocka_unit_test_teardown(a_writer_that_hangs_stops_no_reader, support_check_heap),
        cmocka_unit_test(the_lock_has_one_owner_and_outlives_it),
        cmocka_unit_test_teardown(a_new_name_is_noticed_at_once, support_check_heap),
    };
    if (support_child_mode() != NULL) {
        WCHAR *rest;
        const DWORD parent = wcstoul(support_child_mode(), &rest, 10);
        return *rest != L'\0' ? rewrite_credential(parent) : change_credentials(parent);
    }
    return cmocka_run_group_tests(tests, NULL, NULL);
}

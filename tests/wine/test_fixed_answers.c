/*
 * Exports whose answer never changes here: docs/contract.md#child-sessions, docs/contract.md#cloud-auth,
 * docs/contract.md#render-hint. Each documented argument, value and refusal.
 */
#include "support.h"

#include <wtsapi32.h>
#include <wtshintapi.h>

static void there_are_no_child_sessions(void **state)
{
    BOOL enabled = 77;
    ULONG session = 77;
    (void)state;
    assert_succeeds(WTSIsChildSessionsEnabled(&enabled));
    assert_int_equal(enabled, FALSE);
    assert_succeeds(WTSGetChildSessionId(&session));
    assert_int_equal(session, 0xFFFFFFFF);
    assert_succeeds(WTSEnableChildSessions(FALSE));
    assert_fails(WTSEnableChildSessions(TRUE), 50);
    assert_fails(WTSEnableChildSessions(2), 50);
    assert_fails(WTSIsChildSessionsEnabled(NULL), 87);
    assert_fails(WTSGetChildSessionId(NULL), 87);
}

static void no_cloud_logs_on(void **state)
{
    static const WTS_CLOUD_AUTH_HANDLE handle = (WTS_CLOUD_AUTH_HANDLE)(ULONG_PTR)0x1234;
    static const GUID activity = {1, 2, 3, {4}};
    ULONG_PTR place = 77;
    PWTS_SERIALIZED_USER_CREDENTIAL credential = (PWTS_SERIALIZED_USER_CREDENTIAL)&place;
    PWTS_SERIALIZED_USER_CREDENTIAL made = (PWTS_SERIALIZED_USER_CREDENTIAL)(ULONG_PTR)78;
    PWSTR nonce = (PWSTR)(ULONG_PTR)79;
    HANDLE token = (HANDLE)(ULONG_PTR)80;
    (void)state;
    assert_fails(WTSCloudAuthOpen(&activity) != NULL, 50);
    assert_fails(WTSCloudAuthOpen(NULL) != NULL, 50);
    SetLastError(POISON);
    WTSCloudAuthClose(handle);
    assert_int_equal(GetLastError(), 50);
    assert_fails(WTSCloudAuthGetServerNonce(handle, &nonce), 50);
    assert_fails(WTSCloudAuthGetServerNonce(NULL, &nonce), 50);
    assert_fails(WTSCloudAuthGetServerNonce(handle, NULL), 87);
    assert_fails(WTSCloudAuthConvertAssertionToSerializedUserCredential(handle, "a", 1, L"r", &made), 50);
    assert_fails(WTSCloudAuthConvertAssertionToSerializedUserCredential(handle, NULL, 1, L"r", &made), 87);
    assert_fails(WTSCloudAuthConvertAssertionToSerializedUserCredential(handle, "a", 1, NULL, &made), 87);
    assert_fails(WTSCloudAuthConvertAssertionToSerializedUserCredential(handle, "a", 1, L"r", NULL), 87);
    assert_fails(WTSCloudAuthDuplicateSerializedUserCredential(credential, &made), 50);
    assert_fails(WTSCloudAuthDuplicateSerializedUserCredential(NULL, &made), 87);
    assert_fails(WTSCloudAuthDuplicateSerializedUserCredential(credential, NULL), 87);
    assert_fails(WTSCloudAuthNetworkLogonWithSerializedCredential(handle, credential, &token), 50);
    assert_fails(WTSCloudAuthNetworkLogonWithSerializedCredential(handle, NULL, &token), 87);
    assert_fails(WTSCloudAuthNetworkLogonWithSerializedCredential(handle, credential, NULL), 87);
    assert_int_equal(place, 77);
    assert_int_equal((ULONG_PTR)made, 78);
    assert_int_equal((ULONG_PTR)nonce, 79);
    assert_int_equal((ULONG_PTR)token, 80);
}

/* Sets a hint for `window`, and checks that it gives `error` in both of its ways. */
static void check_hint(UINT64 *id, HWND window, DWORD type, DWORD length, void *data, DWORD error)
{
    SetLastError(POISON);
    const HRESULT result = WTSSetRenderHint(id, window, type, length, data);
    assert_int_equal(result, HRESULT_FROM_WIN32(error));
    assert_int_equal(GetLastError(), error != ERROR_SUCCESS ? error : POISON);
}

static HWND make_window(void)
{
    const HWND window = CreateWindowExW(0, L"STATIC", L"", 0, 0, 0, 9, 9, HWND_MESSAGE, NULL, NULL, NULL);
    assert_non_null(window);
    return window;
}

static void hints_are_given_changed_and_taken_back(void **state)
{
    RECT area = {1, 2, 3, 4};
    UINT64 first = 0;
    UINT64 second = 0;
    const HWND window = make_window();
    const HWND other = make_window();
    (void)state;
    check_hint(&first, window, RENDER_HINT_VIDEO, sizeof area, &area, 0);
    check_hint(&second, window, RENDER_HINT_MAPPEDWINDOW, sizeof area, &area, 0);
    assert_true(first != 0 && second != 0 && first != second);
    const UINT64 given = first;
    check_hint(&first, other, RENDER_HINT_MAPPEDWINDOW, sizeof area, &area, 0);
    assert_true(first == given);
    check_hint(&first, other, RENDER_HINT_CLEAR, 0, NULL, 0);
    assert_true(first == given);
    check_hint(&first, other, RENDER_HINT_CLEAR, 0, NULL, 87);
    check_hint(&first, other, RENDER_HINT_VIDEO, sizeof area, &area, 87);
    check_hint(&second, NULL, RENDER_HINT_CLEAR, 0, NULL, 0);
    DestroyWindow(window);
    DestroyWindow(other);
}

static void a_hint_ends_with_its_window(void **state)
{
    RECT area = {1, 2, 3, 4};
    UINT64 id = 0;
    const HWND window = make_window();
    const HWND other = make_window();
    (void)state;
    check_hint(&id, window, RENDER_HINT_VIDEO, sizeof area, &area, 0);
    DestroyWindow(window);
    check_hint(&id, other, RENDER_HINT_VIDEO, sizeof area, &area, 87);
    check_hint(&id, other, RENDER_HINT_CLEAR, 0, NULL, 87);
    DestroyWindow(other);
}

static void wrong_arguments_give_no_hint(void **state)
{
    RECT area = {1, 2, 3, 4};
    UINT64 id = 0;
    UINT64 unknown = 0x123456789ABC;
    const HWND window = make_window();
    (void)state;
    check_hint(NULL, window, RENDER_HINT_VIDEO, sizeof area, &area, 87);
    check_hint(&id, window, 3, sizeof area, &area, 87);
    check_hint(&id, window, RENDER_HINT_VIDEO, sizeof area - 1, &area, 87);
    check_hint(&id, window, RENDER_HINT_VIDEO, sizeof area + 1, &area, 87);
    check_hint(&id, window, RENDER_HINT_MAPPEDWINDOW, sizeof area, NULL, 87);
    check_hint(&id, window, RENDER_HINT_CLEAR, 0, NULL, 87);
    check_hint(&unknown, window, RENDER_HINT_CLEAR, 1, NULL, 87);
    check_hint(&unknown, window, RENDER_HINT_CLEAR, 0, &area, 87);
    check_hint(&unknown, window, RENDER_HINT_VIDEO, sizeof area, &area, 87);
    check_hint(&id, NULL, RENDER_HINT_VIDEO, sizeof area, &area, 1400);
    check_hint(&id, NULL, 3, sizeof area, &area, 87);
    assert_true(id == 0 && unknown == 0x123456789ABC);
    DestroyWindow(window);
    check_hint(&id, window, RENDER_HINT_VIDEO, sizeof area, &area, 1400);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_teardown(there_are_no_child_sessions, support_check_heap),
        cmocka_unit_test_teardown(no_cloud_logs_on, support_check_heap),
        cmocka_unit_test_teardown(hints_are_given_changed_and_taken_back, support_check_heap),
        cmocka_unit_test_teardown(a_hint_ends_with_its_window, support_check_heap),
        cmocka_unit_test_teardown(wrong_arguments_give_no_hint, support_check_heap),
    };
    return cmocka_run_group_tests(tests, support_check_dll, NULL);
}

/*
 * How long a hint of WTSSetRenderHint lives: docs/contract.md#render-hint. Wrong arguments are cases of
 * tests/conformance.
 */
#include "support.h"

#include <wtsapi32.h>
#include <wtshintapi.h>

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

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_teardown(hints_are_given_changed_and_taken_back, support_check_heap),
        cmocka_unit_test_teardown(a_hint_ends_with_its_window, support_check_heap),
    };
    return cmocka_run_group_tests(tests, support_check_dll, NULL);
}

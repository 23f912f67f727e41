/*
 * Where the DLL that ships looks for the system's own wtsapi32: in the system directory, by full path, and
 * not under Wine. It looks once, so each case has a child process. The build that tests/wine/system tries has
 * a path of its own.
 */
#include "session_support.h"
#include "sessions_double.h"

#include <stdio.h>
#include <string.h>
#include <wchar.h>

#include "system/double.h"

static wchar_t folder[2 * MAX_PATH]; /* what stands for the system directory */
static UINT folder_length;           /* what the system says of it */
static wchar_t loaded[2 * MAX_PATH]; /* the wtsapi32 that the DLL loaded, or "" */
static DWORD load_flags;

static UINT WINAPI double_directory(LPWSTR path, UINT capacity)
{
    assert_true(capacity <= MAX_PATH);
    if (folder_length < capacity)
        wmemcpy(path, folder, folder_length + 1);
    else
        wmemset(path, L'x', capacity); /* not a path, and without an end */
    return folder_length;
}

static HMODULE WINAPI noting_load(LPCWSTR path, HANDLE file, DWORD flags)
{
    const size_t length = wcslen(path);
    if (length >= 12 && wcscmp(path + length - 12, L"wtsapi32.dll") == 0) {
        wcscpy(loaded, path);
        load_flags = flags;
    }
    return LoadLibraryExW(path, file, flags);
}

/* Any module but ntdll, which carries Wine's mark. */
static HMODULE WINAPI unmarked_module(LPCWSTR name)
{
    assert_int_equal(wcscmp(name, L"ntdll.dll"), 0);
    return GetModuleHandleW(NULL);
}

static int be_windows(void **state)
{
    sessions_double_replace("GetModuleHandleW", unmarked_module);
    sessions_double_bind("wine_get_version", NULL);
    return support_check_dll(state);
}

/* Has the system directory be `length` characters long, or what the folder of the double is with 0. */
static void set_folder(UINT length)
{
    GetModuleFileNameW(NULL, folder, MAX_PATH);
    wcscpy(wcsrchr(folder, L'\\') + 1, L"system32");
    while (wcslen(folder) < length)
        wcscat(folder, L"x");
    folder_length = (UINT)wcslen(folder);
    loaded[0] = L'\0';
    sessions_double_replace("GetSystemDirectoryW", double_directory);
    sessions_double_replace("LoadLibraryExW", noting_load);
}

static void check_nothing_is_handed_over(void)
{
    ULONG session = 5;
    assert_succeeds(WTSGetChildSessionId(&session));
    assert_int_equal(session, 0xFFFFFFFF);
}

static void on_windows_it_is_the_one_in_the_system_directory(void **state)
{
    const struct double_plan plan = {.result = 7, .buffer_index = -1, .count_index = -1};
    wchar_t path[2 * MAX_PATH];
    (void)state;
    set_folder(0);
    swprintf(path, ARRAYSIZE(path), L"%ls\\wtsapi32.dll", folder);
    double_plan_function make_plan =
        (double_plan_function)(void *)GetProcAddress(LoadLibraryW(path), "double_make_plan");
    assert_non_null(make_plan);
    const struct double_call *last = make_plan(&plan);
    assert_int_equal(WTSDisconnectSession(NULL, 77, TRUE), 7);
    assert_string_equal(last->name, "WTSDisconnectSession");
    assert_int_equal(wcscmp(loaded, path), 0);
    assert_int_equal(load_flags, LOAD_WITH_ALTERED_SEARCH_PATH);
}

static void under_wine_nobody_looks(void **state)
{
    (void)state;
    set_folder(0);
    check_nothing_is_handed_over();
    assert_int_equal(loaded[0], 0);
}

static void the_longest_directory_has_a_path(void **state)
{
    (void)state;
    set_folder(MAX_PATH - 1);
    check_nothing_is_handed_over(); /* no DLL lies there */
    assert_int_equal(wcslen(loaded), MAX_PATH - 1 + wcslen(L"\\wtsapi32.dll"));
    assert_int_equal(wcsncmp(loaded, folder, MAX_PATH - 1), 0);
}

static void a_longer_directory_has_none(void **state)
{
    (void)state;
    set_folder(MAX_PATH);
    check_nothing_is_handed_over();
    assert_int_equal(loaded[0], 0);
}

static void a_directory_that_the_system_does_not_tell_has_none(void **state)
{
    (void)state;
    set_folder(0);
    folder_length = 0;
    check_nothing_is_handed_over();
    assert_int_equal(loaded[0], 0);
}

#define CHILD_TEST(test) cmocka_unit_test_teardown(test, sessions_double_check)

static const struct CMUnitTest found[] = {CHILD_TEST(on_windows_it_is_the_one_in_the_system_directory)};
static const struct CMUnitTest wine[] = {CHILD_TEST(under_wine_nobody_looks)};
static const struct CMUnitTest longest[] = {CHILD_TEST(the_longest_directory_has_a_path)};
static const struct CMUnitTest longer[] = {CHILD_TEST(a_longer_directory_has_none)};
static const struct CMUnitTest untold[] = {CHILD_TEST(a_directory_that_the_system_does_not_tell_has_none)};
static const struct child children[] = {CHILD(found, be_windows), CHILD(wine, support_check_dll),
                                        CHILD(longest, be_windows), CHILD(longer, be_windows),
                                        CHILD(untold, be_windows)};

static void the_path_of_the_systems_dll(void **state)
{
    (void)state;
    check_children(children, ARRAYSIZE(children));
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(the_path_of_the_systems_dll)};
    const wchar_t *mode = support_child_mode();
    if (mode != NULL)
        return run_child(children, ARRAYSIZE(children), mode);
    return cmocka_run_group_tests(tests, support_check_dll, support_check_heap);
}

/*
 * The names of servers on a command line and in a file, src/cli/servers.h.
 */
#include "support.h"

#include <wchar.h>

#include "cli/servers.h"

static wchar_t path[MAX_PATH];

static void write_file(const char *bytes, DWORD length)
{
    DWORD written;
    const HANDLE file = CreateFileW(path, GENERIC_WRITE, 0, NULL, CREATE_ALWAYS, 0, NULL);
    assert_ptr_not_equal(file, INVALID_HANDLE_VALUE);
    assert_int_equal(WriteFile(file, bytes, length, &written, NULL), TRUE);
    CloseHandle(file);
}

static void assert_names(struct servers *servers, const wchar_t *const names[], size_t count)
{
    assert_int_equal(servers->count, count);
    for (size_t i = 0; i < count; i++)
        assert_int_equal(wcscmp(servers->names[i], names[i]), 0);
    servers_free(servers);
    assert_int_equal(servers->count, 0);
}

#define NAMES(...) (const wchar_t *const[]){__VA_ARGS__}, ARRAYSIZE(((const wchar_t *const[]){__VA_ARGS__}))

static void a_list_keeps_order_and_each_name_once(void **state)
{
    struct servers servers = {.names = NULL};
    struct buffer wrong = {.units = NULL};
    (void)state;
    assert_int_equal(servers_add_list(&servers, L" b , a,B,\tc,a", &wrong), ERROR_SUCCESS);
    assert_names(&servers, NAMES(L"b", L"a", L"c"));
}

static void an_empty_name_is_wrong(void **state)
{
    static const wchar_t *const lists[] = {L"", L",", L"a,", L",a", L"a,,b", L"a, ,b"};
    (void)state;
    for (unsigned i = 0; i < ARRAYSIZE(lists); i++) {
        struct servers servers = {.names = NULL};
        struct buffer wrong = {.units = NULL};
        assert_int_equal(servers_add_list(&servers, lists[i], &wrong), ERROR_INVALID_PARAMETER);
        assert_int_equal(wcscmp(buffer_text(&wrong), L"a server without a name"), 0);
        servers_free(&servers);
        buffer_free(&wrong);
    }
}

static void a_file_may_have_comments_and_any_line_ends(void **state)
{
    static const char text[] = "\xEF\xBB\xBF"
                               "one\r\n# none\r\n\n  two  # yes\n\tthree\nONE\nb\xC3\xBC"
                               "ro";
    struct servers servers = {.names = NULL};
    struct buffer wrong = {.units = NULL};
    (void)state;
    write_file(text, sizeof text - 1);
    assert_int_equal(servers_add_file(&servers, path, &wrong), ERROR_SUCCESS);
    assert_names(&servers, NAMES(L"one", L"two", L"three", L"b\xFCro"));
}

static void a_file_adds_to_a_list(void **state)
{
    struct servers servers = {.names = NULL};
    struct buffer wrong = {.units = NULL};
    (void)state;
    write_file("a\nc\n", 4);
    assert_int_equal(servers_add_list(&servers, L"a,b", &wrong), ERROR_SUCCESS);
    assert_int_equal(servers_add_file(&servers, path, &wrong), ERROR_SUCCESS);
    assert_names(&servers, NAMES(L"a", L"b", L"c"));
}

static void assert_refused(DWORD error, const char *sentence_end)
{
    struct servers servers = {.names = NULL};
    struct buffer wrong = {.units = NULL};
    wchar_t expected[MAX_PATH + 64];
    assert_int_equal(servers_add_file(&servers, path, &wrong), error);
    swprintf(expected, ARRAYSIZE(expected), L"%ls %hs", path, sentence_end);
    assert_int_equal(wcscmp(buffer_text(&wrong), expected), 0);
    assert_int_equal(servers.count, 0);
    buffer_free(&wrong);
}

static void files_that_name_nobody_are_refused(void **state)
{
    (void)state;
    write_file("", 0);
    assert_refused(ERROR_INVALID_PARAMETER, "names no server");
    write_file("# nobody\n\n", 10);
    assert_refused(ERROR_INVALID_PARAMETER, "names no server");
}

static void files_that_are_no_text_are_refused(void **state)
{
    (void)state;
    write_file("a\xFF\n", 3);
    assert_refused(ERROR_NO_UNICODE_TRANSLATION, "is not UTF-8 text");
    write_file("a\0b\n", 4);
    assert_refused(ERROR_NO_UNICODE_TRANSLATION, "is not UTF-8 text");
}

/* Zero bytes are no text: at the limit they are read, and above it they are not. */
static void a_file_above_the_limit_is_not_read(void **state)
{
    static const LONG limit = 0x1000000;
    (void)state;
    for (LONG length = limit; length <= limit + 1; length++) {
        struct servers servers = {.names = NULL};
        struct buffer wrong = {.units = NULL};
        const HANDLE file = CreateFileW(path, GENERIC_WRITE, 0, NULL, CREATE_ALWAYS, 0, NULL);
        SetFilePointer(file, length, NULL, FILE_BEGIN);
        assert_int_equal(SetEndOfFile(file), TRUE);
        CloseHandle(file);
        assert_int_equal(servers_add_file(&servers, path, &wrong),
                         length > limit ? ERROR_INVALID_PARAMETER : ERROR_NO_UNICODE_TRANSLATION);
        buffer_free(&wrong);
    }
}

static void names_with_slashes_are_wrong(void **state)
{
    static const wchar_t *const lists[] = {L"/server:a", L"\\\\a", L"a,/v", L"a/b"};
    (void)state;
    for (unsigned i = 0; i < ARRAYSIZE(lists); i++) {
        struct servers servers = {.names = NULL};
        struct buffer wrong = {.units = NULL};
        assert_int_equal(servers_add_list(&servers, lists[i], &wrong), ERROR_INVALID_PARAMETER);
        servers_free(&servers);
        buffer_free(&wrong);
    }
    write_file("a\n/v\n", 5);
    struct servers servers = {.names = NULL};
    struct buffer wrong = {.units = NULL};
    assert_int_equal(servers_add_file(&servers, path, &wrong), ERROR_INVALID_PARAMETER);
    servers_free(&servers);
    buffer_free(&wrong);
}

static void a_file_that_is_not_there_is_said_so(void **state)
{
    (void)state;
    DeleteFileW(path);
    assert_refused(ERROR_FILE_NOT_FOUND, "cannot be read");
}

static int make_path(void **state)
{
    wchar_t folder[MAX_PATH];
    (void)state;
    GetTempPathW(ARRAYSIZE(folder), folder);
    return GetTempFileNameW(folder, L"wts", 0, path) != 0 ? 0 : 1;
}

static int remove_file(void **state)
{
    (void)state;
    DeleteFileW(path);
    return 0;
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_list_keeps_order_and_each_name_once),
        cmocka_unit_test(an_empty_name_is_wrong),
        cmocka_unit_test(a_file_may_have_comments_and_any_line_ends),
        cmocka_unit_test(a_file_adds_to_a_list),
        cmocka_unit_test(files_that_name_nobody_are_refused),
        cmocka_unit_test(files_that_are_no_text_are_refused),
        cmocka_unit_test(a_file_above_the_limit_is_not_read),
        cmocka_unit_test(names_with_slashes_are_wrong),
        cmocka_unit_test(a_file_that_is_not_there_is_said_so),
    };
    return cmocka_run_group_tests(tests, make_path, remove_file);
}

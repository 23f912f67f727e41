/*
 * JSON of the command line tool, src/cli/json.h.
 */
#include "support.h"

#include "cli/json.h"

static const struct column columns[] = {
    {L"id", L"ID", COLUMN_NUMBER}, {L"name", L"NAME", COLUMN_TEXT}, {L"done", L"DONE", COLUMN_FLAG}};

static void assert_string(const wchar_t *text, const wchar_t *expected)
{
    struct buffer buffer = {.units = NULL};
    json_add_string(&buffer, text);
    assert_int_equal(wcscmp(buffer_text(&buffer), expected), 0);
    buffer_free(&buffer);
}

static void assert_array(struct rows *rows, const wchar_t *expected)
{
    struct buffer buffer = {.units = NULL};
    json_add_array(&buffer, rows);
    assert_int_equal(wcscmp(buffer_text(&buffer), expected), 0);
    buffer_free(&buffer);
    rows_free(rows);
}

static void quotes_and_backslashes_are_escaped(void **state)
{
    (void)state;
    assert_string(L"", L"\"\"");
    assert_string(L"a\"b\\c/d", L"\"a\\\"b\\\\c/d\"");
}

static void control_characters_are_escaped(void **state)
{
    (void)state;
    assert_string(L"\x01\x09\x0A\x0D\x1B[2J\x1F", L"\"\\u0001\\u0009\\u000a\\u000d\\u001b[2J\\u001f\"");
    assert_string(L"\x7F\x80\x9B\x9F\xA0", L"\"\\u007f\\u0080\\u009b\\u009f\xA0\"");
    assert_string(L"\x2028\x2029", L"\"\\u2028\\u2029\"");
    assert_string(L"\x202E\x2066\x200B\xFEFF", L"\"\\u202e\\u2066\\u200b\\ufeff\"");
    assert_string(L"\xDB40\xDC41", L"\"\\udb40\\udc41\"");
}

static void half_surrogate_pairs_are_escaped_and_whole_ones_kept(void **state)
{
    (void)state;
    assert_string(L"\xD83D\xDE00", L"\"\xD83D\xDE00\"");
    assert_string(L"\xD83D", L"\"\\ud83d\"");
    assert_string(L"\xDE00x", L"\"\\ude00x\"");
    assert_string(L"\xDE00\xD83D", L"\"\\ude00\\ud83d\"");
    assert_string(L"\xD83D\xD83D\xDE00", L"\"\\ud83d\xD83D\xDE00\"");
}

static void other_scripts_are_kept(void **state)
{
    (void)state;
    assert_string(L"J\xFCrgen \x65E5\x672C", L"\"J\xFCrgen \x65E5\x672C\"");
}

static void rows_become_an_array_of_objects(void **state)
{
    struct rows rows = {.columns = columns, .column_count = ARRAYSIZE(columns)};
    (void)state;
    rows_add_number(&rows, 18446744073709551615ULL);
    rows_add_text(&rows, L"a\"");
    rows_add_flag(&rows, true);
    rows_add_text(&rows, NULL);
    rows_add_text(&rows, NULL);
    rows_add_flag(&rows, false);
    assert_array(&rows, L"[\n {\"id\": 18446744073709551615, \"name\": \"a\\\"\", \"done\": true},\n"
                        L" {\"id\": null, \"name\": null, \"done\": false}\n]\n");
}

static void no_rows_become_an_empty_array(void **state)
{
    struct rows rows = {.columns = columns, .column_count = ARRAYSIZE(columns)};
    (void)state;
    assert_array(&rows, L"[]\n");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(quotes_and_backslashes_are_escaped),
        cmocka_unit_test(control_characters_are_escaped),
        cmocka_unit_test(half_surrogate_pairs_are_escaped_and_whole_ones_kept),
        cmocka_unit_test(other_scripts_are_kept),
        cmocka_unit_test(rows_become_an_array_of_objects),
        cmocka_unit_test(no_rows_become_an_empty_array),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

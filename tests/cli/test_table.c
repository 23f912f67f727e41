/*
 * Tables and lists of the command line tool, src/cli/table.h and width.h.
 */
#include "support.h"

#include "cli/table.h"
#include "cli/width.h"

static const struct column columns[] = {
    {L"server", L"SERVER", COLUMN_TEXT}, {L"id", L"ID", COLUMN_NUMBER}, {L"name", L"NAME", COLUMN_TEXT}};

static struct rows make(const wchar_t *const cells[], unsigned count)
{
    struct rows rows = {.columns = columns, .column_count = ARRAYSIZE(columns)};
    for (unsigned i = 0; i < count; i++)
        rows_add_text(&rows, cells[i]);
    return rows;
}

static void assert_table(const wchar_t *const cells[], unsigned count, const wchar_t *expected)
{
    struct rows rows = make(cells, count);
    struct buffer buffer = {.units = NULL};
    table_add(&buffer, &rows);
    assert_int_equal(wcscmp(buffer_text(&buffer), expected), 0);
    buffer_free(&buffer);
    rows_free(&rows);
}

static void numbers_stand_to_the_right_and_text_to_the_left(void **state)
{
    static const wchar_t *const cells[] = {L"a", L"7", L"x.exe", L"longer.name", L"12345", L"y"};
    (void)state;
    assert_table(cells, ARRAYSIZE(cells),
                 L"SERVER          ID  NAME\n"
                 L"a                7  x.exe\n"
                 L"longer.name  12345  y\n");
}

static void a_table_without_rows_has_its_headings(void **state)
{
    (void)state;
    assert_table(NULL, 0, L"SERVER  ID  NAME\n");
}

static void unknown_cells_are_empty(void **state)
{
    static const wchar_t *const cells[] = {L"a", NULL, L"x"};
    (void)state;
    assert_table(cells, ARRAYSIZE(cells), L"SERVER  ID  NAME\na           x\n");
}

static void wide_characters_count_twice_and_marks_not_at_all(void **state)
{
    static const wchar_t *const cells[] = {L"\x65E5\x672C\x8A9E\x8A9E", L"1", L"x",
                                           L"e\x0301\xD83D\xDE00",      L"2", L"y"};
    (void)state;
    assert_int_equal(width_of(L"abc"), 3);
    assert_int_equal(width_of(L"\x65E5\xFF21"), 4);
    assert_int_equal(width_of(L"e\x0301"), 1);
    assert_int_equal(width_of(L"\xD83D\xDE00"), 2);
    assert_int_equal(width_of(L"\xD83D"), 1);
    assert_int_equal(width_of(L"\xD835\xDC00"), 1);       /* U+1D400: a pair, and narrow */
    assert_int_equal(width_of(L"\x200B\xDB40\xDC41"), 2); /* hidden, and shown as question marks */
    assert_table(cells, ARRAYSIZE(cells),
                 L"SERVER    ID  NAME\n"
                 L"\x65E5\x672C\x8A9E\x8A9E   1  x\n"
                 L"e\x0301\xD83D\xDE00        2  y\n");
}

static void control_characters_do_not_reach_the_terminal(void **state)
{
    static const wchar_t *const cells[] = {L"a\x1B[2J", L"1", L"x\ny\x9B"};
    (void)state;
    assert_table(cells, ARRAYSIZE(cells), L"SERVER  ID  NAME\na?[2J    1  x?y?\n");
}

static void format_characters_do_not_reach_the_terminal(void **state)
{
    static const wchar_t *const cells[] = {L"a\x202E\x2066", L"1", L"x\xDB40\xDC41y\xFEFF\x2028"};
    (void)state;
    assert_table(cells, ARRAYSIZE(cells), L"SERVER  ID  NAME\na??      1  x?y??\n");
}

static void assert_list(unsigned repeated, const wchar_t *expected)
{
    static const wchar_t *const cells[] = {L"a", L"7", L"x", L"bcd", NULL, L"y"};
    struct rows rows = make(cells, ARRAYSIZE(cells));
    struct buffer buffer = {.units = NULL};
    table_add_list(&buffer, &rows, repeated);
    assert_int_equal(wcscmp(buffer_text(&buffer), expected), 0);
    buffer_free(&buffer);
    rows_free(&rows);
}

static void a_list_leaves_out_what_is_not_known(void **state)
{
    (void)state;
    assert_list(0, L"SERVER  a\nID      7\nNAME    x\n\nSERVER  bcd\nNAME    y\n");
}

static void a_list_repeats_its_first_column_on_each_line(void **state)
{
    (void)state;
    assert_list(1, L"a       ID    7\na       NAME  x\n\nbcd     NAME  y\n");
}

static void moved_rows_get_a_first_column(void **state)
{
    static const struct column few[] = {{L"id", L"ID", COLUMN_NUMBER}, {L"name", L"NAME", COLUMN_TEXT}};
    struct rows from = {.columns = few, .column_count = ARRAYSIZE(few)};
    struct rows to = {.columns = columns, .column_count = ARRAYSIZE(columns)};
    (void)state;
    rows_add_number(&from, 1);
    rows_add_text(&from, L"x");
    rows_add_number(&from, 2);
    rows_add_text(&from, NULL);
    rows_move(&to, L"s", &from);
    assert_int_equal(from.cell_count, 0);
    assert_int_equal(to.cell_count, 6);
    assert_int_equal(wcscmp(to.cells[3], L"s"), 0);
    assert_int_equal(wcscmp(to.cells[4], L"2"), 0);
    assert_null(to.cells[5]);
    rows_free(&from);
    rows_free(&to);
}

/* 14 columns are not enough for 4 + 2 + 12: the text gives way, and no wide character is parted. */
static void a_table_is_cut_to_a_width(void **state)
{
    static const struct column two[] = {{L"n", L"N", COLUMN_NUMBER}, {L"t", L"TEXT", COLUMN_TEXT}};
    struct rows rows = {.columns = two, .column_count = ARRAYSIZE(two)};
    struct buffer buffer = {.units = NULL};
    (void)state;
    rows_add_number(&rows, 1234);
    rows_add_text(&rows, L"\x65E5\x672C\x65E5\x672C\x65E5\x672C");
    rows_add_number(&rows, 7);
    rows_add_text(&rows, L"abcdefgh");
    table_add_within(&buffer, &rows, 14, false);
    assert_int_equal(wcscmp(buffer_text(&buffer), L"1234  \x65E5\x672C\x65E5\x2026\n   7  abcdefgh\n"), 0);
    buffer_cut(&buffer, 0);
    table_add_within(&buffer, &rows, 3, false); /* narrower than the narrowest */
    assert_int_equal(wcscmp(buffer_text(&buffer), L"1234  \x65E5\x672C\x2026\n   7  abcde\x2026\n"), 0);
    rows_free(&rows);
    buffer_free(&buffer);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(numbers_stand_to_the_right_and_text_to_the_left),
        cmocka_unit_test(a_table_without_rows_has_its_headings),
        cmocka_unit_test(unknown_cells_are_empty),
        cmocka_unit_test(wide_characters_count_twice_and_marks_not_at_all),
        cmocka_unit_test(control_characters_do_not_reach_the_terminal),
        cmocka_unit_test(format_characters_do_not_reach_the_terminal),
        cmocka_unit_test(a_list_leaves_out_what_is_not_known),
        cmocka_unit_test(a_list_repeats_its_first_column_on_each_line),
        cmocka_unit_test(moved_rows_get_a_first_column),
        cmocka_unit_test(a_table_is_cut_to_a_width),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

/*
 * Option parsing of the command line tool, src/cli/options.h.
 */
#include "support.h"

#include <wchar.h>

#include "cli/options.h"

#define ALLOWED                                                                                              \
    (OPTION_BIT(OPTION_JSON) | OPTION_BIT(OPTION_SERVER) | OPTION_BIT(OPTION_EXIT_CODE) |                    \
     OPTION_BIT(OPTION_TITLE) | OPTION_BIT(OPTION_PARALLEL))

static wchar_t storage[16][64];
static wchar_t *words[16];

static int put_words(const wchar_t *const texts[], int count)
{
    for (int i = 0; i < count; i++) {
        wcscpy(storage[i], texts[i]);
        words[i] = storage[i];
    }
    return count;
}

static struct options read(const wchar_t *const texts[], int count)
{
    struct options options;
    struct buffer wrong = {.units = NULL};
    assert_int_equal(options_read(put_words(texts, count), words, ALLOWED, &options, &wrong), ERROR_SUCCESS);
    assert_int_equal(wrong.count, 0);
    return options;
}

static void assert_wrong(const wchar_t *const texts[], int count, const wchar_t *expected)
{
    struct options options;
    struct buffer wrong = {.units = NULL};
    assert_int_equal(options_read(put_words(texts, count), words, ALLOWED, &options, &wrong),
                     ERROR_INVALID_PARAMETER);
    assert_int_equal(wcscmp(buffer_text(&wrong), expected), 0);
    buffer_free(&wrong);
}

#define TEXTS(...) (const wchar_t *const[]){__VA_ARGS__}, ARRAYSIZE(((const wchar_t *const[]){__VA_ARGS__}))

static void options_stand_anywhere_and_words_keep_their_order(void **state)
{
    const struct options options =
        read(TEXTS(L"a", L"--json", L"b", L"--exit-code", L"0x10", L"c", L"--server", L"-x"));
    (void)state;
    assert_int_equal(options.word_count, 3);
    assert_int_equal(wcscmp(options.words[0], L"a"), 0);
    assert_int_equal(wcscmp(options.words[1], L"b"), 0);
    assert_int_equal(wcscmp(options.words[2], L"c"), 0);
    assert_true(options.is_given[OPTION_JSON]);
    assert_int_equal(options.numbers[OPTION_EXIT_CODE], 16);
    assert_int_equal(wcscmp(options.texts[OPTION_SERVER], L"-x"), 0);
    assert_false(options.is_given[OPTION_TITLE]);
    assert_false(options.is_given[OPTION_HELP]);
}

static void a_value_may_stand_behind_an_equals_sign(void **state)
{
    const struct options options = read(TEXTS(L"--server=a=b", L"--title=", L"--exit-code=4294967295"));
    (void)state;
    assert_int_equal(options.word_count, 0);
    assert_int_equal(wcscmp(options.texts[OPTION_SERVER], L"a=b"), 0);
    assert_int_equal(wcscmp(options.texts[OPTION_TITLE], L""), 0);
    assert_int_equal(options.numbers[OPTION_EXIT_CODE], 4294967295U);
}

static void two_hyphens_end_the_options(void **state)
{
    const struct options options = read(TEXTS(L"--", L"--json", L"--"));
    (void)state;
    assert_int_equal(options.word_count, 2);
    assert_false(options.is_given[OPTION_JSON]);
}

static void a_hyphen_alone_is_a_word(void **state)
{
    (void)state;
    assert_int_equal(read(TEXTS(L"-")).word_count, 1);
}

static void help_is_always_known(void **state)
{
    (void)state;
    assert_true(read(TEXTS(L"--help")).is_given[OPTION_HELP]);
}

static void unknown_options_and_those_of_other_commands_are_wrong(void **state)
{
    (void)state;
    assert_wrong(TEXTS(L"a", L"--jso"), L"unknown option --jso");
    assert_wrong(TEXTS(L"--jsonx"), L"unknown option --jsonx");
    assert_wrong(TEXTS(L"-1"), L"unknown option -1");
    assert_wrong(TEXTS(L"--timeout", L"1"), L"unknown option --timeout");
}

static void values_must_be_there_where_they_belong(void **state)
{
    (void)state;
    assert_wrong(TEXTS(L"--server"), L"--server needs a value: NAME[,NAME...]");
    assert_wrong(
        TEXTS(L"--server", L"--json"),
        L"--server needs a value: NAME[,NAME...]; --server=--json is for a value that begins with --");
    assert_wrong(TEXTS(L"--exit-code", L"--1"),
                 L"--exit-code needs a value: N; --exit-code=--1 is for a value that begins with --");
    assert_wrong(TEXTS(L"--json=1"), L"--json takes no value");
    assert_wrong(TEXTS(L"--json", L"--json"), L"--json is given twice");
    assert_wrong(TEXTS(L"--server", L"a", L"--server=b"), L"--server is given twice");
}

static void numbers_are_whole_and_fit(void **state)
{
    static const wchar_t *const bad[] = {L"",   L"-1", L"4294967296", L"99999999999",
                                         L"1x", L" 1", L"0x",         L"0x1g"};
    (void)state;
    for (unsigned i = 0; i < ARRAYSIZE(bad); i++) {
        wchar_t sentence[128];
        swprintf(sentence, ARRAYSIZE(sentence), L"--parallel: %ls is not a number from 0 to 4294967295",
                 bad[i]);
        assert_wrong(TEXTS(L"--parallel", bad[i]), sentence);
    }
}

static void an_exit_code_may_be_negative(void **state)
{
    static const wchar_t *const bad[] = {L"-", L"-2147483649", L"-0xFFFFFFFF", L"4294967296", L"- 1"};
    (void)state;
    assert_int_equal(read(TEXTS(L"--exit-code", L"-1")).numbers[OPTION_EXIT_CODE], 0xFFFFFFFF);
    assert_int_equal(read(TEXTS(L"--exit-code=-2147483648")).numbers[OPTION_EXIT_CODE], 0x80000000);
    assert_int_equal(read(TEXTS(L"--exit-code=-0")).numbers[OPTION_EXIT_CODE], 0);
    for (unsigned i = 0; i < ARRAYSIZE(bad); i++) {
        wchar_t sentence[128];
        swprintf(sentence, ARRAYSIZE(sentence),
                 L"--exit-code: %ls is not a number from -2147483648 to 4294967295", bad[i]);
        assert_wrong(TEXTS(L"--exit-code", bad[i]), sentence);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(options_stand_anywhere_and_words_keep_their_order),
        cmocka_unit_test(a_value_may_stand_behind_an_equals_sign),
        cmocka_unit_test(two_hyphens_end_the_options),
        cmocka_unit_test(a_hyphen_alone_is_a_word),
        cmocka_unit_test(help_is_always_known),
        cmocka_unit_test(unknown_options_and_those_of_other_commands_are_wrong),
        cmocka_unit_test(values_must_be_there_where_they_belong),
        cmocka_unit_test(numbers_are_whole_and_fit),
        cmocka_unit_test(an_exit_code_may_be_negative),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

/*
 * Text made safe for one line, and UTF-16 as UTF-8.
 */
#include "native_test.h"

#include "core/escape.h"
#include "core/text.h"

static void is_escaped(const char *text, const char *expected)
{
    char out[256];
    assert_int_equal(wts_escape(text, strlen(text), out, sizeof out), strlen(expected));
    assert_string_equal(out, expected);
}

static void what_is_safe_stays(void **state)
{
    (void)state;
    is_escaped("", "");
    is_escaped("plain \\ text ~", "plain \\ text ~");
    is_escaped("m\xc3\xbcnchen \xe6\x9d\xb1\xe4\xba\xac \xf0\x9f\x98\x80",
               "m\xc3\xbcnchen \xe6\x9d\xb1\xe4\xba\xac \xf0\x9f\x98\x80");
}

static void control_and_format_characters_are_shown(void **state)
{
    (void)state;
    is_escaped("a\nb\r\x1b[0m\x07\x7f", "a\\x0ab\\x0d\\x1b[0m\\x07\\x7f");
    is_escaped("\xc2\x9b\xc2\xad", "\\x9b\\xad"); /* CSI, soft hyphen */
    is_escaped("\xe2\x80\xa8\xe2\x80\xa9\xe2\x80\xae",
               "\\u2028\\u2029\\u202e"); /* line, paragraph, override */
    is_escaped("\xe2\x81\xa6\xe2\x80\x8b\xef\xbb\xbf", "\\u2066\\u200b\\ufeff");
    is_escaped("\xf3\xa0\x81\x81", "\\U000e0041");
}

static void bytes_that_are_no_text_are_shown(void **state)
{
    (void)state;
    is_escaped("\x9b\xff", "\\x9b\\xff");
    is_escaped("\xc3", "\\xc3");                   /* cut */
    is_escaped("\xc0\x8a", "\\xc0\\x8a");          /* a line end in two bytes */
    is_escaped("\xe0\x80\x8a", "\\xe0\\x80\\x8a"); /* and in three */
    is_escaped("\xed\xa0\x80", "\\xed\\xa0\\x80"); /* half of a surrogate pair */
    is_escaped("\xf4\x90\x80\x80", "\\xf4\\x90\\x80\\x80");
    is_escaped("\xe2\x28\xa1", "\\xe2(\\xa1");
}

static void what_does_not_fit_is_cut_between_characters(void **state)
{
    char out[8];
    (void)state;
    assert_int_equal(wts_escape("abcdefghij", 10, out, sizeof out), 7);
    assert_string_equal(out, "abcdefg");
    assert_int_equal(wts_escape("abcde\x1b", 6, out, sizeof out), 5);
    assert_string_equal(out, "abcde");
    assert_int_equal(wts_escape("abcdef\xc3\xbc", 8, out, sizeof out), 6);
    assert_int_equal(wts_escape("a", 1, out, 1), 0);
    assert_string_equal(out, "");
}

static void utf16_becomes_utf8(void **state)
{
    static const uint16_t text[] = {'a', 0x7F, 0x80, 0x7FF, 0x800, 0xFFFF, 0xD83D, 0xDE00, 0};
    static const uint16_t halves[] = {0xD83D, 'x', 0xDE00, 0xD800, 0};
    char out[64];
    (void)state;
    wts_text_to_utf8(text, out, sizeof out);
    assert_string_equal(out, "a\x7f\xc2\x80\xdf\xbf\xe0\xa0\x80\xef\xbf\xbf\xf0\x9f\x98\x80");
    wts_text_to_utf8(halves, out, sizeof out);
    assert_string_equal(out, "\xef\xbf\xbdx\xef\xbf\xbd\xef\xbf\xbd");
    wts_text_to_utf8(text, out, 6);
    assert_string_equal(out, "a\x7f\xc2\x80");
    wts_text_to_utf8(text, out, 1);
    assert_string_equal(out, "");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_is_safe_stays),
        cmocka_unit_test(control_and_format_characters_are_shown),
        cmocka_unit_test(bytes_that_are_no_text_are_shown),
        cmocka_unit_test(what_does_not_fit_is_cut_between_characters),
        cmocka_unit_test(utf16_becomes_utf8),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

/*
 * How the command line tool shows and reads single values: image names, accounts, addresses, times, errors,
 * growing text.
 */
#include "support.h"

#include <wchar.h>

#include "cli/account.h"
#include "cli/address_text.h"
#include "cli/buffer.h"
#include "cli/error_text.h"
#include "cli/image.h"
#include "cli/session.h"
#include "cli/time_text.h"

#include <sddl.h>

static void an_image_is_meant_by_its_name_in_any_case(void **state)
{
    (void)state;
    assert_true(image_is_meant(L"notepad.exe", L"notepad.exe"));
    assert_true(image_is_meant(L"NotePad.EXE", L"notepad.exe"));
    assert_true(image_is_meant(L"notepad.exe", L"NOTEPAD"));
    assert_true(image_is_meant(L"\xC4rger.exe", L"\xE4RGER"));
    assert_true(image_is_meant(L"System", L"system"));
    assert_true(image_is_meant(L"a.exe.exe", L"a.exe"));
}

static void other_images_are_not_meant(void **state)
{
    (void)state;
    assert_false(image_is_meant(L"notepad.exe", L"notepa"));
    assert_false(image_is_meant(L"notepad.exe", L"note"));
    assert_false(image_is_meant(L"notepad", L"notepad.exe"));
    assert_false(image_is_meant(L"notepad.com", L"notepad"));
    assert_false(image_is_meant(L"notepad.exe2", L"notepad"));
    assert_false(image_is_meant(L".exe", L""));
    assert_false(image_is_meant(L"", L""));
    assert_false(image_is_meant(L"", L"a"));
}

static void wildcards_stand_for_units_and_for_any_number_of_them(void **state)
{
    (void)state;
    assert_true(image_is_meant(L"notepad.exe", L"NOTE*"));
    assert_true(image_is_meant(L"notepad.exe", L"note???"));
    assert_true(image_is_meant(L"notepad.exe", L"*pad"));
    assert_true(image_is_meant(L"notepad.exe", L"n*t*p*d.e?e"));
    assert_true(image_is_meant(L"notepad.exe", L"notepad*.exe"));
    assert_true(image_is_meant(L"aaab.exe", L"*ab"));
    assert_true(image_is_meant(L"abab.exe", L"*ab"));
    assert_false(image_is_meant(L"notepad.exe", L"note??"));
    assert_false(image_is_meant(L"notepad.exe", L"*pad?"));
    assert_false(image_is_meant(L"notepad.exe", L"?notepad"));
    assert_false(image_is_meant(L"notepad.exe", L"*z*"));
    assert_false(image_is_meant(L"notepad.com", L"note*.exe"));
    assert_false(image_is_meant(L"", L"*"));
}

static void a_word_for_every_process_is_known_as_such(void **state)
{
    static const wchar_t *const any[] = {L"*",     L"?",   L"**", L"?*",  L"*.exe",
                                         L"*.EXE", L"*.*", L"*.", L"*.?*"};
    static const wchar_t *const some[] = {L"a*", L"*a", L"*.com", L"*a.exe",
                                          L"",   L"a",  L".exe",  L"*.exe.exe"};
    (void)state;
    for (unsigned i = 0; i < ARRAYSIZE(any); i++)
        assert_true(image_is_any(any[i]));
    for (unsigned i = 0; i < ARRAYSIZE(some); i++)
        assert_false(image_is_any(some[i]));
}

static void a_session_without_a_user_has_none(void **state)
{
    struct buffer buffer = {.units = NULL};
    (void)state;
    assert_null(session_user(L"DOM", L"", &buffer));
    assert_null(session_user(L"DOM", NULL, &buffer));
    assert_null(session_user(NULL, NULL, &buffer));
    assert_int_equal(buffer.count, 0);
    assert_int_equal(wcscmp(session_user(L"", L"user", &buffer), L"user"), 0);
    buffer_free(&buffer);
    assert_int_equal(wcscmp(session_user(L"DOM", L"user", &buffer), L"DOM\\user"), 0);
    buffer_free(&buffer);
    assert_int_equal(wcscmp(session_user(NULL, L"user", &buffer), L"user"), 0);
    buffer_free(&buffer);
}

static PSID sid_of(const wchar_t *text)
{
    PSID sid = NULL;
    assert_int_equal(ConvertStringSidToSidW(text, &sid), TRUE);
    return sid;
}

static void an_account_is_asked_for_once(void **state)
{
    PSID system = sid_of(L"S-1-5-18");
    PSID again = sid_of(L"S-1-5-18");
    (void)state;
    const wchar_t *name = account_name(system);
    assert_int_equal(wcscmp(name, L"NT AUTHORITY\\SYSTEM"), 0);
    assert_ptr_equal(account_name(again), name);
    LocalFree(system);
    LocalFree(again);
}

static void an_account_is_meant_by_name_or_sid(void **state)
{
    static const wchar_t *const ours[] = {L"SYSTEM", L"system", L"nt authority\\System", L"S-1-5-18",
                                          L"s-1-5-18"};
    static const wchar_t *const others[] = {L"",        L"YSTEM",   L"NT AUTHORITY", L"NT AUTHORITY\\",
                                            L"S-1-5-1", L"\\SYSTEM"};
    PSID system = sid_of(L"S-1-5-18");
    (void)state;
    for (unsigned i = 0; i < ARRAYSIZE(ours); i++)
        assert_true(account_is(system, ours[i]));
    for (unsigned i = 0; i < ARRAYSIZE(others); i++)
        assert_false(account_is(system, others[i]));
    assert_false(account_is(NULL, L"SYSTEM"));
    LocalFree(system);
}

static void an_unknown_account_is_its_sid(void **state)
{
    PSID sid = sid_of(L"S-1-5-21-11-22-33-4444");
    (void)state;
    assert_int_equal(wcscmp(account_name(sid), L"S-1-5-21-11-22-33-4444"), 0);
    LocalFree(sid);
    assert_null(account_name(NULL));
}

/* More than the table has places. */
static void many_accounts_keep_their_names(void **state)
{
    wchar_t text[64];
    (void)state;
    for (unsigned round = 0; round < 2; round++) {
        for (unsigned i = 0; i < 600; i++) {
            swprintf(text, ARRAYSIZE(text), L"S-1-5-21-1-2-%u-1000", i);
            PSID sid = sid_of(text);
            assert_int_equal(wcscmp(account_name(sid), text), 0);
            LocalFree(sid);
        }
    }
}

static void assert_address(DWORD family, const BYTE *bytes, const wchar_t *expected)
{
    struct buffer buffer = {.units = NULL};
    assert_int_equal(address_add(&buffer, family, bytes), expected[0] != L'\0');
    assert_int_equal(wcscmp(buffer_text(&buffer), expected), 0);
    buffer_free(&buffer);
}

static void addresses_are_read_where_the_dll_puts_them(void **state)
{
    static const BYTE ipv4[20] = {0x12, 0x34, 192, 0, 2, 255};
    static const BYTE ipv6[20] = {0x20, 0x01, 0x0d, 0xb8, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xab, 0xcd};
    static const BYTE no_run[20] = {0, 1, 0, 0, 0, 1, 0, 2, 0, 3, 0, 4, 0, 5, 0, 6};
    static const BYTE at_end[20] = {0, 1};
    static const BYTE zeros[20] = {0};
    (void)state;
    assert_address(2, ipv4, L"192.0.2.255");
    assert_address(23, ipv6, L"2001:db8::abcd");
    assert_address(23, no_run, L"1:0:1:2:3:4:5:6");
    assert_address(23, at_end, L"1::");
    assert_address(23, zeros, L"::");
    assert_address(0, zeros, L"");
    assert_address(17, ipv4, L"");
}

static void times_are_utc_and_never_is_none(void **state)
{
    struct buffer buffer = {.units = NULL};
    (void)state;
    assert_false(time_add(&buffer, 0));
    assert_false(time_add(&buffer, -1));
    assert_int_equal(buffer.count, 0);
    assert_true(time_add(&buffer, 116444736000000000 + 86399LL * 10000000));
    assert_int_equal(wcscmp(buffer_text(&buffer), L"1970-01-01T23:59:59Z"), 0);
    buffer_free(&buffer);
}

/* Codes that users meet; Wine has no text of its own for those from 6000 on. */
static void errors_have_texts_without_line_ends(void **state)
{
    static const DWORD errors[] = {5,    6,    50,   87,   120,  170,  1168, 1314, 1326, 1702,
                                   1703, 1717, 1722, 1726, 1727, 1745, 1783, 1818, 6118, 7001,
                                   7007, 7022, 7023, 7024, 7037, 7041, 7045, 7057};
    (void)state;
    for (unsigned i = 0; i < ARRAYSIZE(errors); i++) {
        wchar_t storage[512];
        const wchar_t *text = error_text(errors[i], storage, ARRAYSIZE(storage));
        assert_true(wcslen(text) > 5);
        assert_int_not_equal(wcscmp(text, L"unknown error"), 0);
        assert_null(wcspbrk(text, L"\r\n"));
    }
}

static void an_error_without_a_text_has_its_number(void **state)
{
    struct buffer buffer = {.units = NULL};
    (void)state;
    error_add(&buffer, 0x3FFF1234);
    assert_int_equal(wcscmp(buffer_text(&buffer), L"error 1073680948: unknown error"), 0);
    buffer_free(&buffer);
}

static void text_grows_as_needed(void **state)
{
    struct buffer buffer = {.units = NULL};
    wchar_t text[3001];
    (void)state;
    for (unsigned i = 0; i < 3000; i++)
        text[i] = L'x';
    text[3000] = L'\0';
    assert_int_equal(wcscmp(buffer_text(&buffer), L""), 0);
    for (unsigned length = 0; length <= 3000; length += 100)
        buffer_add_format(&buffer, "<%ls>", text + 3000 - length);
    assert_int_equal(buffer.count, 31 * 2 + 100 * (30 * 31 / 2));
    assert_int_equal(buffer.units[buffer.count], 0);
    assert_int_equal(buffer.units[buffer.count - 1], L'>');
    buffer_free(&buffer);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(an_image_is_meant_by_its_name_in_any_case),
        cmocka_unit_test(other_images_are_not_meant),
        cmocka_unit_test(wildcards_stand_for_units_and_for_any_number_of_them),
        cmocka_unit_test(a_word_for_every_process_is_known_as_such),
        cmocka_unit_test(a_session_without_a_user_has_none),
        cmocka_unit_test(an_account_is_asked_for_once),
        cmocka_unit_test(an_account_is_meant_by_name_or_sid),
        cmocka_unit_test(an_unknown_account_is_its_sid),
        cmocka_unit_test(many_accounts_keep_their_names),
        cmocka_unit_test(addresses_are_read_where_the_dll_puts_them),
        cmocka_unit_test(times_are_utc_and_never_is_none),
        cmocka_unit_test(errors_have_texts_without_line_ends),
        cmocka_unit_test(an_error_without_a_text_has_its_number),
        cmocka_unit_test(text_grows_as_needed),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

/*
 * The output of xrdp-sesadmin: as xrdp 0.10 prints it, and everything else that may stand there.
 */
#include "native_test.h"

#include <stdio.h>

#include "helper/session/sesadmin.h"

static const char two[] = "Session ID: 1\n\tDisplay: :10\n\tUser: a\n\tSession type: Xorg\n"
                          "\tScreen size: 800x600, color depth 24\n\tStarted: Sat Nov 28 16:31:35 2026\n"
                          "\tStart IP address: 192.0.2.7\n"
                          "Session ID: 2\n\tDisplay: :11\n\tScreen size: 1024x768, color depth 32\n"
                          "\tStart IP address: ::ffff:198.51.100.9\n";

static struct wts_sesadmin read_one(const char *text)
{
    struct wts_sesadmin session;
    assert_true(wts_sesadmin_read(text, 10, &session));
    return session;
}

static void test_sessions_are_found_by_display(void **state)
{
    struct wts_sesadmin session;
    static const uint8_t first[] = {192, 0, 2, 7};
    static const uint8_t second[] = {198, 51, 100, 9};
    (void)state;
    assert_true(wts_sesadmin_read(two, 10, &session));
    assert_int_equal(session.known, WTS_LINUX_SCREEN | WTS_LINUX_CLIENT_ADDRESS | WTS_LINUX_LOGON_TIME);
    assert_int_equal(session.width, 800);
    assert_int_equal(session.height, 600);
    assert_int_equal(session.color_depth, 24);
    assert_int_equal(session.address_length, 4);
    assert_memory_equal(session.address, first, 4);
    assert_true(wts_sesadmin_read(two, 11, &session));
    assert_int_equal(session.known, WTS_LINUX_SCREEN | WTS_LINUX_CLIENT_ADDRESS);
    assert_int_equal(session.address_length, 4);
    assert_memory_equal(session.address, second, 4);
    assert_false(wts_sesadmin_read(two, 1, &session));
    assert_int_equal(session.known, 0);
}

static void test_other_text(void **state)
{
    static const char *const without_session[] = {"",
                                                  "\n",
                                                  "No sessions.\n",
                                                  "Display: :10\n",
                                                  "Session ID: 1",
                                                  "Session ID: 1\nDisplay: :10x\n",
                                                  "Session ID: 1\nDisplay: :\n",
                                                  "Session ID: 1\nDisplay: :100\n",
                                                  " Session\nDisplay: :10\n"};
    static const char *const without_values[] = {"Screen size: 0x600, color depth 24\n",
                                                 "Screen size: 800x600, color depth 33\n",
                                                 "Screen size: 800x600, color depth 24 bits\n",
                                                 "Screen size: 80000x600, color depth 24\n",
                                                 "Screen size: -8x6, color depth 8\n",
                                                 "Screen size:\n",
                                                 "Started: yesterday\n",
                                                 "Started: Sat Nov 28 16:31:35\n",
                                                 "Started: Sat Nov 28 16:31:35 1926\n",
                                                 "Start IP address: 192.0.2\n",
                                                 "Start IP address: example.org\n",
                                                 "Start IP address: \n"};
    struct wts_sesadmin session;
    char text[256];
    (void)state;
    for (size_t i = 0; i < sizeof without_session / sizeof *without_session; i++)
        assert_false(wts_sesadmin_read(without_session[i], 10, &session));
    for (size_t i = 0; i < sizeof without_values / sizeof *without_values; i++) {
        snprintf(text, sizeof text, "Session ID: 1\r\n  Display: :10\r\n %s", without_values[i]);
        assert_int_equal(read_one(text).known, 0);
    }
}

static void test_long_lines_and_other_forms(void **state)
{
    static char text[8192];
    (void)state;
    memset(text, ' ', 4096);
    snprintf(text + 4096, sizeof text - 4096, "Session ID: 3\nDisplay: :10\nStart IP address: 2001:db8::1\n");
    const struct wts_sesadmin session = read_one(text);
    assert_int_equal(session.address_length, 16);
    memset(text, 'a', 4096);
    struct wts_sesadmin none;
    assert_false(wts_sesadmin_read(text, 10, &none));
    assert_int_equal(read_one("Session ID: 1\nDisplay: :10\nStarted: 2026-11-28 16:31:35\n").known,
                     WTS_LINUX_LOGON_TIME);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_sessions_are_found_by_display),
        cmocka_unit_test(test_other_text),
        cmocka_unit_test(test_long_lines_and_other_forms),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

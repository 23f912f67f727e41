/*
 * What WTSQuerySessionInformation tells of the caller's desktop, with doubles of user32's functions: a remote
 * connection, a lock, other displays, nothing to be had. The DLL keeps the functions that it found for the
 * life of a process, so each group of tests has a child process.
 */
#include "session_support.h"
#include "sessions_double.h"

#include <wchar.h>

/* ---- child "bare": a system without user32's functions ---- */

static void check_desktop_unknown(void)
{
    WTSINFOEXW *info = ask_w(WTS_CURRENT_SESSION, WTSSessionInfoEx, 0);
    WTSCLIENTW *client = ask_w(WTS_CURRENT_SESSION, WTSClientInfo, 0);
    assert_int_equal(info->Data.WTSInfoExLevel1.SessionFlags, -1);
    assert_int_equal(info->Data.WTSInfoExLevel1.LastInputTime.QuadPart, 0);
    assert_int_equal(client->HRes, 0);
    assert_int_equal(client->VRes, 0);
    assert_int_equal(client->ColorDepth, 0);
    check_number(WTS_CURRENT_SESSION, WTSIsRemoteSession, FALSE, 4);
    check_number(WTS_CURRENT_SESSION, WTSClientProtocolType, 0, 2);
    WTSFreeMemory(info);
    WTSFreeMemory(client);
}

static void without_user32_nothing_is_known_of_the_desktop(void **state)
{
    static const char *const functions[] = {"CloseDesktop",     "EnumDisplaySettingsW",
                                            "GetLastInputInfo", "GetSystemMetrics",
                                            "OpenInputDesktop", "GetUserObjectInformationW"};
    (void)state;
    for (unsigned i = 0; i < ARRAYSIZE(functions); i++)
        sessions_double_bind(functions[i], NULL);
    check_desktop_unknown();
}

/* ---- child "refusing": user32's functions fail ---- */

static ULONG_PTR WINAPI failing_1(ULONG_PTR a)
{
    (void)a;
    return 0;
}

static ULONG_PTR WINAPI failing_3(ULONG_PTR a, ULONG_PTR b, ULONG_PTR c)
{
    (void)a;
    (void)b;
    (void)c;
    return 0;
}

static ULONG_PTR WINAPI failing_5(ULONG_PTR a, ULONG_PTR b, ULONG_PTR c, ULONG_PTR d, ULONG_PTR e)
{
    (void)a;
    (void)b;
    (void)c;
    (void)d;
    (void)e;
    return 0;
}

/* Whatever a failing function wrote is none. */
static BOOL WINAPI failing_input(LASTINPUTINFO *input)
{
    input->dwTime = 1;
    return FALSE;
}

static BOOL WINAPI failing_display(LPCWSTR device, DWORD index, DEVMODEW *mode)
{
    (void)device;
    (void)index;
    mode->dmPelsWidth = 640;
    mode->dmPelsHeight = 480;
    return FALSE;
}

static void when_user32_fails_nothing_is_known_of_the_desktop(void **state)
{
    (void)state;
    sessions_double_bind("GetSystemMetrics", failing_1);
    sessions_double_bind("GetLastInputInfo", failing_input);
    sessions_double_bind("CloseDesktop", failing_1);
    sessions_double_bind("OpenInputDesktop", failing_3);
    sessions_double_bind("EnumDisplaySettingsW", failing_display);
    sessions_double_bind("GetUserObjectInformationW", failing_5);
    check_desktop_unknown();
}

/* ---- child "remote": seen through a remote desktop client, locked, in many colours ---- */

static int remote_flag = 1;
static DWORD input_age_ms = 5000;
static const wchar_t *desktop_name = L"Winlogon";
static unsigned desktops_open;
static DWORD display_bits;

static DWORD tick_count;

static DWORD WINAPI double_tick_count(void)
{
    return tick_count;
}

static int WINAPI double_metrics(int index)
{
    return index == SM_REMOTESESSION ? remote_flag : 0;
}

static BOOL WINAPI double_input(LASTINPUTINFO *input)
{
    assert_int_equal(input->cbSize, sizeof *input);
    input->dwTime = double_tick_count() - input_age_ms;
    return TRUE;
}

static HDESK WINAPI double_open(DWORD flags, BOOL inherit, ACCESS_MASK access)
{
    assert_int_equal(flags, 0);
    assert_int_equal(inherit, FALSE);
    assert_int_equal(access, DESKTOP_READOBJECTS);
    desktops_open++;
    return (HDESK)0x1234;
}

static BOOL WINAPI double_name(HANDLE object, int index, PVOID answer, DWORD length, DWORD *needed)
{
    (void)needed;
    assert_ptr_equal(object, (HANDLE)0x1234);
    assert_int_equal(index, UOI_NAME);
    if (desktop_name == NULL)
        return FALSE;
    assert_true(length > wcslen(desktop_name) * sizeof(wchar_t));
    wcscpy(answer, desktop_name);
    return TRUE;
}

static BOOL WINAPI double_close(HDESK desktop)
{
    assert_ptr_equal(desktop, (HDESK)0x1234);
    desktops_open--;
    return TRUE;
}

static BOOL WINAPI double_display(LPCWSTR device, DWORD index, DEVMODEW *mode)
{
    assert_null(device);
    assert_int_equal(index, ENUM_CURRENT_SETTINGS);
    mode->dmPelsWidth = 70000; /* more than WTSCLIENT can say */
    mode->dmPelsHeight = 1080;
    mode->dmBitsPerPel = display_bits;
    return TRUE;
}

static int bind_desktop(void **state)
{
    (void)state;
    sessions_double_bind("GetSystemMetrics", double_metrics);
    sessions_double_bind("GetLastInputInfo", double_input);
    sessions_double_bind("OpenInputDesktop", double_open);
    sessions_double_bind("GetUserObjectInformationW", double_name);
    sessions_double_bind("CloseDesktop", double_close);
    sessions_double_bind("EnumDisplaySettingsW", double_display);
    return support_check_dll(state);
}

static void a_remote_session_is_told_and_its_client_is_not_made_up(void **state)
{
    static const WTS_INFO_CLASS classes[] = {WTSClientBuildNumber, WTSClientName,       WTSClientDirectory,
                                             WTSClientProductId,   WTSClientHardwareId, WTSClientAddress,
                                             WTSClientDisplay,     WTSClientInfo};
    (void)state;
    remote_flag = 4711; /* any but zero */
    check_number(WTS_CURRENT_SESSION, WTSIsRemoteSession, TRUE, 4);
    check_number(WTS_CURRENT_SESSION, WTSClientProtocolType, 2, 2);
    for (unsigned i = 0; i < ARRAYSIZE(classes); i++)
        check_failure(NULL, WTS_CURRENT_SESSION, classes[i], 50);
    remote_flag = 0;
    check_number(WTS_CURRENT_SESSION, WTSIsRemoteSession, FALSE, 4);
    check_number(WTS_CURRENT_SESSION, WTSClientProtocolType, 0, 2);
}

static void only_the_default_desktop_is_surely_unlocked(void **state)
{
    static const struct {
        const wchar_t *name;
        LONG flags;
    } rows[] = {{L"Winlogon", -1}, {L"Default", 1}, {L"Screen-saver", -1}, {NULL, -1}};
    (void)state;
    for (unsigned i = 0; i < ARRAYSIZE(rows); i++) {
        desktop_name = rows[i].name;
        WTSINFOEXW *info = ask_w(WTS_CURRENT_SESSION, WTSSessionInfoEx, 0);
        assert_int_equal(info->Data.WTSInfoExLevel1.SessionFlags, rows[i].flags);
        assert_int_equal(desktops_open, 0);
        WTSFreeMemory(info);
    }
}

/* The age is counted back from the current time, across the wrap of the tick count, too. */
static void the_last_input_is_as_old_as_the_system_says(void **state)
{
    static const DWORD tick_counts[] = {0x7FFFFFFF, 100000, 4999, 0};
    (void)state;
    void *real = support_replace_import("GetTickCount", double_tick_count);
    assert_non_null(real);
    for (unsigned i = 0; i < ARRAYSIZE(tick_counts); i++) {
        tick_count = tick_counts[i];
        WTSINFOW *info = ask_w(WTS_CURRENT_SESSION, WTSSessionInfo, 0);
        assert_int_equal(info->CurrentTime.QuadPart - info->LastInputTime.QuadPart,
                         (LONGLONG)input_age_ms * 10000);
        WTSFreeMemory(info);
    }
    support_replace_import("GetTickCount", real);
}

static void a_display_has_its_colours(void **state)
{
    static const struct {
        DWORD bits;
        DWORD code;
    } rows[] = {{1, 1}, {4, 1}, {8, 2}, {15, 4}, {16, 4}, {24, 8}, {32, 8}};
    (void)state;
    remote_flag = 0;
    for (unsigned i = 0; i < ARRAYSIZE(rows); i++) {
        display_bits = rows[i].bits;
        WTS_CLIENT_DISPLAY *display = ask_w(WTS_CURRENT_SESSION, WTSClientDisplay, 0);
        assert_int_equal(display->HorizontalResolution, 70000);
        assert_int_equal(display->VerticalResolution, 1080);
        assert_int_equal(display->ColorDepth, rows[i].code);
        WTSFreeMemory(display);
    }
}

#define CHILD_TEST(test) cmocka_unit_test_teardown(test, support_check_heap)

static const struct CMUnitTest bare[] = {CHILD_TEST(without_user32_nothing_is_known_of_the_desktop)};
static const struct CMUnitTest refusing[] = {CHILD_TEST(when_user32_fails_nothing_is_known_of_the_desktop)};
static const struct CMUnitTest remote[] = {
    CHILD_TEST(a_remote_session_is_told_and_its_client_is_not_made_up),
    CHILD_TEST(only_the_default_desktop_is_surely_unlocked),
    CHILD_TEST(the_last_input_is_as_old_as_the_system_says),
    CHILD_TEST(a_display_has_its_colours),
};

static const struct child children[] = {CHILD(bare, support_check_dll), CHILD(refusing, support_check_dll),
                                        CHILD(remote, bind_desktop)};

static void other_desktops_than_this_one(void **state)
{
    (void)state;
    check_children(children, ARRAYSIZE(children));
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(other_desktops_than_this_one)};
    const wchar_t *mode = support_child_mode();
    if (mode != NULL)
        return run_child(children, ARRAYSIZE(children), mode);
    return cmocka_run_group_tests(tests, support_check_dll, NULL);
}

/*
 * WTSQuerySessionInformationA/W about the sessions that Wine has: docs/contract.md#session-information,
 * docs/contract.md#layout. Wrong arguments and the plain values are cases of tests/conformance.
 */
#include "session_support.h"

#include <string.h>
#include <wchar.h>

/* Nothing is listening there: whatever touched the network would fail with another error. */
static void another_host_is_not_asked_what_is_never_answered(void **state)
{
    static const int classes[] = {17, 18, 19, 20, 21, 22, 27, 29};
    (void)state;
    const HANDLE server = WTSOpenServerW((LPWSTR)L"203.0.113.1");
    assert_non_null(server);
    for (unsigned i = 0; i < ARRAYSIZE(classes); i++)
        check_failure(server, 1, classes[i], 50);
    check_failure(server, 1, 32, 87);
    WTSCloseServer(server);
}

static void the_display_is_that_of_this_desktop(void **state)
{
    DEVMODEW mode = {.dmSize = sizeof mode};
    (void)state;
    assert_true(EnumDisplaySettingsW(NULL, ENUM_CURRENT_SETTINGS, &mode));
    WTS_CLIENT_DISPLAY *wide = ask_w(WTS_CURRENT_SESSION, WTSClientDisplay, 12);
    WTS_CLIENT_DISPLAY *ansi = ask_a(WTS_CURRENT_SESSION, WTSClientDisplay, 12);
    WTSCLIENTW *client = ask_w(WTS_CURRENT_SESSION, WTSClientInfo, 2304);
    WTSCLIENTA *ansi_client = ask_a(WTS_CURRENT_SESSION, WTSClientInfo, 1200);
    assert_int_equal(wide->HorizontalResolution, mode.dmPelsWidth);
    assert_int_equal(wide->VerticalResolution, mode.dmPelsHeight);
    assert_int_equal(wide->ColorDepth, mode.dmBitsPerPel >= 24 ? 8 : 4);
    assert_memory_equal(ansi, wide, sizeof *wide);
    assert_int_equal(client->HRes, mode.dmPelsWidth);
    assert_int_equal(client->VRes, mode.dmPelsHeight);
    assert_int_equal(client->ColorDepth, wide->ColorDepth);
    assert_int_equal(ansi_client->HRes, mode.dmPelsWidth);
    assert_int_equal(ansi_client->ColorDepth, wide->ColorDepth);
    client->HRes = client->VRes = client->ColorDepth = 0;
    ansi_client->HRes = ansi_client->VRes = ansi_client->ColorDepth = 0;
    assert_memory_equal(client, &(WTSCLIENTW){.HRes = 0}, sizeof *client); /* there is no client */
    assert_memory_equal(ansi_client, &(WTSCLIENTA){.HRes = 0}, sizeof *ansi_client);
    WTSFreeMemory(wide);
    WTSFreeMemory(ansi);
    WTSFreeMemory(client);
    WTSFreeMemory(ansi_client);
}

static LONGLONG time_now(void)
{
    FILETIME now;
    GetSystemTimeAsFileTime(&now);
    return (LONGLONG)now.dwHighDateTime << 32 | now.dwLowDateTime;
}

static void the_session_information_is_whole(void **state)
{
    wchar_t user[257];
    wchar_t computer[MAX_COMPUTERNAME_LENGTH + 1];
    DWORD user_count = ARRAYSIZE(user);
    DWORD computer_count = ARRAYSIZE(computer);
    (void)state;
    assert_true(GetUserNameW(user, &user_count));
    assert_true(GetComputerNameW(computer, &computer_count));
    const LONGLONG before = time_now();
    WTSINFOW *info = ask_w(WTS_CURRENT_SESSION, WTSSessionInfo, 216);
    const LONGLONG after = time_now();
    assert_int_equal(info->State, WTSActive);
    assert_int_equal(info->SessionId, own_session());
    assert_int_equal(info->IncomingBytes | info->OutgoingBytes | info->IncomingFrames | info->OutgoingFrames |
                         info->IncomingCompressedBytes | info->OutgoingCompressedBytes,
                     0);
    assert_int_equal(wcscmp(info->WinStationName, L"Console"), 0);
    assert_int_equal(_wcsnicmp(info->UserName, user, 20), 0);
    assert_int_equal(_wcsnicmp(info->Domain, computer, 16), 0);
    assert_true(info->CurrentTime.QuadPart >= before && info->CurrentTime.QuadPart <= after);
    assert_true(info->ConnectTime.QuadPart > 0);
    assert_true(info->ConnectTime.QuadPart <= info->LogonTime.QuadPart);
    assert_true(info->LogonTime.QuadPart <= before);
    assert_true(info->LastInputTime.QuadPart <= after);
    assert_true(info->LastInputTime.QuadPart == 0 ||
                info->LastInputTime.QuadPart >= info->ConnectTime.QuadPart);
    assert_int_equal(info->DisconnectTime.QuadPart, 0);
    WTSFreeMemory(info);
}

static void both_letters_and_both_levels_agree(void **state)
{
    (void)state;
    WTSINFOW *wide = ask_w(WTS_CURRENT_SESSION, WTSSessionInfo, 216);
    WTSINFOA *ansi = ask_a(WTS_CURRENT_SESSION, WTSSessionInfo, 144);
    WTSINFOEXW *wide_ex = ask_w(WTS_CURRENT_SESSION, WTSSessionInfoEx, 232);
    WTSINFOEXA *ansi_ex = ask_a(WTS_CURRENT_SESSION, WTSSessionInfoEx, 160);
    const WTSINFOEX_LEVEL1_W *level = &wide_ex->Data.WTSInfoExLevel1;
    const WTSINFOEX_LEVEL1_A *ansi_level = &ansi_ex->Data.WTSInfoExLevel1;
    char narrow[64];
    assert_int_equal(wide_ex->Level, 1);
    assert_int_equal(ansi_ex->Level, 1);
    assert_int_equal(level->SessionId, wide->SessionId);
    assert_int_equal(ansi_level->SessionId, wide->SessionId);
    assert_int_equal(level->SessionState, WTSActive);
    assert_int_equal(ansi_level->SessionState, WTSActive);
    assert_int_equal(level->SessionFlags, 1); /* Wine cannot lock: unlocked */
    assert_int_equal(ansi_level->SessionFlags, 1);
    assert_int_equal(wcscmp(level->WinStationName, L"Console"), 0);
    assert_int_equal(wcscmp(level->UserName, wide->UserName), 0);
    assert_int_equal(wcsncmp(level->DomainName, wide->Domain, 16), 0);
    WideCharToMultiByte(CP_ACP, 0, level->UserName, -1, narrow, sizeof narrow, NULL, NULL);
    assert_string_equal(ansi->UserName, narrow);
    assert_string_equal(ansi_level->UserName, narrow);
    assert_string_equal(ansi->WinStationName, "Console");
    assert_int_equal(ansi->LogonTime.QuadPart, wide->LogonTime.QuadPart);
    assert_int_equal(level->LogonTime.QuadPart, wide->LogonTime.QuadPart);
    assert_int_equal(ansi_level->LogonTime.QuadPart, wide->LogonTime.QuadPart);
    assert_int_equal(level->ConnectTime.QuadPart, wide->ConnectTime.QuadPart);
    assert_true(level->CurrentTime.QuadPart >= wide->CurrentTime.QuadPart);
    WTSFreeMemory(wide);
    WTSFreeMemory(ansi);
    WTSFreeMemory(wide_ex);
    WTSFreeMemory(ansi_ex);
}

static void the_configuration_redirects_nothing(void **state)
{
    WTSCONFIGINFOW expected = {.fDisablePrinterRedirection = 1, .fDisableDefaultMainClientPrinter = 1};
    WTSCONFIGINFOA ansi_expected = {.fDisablePrinterRedirection = 1, .fDisableDefaultMainClientPrinter = 1};
    (void)state;
    void *wide = ask_w(WTS_CURRENT_SESSION, WTSConfigInfo, 1668);
    void *ansi = ask_a(WTS_CURRENT_SESSION, WTSConfigInfo, 848);
    assert_memory_equal(wide, &expected, sizeof expected);
    assert_memory_equal(ansi, &ansi_expected, sizeof ansi_expected);
    WTSFreeMemory(wide);
    WTSFreeMemory(ansi);
}

static void nobody_is_logged_on_to_the_session_of_services(void **state)
{
    (void)state;
    check_number(0, WTSSessionId, 0, 4);
    check_number(0, WTSConnectState, WTSDisconnected, 4);
    check_number(0, WTSClientProtocolType, 0, 2);
    check_number(0, WTSIsRemoteSession, FALSE, 4);
    check_text(0, WTSWinStationName, L"Services");
    check_text(0, WTSUserName, L"");
    check_text(0, WTSDomainName, L"");
    check_text(0, WTSInitialProgram, L"");
    WTSCLIENTW *client = ask_w(0, WTSClientInfo, 2304);
    assert_memory_equal(client, &(WTSCLIENTW){.HRes = 0}, sizeof *client);
    WTSINFOEXW *info = ask_w(0, WTSSessionInfoEx, 232);
    info->Data.WTSInfoExLevel1.CurrentTime.QuadPart = 0;
    WTSINFOEXW expected = {.Level = 1,
                           .Data.WTSInfoExLevel1 = {.SessionState = WTSDisconnected,
                                                    .SessionFlags = -1,
                                                    .WinStationName = L"Services"}};
    assert_memory_equal(info, &expected, sizeof expected);
    WTSFreeMemory(client);
    WTSFreeMemory(info);
}

static void no_handle_is_left_behind(void **state)
{
    (void)state;
    for (int class = 0; class < 32; class ++) {
        const HANDLE before = support_next_handle();
        for (unsigned i = 0; i < 20; i++) {
            LPSTR block = NULL;
            DWORD bytes;
            WTSQuerySessionInformationA(NULL, WTS_CURRENT_SESSION, (WTS_INFO_CLASS) class, &block, &bytes);
            WTSFreeMemory(block);
        }
        assert_ptr_equal(support_next_handle(), before);
    }
}

static DWORD WINAPI query_many(void *argument)
{
    DWORD *failures = argument;
    for (unsigned i = 0; i < 2000; i++) {
        LPWSTR block = NULL;
        DWORD bytes = 0;
        if (!WTSQuerySessionInformationW(NULL, WTS_CURRENT_SESSION, WTSDomainName, &block, &bytes) ||
            bytes != (wcslen(block) + 1) * sizeof *block || bytes <= sizeof *block)
            ++*failures;
        WTSFreeMemory(block);
    }
    return 0;
}

static void threads_query_at_the_same_time(void **state)
{
    (void)state;
    support_run_on_threads(query_many);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        /* The first: the user of the session is not known yet. */
        cmocka_unit_test_teardown(threads_query_at_the_same_time, support_check_heap),
        cmocka_unit_test_teardown(another_host_is_not_asked_what_is_never_answered, support_check_heap),
        cmocka_unit_test_teardown(the_display_is_that_of_this_desktop, support_check_heap),
        cmocka_unit_test_teardown(the_session_information_is_whole, support_check_heap),
        cmocka_unit_test_teardown(both_letters_and_both_levels_agree, support_check_heap),
        cmocka_unit_test_teardown(the_configuration_redirects_nothing, support_check_heap),
        cmocka_unit_test_teardown(nobody_is_logged_on_to_the_session_of_services, support_check_heap),
        cmocka_unit_test_teardown(no_handle_is_left_behind, support_check_heap),
    };
    return cmocka_run_group_tests(tests, support_check_dll, NULL);
}

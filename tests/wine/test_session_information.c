/*
 * WTSQuerySessionInformationA/W about the sessions that Wine has: docs/contract.md#session-information,
 * docs/contract.md#layout, docs/contract.md#settled.
 */
#include "session_support.h"

#include <limits.h>
#include <string.h>
#include <wchar.h>

static void *const untouched = (void *)(ULONG_PTR)0x11111111;

static void outputs_are_checked_first(void **state)
{
    LPWSTR wide = untouched;
    LPSTR ansi = untouched;
    DWORD bytes = 77;
    (void)state;
    assert_fails(WTSQuerySessionInformationW(NULL, WTS_CURRENT_SESSION, WTSUserName, NULL, &bytes), 1784);
    assert_fails(WTSQuerySessionInformationW(NULL, WTS_CURRENT_SESSION, WTSUserName, &wide, NULL), 1784);
    assert_fails(WTSQuerySessionInformationA(NULL, WTS_CURRENT_SESSION, WTSUserName, NULL, &bytes), 1784);
    assert_fails(WTSQuerySessionInformationA(NULL, WTS_CURRENT_SESSION, WTSUserName, &ansi, NULL), 1784);
    assert_fails(WTSQuerySessionInformationW((HANDLE)4, 4711, (WTS_INFO_CLASS)99, NULL, NULL), 1784);
    assert_ptr_equal(wide, untouched);
    assert_ptr_equal(ansi, untouched);
    assert_int_equal(bytes, 77);
}

static void then_the_handle_then_the_class_then_the_session(void **state)
{
    (void)state;
    check_failure((HANDLE)4, 4711, 99, 6);
    check_failure(INVALID_HANDLE_VALUE, WTS_CURRENT_SESSION, WTSUserName, 6);
    check_failure((HANDLE)4, WTS_CURRENT_SESSION, WTSIdleTime, 6);
    check_failure(NULL, 4711, 32, 87);
    check_failure(NULL, 4711, -1, 87);
    check_failure(NULL, 4711, INT_MIN, 87);
    check_failure(NULL, 4711, INT_MAX, 87);
    check_failure(NULL, WTS_CURRENT_SESSION, 32, 87);
    check_failure(NULL, 4711, WTSIdleTime, 50);
    check_failure(NULL, 4711, WTSSessionAddressV4, 50);
    check_failure(NULL, 4711, WTSUserName, 2);
}

static void a_session_that_is_not_there_is_not_found_by_any_class(void **state)
{
    static const int classes[] = {0,  1,  2,  3,  4,  5,  6,  7,  8,  9,  10,
                                  11, 12, 13, 14, 15, 16, 23, 24, 25, 26, 29};
    (void)state;
    for (unsigned i = 0; i < ARRAYSIZE(classes); i++)
        check_failure(NULL, 4711, classes[i], 2);
    check_failure(NULL, WTS_ANY_SESSION, WTSUserName, 2); /* it means nothing here */
}

static void what_is_not_supported_is_refused(void **state)
{
    static const int classes[] = {17, 18, 19, 20, 21, 22, 27, 28, 30, 31};
    (void)state;
    for (unsigned i = 0; i < ARRAYSIZE(classes); i++) {
        check_failure(NULL, WTS_CURRENT_SESSION, classes[i], 50);
        check_failure(NULL, 0, classes[i], 50);
    }
}

static void closed_and_local_handles(void **state)
{
    LPWSTR block = NULL;
    DWORD bytes = 0;
    (void)state;
    const HANDLE server = WTSOpenServerW((LPWSTR)L".");
    assert_non_null(server);
    assert_succeeds(
        WTSQuerySessionInformationW(server, WTS_CURRENT_SESSION, WTSIsRemoteSession, &block, &bytes));
    assert_int_equal(bytes, 4);
    WTSFreeMemory(block);
    WTSCloseServer(server);
    check_failure(server, WTS_CURRENT_SESSION, WTSUserName, 6);
}

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

static void this_session_is_the_console(void **state)
{
    (void)state;
    check_number(WTS_CURRENT_SESSION, WTSSessionId, own_session(), 4);
    check_number(own_session(), WTSSessionId, own_session(), 4);
    check_number(WTS_CURRENT_SESSION, WTSConnectState, WTSActive, 4);
    check_number(WTS_CURRENT_SESSION, WTSClientProtocolType, 0, 2);
    check_number(WTS_CURRENT_SESSION, WTSIsRemoteSession, FALSE, 4);
    check_text(WTS_CURRENT_SESSION, WTSWinStationName, L"Console");
}

static void its_user_is_of_this_computer(void **state)
{
    wchar_t user[257];
    wchar_t computer[MAX_COMPUTERNAME_LENGTH + 1];
    DWORD user_count = ARRAYSIZE(user);
    DWORD computer_count = ARRAYSIZE(computer);
    (void)state;
    assert_true(GetUserNameW(user, &user_count));
    assert_true(GetComputerNameW(computer, &computer_count));
    check_text(WTS_CURRENT_SESSION, WTSUserName, user);
    check_text(WTS_CURRENT_SESSION, WTSDomainName, computer);
    check_text(own_session(), WTSUserName, user);
}

static void it_has_no_program_and_no_client(void **state)
{
    static const WTS_CLIENT_ADDRESS no_address;
    (void)state;
    check_text(WTS_CURRENT_SESSION, WTSInitialProgram, L"");
    check_text(WTS_CURRENT_SESSION, WTSApplicationName, L"");
    check_text(WTS_CURRENT_SESSION, WTSWorkingDirectory, L"");
    check_text(WTS_CURRENT_SESSION, WTSOEMId, L"");
    check_text(WTS_CURRENT_SESSION, WTSClientName, L"");
    check_text(WTS_CURRENT_SESSION, WTSClientDirectory, L"");
    check_number(WTS_CURRENT_SESSION, WTSClientBuildNumber, 0, 4);
    check_number(WTS_CURRENT_SESSION, WTSClientProductId, 0, 2);
    check_number(WTS_CURRENT_SESSION, WTSClientHardwareId, 0, 4);
    void *address = ask_w(WTS_CURRENT_SESSION, WTSClientAddress, 24);
    assert_memory_equal(address, &no_address, sizeof no_address);
    WTSFreeMemory(address);
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

static DWORD WINAPI ask_many(void *argument)
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

static void threads_ask_at_the_same_time(void **state)
{
    HANDLE threads[4];
    DWORD failures[4] = {0};
    (void)state;
    for (unsigned i = 0; i < ARRAYSIZE(threads); i++)
        threads[i] = CreateThread(NULL, 0, ask_many, &failures[i], 0, NULL);
    for (unsigned i = 0; i < ARRAYSIZE(threads); i++) {
        assert_int_equal(WaitForSingleObject(threads[i], 60000), WAIT_OBJECT_0);
        CloseHandle(threads[i]);
        assert_int_equal(failures[i], 0);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        /* The first: the user of the session is not known yet. */
        cmocka_unit_test_teardown(threads_ask_at_the_same_time, support_check_heap),
        cmocka_unit_test_teardown(outputs_are_checked_first, support_check_heap),
        cmocka_unit_test_teardown(then_the_handle_then_the_class_then_the_session, support_check_heap),
        cmocka_unit_test_teardown(a_session_that_is_not_there_is_not_found_by_any_class, support_check_heap),
        cmocka_unit_test_teardown(what_is_not_supported_is_refused, support_check_heap),
        cmocka_unit_test_teardown(closed_and_local_handles, support_check_heap),
        cmocka_unit_test_teardown(another_host_is_not_asked_what_is_never_answered, support_check_heap),
        cmocka_unit_test_teardown(this_session_is_the_console, support_check_heap),
        cmocka_unit_test_teardown(its_user_is_of_this_computer, support_check_heap),
        cmocka_unit_test_teardown(it_has_no_program_and_no_client, support_check_heap),
        cmocka_unit_test_teardown(the_display_is_that_of_this_desktop, support_check_heap),
        cmocka_unit_test_teardown(the_session_information_is_whole, support_check_heap),
        cmocka_unit_test_teardown(both_letters_and_both_levels_agree, support_check_heap),
        cmocka_unit_test_teardown(the_configuration_redirects_nothing, support_check_heap),
        cmocka_unit_test_teardown(nobody_is_logged_on_to_the_session_of_services, support_check_heap),
        cmocka_unit_test_teardown(no_handle_is_left_behind, support_check_heap),
    };
    return cmocka_run_group_tests(tests, support_check_dll, NULL);
}

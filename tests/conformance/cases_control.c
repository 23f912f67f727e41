/*
 * docs/contract.md#send-message, docs/contract.md#session-control, docs/contract.md#remote-control,
 * docs/contract.md#server-list. Sessions that are named here do not exist.
 */
#include "conformance.h"

enum { NO_SESSION = 4711 };

static BOOL message(DWORD session, WCHAR *text, DWORD bytes, DWORD seconds, DWORD *response, BOOL wait)
{
    WCHAR title[] = L"wts-conformance";
    return CALL(WTSSendMessageW)(NULL, session, title, sizeof title - sizeof *title, text, bytes, MB_OK,
                                 seconds, response, wait);
}

static void response_null(void)
{
    WCHAR text[] = L"text";
    SEE(message(NO_SESSION, text, 8, 1, NULL, TRUE));
}

static void text_null(void)
{
    DWORD response = 4711;
    SEE(message(NO_SESSION, NULL, 8, 1, &response, TRUE));
}

static void message_unknown_session(void)
{
    WCHAR text[] = L"text";
    DWORD response = 4711;
    SEE(message(NO_SESSION, text, 8, 1, &response, TRUE));
    see("the answer is %s", response == 4711 ? "untouched" : "written");
}

static void message_times_out(void)
{
    WCHAR text[] = L"This box goes by itself.";
    DWORD response = 4711;
    SEE(message(WTS_CURRENT_SESSION, text, sizeof text - sizeof *text, 2, &response, TRUE));
    see("answer %lu", response);
}

static void message_does_not_wait(void)
{
    WCHAR text[] = L"This box goes by itself.";
    DWORD response = 4711;
    SEE(message(WTS_CURRENT_SESSION, text, sizeof text - sizeof *text, 2, &response, FALSE));
    see("answer %lu", response);
}

static void message_to_services(void)
{
    WCHAR text[] = L"Nobody sees this.";
    DWORD response = 4711;
    SEE(message(0, text, sizeof text - sizeof *text, 1, &response, TRUE));
}

static void disconnect_unknown(void)
{
    SEE(CALL(WTSDisconnectSession)(NULL, NO_SESSION, FALSE));
}

static void logoff_unknown(void)
{
    SEE(CALL(WTSLogoffSession)(NULL, NO_SESSION, FALSE));
}

static void logoff_services(void)
{
    SEE(CALL(WTSLogoffSession)(NULL, 0, FALSE));
}

static void connect_without_password(void)
{
    SEE(CALL(WTSConnectSessionW)(NO_SESSION, NO_SESSION + 1, NULL, FALSE));
}

static void connect_own_to_own(void)
{
    WCHAR password[] = L"";
    SEE(CALL(WTSConnectSessionW)(WTS_CURRENT_SESSION, WTS_CURRENT_SESSION, password, FALSE));
}

static void connect_unknown(void)
{
    WCHAR password[] = L"";
    SEE(CALL(WTSConnectSessionW)(NO_SESSION, NO_SESSION + 1, password, FALSE));
}

static void shutdown_nothing(void)
{
    SEE(CALL(WTSShutdownSystem)(NULL, 0));
}

static void shutdown_unknown_bit(void)
{
    SEE(CALL(WTSShutdownSystem)(NULL, 0x80000000));
}

static void shadow(void)
{
    WCHAR name[] = L"wts-conformance.invalid";
    SEE(CALL(WTSStartRemoteControlSessionW)(name, NO_SESSION, VK_MULTIPLY, REMOTECONTROL_KBDCTRL_HOTKEY));
}

static void stop_shadowing(void)
{
    SEE(CALL(WTSStopRemoteControlSession)(NO_SESSION));
}

static void servers_reserved(void)
{
    WTS_SERVER_INFOW *list = NULL;
    DWORD count = 0;
    SEE(CALL(WTSEnumerateServersW)(NULL, 1, 1, &list, &count));
}

static void servers_version(void)
{
    WTS_SERVER_INFOW *list = NULL;
    DWORD count = 0;
    SEE(CALL(WTSEnumerateServersW)(NULL, 0, 7, &list, &count));
}

static const struct conformance_case cases[] = {
    {"send-message.response-null", OURS, NOTHING, FAILS(87), response_null},
    {"send-message.text-null", OURS, NOTHING, FAILS(87), text_null},
    {"send-message.unknown-session", UNVERIFIED, NOTHING, FAILS(7022) "; the answer is untouched",
     message_unknown_session},
    {"send-message.times-out", DOCUMENTED, PERMISSION, KEPT "; answer 32000 | " ZERO "; answer 32000",
     message_times_out},
    {"send-message.does-not-wait", DOCUMENTED, PERMISSION, KEPT "; answer 32001 | " ZERO "; answer 32001",
     message_does_not_wait},
    {"send-message.services", UNVERIFIED, PERMISSION, NULL, message_to_services},
    {"disconnect.unknown-session", UNVERIFIED, NOTHING, FAILS(2) " | " FAILS(7022), disconnect_unknown},
    {"logoff.unknown-session", UNVERIFIED, NOTHING, FAILS(2) " | " FAILS(7022), logoff_unknown},
    {"logoff.services", UNVERIFIED, PERMISSION, FAILS(5), logoff_services},
    {"connect.password-null", OURS, NOTHING, FAILS(87), connect_without_password},
    {"connect.own-to-own", OURS, NOTHING, FAILS(87), connect_own_to_own},
    {"connect.unknown-session", UNVERIFIED, NOTHING, FAILS(2) " | " FAILS(7022), connect_unknown},
    {"shutdown.nothing", OURS, PERMISSION, FAILS(87), shutdown_nothing},
    {"shutdown.unknown-bit", OURS, PERMISSION, FAILS(87), shutdown_unknown_bit},
    {"remote-control.start", OURS, PERMISSION, FAILS(50), shadow},
    {"remote-control.stop", UNVERIFIED, NOTHING, FAILS(7022) " | " FAILS(87), stop_shadowing},
    {"server-list.reserved", UNVERIFIED, NOTHING, FAILS(87), servers_reserved},
    {"server-list.version", UNVERIFIED, NOTHING, FAILS(87), servers_version},
};
CONFORMANCE_GROUP(conformance_control);

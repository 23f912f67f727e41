/* docs/contract.md#session-information, on the caller's session. */
#include "conformance.h"

#define INTO(pointer) ((LPWSTR *)(void *)&(pointer))

static BYTE *const untouched = (BYTE *)(ULONG_PTR)0x1234567;

static void wide(DWORD session, int class)
{
    BYTE *buffer = untouched;
    DWORD bytes = 4711;
    SEE(CALL(WTSQuerySessionInformationW)(NULL, session, (WTS_INFO_CLASS) class, INTO(buffer), &bytes));
    if (buffer != untouched && buffer != NULL)
        CALL(WTSFreeMemory)(buffer);
}

/* What stands for a failure of one of the two forms. */
static void see_failure(const char *form)
{
    const DWORD error = GetLastError();
    if (error == POISON)
        see("%s FALSE, last error kept", form);
    else
        see("%s FALSE, last error %lu", form, error);
}

/* The bytes that both forms report. */
static void sizes(WTS_INFO_CLASS class)
{
    BYTE *buffer = NULL;
    DWORD bytes = 0;
    SetLastError(POISON);
    if (CALL(WTSQuerySessionInformationW)(NULL, WTS_CURRENT_SESSION, class, INTO(buffer), &bytes)) {
        see("W %lu", bytes);
        CALL(WTSFreeMemory)(buffer);
    } else {
        see_failure("W");
    }
    SetLastError(POISON);
    if (CALL(WTSQuerySessionInformationA)(NULL, WTS_CURRENT_SESSION, class, (LPSTR *)(void *)&buffer,
                                          &bytes)) {
        see("A %lu", bytes);
        CALL(WTSFreeMemory)(buffer);
    } else {
        see_failure("A");
    }
}

/* A number of at most four bytes. */
static void number(WTS_INFO_CLASS class)
{
    BYTE *buffer = NULL;
    DWORD bytes = 0, value = 0;
    SetLastError(POISON);
    if (CALL(WTSQuerySessionInformationW)(NULL, WTS_CURRENT_SESSION, class, INTO(buffer), &bytes)) {
        memcpy(&value, buffer, bytes < sizeof value ? bytes : sizeof value);
        see("%lu in %lu bytes", value, bytes);
        CALL(WTSFreeMemory)(buffer);
    } else {
        see_result(FALSE, GetLastError());
    }
}

/* A text against the one that the system gives otherwise: A and W, with the bytes of both. */
static void text(WTS_INFO_CLASS class, const wchar_t *expected)
{
    WCHAR *buffer = NULL;
    char *ansi = NULL;
    DWORD bytes = 0;
    SetLastError(POISON);
    if (CALL(WTSQuerySessionInformationW)(NULL, WTS_CURRENT_SESSION, class, &buffer, &bytes)) {
        see("W %s, %s", _wcsicmp(buffer, expected) == 0 ? "right" : "another text",
            bytes == (wcslen(buffer) + 1) * sizeof *buffer ? "with its NUL" : "another length");
        CALL(WTSFreeMemory)(buffer);
    } else {
        see_failure("W");
    }
    SetLastError(POISON);
    if (CALL(WTSQuerySessionInformationA)(NULL, WTS_CURRENT_SESSION, class, &ansi, &bytes)) {
        see("A %s", bytes == strlen(ansi) + 1 ? "with its NUL" : "another length");
        CALL(WTSFreeMemory)(ansi);
    } else {
        see_failure("A");
    }
}

/* Whether there is a text, and no more: it may name somebody. */
static void any_text(WTS_INFO_CLASS class)
{
    WCHAR *buffer = NULL;
    DWORD bytes = 0;
    SetLastError(POISON);
    if (CALL(WTSQuerySessionInformationW)(NULL, WTS_CURRENT_SESSION, class, &buffer, &bytes)) {
        see("%s", buffer[0] == 0 ? "an empty text" : "a text");
        CALL(WTSFreeMemory)(buffer);
    } else {
        see_result(FALSE, GetLastError());
    }
}

static void needs_console(void)
{
    if (GetSystemMetrics(SM_REMOTESESSION))
        skip("this is a remote session");
}

static void buffer_null(void)
{
    DWORD bytes = 4711;
    SEE(CALL(WTSQuerySessionInformationW)(NULL, WTS_CURRENT_SESSION, WTSUserName, NULL, &bytes));
    see("the length is %s", bytes == 4711 ? "untouched" : "written");
}

static void bytes_null(void)
{
    BYTE *buffer = untouched;
    SEE(CALL(WTSQuerySessionInformationW)(NULL, WTS_CURRENT_SESSION, WTSUserName, INTO(buffer), NULL));
    see("the buffer is %s", buffer == untouched ? "untouched" : "written");
}

static void buffer_null_ansi(void)
{
    DWORD bytes = 4711;
    SEE(CALL(WTSQuerySessionInformationA)(NULL, WTS_CURRENT_SESSION, WTSUserName, NULL, &bytes));
    see("the length is %s", bytes == 4711 ? "untouched" : "written");
}

static void bytes_null_ansi(void)
{
    BYTE *buffer = untouched;
    SEE(CALL(WTSQuerySessionInformationA)(NULL, WTS_CURRENT_SESSION, WTSUserName, (LPSTR *)(void *)&buffer,
                                          NULL));
    see("the buffer is %s", buffer == untouched ? "untouched" : "written");
}

static void unknown_session(void)
{
    wide(4711, WTSUserName);
}

static void class_32(void)
{
    wide(WTS_CURRENT_SESSION, 32);
}

static void class_minus_1(void)
{
    wide(WTS_CURRENT_SESSION, -1);
}

static void unused_classes(void)
{
    for (int class = WTSIdleTime; class <= WTSOutgoingFrames; class ++)
        wide(WTS_CURRENT_SESSION, class);
}

static void validation(void)
{
    wide(WTS_CURRENT_SESSION, WTSValidationInfo);
}

static void virtual_address(void)
{
    wide(WTS_CURRENT_SESSION, WTSSessionAddressV4);
}

static void session_0(void)
{
    wide(0, WTSUserName);
}

static void session_id(void)
{
    DWORD *value = NULL, bytes = 0, session = 0;
    ProcessIdToSessionId(GetCurrentProcessId(), &session);
    if (CALL(WTSQuerySessionInformationW)(NULL, WTS_CURRENT_SESSION, WTSSessionId, INTO(value), &bytes)) {
        see("%s, %lu bytes", *value == session ? "the caller's" : "another one", bytes);
        CALL(WTSFreeMemory)(value);
    } else {
        see("FALSE");
    }
}

static void user_name(void)
{
    WCHAR name[256];
    DWORD length = ARRAYSIZE(name);
    GetUserNameW(name, &length);
    text(WTSUserName, name);
}

static void domain_name(void)
{
    BYTE user[256];
    WCHAR name[256], domain[256];
    DWORD length = 0, name_length = ARRAYSIZE(name), domain_length = ARRAYSIZE(domain);
    HANDLE token = NULL;
    SID_NAME_USE use;
    OpenProcessToken(GetCurrentProcess(), TOKEN_QUERY, &token);
    GetTokenInformation(token, TokenUser, user, sizeof user, &length);
    CloseHandle(token);
    if (!LookupAccountSidW(NULL, ((TOKEN_USER *)(void *)user)->User.Sid, name, &name_length, domain,
                           &domain_length, &use))
        skip("the caller has no account");
    text(WTSDomainName, domain);
}

static void state(void)
{
    number(WTSConnectState);
}

static void protocol(void)
{
    needs_console();
    number(WTSClientProtocolType);
}

static void hardware_id(void)
{
    number(WTSClientHardwareId);
}

static void product_id(void)
{
    sizes(WTSClientProductId);
}

static void client_info(void)
{
    sizes(WTSClientInfo);
}

static void session_info(void)
{
    sizes(WTSSessionInfo);
}

static void session_info_ex(void)
{
    sizes(WTSSessionInfoEx);
}

static void config_info(void)
{
    sizes(WTSConfigInfo);
}

static void client_address(void)
{
    sizes(WTSClientAddress);
}

static void client_display(void)
{
    sizes(WTSClientDisplay);
}

static void console_session_info(void)
{
    WTSINFOW *info = NULL;
    DWORD bytes = 0;
    FILETIME before, after;
    needs_console();
    GetSystemTimeAsFileTime(&before);
    if (!CALL(WTSQuerySessionInformationW)(NULL, WTS_CURRENT_SESSION, WTSSessionInfo, INTO(info), &bytes))
        skip("no WTSINFO");
    GetSystemTimeAsFileTime(&after);
    const LONGLONG now = info->CurrentTime.QuadPart,
                   low = (LONGLONG)before.dwHighDateTime << 32 | before.dwLowDateTime,
                   high = (LONGLONG)after.dwHighDateTime << 32 | after.dwLowDateTime;
    see("state %d, name %s, counters %s, time %s", (int)info->State,
        _wcsicmp(info->WinStationName, L"Console") == 0 ? "Console" : "another",
        (info->IncomingBytes | info->OutgoingBytes | info->IncomingFrames | info->OutgoingFrames |
         info->IncomingCompressedBytes | info->OutgoingCompressedBytes) == 0
            ? "0"
            : "not 0",
        now >= low && now <= high ? "of the call" : "another");
    CALL(WTSFreeMemory)(info);
}

static void extended_level(void)
{
    WTSINFOEXW *info = NULL;
    DWORD bytes = 0;
    if (!CALL(WTSQuerySessionInformationW)(NULL, WTS_CURRENT_SESSION, WTSSessionInfoEx, INTO(info), &bytes))
        skip("no WTSINFOEX");
    see("level %lu, flags %ld", info->Level, info->Data.WTSInfoExLevel1.SessionFlags);
    CALL(WTSFreeMemory)(info);
}

static void is_remote(void)
{
    needs_console();
    number(WTSIsRemoteSession);
}

static void application_name(void)
{
    any_text(WTSApplicationName);
}

static void initial_program(void)
{
    any_text(WTSInitialProgram);
}

static void oem_id(void)
{
    any_text(WTSOEMId);
}

static void client_name(void)
{
    any_text(WTSClientName);
}

static void build_number(void)
{
    number(WTSClientBuildNumber);
}

static void address_of_the_client(void)
{
    WTS_CLIENT_ADDRESS *address = NULL;
    DWORD bytes = 0;
    SetLastError(POISON);
    if (!CALL(WTSQuerySessionInformationW)(NULL, WTS_CURRENT_SESSION, WTSClientAddress, INTO(address),
                                           &bytes)) {
        see_result(FALSE, GetLastError());
        return;
    }
    unsigned first = 0;
    while (first < sizeof address->Address && address->Address[first] == 0)
        first++;
    if (first == sizeof address->Address)
        see("family %lu, no address", address->AddressFamily);
    else
        see("family %lu, first byte that is not 0: %u", address->AddressFamily, first);
    CALL(WTSFreeMemory)(address);
}

static void configuration(void)
{
    WTSCONFIGINFOW *info = NULL;
    DWORD bytes = 0;
    SetLastError(POISON);
    if (!CALL(WTSQuerySessionInformationW)(NULL, WTS_CURRENT_SESSION, WTSConfigInfo, INTO(info), &bytes)) {
        see_result(FALSE, GetLastError());
        return;
    }
    see("version %lu, drives %lu, printers %lu, no printers %lu, no default printer %lu, shadowing %lu",
        info->version, info->fConnectClientDrivesAtLogon, info->fConnectPrinterAtLogon,
        info->fDisablePrinterRedirection, info->fDisableDefaultMainClientPrinter, info->ShadowSettings);
    CALL(WTSFreeMemory)(info);
}

static void outputs_then_handle_then_class_then_session(void)
{
    static const int classes[] = {99, WTSIdleTime, WTSSessionAddressV4, WTSUserName};
    BYTE *buffer = untouched;
    DWORD bytes = 4711;
    SEE(CALL(WTSQuerySessionInformationW)((HANDLE)4, 4711, (WTS_INFO_CLASS)99, NULL, NULL));
    SEE(CALL(WTSQuerySessionInformationW)((HANDLE)4, 4711, (WTS_INFO_CLASS)99, INTO(buffer), &bytes));
    for (unsigned i = 0; i < ARRAYSIZE(classes); i++)
        SEE(CALL(WTSQuerySessionInformationW)(NULL, 4711, (WTS_INFO_CLASS)classes[i], INTO(buffer), &bytes));
    see("the outputs are %s", buffer == untouched && bytes == 4711 ? "untouched" : "written");
}

static void closed_handle(void)
{
    WCHAR name[] = L".";
    BYTE *buffer = untouched;
    DWORD bytes = 4711;
    const HANDLE server = CALL(WTSOpenServerW)(name);
    CALL(WTSCloseServer)(server);
    SEE(CALL(WTSQuerySessionInformationW)(server, WTS_CURRENT_SESSION, WTSUserName, INTO(buffer), &bytes));
    see("the outputs are %s", buffer == untouched && bytes == 4711 ? "untouched" : "written");
}

/* Every class that is not refused before the session is looked for, in both forms. */
static void unknown_session_of_every_class(void)
{
    static const int classes[] = {0,  1,  2,  3,  4,  5,  6,  7,  8,  9,  10,
                                  11, 12, 13, 14, 15, 16, 23, 24, 25, 26, 29};
    for (unsigned i = 0; i < ARRAYSIZE(classes); i++) {
        const WTS_INFO_CLASS class = (WTS_INFO_CLASS)classes[i];
        BYTE *buffer = untouched;
        DWORD bytes = 4711;
        SetLastError(POISON);
        bool fails = !CALL(WTSQuerySessionInformationW)(NULL, 4711, class, INTO(buffer), &bytes) &&
                     GetLastError() == 2;
        SetLastError(POISON);
        fails = fails &&
                !CALL(WTSQuerySessionInformationA)(NULL, 4711, class, (LPSTR *)(void *)&buffer, &bytes) &&
                GetLastError() == 2;
        if (!fails || buffer != untouched || bytes != 4711)
            see("class %d differs", classes[i]);
    }
    wide(WTS_ANY_SESSION, WTSUserName);
}

static void newest_classes(void)
{
    wide(WTS_CURRENT_SESSION, 30);
    wide(WTS_CURRENT_SESSION, 31);
}

static void station_name(void)
{
    needs_console();
    text(WTSWinStationName, L"Console");
}

static void working_directory(void)
{
    any_text(WTSWorkingDirectory);
}

static void client_directory(void)
{
    any_text(WTSClientDirectory);
}

static void input_desktop(void)
{
    WCHAR name[64] = L"";
    DWORD needed = 0;
    const HDESK desktop = OpenInputDesktop(0, FALSE, DESKTOP_READOBJECTS);
    if (desktop == NULL)
        skip("the input desktop cannot be opened: %lu", GetLastError());
    GetUserObjectInformationW(desktop, UOI_NAME, name, sizeof name, &needed);
    CloseDesktop(desktop);
    see("%s", _wcsicmp(name, L"Default") == 0 ? "Default" : "another");
}

static const struct conformance_case cases[] = {
    {"session-information.buffer-null", DOCUMENTED, NOTHING, FAILS(1784) "; the length is untouched",
     buffer_null},
    {"session-information.bytes-null", DOCUMENTED, NOTHING, FAILS(1784) "; the buffer is untouched",
     bytes_null},
    {"session-information.buffer-null-ansi", DOCUMENTED, NOTHING, FAILS(1784) "; the length is untouched",
     buffer_null_ansi},
    {"session-information.bytes-null-ansi", DOCUMENTED, NOTHING, FAILS(1784) "; the buffer is untouched",
     bytes_null_ansi},
    {"session-information.unknown-session", UNVERIFIED, NOTHING, FAILS(2) " | " FAILS(7022), unknown_session},
    {"session-information.class-32", OURS, NOTHING, FAILS(87), class_32},
    {"session-information.class-minus-1", OURS, NOTHING, FAILS(87), class_minus_1},
    {"session-information.unused-classes", DOCUMENTED, NOTHING,
     FAILS(50) "; " FAILS(50) "; " FAILS(50) "; " FAILS(50) "; " FAILS(50) "; " FAILS(50), unused_classes},
    {"session-information.validation", OURS, NOTHING, FAILS(50), validation},
    {"session-information.virtual-address", DOCUMENTED, NOTHING, FAILS(50), virtual_address},
    {"session-information.session-0", UNVERIFIED, NOTHING, SUCCEEDS, session_0},
    {"session-information.session-id", DOCUMENTED, NOTHING, "the caller's, 4 bytes", session_id},
    {"session-information.user-name", DOCUMENTED, NOTHING, "W right, with its NUL; A with its NUL",
     user_name},
    {"session-information.domain-name", DOCUMENTED, NOTHING, "W right, with its NUL; A with its NUL",
     domain_name},
    {"session-information.state", DOCUMENTED, NOTHING, "0 in 4 bytes", state},
    {"session-information.protocol", DOCUMENTED, NOTHING, "0 in 2 bytes", protocol},
    {"session-information.hardware-id", DOCUMENTED, NOTHING, "0 in 4 bytes", hardware_id},
    {"session-information.product-id", DOCUMENTED, NOTHING, "W 2; A 2", product_id},
    {"session-information.client-info", DOCUMENTED, NOTHING, "W 2304; A 1200", client_info},
    {"session-information.client-address", DOCUMENTED, NOTHING, "W 24; A 24", client_address},
    {"session-information.client-display", DOCUMENTED, NOTHING, "W 12; A 12", client_display},
    {"session-information.session-info", DOCUMENTED, NOTHING, "W 216; A 144", session_info},
    {"session-information.session-info-ex", DOCUMENTED, NOTHING, "W 232; A 160", session_info_ex},
    {"session-information.config-info", DOCUMENTED, NOTHING, "W 1668; A 848", config_info},
    {"session-information.console", DOCUMENTED, NOTHING,
     "state 0, name Console, counters 0, time of the call", console_session_info},
    {"session-information.flags", UNVERIFIED, NOTHING, "level 1, flags 1", extended_level},
    {"session-information.is-remote", UNVERIFIED, NOTHING, "0 in 4 bytes", is_remote},
    {"session-information.application-name", OURS, NOTHING, "an empty text", application_name},
    {"session-information.initial-program", UNVERIFIED, NOTHING, "an empty text", initial_program},
    {"session-information.oem-id", OURS, NOTHING, "an empty text", oem_id},
    {"session-information.client-name", UNVERIFIED, NOTHING, "an empty text", client_name},
    {"session-information.build-number", UNVERIFIED, NOTHING, "0 in 4 bytes", build_number},
    {"session-information.address", UNVERIFIED, NOTHING, NULL, address_of_the_client},
    {"session-information.configuration", UNVERIFIED, NOTHING, NULL, configuration},
    {"session-information.order", OURS, NOTHING,
     FAILS(1784) "; " FAILS(6) "; " FAILS(87) "; " FAILS(50) "; " FAILS(50) "; " FAILS(
         2) "; the outputs are untouched",
     outputs_then_handle_then_class_then_session},
    {"session-information.closed-handle", OURS, NOTHING, FAILS(6) "; the outputs are untouched",
     closed_handle},
    {"session-information.unknown-session-of-every-class", OURS, NOTHING, FAILS(2),
     unknown_session_of_every_class},
    {"session-information.newest-classes", OURS, NOTHING, FAILS(50) "; " FAILS(50), newest_classes},
    {"session-information.station-name", DOCUMENTED, NOTHING, "W right, with its NUL; A with its NUL",
     station_name},
    {"session-information.working-directory", UNVERIFIED, NOTHING, "an empty text", working_directory},
    {"session-information.client-directory", UNVERIFIED, NOTHING, "an empty text", client_directory},
    {"session-information.input-desktop", UNVERIFIED, NOTHING, "Default", input_desktop},
};
CONFORMANCE_GROUP(conformance_information);

/*
 * Every class of WTSQuerySessionInformation, packed from a record in which no two members are alike, as a
 * back end that knows everything would give it: the exports are compiled into this program, with a double of
 * such a back end behind a server handle.
 */
#include "support.h"

#include <wtsapi32.h>

#include <string.h>
#include <wchar.h>

#include "core/server.h"
#include "core/sessions.h"

static void *const untouched = (void *)(ULONG_PTR)0x11111111;
static const uint32_t capabilities[] = {59083637, 2, 0xFFFFFFFF};
static struct wts_session_information record;
static uint32_t asked_session;
static uint32_t asked_parts;
static uint32_t answer;
static int records_out;

static void free_record(struct wts_session_information *information)
{
    assert_ptr_equal(information->owner, &record);
    records_out--;
}

static uint32_t query_session(struct wts_server *server, uint32_t session_id, uint32_t parts,
                              struct wts_session_information *information)
{
    assert_ptr_not_equal(server, &wts_local_server);
    asked_session = session_id;
    asked_parts = parts;
    if (answer == ERROR_SUCCESS) {
        *information = record;
        records_out++;
    }
    return answer;
}

static void nothing(struct wts_server *server)
{
    (void)server;
}

static const struct wts_backend backend = {
    .query_session = query_session, .cancel = nothing, .destroy = nothing};
static struct wts_server double_server = {.backend = &backend};

/* Nothing is asked of this machine. */
static const struct wts_backend local_backend = {.query_session = query_session};
struct wts_server wts_local_server = {.backend = &local_backend};
static HANDLE server;

/* A text that is its number in letters, with one that the code page may lack. */
static struct wts_text text(unsigned number)
{
    static wchar_t texts[32][8];
    wchar_t *units = texts[number];
    _snwprintf(units, 8, L"t%u-\x00e9", number);
    return wts_text_of(units);
}

static void fill_client(struct wts_session_client *client)
{
    client->name = text(1);
    client->domain = text(2);
    client->user = text(3);
    client->work_directory = text(4);
    client->initial_program = text(5);
    client->directory = text(6);
    client->device_id = text(7);
    client->encryption_level = 3;
    client->address_family = 23;
    for (unsigned i = 0; i < ARRAYSIZE(client->address_words); i++)
        client->address_words[i] = (uint16_t)(0x4000 + i);
    client->address.family = 2;
    for (unsigned i = 0; i < sizeof client->address.bytes; i++)
        client->address.bytes[i] = (uint8_t)(0x50 + i);
    client->horizontal = 1921;
    client->vertical = 1082;
    client->color_depth = 4;
    client->build_number = 22631;
    client->hardware_id = 17;
    client->product_id = 18;
    client->out_buffer_count_host = 19;
    client->out_buffer_count_client = 20;
    client->out_buffer_length = 21;
}

static void fill_status(struct wts_session_information *information)
{
    information->lock = WTS_LOCK_UNKNOWN;
    information->connect_time = 0x0101010101010101;
    information->disconnect_time = 0x0202020202020202;
    information->last_input_time = 0x0303030303030303;
    information->logon_time = 0x0404040404040404;
    information->current_time = 0x0505050505050505;
    information->incoming_bytes = 31;
    information->outgoing_bytes = 32;
    information->incoming_frames = 33;
    information->outgoing_frames = 34;
    information->incoming_compressed_bytes = 35;
    information->outgoing_compressed_bytes = 36;
}

static int set_up(void **state)
{
    (void)state;
    memset(&record, 0, sizeof record);
    record.session_id = 9;
    record.state = WTSShadow;
    record.name = text(10);
    record.user = text(11);
    record.domain = text(12);
    fill_status(&record);
    fill_client(&record.client);
    record.config = (struct wts_session_config){.version = 41,
                                                .connects_client_drives = 42,
                                                .connects_printers = 43,
                                                .disables_printer_redirection = 44,
                                                .disables_default_printer = 45,
                                                .shadow_settings = 46,
                                                .user = text(13),
                                                .domain = text(14),
                                                .work_directory = text(15),
                                                .initial_program = text(16),
                                                .application_name = text(17)};
    record.program = (struct wts_session_program){text(18), text(19)};
    record.protocol_type = 2;
    record.is_remote = 1;
    record.session_address = (struct wts_session_address){.family = 2, .bytes = {0, 0, 10, 1, 2, 3}};
    memset(record.activity_id, 0x6D, sizeof record.activity_id);
    record.capabilities = capabilities;
    record.capability_count = ARRAYSIZE(capabilities);
    record.owner = &record;
    record.free = free_record;
    answer = ERROR_SUCCESS;
    records_out = 0;
    server = wts_server_open(&double_server);
    return server != NULL ? 0 : -1;
}

static int tear_down(void **state)
{
    wts_server_close(server);
    return records_out == 0 ? support_check_heap(state) : -1;
}

/* Asks in both forms; both must ask the back end for `parts` of the session as it was given. */
static void ask(WTS_INFO_CLASS class, uint32_t parts, void **wide, DWORD *wide_bytes, void **ansi,
                DWORD *ansi_bytes)
{
    asked_parts = 0xFFFFFFFF;
    assert_succeeds(
        WTSQuerySessionInformationW(server, WTS_CURRENT_SESSION, class, (LPWSTR *)wide, wide_bytes));
    assert_int_equal(asked_parts, parts);
    assert_int_equal(asked_session, WTS_SESSION_CURRENT); /* only the server knows which that is */
    asked_parts = 0xFFFFFFFF;
    assert_succeeds(WTSQuerySessionInformationA(server, 9, class, (LPSTR *)ansi, ansi_bytes));
    assert_int_equal(asked_parts, parts);
    assert_int_equal(asked_session, 9);
}

static void assert_ansi(const char *ansi, struct wts_text expected)
{
    char narrow[64] = {0};
    WideCharToMultiByte(CP_ACP, 0, expected.units, (int)expected.count, narrow, sizeof narrow, NULL, NULL);
    assert_string_equal(ansi, narrow);
}

static void check_text(WTS_INFO_CLASS class, uint32_t parts, struct wts_text expected)
{
    wchar_t *wide;
    char *ansi;
    DWORD wide_bytes;
    DWORD ansi_bytes;
    ask(class, parts, (void **)&wide, &wide_bytes, (void **)&ansi, &ansi_bytes);
    assert_int_equal(wcscmp(wide, expected.units), 0);
    assert_int_equal(wide_bytes, (expected.count + 1) * 2);
    assert_ansi(ansi, expected);
    assert_int_equal(ansi_bytes, strlen(ansi) + 1);
    WTSFreeMemory(wide);
    WTSFreeMemory(ansi);
}

static void check_bytes(WTS_INFO_CLASS class, uint32_t parts, const void *expected, DWORD length)
{
    void *wide;
    void *ansi;
    DWORD wide_bytes;
    DWORD ansi_bytes;
    ask(class, parts, &wide, &wide_bytes, &ansi, &ansi_bytes);
    assert_int_equal(wide_bytes, length);
    assert_int_equal(ansi_bytes, length);
    assert_memory_equal(wide, expected, length);
    assert_memory_equal(ansi, expected, length);
    WTSFreeMemory(wide);
    WTSFreeMemory(ansi);
}

static void texts(void **state)
{
    (void)state;
    check_text(WTSInitialProgram, WTS_PART_PROGRAM, record.program.initial_program);
    check_text(WTSApplicationName, 0, wts_text_empty());
    check_text(WTSWorkingDirectory, WTS_PART_PROGRAM, record.program.work_directory);
    check_text(WTSOEMId, 0, wts_text_empty());
    check_text(WTSUserName, WTS_PART_USER, record.user);
    check_text(WTSWinStationName, WTS_PART_NAME, record.name);
    check_text(WTSDomainName, WTS_PART_USER, record.domain);
    check_text(WTSClientName, WTS_PART_CLIENT, record.client.name);
    check_text(WTSClientDirectory, WTS_PART_CLIENT, record.client.directory);
    record.user = (struct wts_text){0}; /* absent: a string all the same */
    check_text(WTSUserName, WTS_PART_USER, wts_text_empty());
}

static void numbers_and_addresses(void **state)
{
    static const DWORD display[] = {1921, 1082, 4};
    (void)state;
    check_bytes(WTSSessionId, 0, &record.session_id, 4);
    check_bytes(WTSConnectState, WTS_PART_STATE, &record.state, 4);
    check_bytes(WTSClientBuildNumber, WTS_PART_CLIENT, &record.client.build_number, 4);
    check_bytes(WTSClientProductId, WTS_PART_CLIENT, &record.client.product_id, 2);
    check_bytes(WTSClientHardwareId, WTS_PART_CLIENT, &record.client.hardware_id, 4);
    check_bytes(WTSClientAddress, WTS_PART_CLIENT, &record.client.address, 24);
    check_bytes(WTSClientDisplay, WTS_PART_CLIENT, display, 12);
    check_bytes(WTSClientProtocolType, WTS_PART_PROTOCOL, &record.protocol_type, 2);
    check_bytes(WTSSessionAddressV4, WTS_PART_SESSION_ADDRESS, &record.session_address, 24);
    check_bytes(WTSSessionActivityId, WTS_PART_ACTIVITY, record.activity_id, 16);
    check_bytes(WTSCapabilityCheck, WTS_PART_CAPABILITIES, capabilities, sizeof capabilities);
    record.capabilities = NULL;
    record.capability_count = 0;
    check_bytes(WTSCapabilityCheck, WTS_PART_CAPABILITIES, capabilities, 0);
}

/* Checks one text member of both forms. */
#define ASSERT_TEXT(wide, ansi, member, expected)                                                            \
    do {                                                                                                     \
        assert_int_equal(wcscmp((wide)->member, (expected).units), 0);                                       \
        assert_ansi((ansi)->member, expected);                                                               \
    } while (0)

/* Checks one number of both forms. */
#define ASSERT_NUMBER(wide, ansi, member, expected)                                                          \
    do {                                                                                                     \
        assert_int_equal((wide)->member, expected);                                                          \
        assert_int_equal((ansi)->member, expected);                                                          \
    } while (0)

static void the_client(void **state)
{
    const struct wts_session_client *client = &record.client;
    WTSCLIENTW *wide;
    WTSCLIENTA *ansi;
    DWORD wide_bytes;
    DWORD ansi_bytes;
    (void)state;
    ask(WTSClientInfo, WTS_PART_CLIENT, (void **)&wide, &wide_bytes, (void **)&ansi, &ansi_bytes);
    assert_int_equal(wide_bytes, 2304);
    assert_int_equal(ansi_bytes, 1200);
    ASSERT_TEXT(wide, ansi, ClientName, client->name);
    ASSERT_TEXT(wide, ansi, Domain, client->domain);
    ASSERT_TEXT(wide, ansi, UserName, client->user);
    ASSERT_TEXT(wide, ansi, WorkDirectory, client->work_directory);
    ASSERT_TEXT(wide, ansi, InitialProgram, client->initial_program);
    ASSERT_TEXT(wide, ansi, ClientDirectory, client->directory);
    ASSERT_TEXT(wide, ansi, DeviceId, client->device_id);
    ASSERT_NUMBER(wide, ansi, EncryptionLevel, 3);
    ASSERT_NUMBER(wide, ansi, ClientAddressFamily, 23);
    assert_memory_equal(wide->ClientAddress, client->address_words, 62);
    assert_memory_equal(ansi->ClientAddress, client->address_words, 62);
    ASSERT_NUMBER(wide, ansi, HRes, 1921);
    ASSERT_NUMBER(wide, ansi, VRes, 1082);
    ASSERT_NUMBER(wide, ansi, ColorDepth, 4);
    ASSERT_NUMBER(wide, ansi, ClientBuildNumber, 22631);
    ASSERT_NUMBER(wide, ansi, ClientHardwareId, 17);
    ASSERT_NUMBER(wide, ansi, ClientProductId, 18);
    ASSERT_NUMBER(wide, ansi, OutBufCountHost, 19);
    ASSERT_NUMBER(wide, ansi, OutBufCountClient, 20);
    ASSERT_NUMBER(wide, ansi, OutBufLength, 21);
    WTSFreeMemory(wide);
    WTSFreeMemory(ansi);
}

#define ASSERT_TIMES(wide, ansi)                                                                             \
    do {                                                                                                     \
        ASSERT_NUMBER(wide, ansi, ConnectTime.QuadPart, 0x0101010101010101);                                 \
        ASSERT_NUMBER(wide, ansi, DisconnectTime.QuadPart, 0x0202020202020202);                              \
        ASSERT_NUMBER(wide, ansi, LastInputTime.QuadPart, 0x0303030303030303);                               \
        ASSERT_NUMBER(wide, ansi, LogonTime.QuadPart, 0x0404040404040404);                                   \
        ASSERT_NUMBER(wide, ansi, CurrentTime.QuadPart, 0x0505050505050505);                                 \
    } while (0)

#define ASSERT_COUNTERS(wide, ansi)                                                                          \
    do {                                                                                                     \
        ASSERT_NUMBER(wide, ansi, IncomingBytes, 31);                                                        \
        ASSERT_NUMBER(wide, ansi, OutgoingBytes, 32);                                                        \
        ASSERT_NUMBER(wide, ansi, IncomingFrames, 33);                                                       \
        ASSERT_NUMBER(wide, ansi, OutgoingFrames, 34);                                                       \
        ASSERT_NUMBER(wide, ansi, IncomingCompressedBytes, 35);                                              \
        assert_int_equal((wide)->OutgoingCompressedBytes, 36);                                               \
    } while (0)

static void the_session(void **state)
{
    WTSINFOW *wide;
    WTSINFOA *ansi;
    DWORD wide_bytes;
    DWORD ansi_bytes;
    (void)state;
    ask(WTSSessionInfo, WTS_PART_STATUS, (void **)&wide, &wide_bytes, (void **)&ansi, &ansi_bytes);
    assert_int_equal(wide_bytes, 216);
    assert_int_equal(ansi_bytes, 144);
    ASSERT_NUMBER(wide, ansi, State, WTSShadow);
    ASSERT_NUMBER(wide, ansi, SessionId, 9);
    ASSERT_TEXT(wide, ansi, WinStationName, record.name);
    ASSERT_TEXT(wide, ansi, UserName, record.user);
    ASSERT_TEXT(wide, ansi, Domain, record.domain);
    ASSERT_TIMES(wide, ansi);
    ASSERT_COUNTERS(wide, ansi);
    assert_int_equal(ansi->OutgoingCompressedBy, 36);
    WTSFreeMemory(wide);
    WTSFreeMemory(ansi);
}

static void the_session_at_level_1(void **state)
{
    WTSINFOEXW *wide;
    WTSINFOEXA *ansi;
    DWORD wide_bytes;
    DWORD ansi_bytes;
    (void)state;
    ask(WTSSessionInfoEx, WTS_PART_STATUS, (void **)&wide, &wide_bytes, (void **)&ansi, &ansi_bytes);
    assert_int_equal(wide_bytes, 232);
    assert_int_equal(ansi_bytes, 160);
    ASSERT_NUMBER(wide, ansi, Level, 1);
    const WTSINFOEX_LEVEL1_W *wide_1 = &wide->Data.WTSInfoExLevel1;
    const WTSINFOEX_LEVEL1_A *ansi_1 = &ansi->Data.WTSInfoExLevel1;
    ASSERT_NUMBER(wide_1, ansi_1, SessionState, WTSShadow);
    ASSERT_NUMBER(wide_1, ansi_1, SessionId, 9);
    ASSERT_NUMBER(wide_1, ansi_1, SessionFlags, -1);
    ASSERT_TEXT(wide_1, ansi_1, WinStationName, record.name);
    ASSERT_TEXT(wide_1, ansi_1, UserName, record.user);
    ASSERT_TEXT(wide_1, ansi_1, DomainName, record.domain);
    ASSERT_TIMES(wide_1, ansi_1);
    ASSERT_COUNTERS(wide_1, ansi_1);
    assert_int_equal(ansi_1->OutgoingCompressedBytes, 36);
    WTSFreeMemory(wide);
    WTSFreeMemory(ansi);
}

static void the_configuration(void **state)
{
    WTSCONFIGINFOW *wide;
    WTSCONFIGINFOA *ansi;
    DWORD wide_bytes;
    DWORD ansi_bytes;
    (void)state;
    ask(WTSConfigInfo, WTS_PART_CONFIG, (void **)&wide, &wide_bytes, (void **)&ansi, &ansi_bytes);
    assert_int_equal(wide_bytes, 1668);
    assert_int_equal(ansi_bytes, 848);
    ASSERT_NUMBER(wide, ansi, version, 41);
    ASSERT_NUMBER(wide, ansi, fConnectClientDrivesAtLogon, 42);
    ASSERT_NUMBER(wide, ansi, fConnectPrinterAtLogon, 43);
    ASSERT_NUMBER(wide, ansi, fDisablePrinterRedirection, 44);
    ASSERT_NUMBER(wide, ansi, fDisableDefaultMainClientPrinter, 45);
    ASSERT_NUMBER(wide, ansi, ShadowSettings, 46);
    ASSERT_TEXT(wide, ansi, LogonUserName, record.config.user);
    ASSERT_TEXT(wide, ansi, LogonDomain, record.config.domain);
    ASSERT_TEXT(wide, ansi, WorkDirectory, record.config.work_directory);
    ASSERT_TEXT(wide, ansi, InitialProgram, record.config.initial_program);
    ASSERT_TEXT(wide, ansi, ApplicationName, record.config.application_name);
    WTSFreeMemory(wide);
    WTSFreeMemory(ansi);
}

static void an_error_of_the_back_end_is_passed_on(void **state)
{
    static const uint32_t errors[] = {2, 5, 8, 50, 1722, 1726, 1818, 7022};
    LPWSTR wide = untouched;
    LPSTR ansi = untouched;
    DWORD bytes = 77;
    (void)state;
    for (unsigned i = 0; i < ARRAYSIZE(errors); i++) {
        answer = errors[i];
        assert_fails(WTSQuerySessionInformationW(server, 9, WTSUserName, &wide, &bytes), errors[i]);
        assert_fails(WTSQuerySessionInformationA(server, 9, WTSSessionInfo, &ansi, &bytes), errors[i]);
    }
    assert_ptr_equal(wide, untouched);
    assert_ptr_equal(ansi, untouched);
    assert_int_equal(bytes, 77);
}

static void what_is_never_answered_is_not_asked(void **state)
{
    static const int classes[] = {17, 18, 19, 20, 21, 22, 27, 29};
    LPWSTR wide = untouched;
    DWORD bytes = 77;
    (void)state;
    asked_parts = 0xFFFFFFFF;
    for (unsigned i = 0; i < ARRAYSIZE(classes); i++)
        assert_fails(WTSQuerySessionInformationW(server, 9, (WTS_INFO_CLASS)classes[i], &wide, &bytes), 50);
    assert_fails(WTSQuerySessionInformationW(server, 9, (WTS_INFO_CLASS)32, &wide, &bytes), 87);
    assert_int_equal(asked_parts, 0xFFFFFFFF);
    assert_ptr_equal(wide, untouched);
    assert_int_equal(bytes, 77);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(texts, set_up, tear_down),
        cmocka_unit_test_setup_teardown(numbers_and_addresses, set_up, tear_down),
        cmocka_unit_test_setup_teardown(the_client, set_up, tear_down),
        cmocka_unit_test_setup_teardown(the_session, set_up, tear_down),
        cmocka_unit_test_setup_teardown(the_session_at_level_1, set_up, tear_down),
        cmocka_unit_test_setup_teardown(the_configuration, set_up, tear_down),
        cmocka_unit_test_setup_teardown(an_error_of_the_back_end_is_passed_on, set_up, tear_down),
        cmocka_unit_test_setup_teardown(what_is_never_answered_is_not_asked, set_up, tear_down),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

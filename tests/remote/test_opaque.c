/*
 * The readers of the opaque structures against C structures of the same members, laid out by the compiler:
 * the offsets in opaque.c must be those that a server's compiler gave them. What is done to the rows of the
 * table stands in cases.h.
 */
#include "cases.h"

#include <stdio.h>

#include "remote/tsts/opaque.h"

/* [MS-TSTS] WINSTATIONCLIENT; arrays of WCHARs have the counts of the document, plus one. */
struct client {
    uint32_t flags;
    uint16_t client_name[21];
    uint16_t domain[18];
    uint16_t user_name[21];
    uint16_t password[15];
    uint16_t work_directory[257];
    uint16_t initial_program[257];
    uint32_t serial_number;
    uint8_t encryption_level;
    uint32_t client_address_family;
    uint16_t client_address[31];
    uint16_t h_res;
    uint16_t v_res;
    uint16_t color_depth;
    uint16_t protocol_type;
    uint32_t keyboard_layout;
    uint32_t keyboard_type;
    uint32_t keyboard_sub_type;
    uint32_t keyboard_function_key;
    uint16_t ime_file_name[33];
    uint16_t client_directory[257];
    uint16_t client_license[33];
    uint16_t client_modem[41];
    uint32_t client_build_number;
    uint32_t client_hardware_id;
    uint16_t client_product_id;
    uint16_t out_buf_count_host;
    uint16_t out_buf_count_client;
    uint16_t out_buf_length;
    uint16_t audio_driver_name[9];
    struct {
        int32_t bias;
        uint16_t standard_name[32];
        uint16_t standard_date[8];
        int32_t standard_bias;
        uint16_t daylight_name[32];
        uint16_t daylight_date[8];
        int32_t daylight_bias;
    } client_time_zone;
    uint32_t client_session_id;
    uint16_t client_dig_product_id[32];
    uint32_t performance_flags;
    uint32_t active_input_locale;
};
_Static_assert(sizeof(struct client) == WTS_OPAQUE_CLIENT_LENGTH, "WINSTATIONCLIENT");

/* [MS-TSTS] WINSTATIONCONFIG with USERCONFIG. */
struct config {
    uint16_t comment[61];
    struct {
        uint32_t flags;
        uint32_t more_flags;
        uint16_t user_name[21];
        uint16_t domain[18];
        uint16_t password[15];
        uint16_t work_directory[257];
        uint16_t initial_program[257];
        uint16_t callback_number[51];
        uint32_t callback;
        uint32_t shadow;
        uint32_t max_connection_time;
        uint32_t max_disconnection_time;
        uint32_t max_idle_time;
        uint32_t keyboard_layout;
        uint8_t min_encryption_level;
        uint16_t nw_logon_server[48];
        uint16_t published_name[65];
        uint16_t wf_profile_path[257];
        uint16_t wf_home_dir[257];
        uint16_t wf_home_dir_drive[4];
    } user;
    char oem_id[4];
};
_Static_assert(sizeof(struct config) == WTS_OPAQUE_CONFIG_LENGTH, "WINSTATIONCONFIG");

/* [MS-TSTS] PROTOCOLCOUNTERS and PROTOCOLSTATUS. */
struct counters {
    uint32_t wd_bytes;
    uint32_t wd_frames;
    uint32_t wait_for_out_buf;
    uint32_t frames;
    uint32_t bytes;
    uint32_t compressed_bytes;
    uint32_t compress_flushes;
    uint32_t errors;
    uint32_t timeouts;
    uint32_t async_framing_error;
    uint32_t async_overrun_error;
    uint32_t async_overflow_error;
    uint32_t async_parity_error;
    uint32_t td_errors;
    uint16_t protocol_type;
    uint16_t length;
    uint32_t specific[100];
};
struct status {
    struct counters output;
    struct counters input;
    uint32_t cache[21];
    uint32_t async_signal;
    uint32_t async_signal_mask;
};
_Static_assert(sizeof(struct status) == WTS_OPAQUE_PROTOCOL_STATUS_LENGTH, "PROTOCOLSTATUS");

#define HAS_TEXT(member, text) widen(member, sizeof(member) / sizeof(member)[0], text)

/* Writes `text` and its NUL, as far as `count` units go; what is behind the NUL is noise. */
static void widen(uint16_t *units, size_t count, const char *text)
{
    size_t length = strlen(text);
    for (size_t i = 0; i < count; i++)
        units[i] = i < length ? (uint16_t)text[i] : i == length ? 0 : 0x7A7A;
}

static void fill_client(struct client *client)
{
    memset(client, 0xEE, sizeof *client);
    client->flags = 0x1501;
    HAS_TEXT(client->client_name, "MYPC");
    HAS_TEXT(client->domain, "SEVENTEEN-LETTERS");
    HAS_TEXT(client->user_name, "alice");
    HAS_TEXT(client->password, "secret");
    HAS_TEXT(client->work_directory, "C:\\work");
    HAS_TEXT(client->initial_program, "C:\\start.exe");
    client->serial_number = 101;
    client->encryption_level = 3;
    client->client_address_family = 2;
    HAS_TEXT(client->client_address, "192.0.2.7");
    client->h_res = 1920;
    client->v_res = 1080;
    client->color_depth = 16;
    client->protocol_type = 2;
    client->keyboard_layout = 0x409;
    client->keyboard_type = 4;
    client->keyboard_sub_type = 5;
    client->keyboard_function_key = 12;
    HAS_TEXT(client->ime_file_name, "ime");
    HAS_TEXT(client->client_directory, "C:\\Windows\\System32\\mstscax.dll");
    HAS_TEXT(client->client_license, "license");
    HAS_TEXT(client->client_modem, "modem");
    client->client_build_number = 22621;
    client->client_hardware_id = 17;
    client->client_product_id = 1;
    client->out_buf_count_host = 21;
    client->out_buf_count_client = 22;
    client->out_buf_length = 530;
    HAS_TEXT(client->audio_driver_name, "rdpsnd.d!"); /* fills its array: no NUL */
    client->client_session_id = 7;
    HAS_TEXT(client->client_dig_product_id, "device-id");
    client->performance_flags = 0x81;
    client->active_input_locale = 0x4070407;
}

/* All that a reader gives: the password is not among it. */
static const char client_shown[] =
    "flags=5377 name=\"MYPC\" domain=\"SEVENTEEN-LETTERS\" user=\"alice\" directory=\"C:\\work\" "
    "program=\"C:\\start.exe\" serial=101 encryption=3 family=2 address=\"192.0.2.7\" last_word=31354 "
    "horizontal=1920 vertical=1080 depth=16 protocol=2 layout=1033 keyboard=4 subtype=5 functions=12 "
    "ime=\"ime\" "
    "client_directory=\"C:\\Windows\\System32\\mstscax.dll\" license=\"license\" modem=\"modem\" build=22621 "
    "hardware=17 product=1 host_buffers=21 client_buffers=22 buffer=530 audio=\"rdpsnd.d!\" session=7 "
    "device=\"device-id\" performance=129 locale=0x4070407";

static void fill_config(struct config *config)
{
    memset(config, 0xEE, sizeof *config);
    HAS_TEXT(config->comment, "comment");
    config->user.flags = WTS_CONFIG_AUTO_CLIENT_DRIVES | WTS_CONFIG_DISABLE_CPM;
    config->user.more_flags = 2;
    HAS_TEXT(config->user.user_name, "bob");
    HAS_TEXT(config->user.domain, "DOM");
    HAS_TEXT(config->user.password, "secret");
    HAS_TEXT(config->user.work_directory, "D:\\");
    HAS_TEXT(config->user.initial_program, "shell.exe");
    HAS_TEXT(config->user.callback_number, "555");
    config->user.callback = 1;
    config->user.shadow = 2;
    config->user.max_connection_time = 60000;
    config->user.max_disconnection_time = 60001;
    config->user.max_idle_time = 60002;
    config->user.keyboard_layout = 0x407;
    config->user.min_encryption_level = 2;
    HAS_TEXT(config->user.nw_logon_server, "nw");
    HAS_TEXT(config->user.published_name, "app");
    HAS_TEXT(config->user.wf_profile_path, "profile");
    HAS_TEXT(config->user.wf_home_dir, "home");
    HAS_TEXT(config->user.wf_home_dir_drive, "H:");
}

static const char config_shown[] =
    "comment=\"comment\" flags=0x20020000 more=2 user=\"bob\" domain=\"DOM\" directory=\"D:\\\" "
    "program=\"shell.exe\" number=\"555\" callback=1 shadow=2 connection=60000 disconnection=60001 "
    "idle=60002 "
    "layout=1031 encryption=2 logon=\"nw\" published=\"app\" profile=\"profile\" home=\"home\" drive=\"H:\"";

/* Each member a number of its own, from `first` on. */
static void fill_counters(struct counters *counters, uint32_t first)
{
    counters->wd_bytes = first;
    counters->wd_frames = first + 1;
    counters->wait_for_out_buf = first + 2;
    counters->frames = first + 3;
    counters->bytes = first + 4;
    counters->compressed_bytes = first + 5;
    counters->compress_flushes = first + 6;
    counters->errors = first + 7;
    counters->timeouts = first + 8;
    counters->td_errors = first + 9;
    counters->protocol_type = 2;
}

static void fill_status(struct status *status)
{
    memset(status, 0xEE, sizeof *status);
    fill_counters(&status->output, 100);
    fill_counters(&status->input, 200);
    status->async_signal = 300;
    status->async_signal_mask = 301;
}

static const char status_shown[] = "wd_bytes=100 wd_frames=101 waits=102 frames=103 bytes=104 compressed=105 "
                                   "flushes=106 errors=107 timeouts=108 "
                                   "transport=109 protocol=2 wd_bytes=200 wd_frames=201 waits=202 frames=203 "
                                   "bytes=204 compressed=205 flushes=206 "
                                   "errors=207 timeouts=208 transport=209 protocol=2 signal=300 mask=301";

static char client_hex[2 * sizeof(struct client) + 1];
static char config_hex[2 * sizeof(struct config) + 1];
static char status_hex[2 * sizeof(struct status) + 1];
static char status_ex_hex[2 * 1816 + 1];

static const struct response_case cases[] = {
    {.opnum = 0,
     .hex = client_hex,
     .shown = client_shown,
     .marks = "p124+30 p1189+3 p1266+2 p2046+2 p2048+172"},
    {.opnum = 1, .hex = config_hex, .shown = config_shown, .marks = "p122+2 p210+30 p1397+1 p2660+4"},
    {.opnum = 2, .hex = status_hex, .shown = status_shown, .marks = "p36+16 p58+402 p920+84"},
    {0},
};

static const struct coders coders = {NULL, opaque_responses, NULL, cases};

static void to_hex(char *hex, const void *data, size_t length)
{
    for (size_t i = 0; i < length; i++)
        sprintf(hex + 2 * i, "%02x", ((const uint8_t *)data)[i]);
}

/* Newer servers send 1816 bytes of protocol status. */
static void a_longer_status_is_read_as_far_as_it_is_known(void **state)
{
    (void)state;
    const struct response_case longer[] = {{.opnum = 2, .hex = status_ex_hex, .shown = status_shown}, {0}};
    const struct coders other = {NULL, opaque_responses, NULL, longer};
    void *pointer = (void *)&other;
    memset(status_ex_hex, '7', sizeof status_ex_hex - 1);
    memcpy(status_ex_hex, status_hex, sizeof status_hex - 1);
    responses_are_shown_as_expected(&pointer);
}

static uint32_t number_at(const uint8_t *bytes, size_t offset, size_t length)
{
    uint32_t value = 0;
    for (size_t i = 0; i < length; i++)
        value |= (uint32_t)bytes[offset + i] << (8 * i);
    return value;
}

/* Texts without a NUL are as long as their room; each number is made of all its bytes and no other. */
static void a_client_without_a_zero_byte(void **state)
{
    uint8_t bytes[sizeof(struct client)];
    struct wts_ndr_arena arena;
    struct wts_opaque_client client;
    (void)state;
    for (size_t i = 0; i < sizeof bytes; i++)
        bytes[i] = (uint8_t)(i % 255 + 1);
    wts_ndr_arena_init(&arena, 1 << 20);
    assert_int_equal(wts_opaque_get_client(bytes, sizeof bytes, &arena, &client), WTS_NDR_OK);
    assert_int_equal(client.name.count, 21);
    assert_int_equal(client.domain.count, 18);
    assert_int_equal(client.user.count, 21);
    assert_int_equal(client.work_directory.count, 257);
    assert_int_equal(client.initial_program.count, 257);
    assert_int_equal(client.name.units[0], number_at(bytes, offsetof(struct client, client_name), 2));
    assert_int_equal(client.name.units[21], 0);
    assert_int_equal(client.build_number, number_at(bytes, 2012, 4));
    assert_int_equal(client.hardware_id, number_at(bytes, 2016, 4));
    assert_int_equal(client.product_id, number_at(bytes, 2020, 2));
    assert_int_equal(client.out_buffer_count_host, number_at(bytes, 2022, 2));
    assert_int_equal(client.out_buffer_count_client, number_at(bytes, 2024, 2));
    assert_int_equal(client.out_buffer_length, number_at(bytes, 2026, 2));
    assert_int_equal(client.horizontal, number_at(bytes, offsetof(struct client, h_res), 2));
    assert_int_equal(client.vertical, number_at(bytes, 1260, 2));
    assert_int_equal(client.color_depth, number_at(bytes, 1262, 2));
    assert_int_equal(client.protocol_type, number_at(bytes, 1264, 2));
    assert_int_equal(client.client_session_id, number_at(bytes, 2220, 4));
    assert_int_equal(client.performance_flags, number_at(bytes, 2288, 4));
    assert_int_equal(client.input_locale, number_at(bytes, 2292, 4));
    assert_int_equal(client.serial_number, number_at(bytes, 1184, 4));
    assert_int_equal(client.keyboard_layout, number_at(bytes, 1268, 4));
    assert_int_equal(client.device_id.count, 32);
    wts_ndr_arena_free(&arena);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        CODER_RESPONSE_TESTS(&coders),
        cmocka_unit_test(a_longer_status_is_read_as_far_as_it_is_known),
        cmocka_unit_test(a_client_without_a_zero_byte),
    };
    struct client client;
    struct config config;
    struct status status;
    fill_client(&client);
    fill_config(&config);
    fill_status(&status);
    to_hex(client_hex, &client, sizeof client);
    to_hex(config_hex, &config, sizeof config);
    to_hex(status_hex, &status, sizeof status);
    return cmocka_run_group_tests(tests, NULL, NULL);
}

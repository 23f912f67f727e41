/*
 * Readers of opaque.h. Each read names the offset of its member.
 */
#include "remote/tsts/opaque.h"

/* Code units of the text members, with the NUL where there is room for it. */
enum {
    USER_COUNT = 21,
    DOMAIN_COUNT = 18,
    PATH_COUNT = 257,
    NAME_COUNT = 33,
    COMMENT_COUNT = 61,
    ADDRESS_COUNT = 31
};

static uint32_t u32_at(struct wts_ndr_reader *reader, size_t offset)
{
    reader->offset = offset;
    return wts_ndr_get_u32(reader);
}

static uint16_t u16_at(struct wts_ndr_reader *reader, size_t offset)
{
    reader->offset = offset;
    return wts_ndr_get_u16(reader);
}

static uint8_t u8_at(struct wts_ndr_reader *reader, size_t offset)
{
    reader->offset = offset;
    return wts_ndr_get_u8(reader);
}

static struct wts_text text_at(struct wts_ndr_reader *reader, struct wts_ndr_arena *arena, size_t offset,
                               uint32_t count)
{
    reader->offset = offset;
    return wts_ndr_get_fixed_text(reader, arena, count);
}

/* Starts on a structure of `least` bytes; malformed when `length` is less. */
static void start(struct wts_ndr_reader *reader, const uint8_t *data, size_t length, size_t least)
{
    wts_ndr_reader_init(reader, data, length);
    if (length < least)
        wts_ndr_reader_reject(reader);
}

static void get_client_texts(struct wts_ndr_reader *reader, struct wts_ndr_arena *arena,
                             struct wts_opaque_client *client)
{
    client->name = text_at(reader, arena, 4, USER_COUNT);
    client->domain = text_at(reader, arena, 46, DOMAIN_COUNT);
    client->user = text_at(reader, arena, 82, USER_COUNT);
    client->work_directory = text_at(reader, arena, 154, PATH_COUNT);
    client->initial_program = text_at(reader, arena, 668, PATH_COUNT);
    client->address = text_at(reader, arena, 1196, ADDRESS_COUNT);
    client->ime_file_name = text_at(reader, arena, 1284, NAME_COUNT);
    client->directory = text_at(reader, arena, 1350, PATH_COUNT);
    client->license = text_at(reader, arena, 1864, NAME_COUNT);
    client->modem = text_at(reader, arena, 1930, 41);
    client->audio_driver = text_at(reader, arena, 2028, 9);
    client->device_id = text_at(reader, arena, 2224, 32);
}

static void get_client_numbers(struct wts_ndr_reader *reader, struct wts_opaque_client *client)
{
    client->flags = u32_at(reader, 0);
    client->serial_number = u32_at(reader, 1184);
    client->encryption_level = u8_at(reader, 1188);
    client->address_family = u32_at(reader, 1192);
    for (size_t i = 0; i < ADDRESS_COUNT; i++)
        client->address_words[i] = u16_at(reader, 1196 + 2 * i);
    client->horizontal = u16_at(reader, 1258);
    client->vertical = u16_at(reader, 1260);
    client->color_depth = u16_at(reader, 1262);
    client->protocol_type = u16_at(reader, 1264);
    client->keyboard_layout = u32_at(reader, 1268);
    client->keyboard_type = u32_at(reader, 1272);
    client->keyboard_subtype = u32_at(reader, 1276);
    client->keyboard_function_key = u32_at(reader, 1280);
    client->build_number = u32_at(reader, 2012);
    client->hardware_id = u32_at(reader, 2016);
    client->product_id = u16_at(reader, 2020);
    client->out_buffer_count_host = u16_at(reader, 2022);
    client->out_buffer_count_client = u16_at(reader, 2024);
    client->out_buffer_length = u16_at(reader, 2026);
    client->client_session_id = u32_at(reader, 2220);
    client->performance_flags = u32_at(reader, 2288);
    client->input_locale = u32_at(reader, 2292);
}

enum wts_ndr_status wts_opaque_get_client(const uint8_t *data, size_t length, struct wts_ndr_arena *arena,
                                          struct wts_opaque_client *out)
{
    struct wts_ndr_reader reader;
    struct wts_opaque_client client = {0};
    start(&reader, data, length, WTS_OPAQUE_CLIENT_LENGTH);
    get_client_texts(&reader, arena, &client);
    get_client_numbers(&reader, &client);
    if (reader.status == WTS_NDR_OK)
        *out = client;
    return reader.status;
}

/* USERCONFIG, which starts at `base`. */
static void get_user_config(struct wts_ndr_reader *reader, struct wts_ndr_arena *arena, size_t base,
                            struct wts_opaque_config *config)
{
    config->flags = u32_at(reader, base);
    config->more_flags = u32_at(reader, base + 4);
    config->user = text_at(reader, arena, base + 8, USER_COUNT);
    config->domain = text_at(reader, arena, base + 50, DOMAIN_COUNT);
    config->work_directory = text_at(reader, arena, base + 116, PATH_COUNT);
    config->initial_program = text_at(reader, arena, base + 630, PATH_COUNT);
    config->callback_number = text_at(reader, arena, base + 1144, 51);
    config->callback = u32_at(reader, base + 1248);
    config->shadow = u32_at(reader, base + 1252);
    config->maximum_connection_ms = u32_at(reader, base + 1256);
    config->maximum_disconnection_ms = u32_at(reader, base + 1260);
    config->maximum_idle_ms = u32_at(reader, base + 1264);
    config->keyboard_layout = u32_at(reader, base + 1268);
    config->minimum_encryption_level = u8_at(reader, base + 1272);
    config->logon_server = text_at(reader, arena, base + 1274, 48);
    config->published_name = text_at(reader, arena, base + 1370, 65);
    config->profile_path = text_at(reader, arena, base + 1500, PATH_COUNT);
    config->home_directory = text_at(reader, arena, base + 2014, PATH_COUNT);
    config->home_directory_drive = text_at(reader, arena, base + 2528, 4);
}

enum wts_ndr_status wts_opaque_get_config(const uint8_t *data, size_t length, struct wts_ndr_arena *arena,
                                          struct wts_opaque_config *out)
{
    struct wts_ndr_reader reader;
    struct wts_opaque_config config = {0};
    start(&reader, data, length, WTS_OPAQUE_CONFIG_LENGTH);
    config.comment = text_at(&reader, arena, 0, COMMENT_COUNT);
    get_user_config(&reader, arena, 124, &config);
    if (reader.status == WTS_NDR_OK)
        *out = config;
    return reader.status;
}

/* PROTOCOLCOUNTERS, which start at `base`. */
static void get_counters(struct wts_ndr_reader *reader, size_t base, struct wts_opaque_counters *counters)
{
    counters->wd_bytes = u32_at(reader, base);
    counters->wd_frames = u32_at(reader, base + 4);
    counters->waits_for_buffer = u32_at(reader, base + 8);
    counters->frames = u32_at(reader, base + 12);
    counters->bytes = u32_at(reader, base + 16);
    counters->compressed_bytes = u32_at(reader, base + 20);
    counters->compress_flushes = u32_at(reader, base + 24);
    counters->errors = u32_at(reader, base + 28);
    counters->timeouts = u32_at(reader, base + 32);
    counters->transport_errors = u32_at(reader, base + 52);
    counters->protocol_type = u16_at(reader, base + 56);
}

enum wts_ndr_status wts_opaque_get_protocol_status(const uint8_t *data, size_t length,
                                                   struct wts_opaque_protocol_status *out)
{
    struct wts_ndr_reader reader;
    struct wts_opaque_protocol_status status = {0};
    start(&reader, data, length, WTS_OPAQUE_PROTOCOL_STATUS_LENGTH);
    get_counters(&reader, 0, &status.output);
    get_counters(&reader, 460, &status.input);
    status.async_signal = u32_at(&reader, 1004);
    status.async_signal_mask = u32_at(&reader, 1008);
    if (reader.status == WTS_NDR_OK)
        *out = status;
    return reader.status;
}

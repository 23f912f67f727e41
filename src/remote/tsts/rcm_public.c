/*
 * Coders of RCMPublic; what they are for stands in rcm_public.h.
 */
#include "remote/tsts/rcm_public.h"

enum {
    NAME_COUNT = 33,                   /* code units of a listener's name, with the NUL */
    LEAST_LENGTH = 16 + 2 * NAME_COUNT /* the least that LISTENERENUM takes, without padding */
};

void wts_rcm_put_get_client_data(struct wts_ndr_writer *writer, uint32_t session_id)
{
    wts_ndr_put_u32(writer, session_id);
}

void wts_rcm_put_get_config_data(struct wts_ndr_writer *writer, uint32_t session_id)
{
    wts_ndr_put_u32(writer, session_id);
}

void wts_rcm_put_get_protocol_status(struct wts_ndr_writer *writer, uint32_t session_id, uint16_t type)
{
    wts_ndr_put_u32(writer, session_id);
    wts_ndr_put_u16(writer, type);
}

/* Bytes behind an [out] BYTE **, and then their count. */
static uint32_t get_bytes(struct wts_ndr_reader *reader, struct wts_ndr_arena *arena,
                          struct wts_rcm_data *result)
{
    const bool present = wts_ndr_get_pointer(reader);
    result->length = present ? wts_ndr_get_array(reader, 1) : 0;
    result->data = present ? wts_ndr_get_copy(reader, arena, result->length) : NULL;
    return result->length;
}

enum wts_ndr_status wts_rcm_get_data(const uint8_t *stub, size_t length, struct wts_ndr_arena *arena,
                                     struct wts_rcm_data *out)
{
    struct wts_ndr_reader reader;
    struct wts_rcm_data result = {0};
    wts_ndr_reader_init(&reader, stub, length);
    const uint32_t count = get_bytes(&reader, arena, &result);
    wts_tsts_end_array(&reader, count, &result.end);
    if (reader.status == WTS_NDR_OK)
        *out = result;
    return reader.status;
}

void wts_rcm_put_get_session_protocol_last_input_time(struct wts_ndr_writer *writer, uint32_t session_id,
                                                      uint16_t type)
{
    wts_ndr_put_u32(writer, session_id);
    wts_ndr_put_u16(writer, type);
}

enum wts_ndr_status wts_rcm_get_session_protocol_last_input_time(const uint8_t *stub, size_t length,
                                                                 struct wts_ndr_arena *arena,
                                                                 struct wts_rcm_data *out)
{
    struct wts_ndr_reader reader;
    struct wts_rcm_data result = {0};
    wts_ndr_reader_init(&reader, stub, length);
    const uint32_t count = get_bytes(&reader, arena, &result);
    const uint32_t parameter = wts_ndr_get_u32(&reader);
    result.time = wts_ndr_get_u64(&reader);
    wts_tsts_end(&reader, &result.end);
    wts_tsts_compare_counts(&reader, count, parameter, &result.end);
    if (reader.status == WTS_NDR_OK)
        *out = result;
    return reader.status;
}

void wts_rcm_put_get_last_input_time(struct wts_ndr_writer *writer, uint32_t session_id)
{
    wts_ndr_put_u32(writer, session_id);
}

enum wts_ndr_status wts_rcm_get_last_input_time(const uint8_t *stub, size_t length, struct wts_rcm_time *out)
{
    struct wts_ndr_reader reader;
    struct wts_rcm_time result = {0};
    wts_ndr_reader_init(&reader, stub, length);
    result.time = wts_ndr_get_u64(&reader);
    wts_tsts_end(&reader, &result.end);
    if (reader.status == WTS_NDR_OK)
        *out = result;
    return reader.status;
}

void wts_rcm_put_get_remote_address(struct wts_ndr_writer *writer, uint32_t session_id)
{
    wts_ndr_put_u32(writer, session_id);
}

enum wts_ndr_status wts_rcm_get_remote_address(const uint8_t *stub, size_t length,
                                               struct wts_rcm_remote_address *out)
{
    struct wts_ndr_reader reader;
    struct wts_rcm_remote_address result = {0};
    wts_ndr_reader_init(&reader, stub, length);
    const bool is_known = wts_tsts_get_address(&reader, &result.address);
    wts_tsts_end(&reader, &result.end);
    if (!is_known && !wts_tsts_failed(&result.end))
        wts_ndr_reader_reject(&reader);
    if (reader.status == WTS_NDR_OK)
        *out = result;
    return reader.status;
}

void wts_rcm_put_get_all_listeners(struct wts_ndr_writer *writer)
{
    wts_ndr_put_u32(writer, 1); /* Level */
}

/* LISTENERENUM. */
static void get_listener(struct wts_ndr_reader *reader, struct wts_ndr_arena *arena,
                         struct wts_rcm_listener *listener)
{
    const uint32_t level = wts_ndr_get_u32(reader);
    const uint32_t discriminant = wts_ndr_get_u32(reader);
    if (level != 1 || discriminant != 1)
        wts_ndr_reader_reject(reader);
    listener->id = wts_ndr_get_u32(reader);
    listener->is_listening = wts_ndr_get_u32(reader) != 0;
    listener->name = wts_ndr_get_fixed_text(reader, arena, NAME_COUNT);
}

enum wts_ndr_status wts_rcm_get_all_listeners(const uint8_t *stub, size_t length, struct wts_ndr_arena *arena,
                                              struct wts_rcm_listeners *out)
{
    struct wts_ndr_reader reader;
    struct wts_rcm_listeners result = {0};
    wts_ndr_reader_init(&reader, stub, length);
    result.count = wts_tsts_array(&reader, LEAST_LENGTH);
    struct wts_rcm_listener *listeners = wts_ndr_get_room(&reader, arena, result.count, sizeof *listeners);
    for (uint32_t i = 0; reader.status == WTS_NDR_OK && i < result.count; i++)
        get_listener(&reader, arena, &listeners[i]);
    result.listeners = listeners;
    wts_tsts_end_array(&reader, result.count, &result.end);
    if (reader.status == WTS_NDR_OK)
        *out = result;
    return reader.status;
}

size_t wts_rcm_query_session_data_length(const struct wts_rcm_session_query *query)
{
    const size_t numbers = 8 + 4 + 4 + 3 + 4 + 4; /* id, type; referent; max_count; padding; two counts */
    return numbers + query->input_length;
}

void wts_rcm_put_query_session_data(struct wts_ndr_writer *writer, const struct wts_rcm_session_query *query)
{
    const bool has_input = query->input_length > 0;
    wts_ndr_put_u32(writer, query->session_id);
    wts_ndr_put_u16(writer, query->type);
    wts_ndr_put_pointer(writer, has_input);
    if (has_input) {
        wts_ndr_put_array(writer, query->input_length);
        wts_ndr_put_bytes(writer, query->input, query->input_length);
    }
    wts_ndr_put_u32(writer, query->input_length);
    wts_ndr_put_u32(writer, query->capacity);
}

enum wts_ndr_status wts_rcm_get_query_session_data(const uint8_t *stub, size_t length, uint32_t capacity,
                                                   struct wts_ndr_arena *arena,
                                                   struct wts_rcm_session_data *out)
{
    struct wts_ndr_reader reader;
    struct wts_rcm_session_data result = {0};
    wts_ndr_reader_init(&reader, stub, length);
    result.length = wts_ndr_get_varying_array(&reader, 1, NULL);
    if (result.length > capacity)
        wts_ndr_reader_reject(&reader);
    if (result.length > 0)
        result.data = wts_ndr_get_copy(&reader, arena, result.length);
    const uint32_t returned = wts_ndr_get_u32(&reader);
    result.needed = wts_ndr_get_u32(&reader);
    wts_tsts_end(&reader, &result.end);
    wts_tsts_compare_counts(&reader, result.length, returned, &result.end);
    if (reader.status == WTS_NDR_OK)
        *out = result;
    return reader.status;
}

/*
 * Coders of TermSrvEnumeration: an enumeration, its filters, its result, and plain ids. What they are for
 * stands in enumeration.h.
 */
#include <string.h>

#include "remote/tsts/enumeration.h"

enum {
    NAME_COUNT = 33,                   /* code units of Name, with the NUL */
    LEAST_LENGTH = 16 + 2 * NAME_COUNT /* the least a record takes: that of level 1, without padding */
};

void wts_lsm_put_open_enum(struct wts_ndr_writer *writer)
{
    /* Nothing: the only input is the binding handle. */
    (void)writer;
}

void wts_lsm_put_close_enum(struct wts_ndr_writer *writer, const struct wts_context_handle *enumeration)
{
    wts_ndr_put_context(writer, enumeration);
}

void wts_lsm_put_filter_by_state(struct wts_ndr_writer *writer, const struct wts_context_handle *enumeration,
                                 uint32_t state, bool inverts)
{
    wts_ndr_put_context(writer, enumeration);
    wts_ndr_put_u32(writer, state);
    wts_ndr_put_u32(writer, inverts);
}

void wts_lsm_put_filter_by_callers_name(struct wts_ndr_writer *writer,
                                        const struct wts_context_handle *enumeration)
{
    wts_ndr_put_context(writer, enumeration);
}

void wts_lsm_put_enum_add_filter(struct wts_ndr_writer *writer, const struct wts_context_handle *enumeration,
                                 const struct wts_context_handle *filter)
{
    wts_ndr_put_context(writer, enumeration);
    wts_ndr_put_context(writer, filter);
}

void wts_lsm_put_filter_by_session_type(struct wts_ndr_writer *writer,
                                        const struct wts_context_handle *enumeration, const uint8_t *guid)
{
    wts_ndr_put_context(writer, enumeration);
    wts_ndr_put_bytes(writer, guid, WTS_LSM_GUID_LENGTH);
}

void wts_lsm_put_get_enum_result(struct wts_ndr_writer *writer, const struct wts_context_handle *enumeration,
                                 uint32_t level)
{
    wts_ndr_put_context(writer, enumeration);
    wts_ndr_put_u32(writer, level);
}

/* The flat part of a record. True when its protocol data is to follow the array. */
static bool get_session(struct wts_ndr_reader *reader, struct wts_ndr_arena *arena, uint32_t highest_level,
                        struct wts_lsm_session *session)
{
    session->level = wts_ndr_get_u32(reader);
    const uint32_t discriminant = wts_ndr_get_u32(reader);
    if (session->level != discriminant || session->level < 1 || session->level > highest_level)
        wts_ndr_reader_reject(reader);
    session->session_id = wts_ndr_get_u32(reader);
    session->state = wts_ndr_get_u32(reader);
    session->name = wts_ndr_get_fixed_text(reader, arena, NAME_COUNT);
    if (session->level < 2)
        return false;
    session->source = wts_ndr_get_u32(reader);
    session->is_full_desktop = wts_ndr_get_u32(reader) != 0;
    const uint8_t *type = wts_ndr_get_bytes(reader, WTS_LSM_GUID_LENGTH);
    if (type != NULL)
        memcpy(session->session_type, type, WTS_LSM_GUID_LENGTH);
    if (session->level < 3)
        return false;
    session->protocol_length = wts_ndr_get_u32(reader);
    const bool has_data = wts_ndr_get_pointer(reader);
    if (!has_data && session->protocol_length != 0)
        wts_ndr_reader_reject(reader);
    return has_data;
}

/* The protocol data that a record pointed to. */
static void get_protocol_data(struct wts_ndr_reader *reader, struct wts_ndr_arena *arena,
                              struct wts_lsm_session *session)
{
    if (wts_ndr_get_array(reader, 1) != session->protocol_length)
        wts_ndr_reader_reject(reader);
    session->protocol_data = wts_ndr_get_copy(reader, arena, session->protocol_length);
}

static const struct wts_lsm_session *get_sessions(struct wts_ndr_reader *reader, struct wts_ndr_arena *arena,
                                                  uint32_t count, uint32_t highest_level)
{
    struct wts_lsm_session *sessions = wts_ndr_get_room(reader, arena, count, sizeof *sessions);
    bool *has_data = wts_ndr_get_room(reader, arena, count, sizeof *has_data);
    for (uint32_t i = 0; has_data != NULL && i < count; i++)
        has_data[i] = get_session(reader, arena, highest_level, &sessions[i]);
    for (uint32_t i = 0; has_data != NULL && reader->status == WTS_NDR_OK && i < count; i++) {
        if (has_data[i])
            get_protocol_data(reader, arena, &sessions[i]);
    }
    return sessions;
}

enum wts_ndr_status wts_lsm_get_enum_result(uint16_t opnum, const uint8_t *stub, size_t length,
                                            struct wts_ndr_arena *arena, struct wts_lsm_enum_result *out)
{
    struct wts_ndr_reader reader;
    struct wts_lsm_enum_result result = {0};
    wts_ndr_reader_init(&reader, stub, length);
    result.count = wts_tsts_array(&reader, LEAST_LENGTH);
    result.sessions = get_sessions(&reader, arena, result.count, opnum == WTS_LSM_GET_ENUM_RESULT_EX ? 3 : 2);
    wts_tsts_end_array(&reader, result.count, &result.end);
    if (reader.status == WTS_NDR_OK)
        *out = result;
    return reader.status;
}

void wts_lsm_put_get_session_ids(struct wts_ndr_writer *writer, uint32_t maximum)
{
    wts_ndr_put_u16(writer, 0); /* SESSION_FILTER_SHARED_SESSIONS */
    wts_ndr_put_u32(writer, maximum);
}

enum wts_ndr_status wts_lsm_get_session_ids(const uint8_t *stub, size_t length, struct wts_ndr_arena *arena,
                                            struct wts_lsm_session_ids *out)
{
    struct wts_ndr_reader reader;
    struct wts_lsm_session_ids result = {0};
    wts_ndr_reader_init(&reader, stub, length);
    result.count = wts_tsts_array(&reader, sizeof *result.ids);
    uint32_t *ids = wts_ndr_get_room(&reader, arena, result.count, sizeof *ids);
    for (uint32_t i = 0; ids != NULL && i < result.count; i++)
        ids[i] = wts_ndr_get_u32(&reader);
    result.ids = ids;
    wts_tsts_end_array(&reader, result.count, &result.end);
    if (reader.status == WTS_NDR_OK)
        *out = result;
    return reader.status;
}

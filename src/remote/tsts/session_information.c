/*
 * Coders of TermSrvSession that take a session id instead of an opened session; see session.h.
 */
#include "remote/tsts/session.h"

/* Members of LSM_SESSIONINFO_EX_LEVEL1 that are arrays: their code units with the NUL. */
enum { NAME_COUNT = 33, DOMAIN_COUNT = 18, USER_COUNT = 21 };

void wts_lsm_put_get_session_information(struct wts_ndr_writer *writer, uint32_t session_id)
{
    wts_ndr_put_u32(writer, session_id);
}

enum wts_ndr_status wts_lsm_get_session_information(const uint8_t *stub, size_t length,
                                                    struct wts_ndr_arena *arena,
                                                    struct wts_lsm_session_information *out)
{
    struct wts_ndr_reader reader;
    struct wts_lsm_session_information result = {0};
    wts_ndr_reader_init(&reader, stub, length);
    const bool has_user = wts_ndr_get_pointer(&reader);
    const bool has_domain = wts_ndr_get_pointer(&reader);
    const bool has_terminal = wts_ndr_get_pointer(&reader);
    result.state = wts_ndr_get_u32(&reader);
    result.desktop_is_locked = wts_ndr_get_u32(&reader) != 0;
    result.connect_time = wts_ndr_get_u64(&reader);
    result.disconnect_time = wts_ndr_get_u64(&reader);
    result.logon_time = wts_ndr_get_u64(&reader);
    if (has_user)
        result.user = wts_ndr_get_text(&reader, arena);
    if (has_domain)
        result.domain = wts_ndr_get_text(&reader, arena);
    if (has_terminal)
        result.terminal = wts_ndr_get_text(&reader, arena);
    wts_tsts_end(&reader, &result.end);
    if (reader.status == WTS_NDR_OK)
        *out = result;
    return reader.status;
}

void wts_lsm_put_get_logged_on_count(struct wts_ndr_writer *writer)
{
    /* Nothing: the only input is the binding handle. */
    (void)writer;
}

enum wts_ndr_status wts_lsm_get_logged_on_count(const uint8_t *stub, size_t length,
                                                struct wts_lsm_logged_on_count *out)
{
    struct wts_ndr_reader reader;
    struct wts_lsm_logged_on_count result = {0};
    wts_ndr_reader_init(&reader, stub, length);
    result.users = wts_ndr_get_u32(&reader);
    result.devices = wts_ndr_get_u32(&reader);
    wts_tsts_end(&reader, &result.end);
    if (reader.status == WTS_NDR_OK)
        *out = result;
    return reader.status;
}

void wts_lsm_put_get_session_type(struct wts_ndr_writer *writer, uint32_t session_id)
{
    wts_ndr_put_u32(writer, session_id);
}

enum wts_ndr_status wts_lsm_get_session_type(const uint8_t *stub, size_t length, struct wts_lsm_number *out)
{
    /* The same bytes: a number and the HRESULT. */
    return wts_lsm_get_state(stub, length, out);
}

void wts_lsm_put_get_session_information_ex(struct wts_ndr_writer *writer, uint32_t session_id)
{
    wts_ndr_put_u32(writer, session_id);
    wts_ndr_put_u32(writer, 1); /* Level */
}

/* LSM_SESSIONINFO_EX_LEVEL1, with its protocol data behind it. */
static void get_level_1(struct wts_ndr_reader *reader, struct wts_ndr_arena *arena,
                        struct wts_lsm_session_information_ex *result)
{
    wts_ndr_align(reader, 8);
    result->state = wts_ndr_get_u32(reader);
    result->flags = wts_ndr_get_u32(reader);
    result->name = wts_ndr_get_fixed_text(reader, arena, NAME_COUNT);
    result->domain = wts_ndr_get_fixed_text(reader, arena, DOMAIN_COUNT);
    result->user = wts_ndr_get_fixed_text(reader, arena, USER_COUNT);
    result->connect_time = wts_ndr_get_u64(reader);
    result->disconnect_time = wts_ndr_get_u64(reader);
    result->logon_time = wts_ndr_get_u64(reader);
    result->last_input_time = wts_ndr_get_u64(reader);
    const uint32_t protocol_length = wts_ndr_get_u32(reader);
    if (wts_ndr_get_pointer(reader)) {
        result->protocol_length = wts_ndr_get_array(reader, 1);
        result->protocol_data = wts_ndr_get_copy(reader, arena, result->protocol_length);
    }
    if (protocol_length != result->protocol_length)
        wts_ndr_reader_reject(reader);
}

enum wts_ndr_status wts_lsm_get_session_information_ex(const uint8_t *stub, size_t length,
                                                       struct wts_ndr_arena *arena,
                                                       struct wts_lsm_session_information_ex *out)
{
    struct wts_ndr_reader reader;
    struct wts_lsm_session_information_ex result = {0};
    wts_ndr_reader_init(&reader, stub, length);
    const uint32_t level = wts_ndr_get_u32(&reader);
    if (level != wts_ndr_get_u32(&reader)) /* the union says it again */
        wts_ndr_reader_reject(&reader);
    if (level == 1)
        get_level_1(&reader, arena, &result);
    wts_tsts_end(&reader, &result.end);
    if (level != 1 && !wts_tsts_failed(&result.end))
        wts_ndr_reader_reject(&reader);
    if (reader.status == WTS_NDR_OK)
        *out = result;
    return reader.status;
}

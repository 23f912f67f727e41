/*
 * Coders of TermSrvSession: those about an opened session, and counters. What they are for stands in
 * session.h.
 */
#include "remote/tsts/session.h"

void wts_lsm_put_open_session(struct wts_ndr_writer *writer, uint32_t session_id)
{
    wts_ndr_put_u32(writer, session_id);
}

void wts_lsm_put_close_session(struct wts_ndr_writer *writer, const struct wts_context_handle *session)
{
    wts_ndr_put_context(writer, session);
}

size_t wts_lsm_connect_length(const struct wts_text *password)
{
    return WTS_CONTEXT_HANDLE_LENGTH + 4 + wts_ndr_text_length(password);
}

void wts_lsm_put_connect(struct wts_ndr_writer *writer, const struct wts_context_handle *session,
                         uint32_t target_id, const struct wts_text *password)
{
    wts_ndr_put_context(writer, session);
    wts_ndr_put_u32(writer, target_id);
    wts_ndr_put_text(writer, password);
}

void wts_lsm_put_disconnect(struct wts_ndr_writer *writer, const struct wts_context_handle *session)
{
    wts_ndr_put_context(writer, session);
}

void wts_lsm_put_logoff(struct wts_ndr_writer *writer, const struct wts_context_handle *session)
{
    wts_ndr_put_context(writer, session);
}

/* The pointee of an [out, string] WCHAR **, which follows its pointer at once. */
static struct wts_text get_optional_text(struct wts_ndr_reader *reader, struct wts_ndr_arena *arena)
{
    return wts_ndr_get_pointer(reader) ? wts_ndr_get_text(reader, arena) : (struct wts_text){0};
}

void wts_lsm_put_get_user_name(struct wts_ndr_writer *writer, const struct wts_context_handle *session)
{
    wts_ndr_put_context(writer, session);
}

enum wts_ndr_status wts_lsm_get_user_name(const uint8_t *stub, size_t length, struct wts_ndr_arena *arena,
                                          struct wts_lsm_user_name *out)
{
    struct wts_ndr_reader reader;
    struct wts_lsm_user_name result = {0};
    wts_ndr_reader_init(&reader, stub, length);
    result.user = get_optional_text(&reader, arena);
    result.domain = get_optional_text(&reader, arena);
    wts_tsts_end(&reader, &result.end);
    if (reader.status == WTS_NDR_OK)
        *out = result;
    return reader.status;
}

void wts_lsm_put_get_terminal_name(struct wts_ndr_writer *writer, const struct wts_context_handle *session)
{
    wts_ndr_put_context(writer, session);
}

enum wts_ndr_status wts_lsm_get_terminal_name(const uint8_t *stub, size_t length, struct wts_ndr_arena *arena,
                                              struct wts_lsm_terminal_name *out)
{
    struct wts_ndr_reader reader;
    struct wts_lsm_terminal_name result = {0};
    wts_ndr_reader_init(&reader, stub, length);
    result.name = get_optional_text(&reader, arena);
    wts_tsts_end(&reader, &result.end);
    if (reader.status == WTS_NDR_OK)
        *out = result;
    return reader.status;
}

static enum wts_ndr_status get_number(const uint8_t *stub, size_t length, struct wts_lsm_number *out)
{
    struct wts_ndr_reader reader;
    struct wts_lsm_number result = {0};
    wts_ndr_reader_init(&reader, stub, length);
    result.value = wts_ndr_get_u32(&reader);
    wts_tsts_end(&reader, &result.end);
    if (reader.status == WTS_NDR_OK)
        *out = result;
    return reader.status;
}

void wts_lsm_put_get_state(struct wts_ndr_writer *writer, const struct wts_context_handle *session)
{
    wts_ndr_put_context(writer, session);
}

enum wts_ndr_status wts_lsm_get_state(const uint8_t *stub, size_t length, struct wts_lsm_number *out)
{
    return get_number(stub, length, out);
}

void wts_lsm_put_is_session_desktop_locked(struct wts_ndr_writer *writer,
                                           const struct wts_context_handle *session)
{
    wts_ndr_put_context(writer, session);
}

size_t wts_lsm_show_message_box_length(const struct wts_lsm_message_box *box)
{
    const size_t numbers = 3 + 3 * 4;
    return WTS_CONTEXT_HANDLE_LENGTH + wts_ndr_text_length(&box->title) + wts_ndr_text_length(&box->message) +
           numbers;
}

void wts_lsm_put_show_message_box(struct wts_ndr_writer *writer, const struct wts_context_handle *session,
                                  const struct wts_lsm_message_box *box)
{
    wts_ndr_put_context(writer, session);
    wts_ndr_put_text(writer, &box->title);
    wts_ndr_put_text(writer, &box->message);
    wts_ndr_put_u32(writer, box->style);
    wts_ndr_put_u32(writer, box->timeout_s);
    wts_ndr_put_u32(writer, !box->waits); /* bDoNotWait */
}

enum wts_ndr_status wts_lsm_get_show_message_box(const uint8_t *stub, size_t length,
                                                 struct wts_lsm_number *out)
{
    return get_number(stub, length, out);
}

void wts_lsm_put_get_times(struct wts_ndr_writer *writer, const struct wts_context_handle *session)
{
    wts_ndr_put_context(writer, session);
}

enum wts_ndr_status wts_lsm_get_times(const uint8_t *stub, size_t length, struct wts_lsm_times *out)
{
    struct wts_ndr_reader reader;
    struct wts_lsm_times result = {0};
    wts_ndr_reader_init(&reader, stub, length);
    result.connect_time = wts_ndr_get_u64(&reader);
    result.disconnect_time = wts_ndr_get_u64(&reader);
    result.logon_time = wts_ndr_get_u64(&reader);
    wts_tsts_end(&reader, &result.end);
    if (reader.status == WTS_NDR_OK)
        *out = result;
    return reader.status;
}

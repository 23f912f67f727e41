/*
 * Rows of RCMPublic, RCMListener and TSVIPPublic, see responses.h.
 */
#include "remote/tsts/rcm_listener.h"
#include "remote/tsts/rcm_public.h"
#include "remote/tsts/tsvip.h"
#include "responses.h"

static enum wts_ndr_status read_data(const uint8_t *stub, size_t length, struct wts_ndr_arena *arena,
                                     struct show *show)
{
    struct wts_rcm_data out;
    poison(&out, sizeof out);
    const enum wts_ndr_status status = wts_rcm_get_data(stub, length, arena, &out);
    if (was_read(status, &out, sizeof out)) {
        show_bytes(show, "data", out.data, out.length);
        show_result(show, &out.end);
    }
    return status;
}

static enum wts_ndr_status read_session_protocol_last_input_time(const uint8_t *stub, size_t length,
                                                                 struct wts_ndr_arena *arena,
                                                                 struct show *show)
{
    struct wts_rcm_data out;
    poison(&out, sizeof out);
    const enum wts_ndr_status status =
        wts_rcm_get_session_protocol_last_input_time(stub, length, arena, &out);
    if (was_read(status, &out, sizeof out)) {
        show_bytes(show, "data", out.data, out.length);
        show_number(show, "time", out.time);
        show_result(show, &out.end);
    }
    return status;
}

static enum wts_ndr_status read_last_input_time(const uint8_t *stub, size_t length,
                                                struct wts_ndr_arena *arena, struct show *show)
{
    struct wts_rcm_time out;
    poison(&out, sizeof out);
    (void)arena;
    const enum wts_ndr_status status = wts_rcm_get_last_input_time(stub, length, &out);
    if (was_read(status, &out, sizeof out)) {
        show_number(show, "time", out.time);
        show_result(show, &out.end);
    }
    return status;
}

static enum wts_ndr_status read_remote_address(const uint8_t *stub, size_t length,
                                               struct wts_ndr_arena *arena, struct show *show)
{
    struct wts_rcm_remote_address out;
    poison(&out, sizeof out);
    (void)arena;
    const enum wts_ndr_status status = wts_rcm_get_remote_address(stub, length, &out);
    if (was_read(status, &out, sizeof out)) {
        show_address(show, &out.address);
        show_result(show, &out.end);
    }
    return status;
}

static enum wts_ndr_status read_all_listeners(const uint8_t *stub, size_t length, struct wts_ndr_arena *arena,
                                              struct show *show)
{
    struct wts_rcm_listeners out;
    poison(&out, sizeof out);
    const enum wts_ndr_status status = wts_rcm_get_all_listeners(stub, length, arena, &out);
    if (!was_read(status, &out, sizeof out))
        return status;
    for (uint32_t i = 0; i < out.count; i++) {
        show_number(show, "id", out.listeners[i].id);
        show_number(show, "listening", out.listeners[i].is_listening);
        show_text(show, "name", out.listeners[i].name);
    }
    show_result(show, &out.end);
    return status;
}

static enum wts_ndr_status read_query_session_data(const uint8_t *stub, size_t length,
                                                   struct wts_ndr_arena *arena, struct show *show)
{
    struct wts_rcm_session_data out;
    poison(&out, sizeof out);
    const enum wts_ndr_status status = wts_rcm_get_query_session_data(stub, length, ASKED_BYTES, arena, &out);
    if (was_read(status, &out, sizeof out)) {
        show_bytes(show, "data", out.data, out.length);
        show_number(show, "needed", out.needed);
        show_result(show, &out.end);
    }
    return status;
}

const struct response rcm_public_responses[] = {
    {WTS_RCM_GET_CLIENT_DATA, read_data},
    {WTS_RCM_GET_CONFIG_DATA, read_data},
    {WTS_RCM_GET_PROTOCOL_STATUS, read_data},
    {WTS_RCM_GET_LAST_INPUT_TIME, read_last_input_time},
    {WTS_RCM_GET_REMOTE_ADDRESS, read_remote_address},
    {WTS_RCM_GET_ALL_LISTENERS, read_all_listeners},
    {WTS_RCM_GET_SESSION_PROTOCOL_LAST_INPUT_TIME, read_session_protocol_last_input_time},
    {WTS_RCM_QUERY_SESSION_DATA, read_query_session_data},
    {0, NULL},
};

static enum wts_ndr_status read_is_listening(const uint8_t *stub, size_t length, struct wts_ndr_arena *arena,
                                             struct show *show)
{
    struct wts_rcm_is_listening out;
    poison(&out, sizeof out);
    (void)arena;
    const enum wts_ndr_status status = wts_rcm_get_is_listening(stub, length, &out);
    if (was_read(status, &out, sizeof out)) {
        show_number(show, "listening", out.is_listening);
        show_result(show, &out.end);
    }
    return status;
}

const struct response rcm_listener_responses[] = {
    {WTS_RCM_OPEN_LISTENER, read_context},
    {WTS_RCM_CLOSE_LISTENER, read_context},
    {WTS_RCM_IS_LISTENING, read_is_listening},
    {0, NULL},
};

static enum wts_ndr_status read_session_ip(const uint8_t *stub, size_t length, struct wts_ndr_arena *arena,
                                           struct show *show)
{
    struct wts_tsvip_session out;
    poison(&out, sizeof out);
    (void)arena;
    const enum wts_ndr_status status = wts_tsvip_get_session_ip(stub, length, &out);
    if (was_read(status, &out, sizeof out)) {
        show_number(show, "session", out.session_id);
        show_address(show, &out.address);
        show_number(show, "mask", out.prefix_or_mask);
        show_number(show, "expires", out.lease_expires);
        show_result(show, &out.end);
    }
    return status;
}

const struct response tsvip_responses[] = {
    {WTS_TSVIP_GET_SESSION_IP, read_session_ip},
    {0, NULL},
};

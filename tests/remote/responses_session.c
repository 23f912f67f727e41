/*
 * Rows of TermSrvSession and TermSrvNotification, see responses.h.
 */
#include "remote/tsts/notification.h"
#include "remote/tsts/session.h"
#include "responses.h"

enum wts_ndr_status read_result(const uint8_t *stub, size_t length, struct wts_ndr_arena *arena,
                                struct show *show)
{
    struct wts_tsts_result out;
    poison(&out, sizeof out);
    (void)arena;
    const enum wts_ndr_status status = wts_tsts_get_result(stub, length, &out);
    if (was_read(status, &out, sizeof out))
        show_result(show, &out);
    return status;
}

enum wts_ndr_status read_context(const uint8_t *stub, size_t length, struct wts_ndr_arena *arena,
                                 struct show *show)
{
    struct wts_tsts_result out;
    poison(&out, sizeof out);
    (void)arena;
    const enum wts_ndr_status status = wts_tsts_get_context(stub, length, &out);
    if (was_read(status, &out, sizeof out))
        show_result(show, &out);
    return status;
}

static enum wts_ndr_status read_user_name(const uint8_t *stub, size_t length, struct wts_ndr_arena *arena,
                                          struct show *show)
{
    struct wts_lsm_user_name out;
    poison(&out, sizeof out);
    const enum wts_ndr_status status = wts_lsm_get_user_name(stub, length, arena, &out);
    if (was_read(status, &out, sizeof out)) {
        show_text(show, "user", out.user);
        show_text(show, "domain", out.domain);
        show_result(show, &out.end);
    }
    return status;
}

static enum wts_ndr_status read_terminal_name(const uint8_t *stub, size_t length, struct wts_ndr_arena *arena,
                                              struct show *show)
{
    struct wts_lsm_terminal_name out;
    poison(&out, sizeof out);
    const enum wts_ndr_status status = wts_lsm_get_terminal_name(stub, length, arena, &out);
    if (was_read(status, &out, sizeof out)) {
        show_text(show, "name", out.name);
        show_result(show, &out.end);
    }
    return status;
}

typedef enum wts_ndr_status (*number_decoder)(const uint8_t *stub, size_t length, struct wts_lsm_number *out);

static enum wts_ndr_status read_number(number_decoder decode, const uint8_t *stub, size_t length,
                                       struct show *show)
{
    struct wts_lsm_number out;
    poison(&out, sizeof out);
    const enum wts_ndr_status status = decode(stub, length, &out);
    if (was_read(status, &out, sizeof out)) {
        show_number(show, "value", out.value);
        show_result(show, &out.end);
    }
    return status;
}

static enum wts_ndr_status read_state(const uint8_t *stub, size_t length, struct wts_ndr_arena *arena,
                                      struct show *show)
{
    (void)arena;
    return read_number(wts_lsm_get_state, stub, length, show);
}

static enum wts_ndr_status read_show_message_box(const uint8_t *stub, size_t length,
                                                 struct wts_ndr_arena *arena, struct show *show)
{
    (void)arena;
    return read_number(wts_lsm_get_show_message_box, stub, length, show);
}

static enum wts_ndr_status read_session_type(const uint8_t *stub, size_t length, struct wts_ndr_arena *arena,
                                             struct show *show)
{
    (void)arena;
    return read_number(wts_lsm_get_session_type, stub, length, show);
}

static enum wts_ndr_status read_times(const uint8_t *stub, size_t length, struct wts_ndr_arena *arena,
                                      struct show *show)
{
    struct wts_lsm_times out;
    poison(&out, sizeof out);
    (void)arena;
    const enum wts_ndr_status status = wts_lsm_get_times(stub, length, &out);
    if (was_read(status, &out, sizeof out)) {
        show_number(show, "connect", out.connect_time);
        show_number(show, "disconnect", out.disconnect_time);
        show_number(show, "logon", out.logon_time);
        show_result(show, &out.end);
    }
    return status;
}

static enum wts_ndr_status read_session_counters(const uint8_t *stub, size_t length,
                                                 struct wts_ndr_arena *arena, struct show *show)
{
    struct wts_lsm_counters out;
    poison(&out, sizeof out);
    const enum wts_ndr_status status =
        wts_lsm_get_session_counters(stub, length, ASKED_COUNTERS, arena, &out);
    if (!was_read(status, &out, sizeof out))
        return status;
    for (uint32_t i = 0; i < out.count; i++) {
        show_number(show, "id", out.counters[i].id);
        show_number(show, "known", out.counters[i].is_known);
        show_number(show, "value", out.counters[i].value);
        show_number(show, "start", out.counters[i].start_time);
    }
    show_result(show, &out.end);
    return status;
}

static enum wts_ndr_status read_session_information(const uint8_t *stub, size_t length,
                                                    struct wts_ndr_arena *arena, struct show *show)
{
    struct wts_lsm_session_information out;
    poison(&out, sizeof out);
    const enum wts_ndr_status status = wts_lsm_get_session_information(stub, length, arena, &out);
    if (!was_read(status, &out, sizeof out))
        return status;
    show_text(show, "user", out.user);
    show_text(show, "domain", out.domain);
    show_text(show, "terminal", out.terminal);
    show_number(show, "state", out.state);
    show_number(show, "locked", out.desktop_is_locked);
    show_number(show, "connect", out.connect_time);
    show_number(show, "disconnect", out.disconnect_time);
    show_number(show, "logon", out.logon_time);
    show_result(show, &out.end);
    return status;
}

static enum wts_ndr_status read_logged_on_count(const uint8_t *stub, size_t length,
                                                struct wts_ndr_arena *arena, struct show *show)
{
    struct wts_lsm_logged_on_count out;
    poison(&out, sizeof out);
    (void)arena;
    const enum wts_ndr_status status = wts_lsm_get_logged_on_count(stub, length, &out);
    if (was_read(status, &out, sizeof out)) {
        show_number(show, "users", out.users);
        show_number(show, "devices", out.devices);
        show_result(show, &out.end);
    }
    return status;
}

static enum wts_ndr_status read_session_information_ex(const uint8_t *stub, size_t length,
                                                       struct wts_ndr_arena *arena, struct show *show)
{
    struct wts_lsm_session_information_ex out;
    poison(&out, sizeof out);
    const enum wts_ndr_status status = wts_lsm_get_session_information_ex(stub, length, arena, &out);
    if (!was_read(status, &out, sizeof out))
        return status;
    show_number(show, "state", out.state);
    show_number(show, "flags", out.flags);
    show_text(show, "name", out.name);
    show_text(show, "domain", out.domain);
    show_text(show, "user", out.user);
    show_number(show, "connect", out.connect_time);
    show_number(show, "disconnect", out.disconnect_time);
    show_number(show, "logon", out.logon_time);
    show_number(show, "input", out.last_input_time);
    show_bytes(show, "data", out.protocol_data, out.protocol_length);
    show_result(show, &out.end);
    return status;
}

const struct response session_responses[] = {
    {WTS_LSM_OPEN_SESSION, read_context},
    {WTS_LSM_CLOSE_SESSION, read_context},
    {WTS_LSM_CONNECT, read_result},
    {WTS_LSM_DISCONNECT, read_result},
    {WTS_LSM_LOGOFF, read_result},
    {WTS_LSM_GET_USER_NAME, read_user_name},
    {WTS_LSM_GET_TERMINAL_NAME, read_terminal_name},
    {WTS_LSM_GET_STATE, read_state},
    {WTS_LSM_IS_SESSION_DESKTOP_LOCKED, read_result},
    {WTS_LSM_SHOW_MESSAGE_BOX, read_show_message_box},
    {WTS_LSM_GET_TIMES, read_times},
    {WTS_LSM_GET_SESSION_COUNTERS, read_session_counters},
    {WTS_LSM_GET_SESSION_INFORMATION, read_session_information},
    {WTS_LSM_GET_LOGGED_ON_COUNT, read_logged_on_count},
    {WTS_LSM_GET_SESSION_TYPE, read_session_type},
    {WTS_LSM_GET_SESSION_INFORMATION_EX, read_session_information_ex},
    {0, NULL},
};

static enum wts_ndr_status read_wait_async_notification(const uint8_t *stub, size_t length,
                                                        struct wts_ndr_arena *arena, struct show *show)
{
    struct wts_lsm_session_changes out;
    poison(&out, sizeof out);
    const enum wts_ndr_status status = wts_lsm_get_wait_async_notification(stub, length, arena, &out);
    if (!was_read(status, &out, sizeof out))
        return status;
    for (uint32_t i = 0; i < out.count; i++) {
        show_number(show, "session", out.changes[i].session_id);
        show_number(show, "event", out.changes[i].event);
    }
    show_result(show, &out.end);
    return status;
}

const struct response notification_responses[] = {
    {WTS_LSM_WAIT_FOR_SESSION_STATE, read_result},
    {WTS_LSM_REGISTER_ASYNC_NOTIFICATION, read_context},
    {WTS_LSM_WAIT_ASYNC_NOTIFICATION, read_wait_async_notification},
    {WTS_LSM_UNREGISTER_ASYNC_NOTIFICATION, read_context},
    {0, NULL},
};

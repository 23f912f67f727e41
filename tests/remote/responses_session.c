/*
 * Rows of TermSrvSession and TermSrvNotification, see responses.h.
 */
#include "remote/tsts/notification.h"
#include "remote/tsts/session.h"
#include "responses.h"

static void show_user_name(struct show *show, const void *answer)
{
    const struct wts_lsm_user_name *name = answer;
    show_text(show, "user", name->user);
    show_text(show, "domain", name->domain);
    show_result(show, &name->end);
}

static void show_terminal_name(struct show *show, const void *answer)
{
    const struct wts_lsm_terminal_name *terminal = answer;
    show_text(show, "name", terminal->name);
    show_result(show, &terminal->end);
}

static void show_value(struct show *show, const void *answer)
{
    const struct wts_lsm_number *number = answer;
    show_number(show, "value", number->value);
    show_result(show, &number->end);
}

static void show_information(struct show *show, const void *answer)
{
    const struct wts_lsm_session_information *information = answer;
    show_text(show, "user", information->user);
    show_text(show, "domain", information->domain);
    show_text(show, "terminal", information->terminal);
    show_number(show, "state", information->state);
    show_number(show, "locked", information->desktop_is_locked);
    show_number(show, "connect", information->connect_time);
    show_number(show, "disconnect", information->disconnect_time);
    show_number(show, "logon", information->logon_time);
    show_result(show, &information->end);
}

static void show_information_ex(struct show *show, const void *answer)
{
    const struct wts_lsm_session_information_ex *information = answer;
    show_number(show, "state", information->state);
    show_number(show, "flags", information->flags);
    show_text(show, "name", information->name);
    show_text(show, "domain", information->domain);
    show_text(show, "user", information->user);
    show_number(show, "connect", information->connect_time);
    show_number(show, "disconnect", information->disconnect_time);
    show_number(show, "logon", information->logon_time);
    show_number(show, "input", information->last_input_time);
    show_bytes(show, "data", information->protocol_data, information->protocol_length);
    show_result(show, &information->end);
}

const struct response session_responses[] = {
    RESPONSE(wts_lsm_open_session, show_end),
    RESPONSE(wts_lsm_close_session, show_end),
    RESPONSE(wts_lsm_disconnect, show_end),
    RESPONSE(wts_lsm_logoff, show_end),
    RESPONSE(wts_lsm_get_user_name, show_user_name),
    RESPONSE(wts_lsm_get_terminal_name, show_terminal_name),
    RESPONSE(wts_lsm_get_state, show_value),
    RESPONSE(wts_lsm_show_message_box, show_value),
    RESPONSE(wts_lsm_get_session_information, show_information),
    RESPONSE(wts_lsm_get_session_information_ex, show_information_ex),
    LAST_RESPONSE,
};

static void show_changes(struct show *show, const void *answer)
{
    const struct wts_lsm_session_changes *list = answer;
    for (uint32_t i = 0; i < list->count; i++) {
        show_number(show, "session", list->changes[i].session_id);
        show_number(show, "event", list->changes[i].event);
    }
    show_result(show, &list->end);
}

const struct response notification_responses[] = {
    RESPONSE(wts_lsm_register_async_notification, show_end),
    RESPONSE(wts_lsm_wait_async_notification, show_changes),
    RESPONSE(wts_lsm_unregister_async_notification, show_end),
    LAST_RESPONSE,
};

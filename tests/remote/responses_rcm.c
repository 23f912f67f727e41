/*
 * Rows of RCMPublic and TSVIPPublic, see responses.h.
 */
#include "remote/tsts/rcm_public.h"
#include "remote/tsts/tsvip.h"
#include "responses.h"

static void show_data(struct show *show, const void *answer)
{
    const struct wts_rcm_data *data = answer;
    show_bytes(show, "data", data->data, data->length);
    show_result(show, &data->end);
}

static void show_data_and_time(struct show *show, const void *answer)
{
    const struct wts_rcm_data *data = answer;
    show_bytes(show, "data", data->data, data->length);
    show_number(show, "time", data->time);
    show_result(show, &data->end);
}

static void show_remote_address(struct show *show, const void *answer)
{
    const struct wts_rcm_remote_address *remote = answer;
    show_address(show, &remote->address);
    show_result(show, &remote->end);
}

static void show_listeners(struct show *show, const void *answer)
{
    const struct wts_rcm_listeners *list = answer;
    for (uint32_t i = 0; i < list->count; i++) {
        show_number(show, "id", list->listeners[i].id);
        show_number(show, "listening", list->listeners[i].is_listening);
        show_text(show, "name", list->listeners[i].name);
    }
    show_result(show, &list->end);
}

const struct response rcm_public_responses[] = {
    RESPONSE(wts_rcm_get_client_data, show_data),
    RESPONSE(wts_rcm_get_config_data, show_data),
    RESPONSE(wts_rcm_get_remote_address, show_remote_address),
    RESPONSE(wts_rcm_get_all_listeners, show_listeners),
    RESPONSE(wts_rcm_get_session_protocol_last_input_time, show_data_and_time),
    LAST_RESPONSE,
};

static void show_session_ip(struct show *show, const void *answer)
{
    const struct wts_tsvip_session *session = answer;
    show_number(show, "session", session->session_id);
    show_address(show, &session->address);
    show_number(show, "mask", session->prefix_or_mask);
    show_number(show, "expires", session->lease_expires);
    show_result(show, &session->end);
}

const struct response tsvip_responses[] = {
    RESPONSE(wts_tsvip_get_session_ip, show_session_ip),
    LAST_RESPONSE,
};

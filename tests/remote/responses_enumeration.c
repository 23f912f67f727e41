/*
 * Rows of TermSrvEnumeration, see responses.h.
 */
#include "remote/tsts/enumeration.h"
#include "responses.h"

static void show_sessions(struct show *show, const void *answer)
{
    const struct wts_lsm_enum_result *list = answer;
    for (uint32_t i = 0; i < list->count; i++) {
        show_number(show, "id", list->sessions[i].session_id);
        show_number(show, "state", list->sessions[i].state);
        show_text(show, "name", list->sessions[i].name);
    }
    show_result(show, &list->end);
}

static void show_all_sessions(struct show *show, const void *answer)
{
    const struct wts_lsm_all_sessions *list = answer;
    show_number(show, "given", list->level);
    for (uint32_t i = 0; i < list->count; i++) {
        const struct wts_lsm_environment *environment = &list->environments[i];
        show_number(show, "level", environment->level);
        show_number(show, "environment", environment->environment_id);
        show_number(show, "state", environment->state);
        show_number(show, "session", environment->session_id);
        show_text(show, "name", environment->name);
        show_text(show, "host", environment->host);
        show_text(show, "user", environment->user);
        show_text(show, "domain", environment->domain);
        show_text(show, "farm", environment->farm);
    }
    show_result(show, &list->end);
}

const struct response enumeration_responses[] = {
    RESPONSE(wts_lsm_open_enum, show_end),
    RESPONSE(wts_lsm_close_enum, show_end),
    RESPONSE(wts_lsm_get_enum_result, show_sessions),
    RESPONSE(wts_lsm_get_all_sessions, show_all_sessions),
    RESPONSE(wts_lsm_get_all_sessions_ex, show_all_sessions),
    LAST_RESPONSE,
};

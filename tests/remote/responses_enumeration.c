/*
 * Rows of TermSrvEnumeration, see responses.h.
 */
#include "remote/tsts/enumeration.h"
#include "responses.h"

static enum wts_ndr_status read_enum(uint16_t opnum, const uint8_t *stub, size_t length,
                                     struct wts_ndr_arena *arena, struct show *show)
{
    struct wts_lsm_enum_result out;
    poison(&out, sizeof out);
    const enum wts_ndr_status status = wts_lsm_get_enum_result(opnum, stub, length, arena, &out);
    if (!was_read(status, &out, sizeof out))
        return status;
    for (uint32_t i = 0; i < out.count; i++) {
        const struct wts_lsm_session *session = &out.sessions[i];
        show_number(show, "level", session->level);
        show_number(show, "id", session->session_id);
        show_number(show, "state", session->state);
        show_text(show, "name", session->name);
        if (session->level < 2)
            continue;
        show_number(show, "source", session->source);
        show_number(show, "full", session->is_full_desktop);
        show_bytes(show, "type", session->session_type, sizeof session->session_type);
        if (session->level == 3)
            show_bytes(show, "data", session->protocol_data, session->protocol_length);
    }
    show_result(show, &out.end);
    return status;
}

static enum wts_ndr_status read_enum_result(const uint8_t *stub, size_t length, struct wts_ndr_arena *arena,
                                            struct show *show)
{
    return read_enum(WTS_LSM_GET_ENUM_RESULT, stub, length, arena, show);
}

static enum wts_ndr_status read_enum_result_ex(const uint8_t *stub, size_t length,
                                               struct wts_ndr_arena *arena, struct show *show)
{
    return read_enum(WTS_LSM_GET_ENUM_RESULT_EX, stub, length, arena, show);
}

static enum wts_ndr_status read_session_ids(const uint8_t *stub, size_t length, struct wts_ndr_arena *arena,
                                            struct show *show)
{
    struct wts_lsm_session_ids out;
    poison(&out, sizeof out);
    const enum wts_ndr_status status = wts_lsm_get_session_ids(stub, length, arena, &out);
    if (!was_read(status, &out, sizeof out))
        return status;
    for (uint32_t i = 0; i < out.count; i++)
        show_number(show, "id", out.ids[i]);
    show_result(show, &out.end);
    return status;
}

static void show_all_sessions(struct show *show, const struct wts_lsm_all_sessions *out)
{
    show_number(show, "given", out->level);
    for (uint32_t i = 0; i < out->count; i++) {
        const struct wts_lsm_environment *environment = &out->environments[i];
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
    show_result(show, &out->end);
}

static enum wts_ndr_status read_all_sessions(const uint8_t *stub, size_t length, struct wts_ndr_arena *arena,
                                             struct show *show)
{
    struct wts_lsm_all_sessions out;
    poison(&out, sizeof out);
    const enum wts_ndr_status status = wts_lsm_get_all_sessions(stub, length, arena, &out);
    if (was_read(status, &out, sizeof out))
        show_all_sessions(show, &out);
    return status;
}

static enum wts_ndr_status read_all_sessions_ex(const uint8_t *stub, size_t length,
                                                struct wts_ndr_arena *arena, struct show *show)
{
    struct wts_lsm_all_sessions out;
    poison(&out, sizeof out);
    const enum wts_ndr_status status = wts_lsm_get_all_sessions_ex(stub, length, arena, &out);
    if (was_read(status, &out, sizeof out))
        show_all_sessions(show, &out);
    return status;
}

const struct response enumeration_responses[] = {
    {WTS_LSM_OPEN_ENUM, read_context},
    {WTS_LSM_CLOSE_ENUM, read_context},
    {WTS_LSM_FILTER_BY_STATE, read_result},
    {WTS_LSM_FILTER_BY_CALLERS_NAME, read_result},
    {WTS_LSM_ENUM_ADD_FILTER, read_result},
    {WTS_LSM_GET_ENUM_RESULT, read_enum_result},
    {WTS_LSM_FILTER_BY_SESSION_TYPE, read_result},
    {WTS_LSM_GET_SESSION_IDS, read_session_ids},
    {WTS_LSM_GET_ENUM_RESULT_EX, read_enum_result_ex},
    {WTS_LSM_GET_ALL_SESSIONS, read_all_sessions},
    {WTS_LSM_GET_ALL_SESSIONS_EX, read_all_sessions_ex},
    {0, NULL},
};

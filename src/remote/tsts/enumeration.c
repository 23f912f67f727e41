/*
 * Procedures of TermSrvEnumeration; see enumeration.h. Two of them return the same data, one in arrays of
 * fixed size, one behind pointers.
 */
#include "remote/tsts/enumeration.h"

enum {
    NAME_COUNT = 33,                  /* code units of each name in an array, with the NUL */
    MIN_LENGTH = 16 + 2 * NAME_COUNT, /* the minimum length of a record: level 1, without padding */
    GUID_LENGTH = 16,
    EX_LENGTH = 40, /* EXECENVDATAEX without its texts */
    EX_NAMES = 5    /* texts of EXECENVDATAEX */
};

static void put_enum_result(struct wts_ndr_writer *writer, const struct wts_context_handle *context,
                            const void *arguments)
{
    const uint32_t *level = arguments;
    wts_ndr_put_context(writer, context);
    wts_ndr_put_u32(writer, *level);
}

static void put_level(struct wts_ndr_writer *writer, const struct wts_context_handle *context,
                      const void *arguments)
{
    const uint32_t *level = arguments;
    (void)context;
    wts_ndr_put_u32(writer, *level);
}

/* Reads a record's level, and its repetition before the union's arm. */
static uint32_t get_level(struct wts_ndr_reader *reader, uint32_t highest_level)
{
    const uint32_t level = wts_ndr_get_u32(reader);
    if (level != wts_ndr_get_u32(reader) || level < 1 || level > highest_level)
        wts_ndr_reader_reject(reader);
    return level;
}

/* SESSIONENUM. */
static void get_session(struct wts_ndr_reader *reader, struct wts_ndr_arena *arena,
                        struct wts_lsm_session *session)
{
    const uint32_t level = get_level(reader, 2);
    session->session_id = wts_ndr_get_u32(reader);
    session->state = wts_ndr_get_u32(reader);
    session->name = wts_ndr_get_fixed_text(reader, arena, NAME_COUNT);
    if (level < 2)
        return;
    wts_ndr_get_u32(reader); /* Source */
    wts_ndr_get_u32(reader); /* bFullDesktop */
    wts_ndr_get_bytes(reader, GUID_LENGTH);
}

static void get_enum_result(struct wts_ndr_reader *reader, struct wts_ndr_arena *arena, void *answer)
{
    struct wts_lsm_enum_result *result = answer;
    result->count = wts_tsts_array(reader, MIN_LENGTH);
    struct wts_lsm_session *sessions = wts_ndr_get_room(reader, arena, result->count, sizeof *sessions);
    for (uint32_t i = 0; reader->status == WTS_NDR_OK && i < result->count; i++)
        get_session(reader, arena, &sessions[i]);
    result->sessions = sessions;
    wts_tsts_end_array(reader, result->count, &result->end);
}

/* EXECENVDATA. */
static void get_environment(struct wts_ndr_reader *reader, struct wts_ndr_arena *arena,
                            struct wts_lsm_environment *environment)
{
    environment->level = get_level(reader, 2);
    environment->environment_id = wts_ndr_get_u32(reader);
    environment->state = wts_ndr_get_u32(reader);
    environment->name = wts_ndr_get_fixed_text(reader, arena, NAME_COUNT);
    environment->session_id = environment->environment_id;
    if (environment->level < 2)
        return;
    environment->session_id = wts_ndr_get_u32(reader);
    environment->host = wts_ndr_get_fixed_text(reader, arena, NAME_COUNT);
    environment->user = wts_ndr_get_fixed_text(reader, arena, NAME_COUNT);
    environment->domain = wts_ndr_get_fixed_text(reader, arena, NAME_COUNT);
    environment->farm = wts_ndr_get_fixed_text(reader, arena, NAME_COUNT);
}

static void get_all_sessions(struct wts_ndr_reader *reader, struct wts_ndr_arena *arena, void *answer)
{
    struct wts_lsm_all_sessions *result = answer;
    result->level = wts_ndr_get_u32(reader);
    result->count = wts_tsts_array(reader, MIN_LENGTH);
    struct wts_lsm_environment *environments =
        wts_ndr_get_room(reader, arena, result->count, sizeof *environments);
    for (uint32_t i = 0; reader->status == WTS_NDR_OK && i < result->count; i++)
        get_environment(reader, arena, &environments[i]);
    result->environments = environments;
    wts_tsts_end_array(reader, result->count, &result->end);
}

/* The flat part of EXECENVDATAEX; which of its texts will follow goes to `has_name` (EX_NAMES of them). */
static void get_environment_ex(struct wts_ndr_reader *reader, struct wts_lsm_environment *environment,
                               bool *has_name)
{
    environment->level = get_level(reader, 1);
    environment->environment_id = wts_ndr_get_u32(reader);
    environment->state = wts_ndr_get_u32(reader);
    environment->session_id = wts_ndr_get_u32(reader);
    for (unsigned i = 0; i < EX_NAMES; i++)
        has_name[i] = wts_ndr_get_pointer(reader);
}

static void get_names_ex(struct wts_ndr_reader *reader, struct wts_ndr_arena *arena,
                         struct wts_lsm_environment *environment, const bool *has_name)
{
    struct wts_text *const names[EX_NAMES] = {&environment->name, &environment->host, &environment->user,
                                              &environment->domain, &environment->farm};
    for (unsigned i = 0; i < EX_NAMES; i++) {
        if (has_name[i])
            *names[i] = wts_ndr_get_text(reader, arena);
    }
}

static void get_all_sessions_ex(struct wts_ndr_reader *reader, struct wts_ndr_arena *arena, void *answer)
{
    struct wts_lsm_all_sessions *result = answer;
    result->level = 1;
    result->count = wts_tsts_array(reader, EX_LENGTH);
    struct wts_lsm_environment *environments =
        wts_ndr_get_room(reader, arena, result->count, sizeof *environments);
    bool(*has_name)[EX_NAMES] = wts_ndr_get_room(reader, arena, result->count, sizeof *has_name);
    for (uint32_t i = 0; has_name != NULL && i < result->count; i++)
        get_environment_ex(reader, &environments[i], has_name[i]);
    for (uint32_t i = 0; has_name != NULL && reader->status == WTS_NDR_OK && i < result->count; i++)
        get_names_ex(reader, arena, &environments[i], has_name[i]);
    result->environments = environments;
    wts_tsts_end_array(reader, result->count, &result->end);
}

#define OF_ENUMERATION &wts_interface_enumeration, &wts_enumeration_context
#define OF_NONE &wts_interface_enumeration, NULL
#define END(type) sizeof(struct type), wts_tsts_outcome

const struct wts_context_kind wts_enumeration_context = {&wts_lsm_open_enum, &wts_lsm_close_enum, false};

const struct wts_procedure wts_lsm_open_enum = {OF_NONE,         WTS_LSM_OPEN_ENUM,    "RpcOpenEnum",
                                                wts_put_nothing, wts_tsts_get_context, END(wts_tsts_result)};
const struct wts_procedure wts_lsm_close_enum = {OF_ENUMERATION,  WTS_LSM_CLOSE_ENUM,   "RpcCloseEnum",
                                                 wts_put_context, wts_tsts_get_context, END(wts_tsts_result)};
const struct wts_procedure wts_lsm_get_enum_result = {OF_ENUMERATION,     WTS_LSM_GET_ENUM_RESULT,
                                                      "RpcGetEnumResult", put_enum_result,
                                                      get_enum_result,    END(wts_lsm_enum_result)};
const struct wts_procedure wts_lsm_get_all_sessions = {
    OF_NONE,   WTS_LSM_GET_ALL_SESSIONS, "RpcGetAllSessions",
    put_level, get_all_sessions,         END(wts_lsm_all_sessions)};
const struct wts_procedure wts_lsm_get_all_sessions_ex = {
    OF_NONE,   WTS_LSM_GET_ALL_SESSIONS_EX, "RpcGetAllSessionsEx",
    put_level, get_all_sessions_ex,         END(wts_lsm_all_sessions)};

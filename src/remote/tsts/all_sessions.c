/*
 * Coders of RpcGetAllSessions and RpcGetAllSessionsEx, see enumeration.h: the same facts, once in arrays of
 * fixed size, once behind pointers.
 */
#include "remote/tsts/enumeration.h"

enum {
    NAME_COUNT = 33,                    /* code units of each name of EXECENVDATA, with the NUL */
    LEAST_LENGTH = 16 + 2 * NAME_COUNT, /* the least that EXECENVDATA takes: at level 1, without padding */
    EX_LENGTH = 40,                     /* what EXECENVDATAEX takes before its texts */
    EX_NAMES = 5                        /* texts of EXECENVDATAEX */
};

void wts_lsm_put_get_all_sessions(struct wts_ndr_writer *writer, uint32_t level)
{
    wts_ndr_put_u32(writer, level);
}

/* A record's level, and its repetition before the union's arm. */
static uint32_t get_level(struct wts_ndr_reader *reader, uint32_t highest_level)
{
    const uint32_t level = wts_ndr_get_u32(reader);
    if (level != wts_ndr_get_u32(reader) || level < 1 || level > highest_level)
        wts_ndr_reader_reject(reader);
    return level;
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

enum wts_ndr_status wts_lsm_get_all_sessions(const uint8_t *stub, size_t length, struct wts_ndr_arena *arena,
                                             struct wts_lsm_all_sessions *out)
{
    struct wts_ndr_reader reader;
    struct wts_lsm_all_sessions result = {0};
    wts_ndr_reader_init(&reader, stub, length);
    result.level = wts_ndr_get_u32(&reader);
    result.count = wts_tsts_array(&reader, LEAST_LENGTH);
    struct wts_lsm_environment *environments =
        wts_ndr_get_room(&reader, arena, result.count, sizeof *environments);
    for (uint32_t i = 0; reader.status == WTS_NDR_OK && i < result.count; i++)
        get_environment(&reader, arena, &environments[i]);
    result.environments = environments;
    wts_tsts_end_array(&reader, result.count, &result.end);
    if (reader.status == WTS_NDR_OK)
        *out = result;
    return reader.status;
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

enum wts_ndr_status wts_lsm_get_all_sessions_ex(const uint8_t *stub, size_t length,
                                                struct wts_ndr_arena *arena, struct wts_lsm_all_sessions *out)
{
    struct wts_ndr_reader reader;
    struct wts_lsm_all_sessions result = {.level = 1};
    wts_ndr_reader_init(&reader, stub, length);
    result.count = wts_tsts_array(&reader, EX_LENGTH);
    struct wts_lsm_environment *environments =
        wts_ndr_get_room(&reader, arena, result.count, sizeof *environments);
    bool(*has_name)[EX_NAMES] = wts_ndr_get_room(&reader, arena, result.count, sizeof *has_name);
    for (uint32_t i = 0; has_name != NULL && i < result.count; i++)
        get_environment_ex(&reader, &environments[i], has_name[i]);
    for (uint32_t i = 0; has_name != NULL && reader.status == WTS_NDR_OK && i < result.count; i++)
        get_names_ex(&reader, arena, &environments[i], has_name[i]);
    result.environments = environments;
    wts_tsts_end_array(&reader, result.count, &result.end);
    if (reader.status == WTS_NDR_OK)
        *out = result;
    return reader.status;
}

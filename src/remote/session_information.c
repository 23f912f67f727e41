/*
 * One session of an opened server: which procedure of LSM gives which part. What a client brings and what is
 * set for a session is in session_client.c. [MS-TSTS], TermSrvSession; docs/contract.md#session-information,
 * docs/wire.md#call-sequences.
 */
#include "remote/session_information.h"

#include <stdlib.h>

#include "core/error.h"
#include "core/trace.h"
#include "remote/tsts/opaque.h"

#define MAX_ARENA ((size_t)4 * 1024 * 1024)

static uint32_t take_user(struct wts_session_query *query, uint32_t error,
                          const union wts_session_answer *answer)
{
    if (error == ERROR_SUCCESS) {
        query->information->user = answer->user.user;
        query->information->domain = answer->user.domain;
    }
    return error;
}

static uint32_t take_name(struct wts_session_query *query, uint32_t error,
                          const union wts_session_answer *answer)
{
    if (error == ERROR_SUCCESS)
        query->information->name = answer->name.name;
    return error;
}

static uint32_t take_state(struct wts_session_query *query, uint32_t error,
                           const union wts_session_answer *answer)
{
    if (error == ERROR_SUCCESS)
        query->information->state = answer->number.value;
    return error;
}

/* The counters of a session without a protocol, such as the console's, are 0. */
static uint32_t add_counters(struct wts_session_information *information, const uint8_t *data,
                             uint32_t length)
{
    struct wts_opaque_protocol_status status;
    if (data == NULL || length == 0)
        return ERROR_SUCCESS;
    if (wts_opaque_get_protocol_status(data, length, &status) != WTS_NDR_OK)
        return RPC_X_BAD_STUB_DATA;
    information->incoming_bytes = status.input.bytes;
    information->outgoing_bytes = status.output.bytes;
    information->incoming_frames = status.input.frames;
    information->outgoing_frames = status.output.frames;
    information->incoming_compressed_bytes = status.input.compressed_bytes;
    information->outgoing_compressed_bytes = status.output.compressed_bytes;
    return ERROR_SUCCESS;
}

static int32_t lock_of(uint32_t flags)
{
    return flags == WTS_LOCK_LOCKED || flags == WTS_LOCK_UNLOCKED ? (int32_t)flags : WTS_LOCK_UNKNOWN;
}

/*
 * Vista and 2008 do not have the procedure. Unverified: that Windows, too, gives the time of the caller's
 * clock; none is on the wire.
 */
static uint32_t take_status(struct wts_session_query *query, uint32_t error,
                            const union wts_session_answer *answer)
{
    const struct wts_lsm_session_information_ex *status = &answer->information_ex;
    struct wts_session_information *information = query->information;
    information->current_time = wts_clock_now();
    if (error == RPC_S_PROCNUM_OUT_OF_RANGE && wts_operation_was_refused(&query->operation, error)) {
        query->steps |= WTS_STEP_OLD_STATUS;
        return ERROR_SUCCESS;
    }
    if (error != ERROR_SUCCESS)
        return error;
    information->state = status->state;
    information->name = status->name;
    information->user = status->user;
    information->domain = status->domain;
    information->lock = lock_of(status->flags);
    information->connect_time = status->connect_time;
    information->disconnect_time = status->disconnect_time;
    information->logon_time = status->logon_time;
    information->last_input_time = status->last_input_time;
    return add_counters(information, status->protocol_data, status->protocol_length);
}

static uint32_t take_old_status(struct wts_session_query *query, uint32_t error,
                                const union wts_session_answer *answer)
{
    const struct wts_lsm_session_information *status = &answer->information;
    struct wts_session_information *information = query->information;
    if (error != ERROR_SUCCESS)
        return error;
    information->state = status->state;
    information->name = status->terminal;
    information->user = status->user;
    information->domain = status->domain;
    information->lock = status->desktop_is_locked ? WTS_LOCK_LOCKED : WTS_LOCK_UNLOCKED;
    information->connect_time = status->connect_time;
    information->disconnect_time = status->disconnect_time;
    information->logon_time = status->logon_time;
    return ERROR_SUCCESS;
}

/* What RCM knows beside LSM; it stays 0 where a server refuses it. */
static uint32_t take_old_counters(struct wts_session_query *query, uint32_t error,
                                  const union wts_session_answer *answer)
{
    if (wts_operation_was_refused(&query->operation, error)) {
        wts_trace(WTS_TRACE_CALLS, "session %lu is without counters: error %lu",
                  (unsigned long)query->session_id, (unsigned long)error);
        return ERROR_SUCCESS;
    }
    if (error != ERROR_SUCCESS)
        return error;
    query->information->last_input_time = answer->data.time;
    return add_counters(query->information, answer->data.data, answer->data.length);
}

static uint32_t take_existence(struct wts_session_query *query, uint32_t error,
                               const union wts_session_answer *answer)
{
    (void)answer;
    return error != ERROR_SUCCESS ? error : query->existence_error;
}

/*
 * The procedures of each step, in the order of the calls: the names that a later one brings are whole. A step
 * comes after those that may add it. No procedure gives a remote session's capabilities; RpcGetActivityId is
 * of Windows 11 and its IDL is unclear.
 */
static const struct {
    uint64_t steps;
    const struct wts_procedure *procedure; /* called with the session id */
    uint32_t (*take)(struct wts_session_query *query, uint32_t error, const union wts_session_answer *answer);
} rows[] = {
    {WTS_PART_STATUS, &wts_lsm_get_session_information_ex, take_status},
    {WTS_STEP_OLD_STATUS, &wts_lsm_get_session_information, take_old_status},
    {WTS_STEP_OLD_STATUS, &wts_rcm_get_session_protocol_last_input_time, take_old_counters},
    {WTS_PART_USER, &wts_lsm_get_user_name, take_user},
    {WTS_PART_NAME, &wts_lsm_get_terminal_name, take_name},
    {WTS_PART_STATE, &wts_lsm_get_state, take_state},
    {WTS_PART_CONFIG | WTS_PART_PROGRAM, &wts_rcm_get_config_data, wts_query_take_config},
    {WTS_PART_CLIENT | WTS_PART_PROTOCOL | WTS_PART_PROGRAM, &wts_rcm_get_client_data, wts_query_take_client},
    {WTS_STEP_CLIENT_ADDRESS, &wts_rcm_get_remote_address, wts_query_take_client_address},
    {WTS_PART_SESSION_ADDRESS, &wts_tsvip_get_session_ip, wts_query_take_session_address},
    {WTS_STEP_EXISTENCE, &wts_lsm_session_exists, take_existence},
};

static bool are_known(uint32_t parts)
{
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++)
        parts &= ~(uint32_t)rows[i].steps;
    return parts == 0;
}

static void free_arena(struct wts_session_information *information)
{
    struct wts_ndr_arena *arena = information->owner;
    wts_ndr_arena_free(arena);
    free(arena);
}

uint32_t wts_remote_query_session(struct wts_server *server, uint32_t session_id, uint32_t parts,
                                  struct wts_session_information *information)
{
    struct wts_ndr_arena *arena = malloc(sizeof *arena);
    struct wts_session_information made = {
        .session_id = session_id, .lock = WTS_LOCK_UNKNOWN, .owner = arena, .free = free_arena};
    struct wts_session_query query = {.operation = wts_operation_begin(server),
                                      .session_id = session_id,
                                      .steps = parts != 0 ? parts : WTS_STEP_EXISTENCE,
                                      .arena = arena,
                                      .information = &made};
    if (arena == NULL)
        return ERROR_NOT_ENOUGH_MEMORY;
    wts_ndr_arena_init(arena, MAX_ARENA);
    uint32_t error = are_known(parts) ? ERROR_SUCCESS : ERROR_NOT_SUPPORTED;
    if ((parts & WTS_PART_STATUS) != 0)
        query.steps &= ~(uint64_t)(WTS_PART_NAME | WTS_PART_STATE);
    for (size_t i = 0; error == ERROR_SUCCESS && i < sizeof rows / sizeof rows[0]; i++) {
        union wts_session_answer answer = {.end = {.hresult = 0}};
        if ((query.steps & rows[i].steps) == 0)
            continue;
        error = wts_perform(&query.operation, rows[i].procedure, &session_id, arena, &answer);
        error = rows[i].take(&query, error, &answer);
    }
    if (error == ERROR_SUCCESS)
        *information = made;
    else
        free_arena(&made);
    return error;
}

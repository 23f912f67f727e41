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
#include "remote/tsts/rcm_public.h"
#include "remote/tsts/session.h"

#define MAX_ARENA ((size_t)4 * 1024 * 1024)

static uint32_t add_user(struct wts_session_query *query)
{
    struct wts_lsm_user_name answer;
    const uint32_t error =
        wts_perform(&query->operation, &wts_lsm_get_user_name, &query->session_id, query->arena, &answer);
    if (error == ERROR_SUCCESS) {
        query->information->user = answer.user;
        query->information->domain = answer.domain;
    }
    return error;
}

static uint32_t add_name(struct wts_session_query *query)
{
    struct wts_lsm_terminal_name answer;
    const uint32_t error =
        wts_perform(&query->operation, &wts_lsm_get_terminal_name, &query->session_id, query->arena, &answer);
    if (error == ERROR_SUCCESS)
        query->information->name = answer.name;
    return error;
}

static uint32_t add_state(struct wts_session_query *query)
{
    struct wts_lsm_number answer;
    const uint32_t error =
        wts_perform(&query->operation, &wts_lsm_get_state, &query->session_id, query->arena, &answer);
    if (error == ERROR_SUCCESS)
        query->information->state = answer.value;
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

/* What RCM knows beside LSM; it stays 0 where a server refuses it. */
static uint32_t add_protocol_and_input(struct wts_session_query *query)
{
    struct wts_rcm_data answer;
    const uint32_t error = wts_perform(&query->operation, &wts_rcm_get_session_protocol_last_input_time,
                                       &query->session_id, query->arena, &answer);
    if (wts_operation_was_refused(&query->operation, error)) {
        wts_trace(WTS_TRACE_CALLS, "session %lu is without counters: error %lu",
                  (unsigned long)query->session_id, (unsigned long)error);
        return ERROR_SUCCESS;
    }
    if (error != ERROR_SUCCESS)
        return error;
    query->information->last_input_time = answer.time;
    return add_counters(query->information, answer.data, answer.length);
}

/* Vista and 2008 have no RpcGetSessionInformationEx. */
static uint32_t add_old_status(struct wts_session_query *query)
{
    struct wts_session_information *information = query->information;
    struct wts_lsm_session_information answer;
    const uint32_t error = wts_perform(&query->operation, &wts_lsm_get_session_information,
                                       &query->session_id, query->arena, &answer);
    if (error != ERROR_SUCCESS)
        return error;
    information->state = answer.state;
    information->name = answer.terminal;
    information->user = answer.user;
    information->domain = answer.domain;
    information->lock = answer.desktop_is_locked ? WTS_LOCK_LOCKED : WTS_LOCK_UNLOCKED;
    information->connect_time = answer.connect_time;
    information->disconnect_time = answer.disconnect_time;
    information->logon_time = answer.logon_time;
    return add_protocol_and_input(query);
}

static int32_t lock_of(uint32_t flags)
{
    return flags == WTS_LOCK_LOCKED || flags == WTS_LOCK_UNLOCKED ? (int32_t)flags : WTS_LOCK_UNKNOWN;
}

/* Unverified: that Windows, too, gives the time of the caller's clock; none is on the wire. */
static uint32_t add_status(struct wts_session_query *query)
{
    struct wts_session_information *information = query->information;
    struct wts_lsm_session_information_ex answer;
    const uint32_t error = wts_perform(&query->operation, &wts_lsm_get_session_information_ex,
                                       &query->session_id, query->arena, &answer);
    information->current_time = wts_clock_now();
    if (error == RPC_S_PROCNUM_OUT_OF_RANGE && wts_operation_was_refused(&query->operation, error))
        return add_old_status(query);
    if (error != ERROR_SUCCESS)
        return error;
    information->state = answer.state;
    information->name = answer.name;
    information->user = answer.user;
    information->domain = answer.domain;
    information->lock = lock_of(answer.flags);
    information->connect_time = answer.connect_time;
    information->disconnect_time = answer.disconnect_time;
    information->logon_time = answer.logon_time;
    information->last_input_time = answer.last_input_time;
    return add_counters(information, answer.protocol_data, answer.protocol_length);
}

/* RpcGetActivityId is of Windows 11 and its IDL is unclear; no procedure gives a remote session's
 * capabilities. */
static uint32_t refuse(struct wts_session_query *query)
{
    (void)query;
    return ERROR_NOT_SUPPORTED;
}

/* In this order: the names that a later one brings are whole. */
static const struct {
    uint32_t part;
    uint32_t (*add)(struct wts_session_query *query);
} rows[] = {
    {WTS_PART_ACTIVITY, refuse},
    {WTS_PART_CAPABILITIES, refuse},
    {WTS_PART_STATUS, add_status},
    {WTS_PART_USER, add_user},
    {WTS_PART_NAME, add_name},
    {WTS_PART_STATE, add_state},
    {WTS_PART_CLIENT, wts_query_add_client},
    {WTS_PART_CONFIG, wts_query_add_config},
    {WTS_PART_PROTOCOL, wts_query_add_protocol},
    {WTS_PART_PROGRAM, wts_query_add_program},
    {WTS_PART_SESSION_ADDRESS, wts_query_add_session_address},
};

static bool are_known(uint32_t parts)
{
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++)
        parts &= ~rows[i].part;
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
                                      .arena = arena,
                                      .information = &made};
    if (arena == NULL)
        return ERROR_NOT_ENOUGH_MEMORY;
    wts_ndr_arena_init(arena, MAX_ARENA);
    uint32_t error = are_known(parts) ? ERROR_SUCCESS : ERROR_NOT_SUPPORTED;
    if (parts == 0)
        error = wts_perform(&query.operation, &wts_lsm_session_exists, &session_id, arena, NULL);
    if ((parts & WTS_PART_STATUS) != 0)
        parts &= ~(uint32_t)(WTS_PART_NAME | WTS_PART_STATE);
    for (size_t i = 0; error == ERROR_SUCCESS && i < sizeof rows / sizeof rows[0]; i++) {
        if ((parts & rows[i].part) != 0)
            error = rows[i].add(&query);
    }
    if (error == ERROR_SUCCESS)
        *information = made;
    else
        free_arena(&made);
    return error;
}

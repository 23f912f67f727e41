/*
 * Procedures of RCMPublic; see rcm_public.h.
 */
#include "remote/tsts/rcm_public.h"

enum {
    NAME_COUNT = 33,                 /* code units of a listener's name, with the NUL */
    MIN_LENGTH = 16 + 2 * NAME_COUNT /* the minimum length of LISTENERENUM, without padding */
};

/* Reads the bytes behind an [out] BYTE **, and then their count. */
static uint32_t get_bytes(struct wts_ndr_reader *reader, struct wts_ndr_arena *arena,
                          struct wts_rcm_data *result)
{
    const bool present = wts_ndr_get_pointer(reader);
    result->length = present ? wts_ndr_get_array(reader, 1) : 0;
    result->data = present ? wts_ndr_get_copy(reader, arena, result->length) : NULL;
    return result->length;
}

static void get_data(struct wts_ndr_reader *reader, struct wts_ndr_arena *arena, void *answer)
{
    struct wts_rcm_data *data = answer;
    const uint32_t count = get_bytes(reader, arena, data);
    wts_tsts_end_array(reader, count, &data->end);
}

static void put_protocol_and_input(struct wts_ndr_writer *writer, const struct wts_context_handle *context,
                                   const void *arguments)
{
    wts_put_session_id(writer, context, arguments);
    wts_ndr_put_u16(writer, 0); /* PROTOCOLSTATUS_INFO_BASIC */
}

static void get_protocol_and_input(struct wts_ndr_reader *reader, struct wts_ndr_arena *arena, void *answer)
{
    struct wts_rcm_data *data = answer;
    const uint32_t count = get_bytes(reader, arena, data);
    const uint32_t parameter = wts_ndr_get_u32(reader);
    data->time = wts_ndr_get_u64(reader);
    wts_tsts_end(reader, &data->end);
    wts_tsts_compare_counts(reader, count, parameter, &data->end);
}

static void get_remote_address(struct wts_ndr_reader *reader, struct wts_ndr_arena *arena, void *answer)
{
    struct wts_rcm_remote_address *remote = answer;
    (void)arena;
    const bool is_known = wts_tsts_get_address(reader, &remote->address);
    wts_tsts_end(reader, &remote->end);
    if (!is_known && !wts_tsts_failed(&remote->end))
        wts_ndr_reader_reject(reader);
}

static void put_all_listeners(struct wts_ndr_writer *writer, const struct wts_context_handle *context,
                              const void *arguments)
{
    (void)context, (void)arguments;
    wts_ndr_put_u32(writer, 1); /* Level */
}

/* LISTENERENUM. */
static void get_listener(struct wts_ndr_reader *reader, struct wts_ndr_arena *arena,
                         struct wts_rcm_listener *listener)
{
    const uint32_t level = wts_ndr_get_u32(reader);
    const uint32_t discriminant = wts_ndr_get_u32(reader);
    if (level != 1 || discriminant != 1)
        wts_ndr_reader_reject(reader);
    listener->id = wts_ndr_get_u32(reader);
    listener->is_listening = wts_ndr_get_u32(reader) != 0;
    listener->name = wts_ndr_get_fixed_text(reader, arena, NAME_COUNT);
}

static void get_all_listeners(struct wts_ndr_reader *reader, struct wts_ndr_arena *arena, void *answer)
{
    struct wts_rcm_listeners *result = answer;
    result->count = wts_tsts_array(reader, MIN_LENGTH);
    struct wts_rcm_listener *listeners = wts_ndr_get_room(reader, arena, result->count, sizeof *listeners);
    for (uint32_t i = 0; reader->status == WTS_NDR_OK && i < result->count; i++)
        get_listener(reader, arena, &listeners[i]);
    result->listeners = listeners;
    wts_tsts_end_array(reader, result->count, &result->end);
}

#define OF_RCM &wts_interface_rcm_public, NULL
#define END(type) sizeof(struct type), wts_tsts_outcome

const struct wts_procedure wts_rcm_get_client_data = {
    OF_RCM, WTS_RCM_GET_CLIENT_DATA, "RpcGetClientData", wts_put_session_id, get_data, END(wts_rcm_data)};
const struct wts_procedure wts_rcm_get_config_data = {
    OF_RCM, WTS_RCM_GET_CONFIG_DATA, "RpcGetConfigData", wts_put_session_id, get_data, END(wts_rcm_data)};
const struct wts_procedure wts_rcm_get_remote_address = {OF_RCM,
                                                         WTS_RCM_GET_REMOTE_ADDRESS,
                                                         "RpcGetRemoteAddress",
                                                         wts_put_session_id,
                                                         get_remote_address,
                                                         END(wts_rcm_remote_address)};
const struct wts_procedure wts_rcm_get_all_listeners = {OF_RCM,
                                                        WTS_RCM_GET_ALL_LISTENERS,
                                                        "RpcGetAllListeners",
                                                        put_all_listeners,
                                                        get_all_listeners,
                                                        END(wts_rcm_listeners)};
const struct wts_procedure wts_rcm_get_session_protocol_last_input_time = {
    OF_RCM,
    WTS_RCM_GET_SESSION_PROTOCOL_LAST_INPUT_TIME,
    "RpcGetSessionProtocolLastInputTime",
    put_protocol_and_input,
    get_protocol_and_input,
    END(wts_rcm_data)};

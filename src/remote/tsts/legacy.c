/*
 * Procedures of the Legacy interface; see legacy.h.
 */
#include "remote/tsts/legacy.h"

#include "core/error.h"

uint32_t wts_legacy_outcome(const void *answer)
{
    const struct wts_legacy_result *result = answer;
    const uint32_t error = wts_error_from_status(result->error);
    if (result->result != 0)
        return ERROR_SUCCESS;
    return error != ERROR_SUCCESS ? error : ERROR_GEN_FAILURE;
}

static void get_open_server(struct wts_ndr_reader *reader, struct wts_ndr_arena *arena, void *answer)
{
    struct wts_legacy_result *result = answer;
    (void)arena;
    result->error = wts_ndr_get_u32(reader);
    wts_ndr_get_context(reader, &result->context);
    result->result = wts_ndr_get_u8(reader);
}

static void get_close_server_ex(struct wts_ndr_reader *reader, struct wts_ndr_arena *arena, void *answer)
{
    struct wts_legacy_result *result = answer;
    (void)arena;
    wts_ndr_get_context(reader, &result->context);
    result->error = wts_ndr_get_u32(reader);
    result->result = wts_ndr_get_u8(reader);
}

static void get_result(struct wts_ndr_reader *reader, struct wts_ndr_arena *arena, void *answer)
{
    struct wts_legacy_result *result = answer;
    (void)arena;
    result->error = wts_ndr_get_u32(reader);
    result->result = wts_ndr_get_u8(reader);
}

static void put_shutdown_system(struct wts_ndr_writer *writer, const struct wts_context_handle *context,
                                const void *arguments)
{
    const uint32_t *flags = arguments;
    wts_ndr_put_context(writer, context);
    wts_ndr_put_u32(writer, 0); /* ClientLogonId */
    wts_ndr_put_u32(writer, *flags);
}

static void put_wait_system_event(struct wts_ndr_writer *writer, const struct wts_context_handle *context,
                                  const void *arguments)
{
    const uint32_t *mask = arguments;
    wts_ndr_put_context(writer, context);
    wts_ndr_put_u32(writer, *mask);
}

static void get_events(struct wts_ndr_reader *reader, struct wts_ndr_arena *arena, void *answer)
{
    struct wts_legacy_events *events = answer;
    (void)arena;
    events->end.error = wts_ndr_get_u32(reader);
    events->events = wts_ndr_get_u32(reader);
    events->end.result = wts_ndr_get_u8(reader);
}

static void put_terminate_process(struct wts_ndr_writer *writer, const struct wts_context_handle *context,
                                  const void *arguments)
{
    const struct wts_legacy_target *target = arguments;
    wts_ndr_put_context(writer, context);
    wts_ndr_put_u32(writer, target->process_id);
    wts_ndr_put_u32(writer, target->exit_code);
}

#define OF_SERVER &wts_interface_legacy, &wts_legacy_context
#define END(type) sizeof(struct type), wts_legacy_outcome

const struct wts_context_kind wts_legacy_context = {&wts_legacy_open_server, &wts_legacy_close_server_ex,
                                                    true};

const struct wts_procedure wts_legacy_open_server = {&wts_interface_legacy,  NULL,
                                                     WTS_LEGACY_OPEN_SERVER, "RpcWinStationOpenServer",
                                                     wts_put_nothing,        get_open_server,
                                                     END(wts_legacy_result)};
const struct wts_procedure wts_legacy_close_server_ex = {
    OF_SERVER,       WTS_LEGACY_CLOSE_SERVER_EX, "RpcWinStationCloseServerEx",
    wts_put_context, get_close_server_ex,        END(wts_legacy_result)};
const struct wts_procedure wts_legacy_terminate_process = {
    OF_SERVER,  WTS_LEGACY_TERMINATE_PROCESS, "RpcWinStationTerminateProcess", put_terminate_process,
    get_result, END(wts_legacy_result)};
const struct wts_procedure wts_legacy_shutdown_system = {
    OF_SERVER,  WTS_LEGACY_SHUTDOWN_SYSTEM, "RpcWinStationShutdownSystem", put_shutdown_system,
    get_result, END(wts_legacy_result)};
const struct wts_procedure wts_legacy_wait_system_event = {
    OF_SERVER,  WTS_LEGACY_WAIT_SYSTEM_EVENT, "RpcWinStationWaitSystemEvent", put_wait_system_event,
    get_events, END(wts_legacy_events)};

/*
 * The transport of tests and fuzzers; see script.h.
 */
#include "remote/transport/script.h"

#include <stdatomic.h>
#include <stdlib.h>

#include "core/error.h"

struct wts_connection {
    uint32_t number;
    atomic_bool is_cancelled;
};

static const struct wts_script *played;
static _Atomic uint32_t connection_count;

void wts_script_play(const struct wts_script *script)
{
    played = script;
    atomic_store(&connection_count, 0);
}

static uint32_t script_connect(const uint16_t *server, const struct wts_interface *interface,
                               uint32_t timeout_ms, struct wts_connection **connection)
{
    (void)timeout_ms;
    struct wts_connection *fresh = calloc(1, sizeof *fresh);
    if (fresh == NULL)
        return ERROR_NOT_ENOUGH_MEMORY;
    fresh->number = atomic_fetch_add(&connection_count, 1) + 1;
    const uint32_t error = played->connect(server, interface, fresh->number);
    if (error == ERROR_SUCCESS)
        *connection = fresh;
    else
        free(fresh);
    return error;
}

static struct wts_call_result script_call(struct wts_connection *connection, uint16_t opnum,
                                          const uint8_t *request, size_t request_length,
                                          struct wts_response *response, uint32_t timeout_ms)
{
    if (atomic_load(&connection->is_cancelled))
        return (struct wts_call_result){RPC_S_CALL_FAILED, WTS_NOT_EXECUTED, true};
    return played->call(connection->number, opnum, request, request_length, response, timeout_ms);
}

static void script_cancel(struct wts_connection *connection)
{
    atomic_store(&connection->is_cancelled, true);
    if (played->cancel != NULL)
        played->cancel(connection->number);
}

static void script_close(struct wts_connection *connection)
{
    if (played->close != NULL)
        played->close(connection->number);
    free(connection);
}

const struct wts_transport wts_transport_script = {
    .name = "script",
    .connect = script_connect,
    .call = script_call,
    .cancel = script_cancel,
    .close = script_close,
};

/*
 * The transport of tests and fuzzers; see script.h.
 */
#include "script.h"

#include <stdatomic.h>
#include <stdlib.h>

#include "core/error.h"

struct wts_connection {
    const uint16_t *server;
    const struct wts_interface *interface;
    _Atomic uint32_t number; /* 0: not connected yet */
    atomic_bool is_cancelled;
};

static const struct wts_script *played;
static _Atomic uint32_t connection_count;

void wts_script_play(const struct wts_script *script)
{
    played = script;
    atomic_store(&connection_count, 0);
}

static struct wts_connection *script_create(const uint16_t *server, const struct wts_interface *interface)
{
    struct wts_connection *connection = calloc(1, sizeof *connection);
    if (connection != NULL)
        *connection = (struct wts_connection){.server = server, .interface = interface};
    return connection;
}

static const struct wts_call_result too_late = {
    .error = RPC_S_CALL_FAILED, .progress = WTS_NOT_EXECUTED, .broken = true};

static struct wts_call_result script_connect(struct wts_connection *connection, uint64_t deadline_ms)
{
    if (atomic_load(&connection->is_cancelled))
        return too_late;
    const uint32_t number = atomic_fetch_add(&connection_count, 1) + 1;
    atomic_store(&connection->number, number);
    return played->connect(connection->server, connection->interface, number, deadline_ms);
}

static struct wts_call_result script_call(struct wts_connection *connection, uint16_t opnum,
                                          const uint8_t *request, size_t request_length,
                                          struct wts_response *response, uint64_t deadline_ms)
{
    if (atomic_load(&connection->is_cancelled))
        return too_late;
    return played->call(connection->number, opnum, request, request_length, response, deadline_ms);
}

static void script_cancel(struct wts_connection *connection)
{
    atomic_store(&connection->is_cancelled, true);
    const uint32_t number = atomic_load(&connection->number);
    if (played->cancel != NULL && number != 0)
        played->cancel(number);
}

static void script_close(struct wts_connection *connection)
{
    if (played->close != NULL && connection->number != 0)
        played->close(connection->number);
    free(connection);
}

const struct wts_transport wts_transport_script = {
    .name = "script",
    .create = script_create,
    .connect = script_connect,
    .call = script_call,
    .cancel = script_cancel,
    .close = script_close,
};

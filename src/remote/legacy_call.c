/*
 * Calls of the Legacy interface: open once per connection, call, close at the end; see remote.h. ms-tsts 3.3
 * and 6.
 */
#include <stdlib.h>

#include "core/error.h"
#include "core/trace.h"
#include "remote/remote.h"
#include "remote/tsts/interfaces.h"
#include "remote/tsts/legacy.h"

/* A server that does not answer a close call holds nobody longer than this. */
#define CLOSE_TIMEOUT_MS 2000U

uint32_t wts_legacy_error(uint32_t status)
{
    const uint32_t error = wts_error_from_status(status);
    return error != ERROR_SUCCESS ? error : ERROR_GEN_FAILURE;
}

static struct wts_call_result send_open(const struct wts_remote_server *remote, struct wts_link *link)
{
    uint8_t request[WTS_LEGACY_REQUEST_LENGTH];
    struct wts_ndr_writer writer;
    struct wts_response response;
    struct wts_legacy_result answer;
    wts_ndr_writer_init(&writer, request, sizeof request);
    wts_legacy_put_open_server(&writer);
    struct wts_call_result result = remote->pool.transport->call(
        link->connection, WTS_LEGACY_OPEN_SERVER, request, writer.length, &response, remote->call_timeout_ms);
    if (result.error != ERROR_SUCCESS)
        return result;
    if (!wts_legacy_get_open_server(response.data, response.length, &answer))
        result.error = RPC_X_BAD_STUB_DATA;
    else if (answer.result == 0)
        result.error = wts_legacy_error(answer.error);
    else
        link->context = answer.context;
    free(response.data);
    return result;
}

/* The request is small, except for what later calls may bring: the buffer is theirs to size. */
static struct wts_call_result send_call(const struct wts_remote_server *remote, const struct wts_link *link,
                                        const struct wts_legacy_call *call, struct wts_response *response)
{
    uint8_t request[WTS_LEGACY_REQUEST_LENGTH];
    struct wts_ndr_writer writer;
    wts_ndr_writer_init(&writer, request, sizeof request);
    call->put(&writer, &link->context, call->arguments);
    if (!wts_ndr_writer_ok(&writer))
        return (struct wts_call_result){.error = ERROR_NOT_ENOUGH_MEMORY, .progress = WTS_EXECUTED};
    return remote->pool.transport->call(link->connection, call->opnum, request, writer.length, response,
                                        call->timeout_ms);
}

/*
 * One try on one link. A connection lost during the open call, which has no side effect, leaves the call
 * itself unsent: it counts as not executed.
 */
static struct wts_call_result try_link(const struct wts_remote_server *remote, struct wts_link *link,
                                       const struct wts_legacy_call *call, struct wts_response *response)
{
    if (!link->is_opened) {
        struct wts_call_result result = send_open(remote, link);
        if (result.error != ERROR_SUCCESS) {
            result.broken = true; /* without a context it is of no use */
            if (result.error == RPC_S_CALL_FAILED)
                result.progress = WTS_NOT_EXECUTED;
            return result;
        }
        link->is_opened = true;
    }
    return send_call(remote, link, call, response);
}

/* What did not run, for a reason that a new connection can take away: a lost connection, a forgotten context.
 */
static bool is_worth_repeating(const struct wts_call_result *result)
{
    return result->error != ERROR_SUCCESS && result->progress == WTS_NOT_EXECUTED &&
           (result->broken || result->error == ERROR_INVALID_HANDLE ||
            result->error == RPC_S_CALL_FAILED_DNE);
}

/* What the caller gets for a call that was not, or not again, repeated. */
static uint32_t final_error(uint32_t error)
{
    /* "did not execute" is no news for a caller who cannot ask again better than we did; and a handle of ours
     * that is live must never look like a dead one. */
    return error == RPC_S_CALL_FAILED_DNE || error == ERROR_INVALID_HANDLE ? RPC_S_CALL_FAILED : error;
}

uint32_t wts_legacy_perform(struct wts_remote_server *remote, const struct wts_legacy_call *call,
                            struct wts_response *response)
{
    for (bool is_second = false;; is_second = true) {
        struct wts_link *link;
        const uint32_t error = wts_pool_take(&remote->pool, &wts_interface_legacy, is_second,
                                             remote->connect_timeout_ms, call->timeout_ms, &link);
        if (error != ERROR_SUCCESS)
            return error;
        const struct wts_call_result result = try_link(remote, link, call, response);
        const bool may_repeat = is_worth_repeating(&result);
        if (result.broken || may_repeat)
            wts_pool_drop(&remote->pool, link);
        else
            wts_pool_give_back(&remote->pool, link);
        if (!may_repeat || is_second)
            return final_error(result.error);
        wts_trace(WTS_TRACE_WIRE, "opnum %u did not run, error %lu: once more on a new connection",
                  call->opnum, (unsigned long)result.error);
    }
}

void wts_legacy_close(const struct wts_transport *transport, const struct wts_link *link)
{
    uint8_t request[WTS_LEGACY_REQUEST_LENGTH];
    struct wts_ndr_writer writer;
    struct wts_response response;
    wts_ndr_writer_init(&writer, request, sizeof request);
    wts_legacy_put_close_server_ex(&writer, &link->context);
    /* Nobody is told when it fails: WTSCloseServer has no result, and the rundown does the same later. */
    if (transport
            ->call(link->connection, WTS_LEGACY_CLOSE_SERVER_EX, request, writer.length, &response,
                   CLOSE_TIMEOUT_MS)
            .error == ERROR_SUCCESS)
        free(response.data);
}

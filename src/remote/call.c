/*
 * Calls to an opened server; see call.h.
 */
#include "remote/call.h"

#include <stdlib.h>

#include "core/error.h"
#include "core/trace.h"
#include "remote/remote.h"

/* A server that does not answer a close call holds nobody longer than this. */
#define CLOSE_TIMEOUT_MS 2000U

/* Bytes on the stack for a request: all of them fit but those with long texts. */
enum { SMALL_REQUEST = 512 };

/* A request that is yet to be written: what writes it, and what that is given. */
struct request {
    void (*put)(struct wts_ndr_writer *writer, const struct request *request);
    const struct wts_remote_call *call;
    const struct wts_context_rule *rule;
    const struct wts_context_handle *context;
    const void *subject;
};

/*
 * Writes the request and sends it. It nearly always has room on the stack; one with long texts gets memory.
 * Nothing of it was sent when there is none, or when it is longer than a transport takes.
 */
static struct wts_call_result send_request(const struct wts_pool *pool, const struct wts_link *link,
                                           uint16_t opnum, const struct request *request,
                                           struct wts_response *response, uint64_t deadline_ms)
{
    uint8_t small[SMALL_REQUEST];
    uint8_t *large = NULL;
    struct wts_ndr_writer writer;
    struct wts_call_result result = {.error = ERROR_NOT_ENOUGH_MEMORY, .progress = WTS_EXECUTED};
    wts_ndr_writer_init(&writer, small, sizeof small);
    request->put(&writer, request);
    if (writer.needed > WTS_MAX_STUB) {
        result.error = RPC_S_STRING_TOO_LONG;
        return result;
    }
    if (writer.needed > sizeof small) {
        large = malloc(writer.needed);
        if (large == NULL)
            return result;
        wts_ndr_writer_init(&writer, large, writer.needed);
        request->put(&writer, request);
    }
    if (wts_ndr_writer_ok(&writer))
        result =
            pool->transport->call(link->connection, opnum, writer.data, writer.length, response, deadline_ms);
    free(large);
    return result;
}

static void put_call(struct wts_ndr_writer *writer, const struct request *request)
{
    request->call->put(writer, request->context, request->call->arguments);
}

static void put_open(struct wts_ndr_writer *writer, const struct request *request)
{
    request->rule->put_open(writer, request->subject);
}

static void put_close(struct wts_ndr_writer *writer, const struct request *request)
{
    request->rule->put_close(writer, request->context);
}

struct wts_call_result wts_link_send(const struct wts_pool *pool, const struct wts_link *link,
                                     const struct wts_remote_call *call,
                                     const struct wts_context_handle *context, struct wts_response *response,
                                     uint64_t deadline_ms)
{
    const struct request request = {.put = put_call, .call = call, .context = context};
    return send_request(pool, link, call->opnum, &request, response,
                        wts_deadline_extended(deadline_ms, call->lasts_ms));
}

/* Whether the end of an open call was the end of the connection, and a new one may do better. */
static bool was_lost(const struct wts_link *link, const struct wts_call_result *result)
{
    return result->error == RPC_S_CALL_FAILED ||
           (result->error == RPC_S_SERVER_UNAVAILABLE && result->broken && link->is_used);
}

struct wts_call_result wts_link_open_context(const struct wts_pool *pool, const struct wts_link *link,
                                             const struct wts_context_rule *rule, const void *subject,
                                             uint64_t deadline_ms, struct wts_context_handle *context)
{
    const struct request request = {.put = put_open, .rule = rule, .subject = subject};
    struct wts_response response;
    struct wts_call_result result =
        send_request(pool, link, rule->open_opnum, &request, &response, deadline_ms);
    if (result.error == ERROR_SUCCESS) {
        result.is_answer = rule->get_open(response.data, response.length, context, &result.error);
        free(response.data);
    } else if (was_lost(link, &result)) {
        result.progress = WTS_NOT_EXECUTED;
        result.broken = true;
    }
    return result;
}

bool wts_link_close_context(const struct wts_pool *pool, const struct wts_link *link,
                            const struct wts_context_rule *rule, const struct wts_context_handle *context,
                            uint64_t deadline_ms)
{
    const uint64_t limit_ms = wts_deadline_after(CLOSE_TIMEOUT_MS);
    const struct request request = {.put = put_close, .rule = rule, .context = context};
    struct wts_response response;
    /* Nobody is told when it fails: the server's rundown does the same when the connection goes. */
    const struct wts_call_result result = send_request(pool, link, rule->close_opnum, &request, &response,
                                                       deadline_ms < limit_ms ? deadline_ms : limit_ms);
    if (result.error == ERROR_SUCCESS)
        free(response.data);
    return result.error == ERROR_SUCCESS;
}

/* The context for a call on `link`: the one that is kept, or one for this call in *own. */
static struct wts_call_result prepare_context(const struct wts_operation *operation, struct wts_link *link,
                                              const struct wts_remote_call *call,
                                              struct wts_context_handle *own)
{
    const struct wts_context_rule *rule = call->rule;
    if (rule == NULL || link->rule == rule)
        return (struct wts_call_result){.error = ERROR_SUCCESS};
    struct wts_call_result result = wts_link_open_context(&operation->remote->pool, link, rule, call->subject,
                                                          operation->deadline.end_ms, own);
    if (!rule->is_kept)
        return result;
    if (result.error != ERROR_SUCCESS) {
        result.broken = true; /* without its context it is of no use */
    } else {
        link->context = *own;
        link->rule = rule;
    }
    return result;
}

/* One try on one link. */
static struct wts_call_result try_link(const struct wts_operation *operation, struct wts_link *link,
                                       const struct wts_remote_call *call, struct wts_response *response)
{
    const struct wts_pool *pool = &operation->remote->pool;
    const uint64_t end_ms = operation->deadline.end_ms;
    const struct wts_context_rule *rule = call->rule;
    struct wts_context_handle own = {{0}};
    struct wts_call_result result = prepare_context(operation, link, call, &own);
    if (result.error != ERROR_SUCCESS)
        return result;
    const bool is_kept = rule != NULL && rule->is_kept;
    const struct wts_context_handle *const context = is_kept ? &link->context : rule != NULL ? &own : NULL;
    if (call->put != NULL)
        result = wts_link_send(pool, link, call, context, response, end_ms);
    else
        *response = (struct wts_response){NULL, 0};
    if (rule != NULL && !is_kept && !result.broken && !wts_link_close_context(pool, link, rule, &own, end_ms))
        result.broken = true;
    return result;
}

/* The same, unless the call is cancelled by its ticket. */
static struct wts_call_result try_ticket(const struct wts_operation *operation, struct wts_link *link,
                                         const struct wts_remote_call *call, struct wts_response *response)
{
    struct wts_pool *pool = &operation->remote->pool;
    if (call->ticket == NULL)
        return try_link(operation, link, call, response);
    struct wts_call_result result = {RPC_S_CALL_FAILED, WTS_MAYBE_EXECUTED, false, false};
    if (!wts_pool_enter(pool, call->ticket, link))
        return result;
    result = try_link(operation, link, call, response);
    if (!wts_pool_leave(pool, call->ticket)) {
        result.broken = true;
        if (result.error != ERROR_SUCCESS)
            result.progress = WTS_MAYBE_EXECUTED; /* not once more */
    }
    return result;
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
static uint32_t final_error(struct wts_operation *operation, const struct wts_call_result *result)
{
    uint32_t error = result->error;
    /* "did not execute" is no news for a caller who cannot ask again better than we did; and a handle of ours
     * that is live must never look like a dead one. */
    if (error == RPC_S_CALL_FAILED_DNE || error == ERROR_INVALID_HANDLE)
        error = RPC_S_CALL_FAILED;
    return error == ERROR_SUCCESS || result->is_answer ? error : wts_operation_lose(operation, error);
}

uint32_t wts_remote_perform(struct wts_operation *operation, const struct wts_remote_call *call,
                            struct wts_response *response)
{
    struct wts_pool *pool = &operation->remote->pool;
    unsigned wish = call->lasts_ms != 0 ? WTS_POOL_LONG : 0;
    if (operation->unanswered != ERROR_SUCCESS)
        return operation->unanswered;
    for (;;) {
        struct wts_link *link;
        struct wts_call_result result =
            wts_pool_take(pool, call->interface, wish, call->ticket, &operation->deadline, &link);
        if (result.error != ERROR_SUCCESS)
            return final_error(operation, &result);
        result = try_ticket(operation, link, call, response);
        const bool may_repeat = is_worth_repeating(&result);
        if (result.broken || may_repeat)
            wts_pool_drop(pool, link);
        else
            wts_pool_give_back(pool, link);
        if (!may_repeat || (wish & WTS_POOL_NEW) != 0)
            return final_error(operation, &result);
        wish |= WTS_POOL_NEW;
        wts_trace(WTS_TRACE_WIRE, "%s opnum %u did not run, error %lu: once more on a new connection",
                  call->interface->name, call->opnum, (unsigned long)result.error);
    }
}

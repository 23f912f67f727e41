/*
 * Procedures of an opened server; see call.h.
 */
#include "remote/call.h"

#include <stdlib.h>

#include "core/error.h"
#include "core/trace.h"
#include "remote/remote.h"

/* A server that does not answer a close call holds nobody longer than this. */
#define CLOSE_TIMEOUT_MS 2000U

enum {
    SMALL_REQUEST = 512, /* bytes on the stack for a request: all of them fit but those with long texts */
    MAX_OPENED = 64      /* bytes of the answer of any procedure that opens or closes a context */
};

/* Reads the response, which is freed, and judges it: what cannot be read does not count as an answer of the
 * server. */
static void read_response(const struct wts_procedure *procedure, const struct wts_response *response,
                          struct wts_ndr_arena *arena, void *answer, struct wts_call_result *result)
{
    switch (wts_procedure_read(procedure, response->data, response->length, arena, answer)) {
    case WTS_NDR_OK:
        result->error = procedure->outcome(answer);
        break;
    case WTS_NDR_NO_MEMORY:
        *result = (struct wts_call_result){.error = ERROR_NOT_ENOUGH_MEMORY, .progress = WTS_EXECUTED};
        break;
    default:
        *result = (struct wts_call_result){.error = RPC_X_BAD_STUB_DATA, .progress = WTS_EXECUTED};
        break;
    }
    free(response->data);
}

/* Nothing of the request was sent when there is no memory, or when it is longer than a transport takes. */
struct wts_call_result wts_link_call(const struct wts_pool *pool, const struct wts_link *link,
                                     const struct wts_procedure *procedure,
                                     const struct wts_context_handle *context, const void *arguments,
                                     uint64_t deadline_ms, struct wts_ndr_arena *arena, void *answer)
{
    uint8_t small[SMALL_REQUEST];
    uint8_t *large = NULL;
    struct wts_ndr_writer writer;
    struct wts_response response;
    struct wts_call_result result = {.error = ERROR_NOT_ENOUGH_MEMORY, .progress = WTS_EXECUTED};
    wts_ndr_writer_init(&writer, small, sizeof small);
    procedure->put(&writer, context, arguments);
    if (writer.needed > WTS_MAX_STUB) {
        result.error = RPC_S_STRING_TOO_LONG;
        return result;
    }
    if (writer.needed > sizeof small) {
        large = malloc(writer.needed);
        if (large == NULL)
            return result;
        wts_ndr_writer_init(&writer, large, writer.needed);
        procedure->put(&writer, context, arguments);
    }
    if (wts_ndr_writer_ok(&writer))
        result = pool->transport->call(link->connection, procedure->opnum, writer.data, writer.length,
                                       &response, deadline_ms);
    free(large);
    if (result.error == ERROR_SUCCESS)
        read_response(procedure, &response, arena, answer, &result);
    return result;
}

/* Whether the end of an open call was the end of the connection, and a new one may do better. */
static bool was_lost(const struct wts_link *link, const struct wts_call_result *result)
{
    return !result->is_answer &&
           (result->error == RPC_S_CALL_FAILED ||
            (result->error == RPC_S_SERVER_UNAVAILABLE && result->broken && link->is_used));
}

struct wts_call_result wts_link_open(const struct wts_pool *pool, const struct wts_link *link,
                                     const struct wts_context_kind *kind, const void *arguments,
                                     uint64_t deadline_ms, struct wts_context_handle *context)
{
    union {
        struct wts_context_handle context; /* what it begins with */
        uint8_t bytes[MAX_OPENED];
    } answer;
    struct wts_call_result result =
        wts_link_call(pool, link, kind->open, NULL, arguments, deadline_ms, NULL, &answer);
    if (result.error == ERROR_SUCCESS) {
        *context = answer.context;
    } else if (was_lost(link, &result)) {
        result.progress = WTS_NOT_EXECUTED;
        result.broken = true;
    } else if (result.error == RPC_X_BAD_STUB_DATA && !result.is_answer) {
        result.broken = true; /* the server may have opened one that only the end of the connection closes */
    }
    return result;
}

/* A failure is ignored: the server's rundown does the same when the connection ends. */
bool wts_link_close(const struct wts_pool *pool, const struct wts_link *link,
                    const struct wts_context_kind *kind, const struct wts_context_handle *context,
                    uint64_t deadline_ms)
{
    const uint64_t limit_ms = wts_deadline_after(CLOSE_TIMEOUT_MS);
    uint8_t answer[MAX_OPENED];
    const struct wts_call_result result =
        wts_link_call(pool, link, kind->close, context, NULL, deadline_ms < limit_ms ? deadline_ms : limit_ms,
                      NULL, answer);
    return result.is_answer && !result.broken;
}

/*
 * Enters `link` for a call and gives the context that the call takes: the one that is kept, or a fresh one,
 * which is the caller's to close unless its kind is kept.
 */
static struct wts_call_result enter(const struct wts_operation *operation, struct wts_link *link,
                                    const struct wts_context_kind *kind, const void *arguments,
                                    struct wts_context_handle *context)
{
    struct wts_pool *pool = &operation->remote->pool;
    if (operation->ticket != NULL && !wts_pool_enter(pool, operation->ticket, link))
        return (struct wts_call_result){.error = RPC_S_CALL_FAILED, .progress = WTS_MAYBE_EXECUTED};
    if (kind == NULL)
        return (struct wts_call_result){.error = ERROR_SUCCESS};
    if (link->kind == kind) {
        *context = link->context;
        return (struct wts_call_result){.error = ERROR_SUCCESS};
    }
    struct wts_call_result result =
        wts_link_open(pool, link, kind, arguments, operation->deadline.end_ms, context);
    if (!kind->is_kept)
        return result;
    if (result.error != ERROR_SUCCESS) {
        result.broken = true; /* it serves for nothing without its context */
    } else {
        link->context = *context;
        link->kind = kind;
    }
    return result;
}

/* The call has returned. One that was cancelled meanwhile is not repeated. */
static void leave(const struct wts_operation *operation, struct wts_call_result *result)
{
    if (operation->ticket == NULL || wts_pool_leave(&operation->remote->pool, operation->ticket))
        return;
    result->broken = true;
    if (result->error != ERROR_SUCCESS)
        result->progress = WTS_MAYBE_EXECUTED;
}

/* Whether it did not run, for a reason that a new connection removes: a lost connection, a forgotten context.
 */
static bool is_worth_repeating(const struct wts_call_result *result)
{
    return result->error != ERROR_SUCCESS && result->progress == WTS_NOT_EXECUTED &&
           (result->broken || result->error == ERROR_INVALID_HANDLE ||
            result->error == RPC_S_CALL_FAILED_DNE);
}

uint32_t wts_call_settle(struct wts_operation *operation, const struct wts_call_result *result)
{
    uint32_t error = result->error;
    /* "did not execute" is of no use to the caller, for whom the call was repeated already; and a live handle
     * of ours must never look like a dead one. */
    if (error == RPC_S_CALL_FAILED_DNE || error == ERROR_INVALID_HANDLE)
        error = RPC_S_CALL_FAILED;
    return error == ERROR_SUCCESS || result->is_answer ? error : wts_operation_lose(operation, error);
}

uint32_t wts_perform(struct wts_operation *operation, const struct wts_procedure *procedure,
                     const void *arguments, struct wts_ndr_arena *arena, void *answer)
{
    struct wts_pool *pool = &operation->remote->pool;
    const struct wts_context_kind *kind = procedure->context;
    const struct wts_deadline *deadline = &operation->deadline;
    unsigned wish = operation->lasts_ms != 0 ? WTS_POOL_LONG : 0;
    if (operation->unanswered != ERROR_SUCCESS)
        return operation->unanswered;
    for (;;) {
        struct wts_link *link;
        struct wts_context_handle context;
        struct wts_call_result result =
            wts_pool_take(pool, procedure->interface, wish, operation->ticket, &operation->deadline, &link);
        if (result.error != ERROR_SUCCESS)
            return wts_call_settle(operation, &result);
        result = enter(operation, link, kind, arguments, &context);
        if (result.error == ERROR_SUCCESS) {
            if (procedure->put != NULL)
                result = wts_link_call(pool, link, procedure, kind != NULL ? &context : NULL, arguments,
                                       wts_deadline_extended(deadline->end_ms, operation->lasts_ms), arena,
                                       answer);
            if (kind != NULL && !kind->is_kept && !result.broken)
                result.broken = !wts_link_close(pool, link, kind, &context, deadline->end_ms);
        }
        leave(operation, &result);
        const bool may_repeat = is_worth_repeating(&result);
        if (result.broken || may_repeat)
            wts_pool_drop(pool, link);
        else
            wts_pool_give_back(pool, link);
        if (!may_repeat || (wish & WTS_POOL_NEW) != 0)
            return wts_call_settle(operation, &result);
        wish |= WTS_POOL_NEW;
        wts_trace(WTS_TRACE_WIRE, "%s did not run, error %lu: once more on a new connection", procedure->name,
                  (unsigned long)result.error);
    }
}

/*
 * The one way a call to an opened server is made, on any interface: a link from the pool, the context handle
 * that the call takes opened before it, the request sent, repeated once and only where it provably did not
 * run. ms-tsts 6; design, decisions 2, 3, 9, 14. Portable.
 */
#ifndef WTS_REMOTE_CALL_H
#define WTS_REMOTE_CALL_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "remote/ndr/arena.h"
#include "remote/ndr/context.h"
#include "remote/ndr/reader.h"
#include "remote/ndr/writer.h"
#include "remote/operation.h"
#include "remote/pool.h"

/* How the context handle of a call is had. Opening one has no side effect that anybody could see. */
struct wts_context_rule {
    uint16_t open_opnum;
    uint16_t close_opnum;
    bool is_kept; /* opened once for each connection; else for the one call, and closed after it */
    void (*put_open)(struct wts_ndr_writer *writer, const void *subject);
    /* Reads the response of the open call: the handle, or why there is none (*error, a Win32 code, else 0).
     * False: it cannot be read, *error is 1783. */
    bool (*get_open)(const uint8_t *stub, size_t length, struct wts_context_handle *context, uint32_t *error);
    void (*put_close)(struct wts_ndr_writer *writer, const struct wts_context_handle *context);
};

/* One call. */
struct wts_remote_call {
    const struct wts_interface *interface;
    uint16_t opnum;
    uint32_t lasts_ms; /* how long its answer may take beyond the deadline, UINT32_MAX: for ever. Such a call
                          has a connection beside those of other calls */
    const struct wts_context_rule *rule; /* NULL: it takes no context handle */
    const void *subject;                 /* for rule->put_open; may be NULL */
    /* Writes the request stub; `context` is the opened one, or NULL without a rule. NULL: nothing is called,
     * opening the context says enough; the response is empty then. */
    void (*put)(struct wts_ndr_writer *writer, const struct wts_context_handle *context,
                const void *arguments);
    const void *arguments;
    struct wts_pool_ticket *ticket; /* by which another thread may end the call (pool.h), or NULL */
};

/*
 * Makes one call. Returns 0 and the response stub, which the caller frees with free(), or a Win32 code: of
 * the transport, of the server's open call, or of the call; operation.h knows whether the server said it.
 * After a question without an answer nothing is sent: its error again. 1726: it may have run, or was
 * cancelled, or the handle was closed; 1818: its deadline passed. docs/contract.md, docs/wire.md.
 */
uint32_t wts_remote_perform(struct wts_operation *operation, const struct wts_remote_call *call,
                            struct wts_response *response);

/*
 * The parts that wts_remote_perform is made of, for callers that hold a link of their own (pool.h) over
 * several calls. None of them repeats anything, gives the link back or drops it.
 */

/* Sends one request and waits for its response, as a transport's call does; `context` may be NULL. */
struct wts_call_result wts_link_send(const struct wts_pool *pool, const struct wts_link *link,
                                     const struct wts_remote_call *call,
                                     const struct wts_context_handle *context, struct wts_response *response,
                                     uint64_t deadline_ms);

/*
 * Opens a context as `rule` says. On error 0 *context is the handle. An open call that was lost counts as not
 * executed: nobody can tell.
 */
struct wts_call_result wts_link_open_context(const struct wts_pool *pool, const struct wts_link *link,
                                             const struct wts_context_rule *rule, const void *subject,
                                             uint64_t deadline_ms, struct wts_context_handle *context);

/* Closes it, in two seconds and until `deadline_ms`. False: the link is of no further use. */
bool wts_link_close_context(const struct wts_pool *pool, const struct wts_link *link,
                            const struct wts_context_rule *rule, const struct wts_context_handle *context,
                            uint64_t deadline_ms);

#endif

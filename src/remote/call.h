/*
 * The one way a procedure of an opened server is performed: a link from the pool, the context handle that the
 * procedure takes opened before it, the request written and sent, the response read, repeated once and only
 * where it provably did not run. docs/wire.md#call-errors, docs/design.md#repeating, docs/design.md#contexts,
 * docs/design.md#deadlines. Portable.
 */
#ifndef WTS_REMOTE_CALL_H
#define WTS_REMOTE_CALL_H

#include "remote/operation.h"
#include "remote/pool.h"
#include "remote/tsts/procedure.h"

/*
 * Performs a procedure. `arguments` is what the procedure takes; `answer` is what it gives, with pieces in
 * `arena` (NULL for answers without any); it has a meaning only when a server answered. Returns 0 or a Win32
 * code: of the transport, of opening the context, 1783 for a response that cannot be read, 8, or of the
 * answer's outcome; the operation notes whether the server said it. After a call without an answer nothing
 * more is sent, and its error is returned again. 1726: it may have run, or was cancelled, or the handle was
 * closed; 1818: its deadline passed.
 */
uint32_t wts_perform(struct wts_operation *operation, const struct wts_procedure *procedure,
                     const void *arguments, struct wts_ndr_arena *arena, void *answer);

/*
 * What the caller of an export gets for the end of a call that is not repeated. One without an answer is
 * noted in `operation`, which goes to the server no more. 1726 for "did not execute" and for a handle that
 * only the server can have lost.
 */
uint32_t wts_call_settle(struct wts_operation *operation, const struct wts_call_result *result);

/*
 * The parts that wts_perform is made of, for callers that hold a link of their own (pool.h) over several
 * calls. None of them repeats anything, gives the link back or drops it.
 */

/* One request and its response; `context` may be NULL. */
struct wts_call_result wts_link_call(const struct wts_pool *pool, const struct wts_link *link,
                                     const struct wts_procedure *procedure,
                                     const struct wts_context_handle *context, const void *arguments,
                                     uint64_t deadline_ms, struct wts_ndr_arena *arena, void *answer);

/*
 * Opens a context for what `arguments` begin with. On error 0 *context is the handle. An open call that was
 * lost counts as not executed: a context that nobody uses changes nothing.
 */
struct wts_call_result wts_link_open(const struct wts_pool *pool, const struct wts_link *link,
                                     const struct wts_context_kind *kind, const void *arguments,
                                     uint64_t deadline_ms, struct wts_context_handle *context);

/* Closes it, in two seconds and until `deadline_ms`. False: the link is of no further use. */
bool wts_link_close(const struct wts_pool *pool, const struct wts_link *link,
                    const struct wts_context_kind *kind, const struct wts_context_handle *context,
                    uint64_t deadline_ms);

#endif

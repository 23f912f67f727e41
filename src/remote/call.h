/*
 * The only way to perform a procedure of an opened server: take a link from the pool, open the context handle
 * that the procedure takes, write and send the request, read the response. A call is repeated once, and only
 * if it provably did not run. docs/wire.md#call-errors, docs/design.md#repeating, docs/design.md#contexts,
 * docs/design.md#deadlines. Portable.
 */
#ifndef WTS_REMOTE_CALL_H
#define WTS_REMOTE_CALL_H

#include "remote/operation.h"
#include "remote/pool.h"
#include "remote/tsts/procedure.h"

/*
 * Performs a procedure. `arguments` is the procedure's input. `answer` is its output, with parts in `arena`
 * (NULL for answers without parts); it is valid only when a server answered. Returns 0 or a Win32 code: of
 * the transport, of opening the context, 1783 for a response that cannot be read, 8, or of the answer's
 * outcome; the operation notes whether the code came from the server. After a call without an answer nothing
 * more is sent, and later calls return the same error. 1726: it may have run, or was cancelled, or the handle
 * was closed; 1818: its deadline passed.
 */
uint32_t wts_perform(struct wts_operation *operation, const struct wts_procedure *procedure,
                     const void *arguments, struct wts_ndr_arena *arena, void *answer);

/*
 * Returns the error that an export reports for a call that is not repeated. A call without an answer is noted
 * in `operation`, which then sends nothing more. 1726 for "did not execute" and for a context handle that
 * only the server can have lost.
 */
uint32_t wts_call_settle(struct wts_operation *operation, const struct wts_call_result *result);

/*
 * The steps of wts_perform, for callers that keep one link (pool.h) for several calls. None of them repeats a
 * call, or gives back or drops the link.
 */

/* One request and its response; `context` may be NULL. */
struct wts_call_result wts_link_call(const struct wts_pool *pool, const struct wts_link *link,
                                     const struct wts_procedure *procedure,
                                     const struct wts_context_handle *context, const void *arguments,
                                     uint64_t deadline_ms, struct wts_ndr_arena *arena, void *answer);

/*
 * Opens a context with the arguments that `arguments` begins with. On error 0 *context is the handle. An open
 * call that was lost counts as not executed, because an unused context has no effect.
 */
struct wts_call_result wts_link_open(const struct wts_pool *pool, const struct wts_link *link,
                                     const struct wts_context_kind *kind, const void *arguments,
                                     uint64_t deadline_ms, struct wts_context_handle *context);

/* Closes the context, within two seconds and before `deadline_ms`. False: the link can no longer be used. */
bool wts_link_close(const struct wts_pool *pool, const struct wts_link *link,
                    const struct wts_context_kind *kind, const struct wts_context_handle *context,
                    uint64_t deadline_ms);

#endif

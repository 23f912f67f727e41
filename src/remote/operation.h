/*
 * One exported call to an opened server: the server, the deadline, and whether every procedure so far got an
 * answer. The functions below a back end's entry take it in place of the server. docs/design.md#deadlines,
 * docs/design.md#refusals. Portable.
 */
#ifndef WTS_REMOTE_OPERATION_H
#define WTS_REMOTE_OPERATION_H

#include <stdbool.h>
#include <stdint.h>

#include "core/backend.h"
#include "core/deadline.h"

struct wts_remote_server;
struct wts_pool_ticket;

/* Used by one thread. */
struct wts_operation {
    struct wts_remote_server *remote;
    struct wts_deadline deadline;
    uint32_t unanswered; /* the error of the first procedure that got no answer, or an unreadable one; 0: all
                            were answered. After it nothing more is sent to the server. */
    uint32_t lasts_ms;   /* how long an answer may take beyond the deadline, UINT32_MAX: no limit. Such a call
                            does not count towards the pool's limit. 0 unless the caller sets it */
    struct wts_pool_ticket *ticket; /* by which another thread ends the call (pool.h); may be NULL */
};

/* Begins an operation on `server`, an opened server; its deadline starts now. */
struct wts_operation wts_operation_begin(struct wts_server *server);

/*
 * Whether `error`, with which a procedure of this operation ended, is a refusal by the server itself (access
 * denied, unknown, absent): only then may it be taken for "does not exist".
 */
bool wts_operation_was_refused(const struct wts_operation *operation, uint32_t error);

/* Notes that a procedure got no answer, or an unreadable one. Returns `error`. */
uint32_t wts_operation_lose(struct wts_operation *operation, uint32_t error);

#endif

/*
 * What one exported call does at an opened server: the server, the one deadline, and whether every procedure
 * so far got an answer. Each function below an entry of the back end gets it in place of the server.
 * docs/design.md#deadlines, docs/design.md#refusals. Portable.
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
                            were answered. Nothing more is sent to the server after it. */
    uint32_t lasts_ms;   /* how long an answer may take beyond the deadline, UINT32_MAX: for ever. Such a call
                            has a connection beside those of others. 0 unless the caller sets it */
    struct wts_pool_ticket *ticket; /* by which another thread may end it (pool.h). NULL unless it is set */
};

/* Begins one at `server`, an opened server; its deadline runs from now. */
struct wts_operation wts_operation_begin(struct wts_server *server);

/*
 * Whether `error`, with which a procedure of this operation ended, is the server's own refusal (no right,
 * unknown, absent): only that may be taken for "does not exist".
 */
bool wts_operation_was_refused(const struct wts_operation *operation, uint32_t error);

/* Notes that a procedure got no answer, or an unreadable one. Returns `error`. */
uint32_t wts_operation_lose(struct wts_operation *operation, uint32_t error);

#endif

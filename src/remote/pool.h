/*
 * The connections of one opened server. A connection serves one RPC interface and one call at a time; threads
 * that call at the same time get one each, so a program with one thread opens exactly one for each interface
 * that it uses. Portable.
 */
#ifndef WTS_REMOTE_POOL_H
#define WTS_REMOTE_POOL_H

#include <stdbool.h>
#include <stdint.h>

#include "core/backend.h"
#include "core/deadline.h"
#include "core/platform.h"
#include "remote/ndr/context.h"
#include "remote/transport/transport.h"

enum {
    WTS_POOL_MAX_LINKS = 8, /* connections to one interface; further threads wait for a free one */
    WTS_POOL_MAX_IDLE_MS = 5 * 60 * 1000, /* one that was idle for longer is closed at the next call */
    WTS_SERVER_NAME_CAPACITY = 256
};

struct wts_context_kind;

/* A connection and its context handle. In use by one thread, or idle in the pool. */
struct wts_link {
    struct wts_link *next;
    const struct wts_interface *interface;
    struct wts_connection *connection;
    const struct wts_context_kind *kind; /* of `context`; NULL: none is open */
    struct wts_context_handle context;   /* kept for all calls (call.h); valid on this connection only */
    bool is_connected;
    bool is_used; /* it carried a call before */
    bool is_busy;
    unsigned users; /* the pool or the caller that took it, and callers that cancel it. The last one frees. */
    bool is_cut;    /* the pool was closed, and its call cancelled */
    bool is_long;   /* used by a call without a limit: does not count towards the pool's limit */
    uint64_t idle_since_ms;
};

struct wts_pool {
    const struct wts_transport *transport; /* NULL: this system has none */
    const uint16_t *server_name;
    uint32_t max_idle_ms;
    struct wts_lock lock; /* guards what follows */
    struct wts_condition changed;
    struct wts_link *links; /* every link: busy (or being connected) or idle */
    bool is_closed;
};

/* A call or a connect that another thread may end; initially all zero. Guarded by the pool's lock. */
struct wts_pool_ticket {
    struct wts_link *link; /* the link that carries it now */
    bool is_cancelled;
};

/* What kind of link a caller wants: bits. */
enum wts_pool_wish {
    WTS_POOL_NEW = 0x1, /* a new link, never one that was used before */
    WTS_POOL_LONG = 0x2 /* for a call without a limit: the link does not count towards the pool's limit */
};

/* Starts an empty pool for `server_name` (kept, not copied). Opens nothing. */
void wts_pool_init(struct wts_pool *pool, const struct wts_transport *transport, const uint16_t *server_name);

/*
 * Gives the caller a link to `interface`, idle or new, as `wish` (bits of enum wts_pool_wish) requires. Waits
 * while all are busy. Cancelling `ticket`, unless it is NULL, ends the wait and the connect (with 1726).
 * Returns the result of the transport's connect, or one of these, which never count as an answer of the
 * server: 1818 when the deadline passed while waiting, 1726 when the pool was closed, 1722 for an invalid
 * server name (name.h), 1703 without a transport, 8 when memory is exhausted.
 */
struct wts_call_result wts_pool_take(struct wts_pool *pool, const struct wts_interface *interface,
                                     unsigned wish, struct wts_pool_ticket *ticket,
                                     struct wts_deadline *deadline, struct wts_link **link);

/* Puts a link back for the next call. */
void wts_pool_give_back(struct wts_pool *pool, struct wts_link *link);

/* Closes a link that can no longer be used. */
void wts_pool_drop(struct wts_pool *pool, struct wts_link *link);

/* Notes in `ticket` that `link` is about to carry its call. False: the ticket was cancelled, do not call. */
bool wts_pool_enter(struct wts_pool *pool, struct wts_pool_ticket *ticket, struct wts_link *link);

/* The call has returned. False: it was cancelled, and the link can no longer be used. */
bool wts_pool_leave(struct wts_pool *pool, struct wts_pool_ticket *ticket);

/*
 * Ends the connect or call of `ticket`, in flight or still to come, with 1726, in two steps. The first may be
 * called under any lock. It returns the link that carries the call, or NULL when nothing more is to be done;
 * the ticket is not needed afterwards. The second, wts_pool_cut, may send, and must be called without a lock.
 */
struct wts_link *wts_pool_cancel(struct wts_pool *pool, struct wts_pool_ticket *ticket);
void wts_pool_cut(struct wts_pool *pool, struct wts_link *link);

/* Waits until `until_ms`; returns false as soon as the pool is closed. */
bool wts_pool_pause(struct wts_pool *pool, uint64_t until_ms);

/* Closes the pool: it gives no more links, and connects and calls in flight are cancelled. */
void wts_pool_close(struct wts_pool *pool);

/* After wts_pool_close: an idle link for the caller to drop; NULL when none is left. */
struct wts_link *wts_pool_take_idle(struct wts_pool *pool);

#endif

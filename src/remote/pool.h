/*
 * The connections of one opened server. A connection serves one RPC interface and one call at a time; threads
 * that call at the same time get one each, so that a program with one thread opens exactly one for each
 * interface it uses. Portable.
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
    WTS_POOL_MAX_LINKS = 8, /* connections to one interface; more threads wait for one to be free */
    WTS_POOL_MAX_IDLE_MS = 5 * 60 * 1000, /* what was idle for so long is closed at the next call */
    WTS_SERVER_NAME_CAPACITY = 256
};

struct wts_context_kind;

/* A connection and what the server gave for it. In use by one thread, or idle in the pool. */
struct wts_link {
    struct wts_link *next;
    const struct wts_interface *interface;
    struct wts_connection *connection;
    const struct wts_context_kind *kind; /* of `context`; NULL: none is open */
    struct wts_context_handle context;   /* kept for all calls (call.h); valid on this connection only */
    bool is_connected;
    bool is_used; /* it carried a call before */
    bool is_busy;
    unsigned users; /* the pool, or the one it gave it to; and those who cancel it. The last one frees. */
    bool is_cut;    /* the pool was closed, and its call cancelled */
    bool is_long;   /* by a call that may last for ever: does not count for the limit */
    uint64_t idle_since_ms;
};

struct wts_pool {
    const struct wts_transport *transport; /* NULL: none on this system */
    const uint16_t *server_name;
    uint32_t max_idle_ms;
    struct wts_lock lock; /* guards what follows */
    struct wts_condition changed;
    struct wts_link *links; /* every link: busy (being connected, too) or idle */
    bool is_closed;
};

/* A call, or a connect, that another thread may want to end; all zero when fresh. Guarded by the pool's lock.
 */
struct wts_pool_ticket {
    struct wts_link *link; /* that carries it now */
    bool is_cancelled;
};

/* What kind of link a caller wants: bits. */
enum wts_pool_wish {
    WTS_POOL_NEW = 0x1, /* never one that was used before */
    WTS_POOL_LONG = 0x2 /* for a call that may last for ever: takes no place that others may wait for */
};

/* Starts an empty pool for `server_name` (kept, not copied). Opens nothing. */
void wts_pool_init(struct wts_pool *pool, const struct wts_transport *transport, const uint16_t *server_name);

/*
 * Gives the caller a link to `interface` as `wish` (bits of enum wts_pool_wish) says: an idle one, or a new
 * one. Waits when all are busy. `ticket`, unless NULL, ends the wait and the connect (with 1726). Gives what
 * the transport's connect gave, or, never as an answer of the server: 1818 when the wait was too long, 1726
 * when the pool was closed, 1722 for a name that no server can have (name.h), 1703 without a transport, 8
 * without memory.
 */
struct wts_call_result wts_pool_take(struct wts_pool *pool, const struct wts_interface *interface,
                                     unsigned wish, struct wts_pool_ticket *ticket,
                                     struct wts_deadline *deadline, struct wts_link **link);

/* Puts a link back for the next call. */
void wts_pool_give_back(struct wts_pool *pool, struct wts_link *link);

/* Closes a link that is of no further use. */
void wts_pool_drop(struct wts_pool *pool, struct wts_link *link);

/* Notes in `ticket` that `link` is about to carry its call. False: it was cancelled, do not call. */
bool wts_pool_enter(struct wts_pool *pool, struct wts_pool_ticket *ticket, struct wts_link *link);

/* The call is back. False: it was cancelled, and the link is of no further use. */
bool wts_pool_leave(struct wts_pool *pool, struct wts_pool_ticket *ticket);

/*
 * Ends the connect or call of `ticket`, the one in flight or the one to come, with 1726, in two steps. The
 * first may be done under any lock and gives the link that carries it, or NULL when there is nothing more to
 * do; the ticket is not needed after it. The second, wts_pool_cut, may have to send: no lock is held then.
 */
struct wts_link *wts_pool_cancel(struct wts_pool *pool, struct wts_pool_ticket *ticket);
void wts_pool_cut(struct wts_pool *pool, struct wts_link *link);

/* Waits until `until_ms`; false, at once, when the pool is or gets closed. */
bool wts_pool_pause(struct wts_pool *pool, uint64_t until_ms);

/* The pool gives no more links; connects and calls in flight are cancelled. */
void wts_pool_close(struct wts_pool *pool);

/* After wts_pool_close: a link that carries nothing, for the caller to drop; NULL when none is left. */
struct wts_link *wts_pool_take_idle(struct wts_pool *pool);

#endif

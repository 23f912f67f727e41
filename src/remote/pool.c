/*
 * The connections of one opened server; see pool.h.
 */
#include "remote/pool.h"

#include <stdlib.h>

#include "core/error.h"
#include "remote/name.h"

void wts_pool_init(struct wts_pool *pool, const struct wts_transport *transport, const uint16_t *server_name)
{
    *pool = (struct wts_pool){
        .transport = transport, .server_name = server_name, .idle_limit_ms = WTS_POOL_IDLE_LIMIT_MS};
    wts_lock_initialize(&pool->lock);
    wts_condition_initialize(&pool->changed);
}

static struct wts_link *find_idle(const struct wts_pool *pool, const struct wts_interface *interface)
{
    struct wts_link *link = pool->links;
    while (link != NULL && (link->is_busy || link->interface != interface))
        link = link->next;
    return link;
}

/* How many links count for the limit of `interface`. */
static unsigned count_links(const struct wts_pool *pool, const struct wts_interface *interface)
{
    unsigned count = 0;
    for (const struct wts_link *link = pool->links; link != NULL; link = link->next)
        count += link->interface == interface && !link->is_long;
    return count;
}

/* Takes a link out of the list. Under the lock. */
static void unlink_link(struct wts_pool *pool, struct wts_link *link)
{
    struct wts_link **place = &pool->links;
    while (*place != link)
        place = &(*place)->next;
    *place = link->next;
}

/* Takes out and closes an idle link. Under the lock; closing never waits. */
static void close_idle_link(struct wts_pool *pool, struct wts_link *link)
{
    unlink_link(pool, link);
    pool->transport->close(link->connection);
    free(link);
}

/* Nobody at the server's side need keep what has not been used for long. Under the lock. */
static void close_old_links(struct wts_pool *pool)
{
    const uint64_t now = wts_clock_ms();
    struct wts_link *next;
    for (struct wts_link *link = pool->links; link != NULL; link = next) {
        next = link->next;
        if (!link->is_busy && now - link->idle_since_ms >= pool->idle_limit_ms)
            close_idle_link(pool, link);
    }
}

/* A link that is yet to be connected, in the list. Under the lock. */
static struct wts_link *add_link(struct wts_pool *pool, const struct wts_interface *interface)
{
    struct wts_link *link = calloc(1, sizeof *link);
    if (link == NULL)
        return NULL;
    link->interface = interface;
    link->next = pool->links;
    pool->links = link;
    return link;
}

/* Gives an idle link, or a fresh one that its taker connects, or NULL when there is no room. Under the lock.
 */
static uint32_t choose_link(struct wts_pool *pool, const struct wts_interface *interface, unsigned wish,
                            struct wts_link **chosen)
{
    const bool is_long = (wish & WTS_POOL_LONG) != 0;
    struct wts_link *link = find_idle(pool, interface);
    *chosen = NULL;
    if (link == NULL || (wish & WTS_POOL_NEW) != 0) {
        if (link != NULL && count_links(pool, interface) >= WTS_POOL_LINK_LIMIT)
            close_idle_link(pool, link);
        if (!is_long && count_links(pool, interface) >= WTS_POOL_LINK_LIMIT)
            return ERROR_SUCCESS;
        link = add_link(pool, interface);
        if (link == NULL)
            return ERROR_NOT_ENOUGH_MEMORY;
    }
    link->is_busy = true;
    link->is_long = is_long;
    *chosen = link;
    return ERROR_SUCCESS;
}

/* The same, waiting until there is one. Under the lock. */
static uint32_t wait_for_link(struct wts_pool *pool, const struct wts_interface *interface, unsigned wish,
                              uint32_t timeout_ms, struct wts_link **link)
{
    const uint64_t start = wts_clock_ms();
    while (!pool->is_closed) {
        close_old_links(pool);
        const uint32_t error = choose_link(pool, interface, wish, link);
        if (error != ERROR_SUCCESS || *link != NULL)
            return error;
        const uint64_t waited = wts_clock_ms() - start;
        if (timeout_ms != UINT32_MAX && waited >= timeout_ms)
            return RPC_S_CALL_CANCELLED;
        wts_condition_wait(&pool->changed, &pool->lock,
                           timeout_ms == UINT32_MAX ? UINT32_MAX : timeout_ms - (uint32_t)waited);
    }
    return RPC_S_CALL_FAILED;
}

/* Connects a fresh link; the pool may be closed meanwhile. */
static uint32_t connect_link(struct wts_pool *pool, struct wts_link *link, uint32_t timeout_ms)
{
    struct wts_connection *connection;
    if (!wts_remote_name_is_valid(pool->server_name))
        return RPC_S_SERVER_UNAVAILABLE;
    if (pool->transport == NULL)
        return RPC_S_PROTSEQ_NOT_SUPPORTED;
    const uint32_t error =
        pool->transport->connect(pool->server_name, link->interface, timeout_ms, &connection);
    if (error != ERROR_SUCCESS)
        return error;
    wts_lock_acquire(&pool->lock);
    link->connection = connection;
    const bool is_closed = pool->is_closed;
    wts_lock_release(&pool->lock);
    return is_closed ? RPC_S_CALL_FAILED : ERROR_SUCCESS;
}

uint32_t wts_pool_take(struct wts_pool *pool, const struct wts_interface *interface, unsigned wish,
                       uint32_t connect_timeout_ms, uint32_t wait_timeout_ms, struct wts_link **link)
{
    struct wts_link *taken;
    wts_lock_acquire(&pool->lock);
    uint32_t error = wait_for_link(pool, interface, wish, wait_timeout_ms, &taken);
    wts_lock_release(&pool->lock);
    if (error != ERROR_SUCCESS)
        return error;
    if (taken->connection == NULL) {
        error = connect_link(pool, taken, connect_timeout_ms);
        if (error != ERROR_SUCCESS) {
            wts_pool_drop(pool, taken);
            return error;
        }
    }
    *link = taken;
    return ERROR_SUCCESS;
}

void wts_pool_give_back(struct wts_pool *pool, struct wts_link *link)
{
    wts_lock_acquire(&pool->lock);
    const bool is_surplus = link->is_long && count_links(pool, link->interface) >= WTS_POOL_LINK_LIMIT;
    if (!is_surplus) {
        link->is_used = true;
        link->is_long = false;
        link->is_busy = false;
        link->idle_since_ms = wts_clock_ms();
        wts_condition_wake_all(&pool->changed);
    }
    wts_lock_release(&pool->lock);
    if (is_surplus)
        wts_pool_drop(pool, link);
}

void wts_pool_drop(struct wts_pool *pool, struct wts_link *link)
{
    wts_lock_acquire(&pool->lock);
    unlink_link(pool, link);
    wts_condition_wake_all(&pool->changed);
    wts_lock_release(&pool->lock);
    if (link->connection != NULL)
        pool->transport->close(link->connection);
    free(link);
}

bool wts_pool_enter(struct wts_pool *pool, struct wts_pool_ticket *ticket, struct wts_link *link)
{
    wts_lock_acquire(&pool->lock);
    const bool may_call = !ticket->is_cancelled;
    ticket->link = may_call ? link : NULL;
    wts_lock_release(&pool->lock);
    return may_call;
}

bool wts_pool_leave(struct wts_pool *pool, struct wts_pool_ticket *ticket)
{
    wts_lock_acquire(&pool->lock);
    const bool is_cancelled = ticket->is_cancelled;
    ticket->link = NULL;
    wts_lock_release(&pool->lock);
    return !is_cancelled;
}

void wts_pool_cancel(struct wts_pool *pool, struct wts_pool_ticket *ticket)
{
    wts_lock_acquire(&pool->lock);
    ticket->is_cancelled = true;
    if (ticket->link != NULL)
        pool->transport->cancel(ticket->link->connection);
    wts_lock_release(&pool->lock);
}

bool wts_pool_pause(struct wts_pool *pool, uint32_t timeout_ms)
{
    const uint64_t start = wts_clock_ms();
    wts_lock_acquire(&pool->lock);
    for (uint64_t waited = 0; !pool->is_closed && waited < timeout_ms; waited = wts_clock_ms() - start)
        wts_condition_wait(&pool->changed, &pool->lock, timeout_ms - (uint32_t)waited);
    const bool is_open = !pool->is_closed;
    wts_lock_release(&pool->lock);
    return is_open;
}

void wts_pool_close(struct wts_pool *pool)
{
    wts_lock_acquire(&pool->lock);
    pool->is_closed = true;
    for (struct wts_link *link = pool->links; link != NULL; link = link->next) {
        if (link->is_busy && link->connection != NULL)
            pool->transport->cancel(link->connection);
    }
    wts_condition_wake_all(&pool->changed);
    wts_lock_release(&pool->lock);
}

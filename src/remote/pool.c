/*
 * The connections of one opened server; see pool.h.
 */
#include "remote/pool.h"

#include <stdlib.h>

#include "core/error.h"
#include "remote/name.h"

void wts_pool_init(struct wts_pool *pool, const struct wts_transport *transport, const uint16_t *server_name)
{
    *pool = (struct wts_pool){.transport = transport, .server_name = server_name};
    wts_lock_initialize(&pool->lock);
    wts_condition_initialize(&pool->changed);
}

static struct wts_link *find_idle(const struct wts_pool *pool, const struct wts_interface *interface)
{
    struct wts_link *link = pool->links;
    while (link != NULL && (link->is_busy || (interface != NULL && link->interface != interface)))
        link = link->next;
    return link;
}

/* Takes a link out of the list. Under the lock. */
static void unlink_link(struct wts_pool *pool, struct wts_link *link)
{
    struct wts_link **place = &pool->links;
    while (*place != link)
        place = &(*place)->next;
    *place = link->next;
    pool->link_count--;
}

/* Closes one idle link of whatever interface, to make room. Under the lock; closing never waits. */
static void close_an_idle_link(struct wts_pool *pool)
{
    struct wts_link *idle = find_idle(pool, NULL);
    if (idle == NULL)
        return;
    unlink_link(pool, idle);
    pool->transport->close(idle->connection);
    free(idle);
}

/*
 * Waits until there is an idle link, given in *link, or room for a new one, then counted as ours. Under the
 * lock.
 */
static uint32_t wait_for_room(struct wts_pool *pool, const struct wts_interface *interface, bool is_new,
                              uint32_t timeout_ms, struct wts_link **link)
{
    const uint64_t start = wts_clock_ms();
    while (!pool->is_closed) {
        *link = is_new ? NULL : find_idle(pool, interface);
        if (*link != NULL) {
            (*link)->is_busy = true;
            return ERROR_SUCCESS;
        }
        if (pool->link_count == WTS_POOL_LINK_LIMIT)
            close_an_idle_link(pool);
        if (pool->link_count < WTS_POOL_LINK_LIMIT) {
            pool->link_count++;
            return ERROR_SUCCESS;
        }
        const uint64_t waited = wts_clock_ms() - start;
        if (timeout_ms != UINT32_MAX && waited >= timeout_ms)
            return RPC_S_CALL_CANCELLED;
        wts_condition_wait(&pool->changed, &pool->lock,
                           timeout_ms == UINT32_MAX ? UINT32_MAX : timeout_ms - (uint32_t)waited);
    }
    return RPC_S_CALL_FAILED;
}

static uint32_t connect_link(struct wts_pool *pool, const struct wts_interface *interface,
                             uint32_t timeout_ms, struct wts_link **link)
{
    if (!wts_remote_name_is_valid(pool->server_name))
        return RPC_S_SERVER_UNAVAILABLE;
    if (pool->transport == NULL)
        return RPC_S_PROTSEQ_NOT_SUPPORTED;
    struct wts_link *fresh = calloc(1, sizeof *fresh);
    if (fresh == NULL)
        return ERROR_NOT_ENOUGH_MEMORY;
    fresh->interface = interface;
    fresh->is_busy = true;
    const uint32_t error =
        pool->transport->connect(pool->server_name, interface, timeout_ms, &fresh->connection);
    if (error != ERROR_SUCCESS) {
        free(fresh);
        return error;
    }
    *link = fresh;
    return ERROR_SUCCESS;
}

/* Enters a connected link into the pool; false when the pool was closed meanwhile. */
static bool enter_link(struct wts_pool *pool, struct wts_link *link)
{
    wts_lock_acquire(&pool->lock);
    const bool is_open = !pool->is_closed;
    if (is_open) {
        link->next = pool->links;
        pool->links = link;
    }
    wts_lock_release(&pool->lock);
    return is_open;
}

/* Gives up the place that wait_for_room counted. */
static void give_up_room(struct wts_pool *pool)
{
    wts_lock_acquire(&pool->lock);
    pool->link_count--;
    wts_condition_wake_all(&pool->changed);
    wts_lock_release(&pool->lock);
}

uint32_t wts_pool_take(struct wts_pool *pool, const struct wts_interface *interface, bool is_new,
                       uint32_t connect_timeout_ms, uint32_t wait_timeout_ms, struct wts_link **link)
{
    wts_lock_acquire(&pool->lock);
    uint32_t error = wait_for_room(pool, interface, is_new, wait_timeout_ms, link);
    wts_lock_release(&pool->lock);
    if (error != ERROR_SUCCESS || *link != NULL)
        return error;
    error = connect_link(pool, interface, connect_timeout_ms, link);
    if (error == ERROR_SUCCESS && !enter_link(pool, *link)) {
        pool->transport->close((*link)->connection);
        free(*link);
        error = RPC_S_CALL_FAILED;
    }
    if (error != ERROR_SUCCESS)
        give_up_room(pool);
    return error;
}

void wts_pool_give_back(struct wts_pool *pool, struct wts_link *link)
{
    wts_lock_acquire(&pool->lock);
    link->is_busy = false;
    wts_condition_wake_all(&pool->changed);
    wts_lock_release(&pool->lock);
}

void wts_pool_drop(struct wts_pool *pool, struct wts_link *link)
{
    wts_lock_acquire(&pool->lock);
    unlink_link(pool, link);
    wts_condition_wake_all(&pool->changed);
    wts_lock_release(&pool->lock);
    pool->transport->close(link->connection);
    free(link);
}

void wts_pool_close(struct wts_pool *pool)
{
    wts_lock_acquire(&pool->lock);
    pool->is_closed = true;
    for (struct wts_link *link = pool->links; link != NULL; link = link->next) {
        if (link->is_busy)
            pool->transport->cancel(link->connection);
    }
    wts_condition_wake_all(&pool->changed);
    wts_lock_release(&pool->lock);
}

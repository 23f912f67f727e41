/*
 * The connections of one opened server; see pool.h.
 */
#include "remote/pool.h"

#include <stdlib.h>

#include "core/connect_report.h"
#include "core/error.h"
#include "core/text.h"
#include "remote/name.h"

void wts_pool_init(struct wts_pool *pool, const struct wts_transport *transport, const uint16_t *server_name)
{
    *pool = (struct wts_pool){
        .transport = transport, .server_name = server_name, .max_idle_ms = WTS_POOL_MAX_IDLE_MS};
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

/* How many links count towards the limit of `interface`. */
static unsigned count_links(const struct wts_pool *pool, const struct wts_interface *interface)
{
    unsigned count = 0;
    for (const struct wts_link *link = pool->links; link != NULL; link = link->next)
        count += link->interface == interface && !link->is_long;
    return count;
}

/* Takes a link out of the list. Call under the lock. */
static void unlink_link(struct wts_pool *pool, struct wts_link *link)
{
    struct wts_link **place = &pool->links;
    while (*place != link)
        place = &(*place)->next;
    *place = link->next;
}

/* Gives up one use of a link; the last one closes it. Called without the lock, because closing may send. */
static void release_link(struct wts_pool *pool, struct wts_link *link)
{
    wts_lock_acquire(&pool->lock);
    const bool is_last = --link->users == 0;
    wts_lock_release(&pool->lock);
    if (!is_last)
        return;
    pool->transport->close(link->connection);
    free(link);
}

/* Gives up the links of a list that the pool no longer has. Called without the lock. */
static void release_links(struct wts_pool *pool, struct wts_link *links)
{
    while (links != NULL) {
        struct wts_link *link = links;
        links = link->next;
        release_link(pool, link);
    }
}

/* Moves an idle link to `retired`. Call under the lock. */
static void retire_link(struct wts_pool *pool, struct wts_link *link, struct wts_link **retired)
{
    unlink_link(pool, link);
    link->next = *retired;
    *retired = link;
}

/* Retires links that were idle for long, so that the server need not keep them. Call under the lock. */
static void retire_old_links(struct wts_pool *pool, struct wts_link **retired)
{
    const uint64_t now = wts_clock_ms();
    struct wts_link *next;
    for (struct wts_link *link = pool->links; link != NULL; link = next) {
        next = link->next;
        if (!link->is_busy && now - link->idle_since_ms >= pool->max_idle_ms)
            retire_link(pool, link, retired);
    }
}

/* Adds a link that is not connected yet to the list. Call under the lock. */
static struct wts_link *add_link(struct wts_pool *pool, const struct wts_interface *interface)
{
    struct wts_link *link = calloc(1, sizeof *link);
    if (link == NULL)
        return NULL;
    link->connection = pool->transport->create(pool->server_name, interface);
    if (link->connection == NULL) {
        free(link);
        return NULL;
    }
    link->interface = interface;
    link->users = 1;
    link->next = pool->links;
    pool->links = link;
    return link;
}

/* Gives an idle link, or a new one for the caller to connect, or NULL when the limit is reached. Call under
 * the lock. */
static uint32_t choose_link(struct wts_pool *pool, const struct wts_interface *interface, unsigned wish,
                            struct wts_link **retired, struct wts_link **chosen)
{
    const bool is_long = (wish & WTS_POOL_LONG) != 0;
    struct wts_link *link = find_idle(pool, interface);
    *chosen = NULL;
    if (link == NULL || (wish & WTS_POOL_NEW) != 0) {
        if (link != NULL && count_links(pool, interface) >= WTS_POOL_MAX_LINKS)
            retire_link(pool, link, retired);
        if (!is_long && count_links(pool, interface) >= WTS_POOL_MAX_LINKS)
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

/* The same, but waits until there is a link, and notes it in the ticket, if any. Call under the lock. */
static uint32_t wait_for_link(struct wts_pool *pool, const struct wts_interface *interface, unsigned wish,
                              struct wts_pool_ticket *ticket, uint64_t until_ms, struct wts_link **retired,
                              struct wts_link **link)
{
    while (!pool->is_closed && (ticket == NULL || !ticket->is_cancelled)) {
        retire_old_links(pool, retired);
        const uint32_t error = choose_link(pool, interface, wish, retired, link);
        if (*link != NULL && ticket != NULL)
            ticket->link = *link;
        if (error != ERROR_SUCCESS || *link != NULL)
            return error;
        if (!wts_condition_wait(&pool->changed, &pool->lock, until_ms))
            return RPC_S_CALL_CANCELLED;
    }
    return RPC_S_CALL_FAILED;
}

static struct wts_call_result connect_link(struct wts_pool *pool, struct wts_link *link,
                                           struct wts_deadline *deadline)
{
    const uint64_t began_ms = wts_clock_ms();
    const struct wts_call_result result =
        pool->transport->connect(link->connection, wts_deadline_connect_by(deadline));
    wts_deadline_connected(deadline, began_ms);
    link->is_connected = true;
    return result;
}

/* The result when there is no connection, or when it is no longer wanted. */
static struct wts_call_result not_taken(uint32_t error)
{
    return (struct wts_call_result){.error = error, .progress = WTS_NOT_EXECUTED, .broken = true};
}

/* Reports a name for which no transport can connect. */
static void report_name(const struct wts_pool *pool)
{
    static const char reason[] = "no host name has such characters; nothing was sent";
    char server[3 * 256];
    const struct wts_connect_report report = {.transport =
                                                  pool->transport != NULL ? pool->transport->name : "-",
                                              .server = server,
                                              .step = WTS_CONNECT_NAME,
                                              .error = RPC_S_SERVER_UNAVAILABLE,
                                              .text = reason,
                                              .text_length = sizeof reason - 1};
    wts_text_to_utf8(pool->server_name, server, sizeof server);
    wts_connect_report(&report);
}

struct wts_call_result wts_pool_take(struct wts_pool *pool, const struct wts_interface *interface,
                                     unsigned wish, struct wts_pool_ticket *ticket,
                                     struct wts_deadline *deadline, struct wts_link **link)
{
    struct wts_link *taken = NULL;
    struct wts_link *retired = NULL;
    if (!wts_remote_name_is_valid(pool->server_name)) {
        report_name(pool);
        return not_taken(RPC_S_SERVER_UNAVAILABLE);
    }
    if (pool->transport == NULL)
        return not_taken(RPC_S_PROTSEQ_NOT_SUPPORTED);
    wts_lock_acquire(&pool->lock);
    const uint32_t error = wait_for_link(pool, interface, wish, ticket, deadline->end_ms, &retired, &taken);
    wts_lock_release(&pool->lock);
    release_links(pool, retired);
    if (error != ERROR_SUCCESS)
        return not_taken(error);
    struct wts_call_result result = {.error = ERROR_SUCCESS};
    if (!taken->is_connected)
        result = connect_link(pool, taken, deadline);
    wts_lock_acquire(&pool->lock);
    if (ticket != NULL)
        ticket->link = NULL;
    if (pool->is_closed || (ticket != NULL && ticket->is_cancelled))
        result = not_taken(RPC_S_CALL_FAILED);
    wts_lock_release(&pool->lock);
    if (result.error != ERROR_SUCCESS)
        wts_pool_drop(pool, taken);
    else
        *link = taken;
    return result;
}

void wts_pool_give_back(struct wts_pool *pool, struct wts_link *link)
{
    wts_lock_acquire(&pool->lock);
    const bool is_surplus =
        pool->is_closed || (link->is_long && count_links(pool, link->interface) >= WTS_POOL_MAX_LINKS);
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
    release_link(pool, link);
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

struct wts_link *wts_pool_cancel(struct wts_pool *pool, struct wts_pool_ticket *ticket)
{
    wts_lock_acquire(&pool->lock);
    struct wts_link *link = ticket->link;
    ticket->is_cancelled = true;
    if (link != NULL)
        link->users++;
    wts_condition_wake_all(&pool->changed);
    wts_lock_release(&pool->lock);
    return link;
}

void wts_pool_cut(struct wts_pool *pool, struct wts_link *link)
{
    if (link == NULL)
        return;
    pool->transport->cancel(link->connection);
    release_link(pool, link);
}

bool wts_pool_pause(struct wts_pool *pool, uint64_t until_ms)
{
    wts_lock_acquire(&pool->lock);
    while (!pool->is_closed && wts_condition_wait(&pool->changed, &pool->lock, until_ms)) {
    }
    const bool is_open = !pool->is_closed;
    wts_lock_release(&pool->lock);
    return is_open;
}

/* A busy link that is not cut yet, with one more user. */
static struct wts_link *find_uncut(struct wts_pool *pool)
{
    wts_lock_acquire(&pool->lock);
    struct wts_link *link = pool->links;
    while (link != NULL && (!link->is_busy || link->is_cut))
        link = link->next;
    if (link != NULL) {
        link->is_cut = true;
        link->users++;
    }
    wts_lock_release(&pool->lock);
    return link;
}

void wts_pool_close(struct wts_pool *pool)
{
    struct wts_link *link;
    wts_lock_acquire(&pool->lock);
    pool->is_closed = true;
    wts_condition_wake_all(&pool->changed);
    wts_lock_release(&pool->lock);
    while ((link = find_uncut(pool)) != NULL)
        wts_pool_cut(pool, link);
}

struct wts_link *wts_pool_take_idle(struct wts_pool *pool)
{
    wts_lock_acquire(&pool->lock);
    struct wts_link *link = pool->links;
    while (link != NULL && link->is_busy)
        link = link->next;
    if (link != NULL)
        link->is_busy = true;
    wts_lock_release(&pool->lock);
    return link;
}

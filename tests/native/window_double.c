/*
 * Windows for native tests; see window_double.h.
 */
#include "window_double.h"

#include <pthread.h>
#include <stdbool.h>
#include <string.h>

#include "core/window.h"
#include "limit.h"

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static pthread_cond_t changed = PTHREAD_COND_INITIALIZER;
static uint32_t owners[WINDOW_COUNT];
static struct window_post posts[WINDOW_POST_CAPACITY];
static unsigned post_count;
static unsigned blocked;
static bool is_held;

/* A window's handle is the address of its owner. */
static unsigned number_of(const void *window)
{
    return (unsigned)((const uint32_t *)window - owners);
}

void *window_make(unsigned number, uint32_t owner)
{
    pthread_mutex_lock(&lock);
    owners[number] = owner;
    pthread_mutex_unlock(&lock);
    return &owners[number];
}

void window_end(unsigned number)
{
    window_make(number, 0);
}

unsigned window_post_count(void)
{
    pthread_mutex_lock(&lock);
    const unsigned count = post_count;
    pthread_mutex_unlock(&lock);
    return count;
}

const struct window_post *window_wait_posts(unsigned count)
{
    pthread_mutex_lock(&lock);
    limit_waits_for("messages to windows");
    while (post_count < count)
        pthread_cond_wait(&changed, &lock);
    limit_waits_for(NULL);
    pthread_mutex_unlock(&lock);
    return posts;
}

void window_reset(void)
{
    pthread_mutex_lock(&lock);
    memset(owners, 0, sizeof owners);
    post_count = 0;
    is_held = false;
    pthread_cond_broadcast(&changed);
    pthread_mutex_unlock(&lock);
}

void window_hold(void)
{
    pthread_mutex_lock(&lock);
    is_held = true;
    pthread_mutex_unlock(&lock);
}

void window_let_go(void)
{
    pthread_mutex_lock(&lock);
    is_held = false;
    pthread_cond_broadcast(&changed);
    pthread_mutex_unlock(&lock);
}

void window_wait_held(void)
{
    pthread_mutex_lock(&lock);
    limit_waits_for("a message to a window that holds it");
    while (blocked == 0)
        pthread_cond_wait(&changed, &lock);
    limit_waits_for(NULL);
    pthread_mutex_unlock(&lock);
}

uint32_t wts_window_owner(void *window)
{
    pthread_mutex_lock(&lock);
    const uint32_t owner = window != NULL ? owners[number_of(window)] : 0;
    pthread_mutex_unlock(&lock);
    return owner;
}

uint32_t wts_window_session(void *window)
{
    return wts_window_owner(window) != 0 ? 1 : 0;
}

void wts_window_post(void *window, enum wts_session_change change, uint32_t session_id)
{
    pthread_mutex_lock(&lock);
    blocked++;
    pthread_cond_broadcast(&changed);
    while (is_held)
        pthread_cond_wait(&changed, &lock);
    blocked--;
    if (post_count < WINDOW_POST_CAPACITY)
        posts[post_count++] = (struct window_post){number_of(window), change, session_id};
    pthread_cond_broadcast(&changed);
    pthread_mutex_unlock(&lock);
}

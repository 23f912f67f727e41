/*
 * Resolving a server handle: one thread; two threads on different handles; two on the same. The reference of
 * the pairs is one thread alone, in calls per second of all threads together: a ratio of 0.5 in time is twice
 * the work.
 */
#include <pthread.h>
#include <stdatomic.h>
#include <stdint.h>
#include <time.h>

#include "core/server.h"

#include "bench.h"

#define ROUNDS 15
#define CALLS 2000000U

static double now_ns(void)
{
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (double)now.tv_sec * 1e9 + (double)now.tv_nsec;
}

static void *resolve_many(void *handle)
{
    struct wts_server *server;
    for (unsigned i = 0; i < CALLS; i++) {
        if (wts_server_acquire(handle, &server) != 0)
            abort();
        wts_server_release(handle);
    }
    return NULL;
}

static double one_thread(void *handle)
{
    const double before = now_ns();
    resolve_many(handle);
    return (now_ns() - before) / CALLS;
}

/* Time per call of both threads together. */
static double two_threads(void *first, void *second)
{
    pthread_t other;
    const double before = now_ns();
    pthread_create(&other, NULL, resolve_many, second);
    resolve_many(first);
    pthread_join(other, NULL);
    return (now_ns() - before) / (2.0 * CALLS);
}

/* An empty loop with the two atomic steps that any counted reference needs. */
static double bare_reference(void)
{
    static _Atomic uint64_t count;
    const double before = now_ns();
    for (unsigned i = 0; i < CALLS; i++) {
        atomic_fetch_add(&count, 1);
        atomic_fetch_sub(&count, 1);
    }
    return (now_ns() - before) / CALLS;
}

int main(void)
{
    void *first = wts_server_open(&wts_local_server);
    void *second = wts_server_open(&wts_local_server);
    double a[ROUNDS];
    double b[ROUNDS];
    for (int i = 0; i < ROUNDS; i++) {
        a[i] = one_thread(first);
        b[i] = bare_reference();
    }
    report("resolve_one_thread", a, b, ROUNDS);
    for (int i = 0; i < ROUNDS; i++) {
        a[i] = two_threads(first, second);
        b[i] = one_thread(first);
    }
    report("resolve_two_threads_two_handles", a, b, ROUNDS);
    for (int i = 0; i < ROUNDS; i++) {
        a[i] = two_threads(first, first);
        b[i] = one_thread(first);
    }
    report("resolve_two_threads_one_handle", a, b, ROUNDS);
    return 0;
}

/*
 * The watch over the Linux session natively, on a double of the wire, with the real wts-session: many threads
 * ask and begin to watch while helpers end and are started again. For the sanitizers above all.
 * usage: test_linux_watch WTS_SESSION
 */
#include "native_test.h"

#include <pthread.h>
#include <stdatomic.h>
#include <stdio.h>

#include "core/deadline.h"
#include "core/sessions.h"
#include "helper/client/find.h"
#include "local/session/linux_watch.h"
#include "wire_native.h"

enum { THREADS = 6, QUESTIONS = 3000, PATIENCE_MS = 60000 };

static const char *program;
static _Atomic unsigned changes;
static _Atomic unsigned losses;
static _Atomic bool is_wanted = true;

bool wts_helper_find(const struct wts_helper_kind *kind, char *path, size_t size)
{
    (void)kind;
    snprintf(path, size, "%s", program);
    return true;
}

static void changed(const struct wts_linux_picture *before, const struct wts_linux_picture *after)
{
    assert_non_null(before);
    assert_non_null(after);
    atomic_fetch_add(&changes, 1);
}

static bool is_needed(void)
{
    return atomic_load(&is_wanted);
}

static void is_lost(void)
{
    atomic_fetch_add(&losses, 1);
}

static const struct wts_linux_watcher watcher = {
    .changed = changed, .is_needed = is_needed, .is_lost = is_lost};

static void *ask(void *argument)
{
    struct wts_linux_picture picture;
    (void)argument;
    for (unsigned i = 0; i < QUESTIONS; i++) {
        /* Without a bus nothing is known, and the session is shown as connected. */
        if (wts_linux_watch_read(&watcher, &picture) && (!picture.is_connected || picture.is_rdp))
            return (void *)&watcher;
        wts_linux_watch_start(&watcher);
    }
    return NULL;
}

static void many_threads_ask_while_helpers_end(void **state)
{
    pthread_t threads[THREADS];
    struct wts_linux_picture picture;
    const uint64_t until_ms = wts_deadline_after(PATIENCE_MS);
    (void)state;
    wire_native_use(program);
    for (unsigned i = 0; i < THREADS; i++)
        assert_int_equal(pthread_create(&threads[i], NULL, ask, NULL), 0);
    while (!wts_linux_watch_read(&watcher, &picture))
        assert_true(wts_deadline_left(until_ms) > 0);
    wire_native_end_all();
    /* Who only asks is told what was known; the watch begins again by itself, for those who need it. */
    while (wire_native_started() < 2 || !wts_linux_watch_start(&watcher))
        assert_true(wts_deadline_left(until_ms) > 0);
    for (unsigned i = 0; i < THREADS; i++) {
        void *result = NULL;
        assert_int_equal(pthread_join(threads[i], &result), 0);
        assert_null(result);
    }
    assert_int_equal(atomic_load(&losses), 1);
    assert_true(wts_linux_watch_read(&watcher, &picture));
    assert_true(picture.is_connected);
    /* A second helper that ends soon after the first is not replaced at once; nobody needs it, and all ends.
     */
    atomic_store(&is_wanted, false);
    wire_native_end_all();
    wts_threads_join();
    assert_int_equal(wire_native_open(), 0);
}

int main(int count, char **words)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(many_threads_ask_while_helpers_end)};
    if (count != 2)
        return 2;
    program = words[1];
    return cmocka_run_group_tests(tests, NULL, NULL);
}

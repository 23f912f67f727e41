/*
 * System events: what a waiter gets, what is kept for the next wait, one waiter for each queue, flushing,
 * closing during a wait, many waiters and publishers at once. Run under TSan too.
 */
#include "native_test.h"

#include <pthread.h>
#include <stdatomic.h>

#include "core/error.h"
#include "core/events.h"
#include "core/session_change.h"
#include "limit.h"

#define ALL 0x7FFFFFFFU
#define POISON 0xDEADBEEFU

/* A wait in a thread of its own. */
struct waiter {
    pthread_t thread;
    struct wts_event_source *source;
    struct wts_event_queue *queue;
    uint32_t mask;
    uint32_t error;
    uint32_t events;
};

static void *wait_once(void *argument)
{
    struct waiter *waiter = argument;
    waiter->error = wts_events_wait(waiter->source, waiter->queue, waiter->mask, NULL, &waiter->events);
    return NULL;
}

static bool has_waiter(struct wts_event_source *source, const struct wts_event_queue *queue)
{
    wts_lock_acquire(&source->lock);
    const bool has = queue->waiter.is_waiting;
    wts_lock_release(&source->lock);
    return has;
}

/* Starts it and returns when it waits. */
static void start(struct waiter *waiter)
{
    waiter->events = POISON;
    assert_int_equal(pthread_create(&waiter->thread, NULL, wait_once, waiter), 0);
    limit_waits_for("a thread to begin its wait");
    while (!has_waiter(waiter->source, waiter->queue))
        sched_yield();
    limit_waits_for(NULL);
}

static void finish(struct waiter *waiter, uint32_t error, uint32_t events)
{
    limit_join(waiter->thread, NULL, "the waiting thread");
    assert_int_equal(waiter->error, error);
    assert_int_equal(waiter->events, events);
}

static void a_waiter_gets_what_it_asked_for(void **state)
{
    struct wts_event_source source = WTS_EVENT_SOURCE_INITIALIZER;
    struct wts_event_queue queue = WTS_EVENT_QUEUE_INITIALIZER;
    struct waiter waiter = {.source = &source, .queue = &queue, .mask = WTS_EVENTS_LOGON | WTS_EVENTS_LOGOFF};
    (void)state;
    start(&waiter);
    wts_events_publish(&source, WTS_EVENTS_CREATE);
    assert_true(has_waiter(&source, &queue));
    wts_events_publish(&source, WTS_EVENTS_LOGON | WTS_EVENTS_STATE_CHANGE);
    finish(&waiter, 0, WTS_EVENTS_LOGON);
    wts_events_close(&source, &queue);
}

static void what_happens_between_two_waits_is_kept_for_the_next(void **state)
{
    struct wts_event_source source = WTS_EVENT_SOURCE_INITIALIZER;
    struct wts_event_queue queue;
    struct waiter waiter = {.source = &source, .queue = &queue, .mask = ALL};
    uint32_t events = POISON;
    (void)state;
    wts_event_queue_initialize(&queue);
    wts_events_publish(&source, WTS_EVENTS_DELETE); /* before the first wait: nobody was interested */
    start(&waiter);
    wts_events_publish(&source, WTS_EVENTS_CREATE);
    finish(&waiter, 0, WTS_EVENTS_CREATE);
    wts_events_publish(&source, WTS_EVENTS_LOGON);
    wts_events_publish(&source, WTS_EVENTS_CONNECT);
    assert_int_equal(wts_events_wait(&source, &queue, ALL, NULL, &events), 0);
    assert_int_equal(events, WTS_EVENTS_LOGON | WTS_EVENTS_CONNECT);
    wts_events_publish(&source, WTS_EVENTS_LOGON | WTS_EVENTS_CONNECT);
    assert_int_equal(wts_events_wait(&source, &queue, WTS_EVENTS_LOGON, NULL, &events), 0);
    /* What a wait was there for and not asked for is gone. */
    waiter.mask = WTS_EVENTS_CONNECT;
    start(&waiter);
    wts_events_flush(&source, &queue);
    finish(&waiter, 0, 0);
    wts_events_close(&source, &queue);
}

static void a_second_waiter_is_refused(void **state)
{
    struct wts_event_source source = WTS_EVENT_SOURCE_INITIALIZER;
    struct wts_event_queue queue = WTS_EVENT_QUEUE_INITIALIZER;
    struct wts_event_queue other = WTS_EVENT_QUEUE_INITIALIZER;
    struct waiter waiter = {.source = &source, .queue = &queue, .mask = ALL};
    struct waiter beside = {.source = &source, .queue = &other, .mask = ALL};
    uint32_t events = POISON;
    (void)state;
    start(&waiter);
    assert_int_equal(wts_events_wait(&source, &queue, ALL, NULL, &events), ERROR_BUSY);
    assert_int_equal(events, POISON);
    start(&beside);
    wts_events_publish(&source, WTS_EVENTS_LOGOFF);
    finish(&waiter, 0, WTS_EVENTS_LOGOFF);
    finish(&beside, 0, WTS_EVENTS_LOGOFF);
    wts_events_close(&source, &queue);
    wts_events_close(&source, &other);
}

static void a_flush_ends_the_wait_that_is_there_and_no_later_one(void **state)
{
    struct wts_event_source source = WTS_EVENT_SOURCE_INITIALIZER;
    struct wts_event_queue queue = WTS_EVENT_QUEUE_INITIALIZER;
    struct waiter waiter = {.source = &source, .queue = &queue, .mask = ALL};
    (void)state;
    wts_events_flush(&source, &queue);
    start(&waiter);
    wts_events_publish(&source, 0);
    assert_true(has_waiter(&source, &queue));
    wts_events_flush(&source, &queue);
    finish(&waiter, 0, 0);
    wts_events_flush(&source, &queue);
    start(&waiter);
    wts_events_publish(&source, WTS_EVENTS_CREATE);
    finish(&waiter, 0, WTS_EVENTS_CREATE);
    wts_events_close(&source, &queue);
}

static void closing_ends_the_wait_and_every_later_one(void **state)
{
    struct wts_event_source source = WTS_EVENT_SOURCE_INITIALIZER;
    struct wts_event_queue *queues[3];
    struct waiter waiter = {.source = &source, .mask = ALL};
    uint32_t events = POISON;
    (void)state;
    for (unsigned i = 0; i < 3; i++) {
        queues[i] = malloc(sizeof **queues);
        wts_event_queue_initialize(queues[i]);
        waiter.queue = queues[i];
        start(&waiter);
        wts_events_publish(&source, WTS_EVENTS_CREATE);
        finish(&waiter, 0, WTS_EVENTS_CREATE);
    }
    for (unsigned i = 0; i < 2; i++)
        assert_int_equal(wts_events_wait(&source, queues[i], ALL, NULL, &events), 0);
    events = POISON;
    /* The one in the middle leaves first: the others are still told. */
    static const unsigned order[] = {1, 2, 0};
    for (unsigned i = 0; i < 3; i++) {
        waiter.queue = queues[order[i]];
        wts_events_flush(&source, waiter.queue);
        start(&waiter);
        wts_events_close(&source, waiter.queue);
        finish(&waiter, ERROR_OPERATION_ABORTED, POISON);
        assert_int_equal(wts_events_wait(&source, waiter.queue, ALL, NULL, &events), ERROR_OPERATION_ABORTED);
        free(waiter.queue);
        wts_events_publish(&source, WTS_EVENTS_LOGON);
        for (unsigned k = i + 1; k < 3; k++) {
            assert_int_equal(wts_events_wait(&source, queues[order[k]], ALL, NULL, &events), 0);
            assert_int_equal(events, WTS_EVENTS_LOGON);
        }
    }
    assert_null(source.queues);
}

static struct wts_event_source looked_at = WTS_EVENT_SOURCE_INITIALIZER;
static unsigned looks;

/* Sees something at the third look. */
static uint32_t look(void)
{
    if (++looks == 3)
        wts_events_publish(&looked_at, WTS_EVENTS_CREATE);
    return 1;
}

static void a_waiter_looks_by_itself(void **state)
{
    struct wts_event_queue queue = WTS_EVENT_QUEUE_INITIALIZER;
    uint32_t events = POISON;
    (void)state;
    assert_false(wts_events_has_waiter(&looked_at));
    assert_int_equal(wts_events_wait(&looked_at, &queue, ALL, look, &events), 0);
    assert_int_equal(events, WTS_EVENTS_CREATE);
    assert_int_equal(looks, 3);
    assert_false(wts_events_has_waiter(&looked_at));
    wts_events_close(&looked_at, &queue);
}

static struct wts_event_source called = WTS_EVENT_SOURCE_INITIALIZER;
static atomic_uint calls;

/* Looks when it is called to, and at no other time. */
static uint32_t look_when_called(void)
{
    atomic_fetch_add(&calls, 1);
    return UINT32_MAX;
}

static void *wait_for_calls(void *argument)
{
    uint32_t events = POISON;
    const uint32_t error = wts_events_wait(&called, argument, ALL, look_when_called, &events);
    return error == ERROR_SUCCESS && events == WTS_EVENTS_CREATE ? argument : NULL;
}

static void a_waiter_looks_again_when_it_is_called_to(void **state)
{
    struct wts_event_queue queue = WTS_EVENT_QUEUE_INITIALIZER;
    pthread_t thread;
    void *as_expected;
    (void)state;
    assert_int_equal(pthread_create(&thread, NULL, wait_for_calls, &queue), 0);
    limit_waits_for("the waiter to look again");
    while (!wts_events_has_waiter(&called))
        sched_yield();
    for (unsigned seen = 1; seen <= 3; seen++) {
        while (atomic_load(&calls) < seen)
            sched_yield();
        wts_events_look_again(&called);
    }
    while (atomic_load(&calls) < 4)
        sched_yield();
    limit_waits_for(NULL);
    wts_events_publish(&called, WTS_EVENTS_CREATE);
    limit_join(thread, &as_expected, "the waiting thread");
    assert_non_null(as_expected);
    assert_int_equal(atomic_load(&calls), 4);
    wts_events_close(&called, &queue);
}

static void each_change_is_its_events(void **state)
{
    static const struct {
        enum wts_session_change change;
        uint32_t events;
    } rows[] = {
        {WTS_CHANGE_CONSOLE_CONNECT, 0x88},
        {WTS_CHANGE_CONSOLE_DISCONNECT, 0x90},
        {WTS_CHANGE_REMOTE_CONNECT, 0x88},
        {WTS_CHANGE_REMOTE_DISCONNECT, 0x90},
        {WTS_CHANGE_LOGON, 0xA0},
        {WTS_CHANGE_LOGOFF, 0xC0},
        {WTS_CHANGE_LOCK, 0},
        {WTS_CHANGE_UNLOCK, 0},
        {WTS_CHANGE_REMOTE_CONTROL, 0x80},
        {WTS_CHANGE_CREATE, 1},
        {WTS_CHANGE_TERMINATE, 2},
    };
    (void)state;
    for (unsigned i = 0; i < sizeof rows / sizeof *rows; i++)
        assert_int_equal(wts_session_change_events(rows[i].change), rows[i].events);
    assert_int_equal(wts_session_change_events((enum wts_session_change)12), 0);
}

enum { MANY = 16 };
static struct wts_event_source busy = WTS_EVENT_SOURCE_INITIALIZER;
static atomic_uint received;
static unsigned rounds = 500;

/* Waits until its queue is closed; counts what it gets. */
static void *keep_waiting(void *argument)
{
    uint32_t events;
    uint32_t error;
    while ((error = wts_events_wait(&busy, argument, ALL, NULL, &events)) == 0)
        atomic_fetch_add(&received, events != 0);
    return error == ERROR_OPERATION_ABORTED ? argument : NULL;
}

static void *keep_publishing(void *argument)
{
    struct wts_event_queue *queue = argument;
    for (unsigned i = 0; i < rounds; i++) {
        wts_events_publish(&busy, 1U << (i % 8));
        wts_events_flush(&busy, queue);
    }
    return NULL;
}

static void many_waiters_publishers_flushes_and_closes_at_once(void **state)
{
    struct wts_event_queue *queues[MANY];
    pthread_t waiters[MANY];
    pthread_t publishers[MANY];
    (void)state;
    for (unsigned i = 0; i < MANY; i++) {
        queues[i] = malloc(sizeof **queues);
        wts_event_queue_initialize(queues[i]);
        pthread_create(&waiters[i], NULL, keep_waiting, queues[i]);
    }
    for (unsigned i = 0; i < MANY; i++)
        pthread_create(&publishers[i], NULL, keep_publishing, queues[i]);
    for (unsigned i = 0; i < MANY; i++)
        limit_join(publishers[i], NULL, "the waiting thread");
    for (unsigned i = 0; i < MANY; i++) {
        void *as_expected;
        wts_events_close(&busy, queues[i]);
        limit_join(waiters[i], &as_expected, "the waiting thread");
        assert_non_null(as_expected);
        free(queues[i]);
    }
    assert_null(busy.queues);
    assert_true(atomic_load(&received) > 0);
}

static int begin(void **state)
{
    (void)state;
    limit_begin();
    return 0;
}

static int end(void **state)
{
    (void)state;
    limit_end();
    return 0;
}

#define CASE(function) cmocka_unit_test_setup_teardown(function, begin, end)

int main(int argument_count, char **words)
{
    const struct CMUnitTest tests[] = {
        CASE(a_waiter_gets_what_it_asked_for),
        CASE(what_happens_between_two_waits_is_kept_for_the_next),
        CASE(a_second_waiter_is_refused),
        CASE(a_flush_ends_the_wait_that_is_there_and_no_later_one),
        CASE(closing_ends_the_wait_and_every_later_one),
        CASE(a_waiter_looks_by_itself),
        CASE(a_waiter_looks_again_when_it_is_called_to),
        CASE(each_change_is_its_events),
        CASE(many_waiters_publishers_flushes_and_closes_at_once),
    };
    if (is_small(argument_count, words))
        rounds = 20;
    return cmocka_run_group_tests(tests, NULL, NULL);
}

/*
 * WTSWaitSystemEvent on this machine: docs/contract.md#wait-system-event. Nothing here depends on how long
 * anything takes: which of two threads waits is known by the other's refusal.
 */
#include "sessions_double.h"

#include <wtsapi32.h>

enum { THREADS = 64 }; /* as many as can be waited for at once */

/* A wait in a thread of its own. */
struct waiter {
    HANDLE thread;
    HANDLE server;
    DWORD mask;
    BOOL result;
    DWORD error;
    DWORD events;
};

static DWORD WINAPI wait_once(void *argument)
{
    struct waiter *waiter = argument;
    SetLastError(POISON);
    waiter->result = WTSWaitSystemEvent(waiter->server, waiter->mask, &waiter->events);
    waiter->error = GetLastError();
    return 0;
}

static void start(struct waiter *waiter, HANDLE server, DWORD mask)
{
    *waiter = (struct waiter){.server = server, .mask = mask, .events = POISON};
    waiter->thread = CreateThread(NULL, 0, wait_once, waiter, 0, NULL);
    assert_non_null(waiter->thread);
}

static void finish(struct waiter *waiter, BOOL result, DWORD error, DWORD events)
{
    assert_int_equal(WaitForSingleObject(waiter->thread, 30000), WAIT_OBJECT_0);
    CloseHandle(waiter->thread);
    assert_int_equal(waiter->result, result);
    assert_int_equal(waiter->error, error);
    assert_int_equal(waiter->events, events);
}

static HANDLE open_this(void)
{
    WCHAR name[] = L"localhost";
    const HANDLE server = WTSOpenServerW(name);
    assert_non_null(server);
    return server;
}

/* Starts two waits on one handle; returns the index of the one that waits, after the other was refused. */
static unsigned start_two(struct waiter waiters[2], HANDLE server)
{
    start(&waiters[0], server, WTS_EVENT_ALL);
    start(&waiters[1], server, WTS_EVENT_ALL);
    const HANDLE threads[] = {waiters[0].thread, waiters[1].thread};
    const DWORD ended = WaitForMultipleObjects(2, threads, FALSE, 30000);
    assert_true(ended == WAIT_OBJECT_0 || ended == WAIT_OBJECT_0 + 1);
    finish(&waiters[ended], FALSE, ERROR_BUSY, POISON);
    return 1 - ended;
}

static void arguments_are_checked_before_the_handle(void **state)
{
    DWORD events = POISON;
    HANDLE server = open_this();
    (void)state;
    assert_fails(WTSWaitSystemEvent(NULL, WTS_EVENT_FLUSH, NULL), ERROR_INVALID_PARAMETER);
    assert_fails(WTSWaitSystemEvent(INVALID_HANDLE_VALUE, WTS_EVENT_ALL, NULL), ERROR_INVALID_PARAMETER);
    assert_fails(WTSWaitSystemEvent(INVALID_HANDLE_VALUE, WTS_EVENT_ALL, &events), ERROR_INVALID_HANDLE);
    WTSCloseServer(server);
    assert_fails(WTSWaitSystemEvent(server, WTS_EVENT_ALL, &events), ERROR_INVALID_HANDLE);
    assert_int_equal(events, POISON);
}

static void a_flush_when_nobody_waits_does_nothing(void **state)
{
    DWORD events = POISON;
    (void)state;
    assert_succeeds(WTSWaitSystemEvent(NULL, WTS_EVENT_FLUSH, &events));
    assert_int_equal(events, WTS_EVENT_NONE);
    struct waiter waiters[2];
    const unsigned waiting = start_two(waiters, NULL); /* it waits all the same */
    assert_succeeds(WTSWaitSystemEvent(NULL, WTS_EVENT_FLUSH, &events));
    finish(&waiters[waiting], TRUE, POISON, WTS_EVENT_NONE);
}

static void one_waiter_for_each_handle_and_one_for_null(void **state)
{
    const HANDLE servers[] = {NULL, open_this(), open_this()};
    struct waiter waiters[3][2];
    unsigned waiting[3];
    DWORD events;
    (void)state;
    for (unsigned i = 0; i < 3; i++)
        waiting[i] = start_two(waiters[i], servers[i]);
    /* A flush is for its own handle. */
    for (unsigned i = 0; i < 3; i++) {
        for (unsigned other = i; other < 3; other++)
            assert_int_equal(WaitForSingleObject(waiters[other][waiting[other]].thread, 0), WAIT_TIMEOUT);
        assert_succeeds(WTSWaitSystemEvent(servers[i], i == 1 ? 0 : WTS_EVENT_FLUSH | 1, &events));
        finish(&waiters[i][waiting[i]], TRUE, POISON, WTS_EVENT_NONE);
    }
    WTSCloseServer(servers[1]);
    WTSCloseServer(servers[2]);
}

static void closing_the_handle_ends_its_wait(void **state)
{
    (void)state;
    for (int i = 0; i < 20; i++) {
        struct waiter waiters[2];
        const HANDLE server = open_this();
        const unsigned waiting = start_two(waiters, server);
        WTSCloseServer(server);
        finish(&waiters[waiting], FALSE, ERROR_OPERATION_ABORTED, POISON);
    }
}

static void many_threads_at_one_handle_and_each_at_its_own(void **state)
{
    static struct waiter waiters[THREADS];
    HANDLE threads[THREADS];
    unsigned refused = 0;
    DWORD events;
    (void)state;
    for (unsigned i = 0; i < THREADS; i++) {
        start(&waiters[i], NULL, WTS_EVENT_ALL);
        threads[i] = waiters[i].thread;
    }
    while (WaitForMultipleObjects(THREADS, threads, TRUE, 10) == WAIT_TIMEOUT)
        assert_succeeds(WTSWaitSystemEvent(NULL, WTS_EVENT_FLUSH, &events));
    for (unsigned i = 0; i < THREADS; i++) {
        refused += !waiters[i].result && waiters[i].error == ERROR_BUSY && waiters[i].events == POISON;
        CloseHandle(threads[i]);
    }
    for (unsigned i = 0; i < THREADS; i++)
        assert_true(waiters[i].result ? waiters[i].events == 0 : waiters[i].error == ERROR_BUSY);
    assert_true(refused < THREADS);
    for (unsigned i = 0; i < THREADS; i++) {
        start(&waiters[i], open_this(), WTS_EVENT_ALL);
        threads[i] = waiters[i].thread;
    }
    for (unsigned i = 0; i < THREADS; i++) {
        while (WaitForSingleObject(threads[i], 10) == WAIT_TIMEOUT)
            assert_succeeds(WTSWaitSystemEvent(waiters[i].server, WTS_EVENT_FLUSH, &events));
        finish(&waiters[i], TRUE, POISON, WTS_EVENT_NONE);
        WTSCloseServer(waiters[i].server);
    }
}

static DWORD ids[1];

/* Another session comes and goes, as the process list shows it. */
static void sessions_that_come_and_go_are_seen(void **state)
{
    struct waiter waiters[2];
    struct waiter other;
    const HANDLE server = open_this();
    DWORD events;
    DWORD own;
    (void)state;
    assert_true(ProcessIdToSessionId(GetCurrentProcessId(), &own));
    ids[0] = own;
    sessions_double_spread(ids, 1);
    unsigned waiting = start_two(waiters, NULL);
    start(&other, server, WTS_EVENT_DELETE);
    InterlockedExchange((LONG *)&ids[0], 4711);
    finish(&waiters[waiting], TRUE, POISON, WTS_EVENT_CREATE);
    InterlockedExchange((LONG *)&ids[0], (LONG)own);
    finish(&other, TRUE, POISON, WTS_EVENT_DELETE);
    /* What happened between two waits is told at once. */
    SetLastError(POISON);
    assert_true(WTSWaitSystemEvent(NULL, WTS_EVENT_ALL, &events));
    assert_int_equal(events, WTS_EVENT_DELETE);
    assert_int_equal(GetLastError(), POISON);
    WTSCloseServer(server);
}

static void a_session_that_takes_the_console_is_seen(void **state)
{
    struct waiter waiters[2];
    DWORD own;
    (void)state;
    assert_true(ProcessIdToSessionId(GetCurrentProcessId(), &own));
    ids[0] = 4711;
    sessions_double_place(own, own);
    sessions_double_spread(ids, 1);
    unsigned waiting = start_two(waiters, NULL);
    finish(&waiters[waiting], TRUE, POISON, WTS_EVENT_CREATE); /* since the last look of this process */
    waiting = start_two(waiters, NULL);
    sessions_double_place(4711, own);
    finish(&waiters[waiting], TRUE, POISON, WTS_EVENT_CONNECT | WTS_EVENT_STATECHANGE);
    waiting = start_two(waiters, NULL);
    sessions_double_place(own, own);
    finish(&waiters[waiting], TRUE, POISON, WTS_EVENT_DISCONNECT | WTS_EVENT_STATECHANGE);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(arguments_are_checked_before_the_handle),
        cmocka_unit_test(a_flush_when_nobody_waits_does_nothing),
        cmocka_unit_test(one_waiter_for_each_handle_and_one_for_null),
        cmocka_unit_test(closing_the_handle_ends_its_wait),
        cmocka_unit_test(many_threads_at_one_handle_and_each_at_its_own),
        cmocka_unit_test_teardown(sessions_that_come_and_go_are_seen, sessions_double_check),
        cmocka_unit_test_teardown(a_session_that_takes_the_console_is_seen, sessions_double_check),
    };
    return cmocka_run_group_tests(tests, support_check_dll, support_check_heap);
}

/*
 * WTSWaitSystemEvent on an opened server: what is sent, what goes on meanwhile, one waiter for each handle,
 * and every way that a wait ends.
 */
#include "scripted_answers.h"

#include <pthread.h>

#include "core/error.h"
#include "core/session_change.h"
#include "limit.h"
#include "remote/tsts/legacy.h"

#define LEGACY &wts_interface_legacy
#define WAIT WTS_LEGACY_WAIT_SYSTEM_EVENT
#define POISON 0xDEADBEEFU
#define ALL 0x7FFFFFFFU

/* A wait in a thread of its own. */
struct waiter {
    pthread_t thread;
    struct wts_server *server;
    uint32_t mask, error, events;
};

static void *wait_once(void *argument)
{
    struct waiter *waiter = argument;
    waiter->error = waiter->server->backend->wait_event(waiter->server, waiter->mask, &waiter->events);
    return NULL;
}

static void start(struct waiter *waiter, struct wts_server *server)
{
    *waiter = (struct waiter){.server = server, .mask = ALL, .events = POISON};
    assert_int_equal(pthread_create(&waiter->thread, NULL, wait_once, waiter), 0);
}

static void finish(struct waiter *waiter, uint32_t error, uint32_t events)
{
    limit_join(waiter->thread, NULL, "the waiting thread");
    assert_int_equal(waiter->error, error);
    assert_int_equal(waiter->events, events);
}

static void assert_wait(struct wts_server *server, uint32_t mask, uint32_t error, uint32_t events)
{
    uint32_t found = POISON;
    assert_int_equal(server->backend->wait_event(server, mask, &found), error);
    assert_int_equal(found, events);
}

/* pResult, pEventFlags, BOOLEAN. */
static struct scripted_answer *answer_events(uint32_t status, uint32_t events)
{
    struct wts_ndr_writer *writer = scripted_stub();
    wts_ndr_put_u32(writer, status);
    wts_ndr_put_u32(writer, events);
    wts_ndr_put_u8(writer, status == 0);
    return scripted_answers(LEGACY, WAIT);
}

static void a_wait_as_it_is_sent_and_answered(void **state)
{
    static const uint8_t mask[] = {0x61, 0x01, 0, 0};
    struct wts_server *server = scripted_open();
    (void)state;
    answer_events(0, WTS_EVENTS_LOGON | WTS_EVENTS_LOGOFF);
    for (int i = 0; i < 3; i++)
        assert_wait(server, 0x161, 0, WTS_EVENTS_LOGON | WTS_EVENTS_LOGOFF);
    const struct scripted_request *request = scripted_request(LEGACY, WAIT);
    assert_int_equal(request->count, 3);
    assert_int_equal(request->length, 24);
    assert_memory_equal(request->bytes + 20, mask, sizeof mask);
    assert_int_equal(request->left_ms, UINT32_MAX);
    assert_int_equal(scripted_connects(NULL), 1); /* the next wait finds the connection of the last */
    scripted_close(server);
    assert_int_equal(scripted_open_contexts(), 0);
}

static void what_the_server_says_is_passed_on(void **state)
{
    static const struct {
        uint32_t status, error;
    } rows[] = {{0xC0000001, 31}, {0xC0000022, 5}, {0xC0000120, 995}, {0xC0000017, 8}};
    struct wts_server *server = scripted_open();
    (void)state;
    for (unsigned i = 0; i < sizeof rows / sizeof *rows; i++) {
        answer_events(rows[i].status, 0x20);
        assert_wait(server, ALL, rows[i].error, POISON);
    }
    scripted_close(server);
}

static void a_cut_answer_is_bad_stub_data(void **state)
{
    struct wts_server *server = scripted_open();
    (void)state;
    struct scripted_answer *answer = answer_events(0, 0x20);
    for (answer->cut = answer->length; answer->cut > 0; answer->cut--)
        assert_wait(server, ALL, RPC_X_BAD_STUB_DATA, POISON);
    assert_wait(server, ALL, 0, 0x20);
    scripted_close(server);
}

static void failures_on_the_way(void **state)
{
    struct wts_server *server = scripted_open();
    (void)state;
    answer_events(0, 0x20);
    scripted_connect_error(NULL, RPC_S_SERVER_UNAVAILABLE);
    assert_wait(server, ALL, RPC_S_SERVER_UNAVAILABLE, POISON);
    scripted_connect_error(NULL, ERROR_LOGON_FAILURE);
    assert_wait(server, ALL, ERROR_LOGON_FAILURE, POISON);
    scripted_connect_error(NULL, 0);
    scripted_fails_once(LEGACY, WAIT, RPC_S_CALL_FAILED, WTS_MAYBE_EXECUTED, true);
    assert_wait(server, ALL, RPC_S_CALL_FAILED, POISON);
    scripted_fails_once(LEGACY, WAIT, RPC_S_CALL_FAILED, WTS_NOT_EXECUTED, true);
    assert_wait(server, ALL, 0, 0x20); /* it never got there: once more */
    scripted_fails_once(LEGACY, WAIT, ERROR_ACCESS_DENIED, WTS_EXECUTED, false);
    assert_wait(server, ALL, ERROR_ACCESS_DENIED, POISON);
    assert_wait(server, ALL, 0, 0x20);
    scripted_close(server);
}

static void one_waiter_and_other_calls_beside_it(void **state)
{
    struct wts_server *server = scripted_open();
    struct waiter waiter;
    (void)state;
    answer_events(0, WTS_EVENTS_CREATE)->blocks = true;
    answer_legacy(WTS_LEGACY_TERMINATE_PROCESS, 0);
    start(&waiter, server);
    scripted_wait_for_blocked(1);
    assert_wait(server, WTS_EVENTS_LOGON, ERROR_BUSY, POISON);
    /* As many at once as there are connections for calls, and one waits all the while. */
    for (int i = 0; i < 2 * WTS_POOL_MAX_LINKS; i++)
        assert_int_equal(server->backend->terminate_process(server, 1, 1), 0);
    assert_int_equal(scripted_connects(NULL), 2);
    scripted_release();
    finish(&waiter, 0, WTS_EVENTS_CREATE);
    assert_int_equal(scripted_count(LEGACY, WAIT), 1);
    scripted_close(server);
}

static void a_flush_ends_the_wait_with_no_event(void **state)
{
    static const uint32_t masks[] = {WTS_EVENTS_FLUSH, 0, WTS_EVENTS_FLUSH | ALL};
    struct wts_server *server = scripted_open();
    struct waiter waiter;
    (void)state;
    for (unsigned i = 0; i < 3; i++)
        assert_wait(server, masks[i], 0, 0);
    assert_int_equal(scripted_connects(NULL), 0); /* nobody waits: nobody is asked */
    answer_events(0, WTS_EVENTS_CREATE)->blocks = true;
    for (unsigned i = 0; i < 3; i++) {
        start(&waiter, server);
        scripted_wait_for_blocked(1);
        assert_wait(server, masks[i], 0, 0);
        finish(&waiter, 0, 0);
    }
    scripted_release();
    assert_wait(server, ALL, 0, WTS_EVENTS_CREATE); /* a flush is not for a later wait */
    scripted_close(server);
}

static void closing_the_handle_ends_the_wait(void **state)
{
    struct wts_server *server = scripted_open();
    struct waiter waiter;
    (void)state;
    answer_events(0, WTS_EVENTS_CREATE)->blocks = true;
    start(&waiter, server);
    scripted_wait_for_blocked(1);
    server->backend->cancel(server);
    finish(&waiter, ERROR_OPERATION_ABORTED, POISON);
    assert_wait(server, ALL, ERROR_OPERATION_ABORTED, POISON);
    server->backend->destroy(server);
    assert_int_equal(scripted_open_connections(), 0);
}

/* A server that does not let itself be connected to holds nobody who wants to end the wait. */
static void a_wait_that_still_connects_ends_at_once(void **state)
{
    struct wts_server *server = scripted_open();
    struct waiter waiter;
    (void)state;
    answer_events(0, WTS_EVENTS_CREATE);
    scripted_connect_blocks(true);
    start(&waiter, server);
    scripted_wait_for_blocked(1);
    assert_wait(server, WTS_EVENTS_FLUSH, 0, 0);
    finish(&waiter, 0, 0);
    start(&waiter, server);
    scripted_wait_for_blocked(1);
    server->backend->cancel(server);
    finish(&waiter, ERROR_OPERATION_ABORTED, POISON);
    server->backend->destroy(server);
    assert_int_equal(scripted_open_connections(), 0);
    assert_int_equal(scripted_request_count(), 0);
}

static void close_handle(void *argument)
{
    struct wts_server *server = argument;
    server->backend->cancel(server);
}

/* Whatever the last call ended with: the handle is closed, and that is what the waiter learns. */
static void a_wait_that_fails_while_its_handle_is_closed_was_aborted(void **state)
{
    static const uint32_t errors[] = {ERROR_ACCESS_DENIED, RPC_S_SERVER_UNAVAILABLE, RPC_S_CALL_FAILED};
    (void)state;
    for (unsigned i = 0; i < sizeof errors / sizeof errors[0]; i++) {
        struct wts_server *server = scripted_open();
        struct scripted_answer *answer =
            scripted_fails_once(LEGACY, WAIT, errors[i], WTS_MAYBE_EXECUTED, i > 0);
        answer->hook = close_handle;
        answer->hook_argument = server;
        assert_wait(server, ALL, ERROR_OPERATION_ABORTED, POISON);
        server->backend->destroy(server);
    }
}

static void flushes_at_any_moment_end_the_wait_or_come_before_it(void **state)
{
    struct wts_server *server = scripted_open();
    (void)state;
    answer_events(0, WTS_EVENTS_CREATE)->blocks = true;
    for (int i = 0; i < 50; i++) {
        struct waiter waiter;
        start(&waiter, server);
        while (pthread_tryjoin_np(waiter.thread, NULL) != 0)
            assert_wait(server, WTS_EVENTS_FLUSH, 0, 0);
        assert_int_equal(waiter.error, 0);
        assert_int_equal(waiter.events, 0);
    }
    scripted_close(server);
}

static void each_allocation_may_fail(void **state)
{
    struct wts_server *server = scripted_open();
    uint32_t error = ERROR_NOT_ENOUGH_MEMORY;
    (void)state;
    answer_events(0, WTS_EVENTS_CREATE);
    for (int count = 0; error == ERROR_NOT_ENOUGH_MEMORY; count++) {
        uint32_t events = POISON;
        scripted_allocations_until_failure(count);
        error = server->backend->wait_event(server, ALL, &events);
        scripted_allocations_until_failure(-1);
        assert_int_equal(events, error == 0 ? WTS_EVENTS_CREATE : POISON);
    }
    assert_int_equal(error, 0);
    scripted_close(server);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(a_wait_as_it_is_sent_and_answered, scripted_begin, scripted_end),
        cmocka_unit_test_setup_teardown(what_the_server_says_is_passed_on, scripted_begin, scripted_end),
        cmocka_unit_test_setup_teardown(a_cut_answer_is_bad_stub_data, scripted_begin, scripted_end),
        cmocka_unit_test_setup_teardown(failures_on_the_way, scripted_begin, scripted_end),
        cmocka_unit_test_setup_teardown(one_waiter_and_other_calls_beside_it, scripted_begin, scripted_end),
        cmocka_unit_test_setup_teardown(a_flush_ends_the_wait_with_no_event, scripted_begin, scripted_end),
        cmocka_unit_test_setup_teardown(closing_the_handle_ends_the_wait, scripted_begin, scripted_end),
        cmocka_unit_test_setup_teardown(flushes_at_any_moment_end_the_wait_or_come_before_it, scripted_begin,
                                        scripted_end),
        cmocka_unit_test_setup_teardown(a_wait_that_still_connects_ends_at_once, scripted_begin,
                                        scripted_end),
        cmocka_unit_test_setup_teardown(a_wait_that_fails_while_its_handle_is_closed_was_aborted,
                                        scripted_begin, scripted_end),
        cmocka_unit_test_setup_teardown(each_allocation_may_fail, scripted_begin, scripted_end),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

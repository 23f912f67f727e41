/*
 * WTSRegisterSessionNotificationEx on an opened server: what is asked for, what the windows are told, when
 * the thread that fetches it starts and ends, what it does about lost connections.
 */
#include "scripted_answers.h"

#include <pthread.h>

#include "core/error.h"
#include "limit.h"
#include "remote/tsts/notification.h"
#include "window_double.h"

#define NOTIFICATION &wts_interface_notification
#define REGISTER WTS_LSM_REGISTER_ASYNC_NOTIFICATION
#define WAIT WTS_LSM_WAIT_ASYNC_NOTIFICATION
#define UNREGISTER WTS_LSM_UNREGISTER_ASYNC_NOTIFICATION

static int begin(void **state)
{
    window_reset();
    return scripted_begin(state);
}

static struct wts_server *open_server(void)
{
    struct wts_server *server = scripted_open();
    ((struct wts_remote_server *)server)->windows.first_pause_ms = 1;
    return server;
}

/* Ends the handle, and waits for the threads that worked for it: nothing may be left. */
static void close_server(struct wts_server *server)
{
    server->backend->cancel(server);
    server->backend->destroy(server);
    scripted_join_threads();
    assert_int_equal(scripted_open_connections(), 0);
}

static uint32_t enter(struct wts_server *server, unsigned window)
{
    return server->backend->register_window(server, window_make(window, 1), 0);
}

static uint32_t leave(struct wts_server *server, unsigned window)
{
    return server->backend->unregister_window(server, window_make(window, 1));
}

struct change {
    uint32_t session_id, event;
};

/* The answer to a wait. Of several, the last one made is given first. */
static struct scripted_answer *answer_changes(const struct change *changes, uint32_t count, uint32_t hresult)
{
    struct wts_ndr_writer *writer = scripted_stub();
    wts_ndr_put_pointer(writer, true);
    wts_ndr_put_array(writer, count);
    for (uint32_t i = 0; i < count; i++) {
        wts_ndr_put_u32(writer, changes[i].session_id);
        wts_ndr_put_u32(writer, changes[i].event);
    }
    wts_ndr_put_u32(writer, count);
    wts_ndr_put_u32(writer, hresult);
    struct scripted_answer *answer = scripted_answers(NOTIFICATION, WAIT);
    answer->uses = 1;
    return answer;
}

/* A wait that lasts until its connection is cancelled, or somebody releases it with a log-on in session 7. */
static void answer_nothing_yet(void)
{
    static const struct change logon = {7, WTS_LSM_NOTIFY_LOGON};
    struct scripted_answer *answer = answer_changes(&logon, 1, 0);
    answer->blocks = true;
    answer->uses = 0;
}

static void every_change_becomes_its_message(void **state)
{
    static const struct {
        uint32_t event;
        enum wts_session_change change;
    } rows[] = {{0x1, WTS_CHANGE_CREATE},
                {0x2, WTS_CHANGE_REMOTE_CONNECT},
                {0x4, WTS_CHANGE_REMOTE_DISCONNECT},
                {0x8, WTS_CHANGE_LOGON},
                {0x10, WTS_CHANGE_LOGOFF},
                {0x20, WTS_CHANGE_REMOTE_CONTROL},
                {0x40, WTS_CHANGE_REMOTE_CONTROL},
                {0x80, WTS_CHANGE_TERMINATE},
                {0x100, WTS_CHANGE_CONSOLE_CONNECT},
                {0x200, WTS_CHANGE_CONSOLE_DISCONNECT},
                {0x400, WTS_CHANGE_LOCK},
                {0x800, WTS_CHANGE_UNLOCK}};
    static const uint8_t request[] = {0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0x0F, 0, 0};
    enum { COUNT = sizeof rows / sizeof *rows };
    struct change changes[COUNT + 1] = {{3, 0x1000}}; /* desktop ready: no message */
    struct wts_server *server = open_server();
    (void)state;
    for (unsigned i = 0; i < COUNT; i++)
        changes[i + 1] = (struct change){100 + i, rows[i].event};
    answer_nothing_yet();
    answer_changes(changes, COUNT + 1, 0);
    assert_int_equal(enter(server, 4), 0);
    const struct window_post *posts = window_wait_posts(COUNT);
    for (unsigned i = 0; i < COUNT; i++) {
        assert_int_equal(posts[i].window, 4);
        assert_int_equal(posts[i].change, rows[i].change);
        assert_int_equal(posts[i].session_id, 100 + i);
    }
    scripted_wait_for_blocked(1);
    assert_int_equal(scripted_request(NOTIFICATION, REGISTER)->length, sizeof request);
    assert_memory_equal(scripted_request(NOTIFICATION, REGISTER)->bytes, request, sizeof request);
    assert_int_equal(scripted_request(NOTIFICATION, WAIT)->left_ms, UINT32_MAX);
    assert_int_equal(window_post_count(), COUNT);
    close_server(server);
}

static void only_this_session_can_be_asked_for(void **state)
{
    struct wts_server *server = open_server();
    (void)state;
    assert_int_equal(server->backend->register_window(server, window_make(1, 1), 1), ERROR_INVALID_PARAMETER);
    assert_int_equal(leave(server, 1), ERROR_INVALID_PARAMETER);
    assert_int_equal(scripted_connects(NULL), 0);
    close_server(server);
}

static void a_server_that_cannot_tell_refuses_the_registration(void **state)
{
    struct wts_server *server = open_server();
    (void)state;
    scripted_connect_error(NULL, RPC_S_UNKNOWN_IF);
    assert_int_equal(enter(server, 1), RPC_S_UNKNOWN_IF);
    scripted_connect_error(NULL, RPC_S_SERVER_UNAVAILABLE);
    assert_int_equal(enter(server, 1), RPC_S_SERVER_UNAVAILABLE);
    scripted_connect_error(NULL, 0);
    scripted_fails_once(NOTIFICATION, REGISTER, RPC_S_PROCNUM_OUT_OF_RANGE, WTS_NOT_EXECUTED, false);
    assert_int_equal(enter(server, 1), RPC_S_PROCNUM_OUT_OF_RANGE);
    scripted_hresult(NOTIFICATION, REGISTER, 0); /* too short for its context */
    assert_int_equal(enter(server, 1), RPC_X_BAD_STUB_DATA);
    struct wts_ndr_writer *writer = scripted_stub();
    wts_ndr_put_zeros(writer, 20);
    wts_ndr_put_u32(writer, 0x80070005);
    scripted_answers(NOTIFICATION, REGISTER);
    assert_int_equal(enter(server, 1), ERROR_ACCESS_DENIED);
    assert_int_equal(leave(server, 1), ERROR_INVALID_PARAMETER);
    assert_int_equal(scripted_count(NOTIFICATION, WAIT), 0);
    close_server(server);
}

static void one_thread_serves_all_windows_until_the_last_is_taken_back(void **state)
{
    struct wts_server *server = open_server();
    (void)state;
    answer_nothing_yet();
    for (unsigned i = 0; i < 20; i++)
        assert_int_equal(enter(server, i / 2), 0); /* each window twice */
    scripted_wait_for_blocked(1);
    assert_int_equal(scripted_connects(NULL), 1);
    scripted_release_one();
    window_wait_posts(10);
    scripted_wait_for_blocked(1);
    assert_int_equal(window_post_count(), 10);
    for (unsigned i = 0; i < 20; i++)
        assert_int_equal(leave(server, i / 2), 0);
    scripted_join_threads(); /* it ends though the handle is open */
    assert_int_equal(scripted_open_connections(), 0);
    assert_int_equal(leave(server, 0), ERROR_INVALID_PARAMETER);
    /* And once more. */
    assert_int_equal(enter(server, 3), 0);
    scripted_wait_for_blocked(1);
    scripted_release_one();
    assert_int_equal(window_wait_posts(11)[10].window, 3);
    assert_int_equal(scripted_connects(NULL), 2);
    close_server(server);
}

static void a_thread_that_is_not_waiting_says_goodbye(void **state)
{
    static const struct change lock = {1, WTS_LSM_NOTIFY_LOCK};
    struct wts_server *server = open_server();
    (void)state;
    answer_nothing_yet();
    answer_changes(&lock, 1, 0);
    window_hold();
    assert_int_equal(enter(server, 1), 0);
    window_wait_held();
    window_end(1); /* gone while it is told: nobody is left, and the connection is still good */
    window_let_go();
    scripted_join_threads();
    assert_int_equal(scripted_count(NOTIFICATION, UNREGISTER), 1);
    assert_int_equal(scripted_open_contexts(), 0);
    assert_int_equal(scripted_open_connections(), 0);
    close_server(server);
}

static void closing_the_handle_ends_the_thread(void **state)
{
    struct wts_server *server = open_server();
    (void)state;
    answer_nothing_yet();
    assert_int_equal(enter(server, 1), 0);
    scripted_wait_for_blocked(1);
    server->backend->cancel(server);
    assert_int_equal(enter(server, 2), RPC_S_CALL_FAILED);
    scripted_join_threads();
    assert_int_equal(window_post_count(), 0);
    close_server(server);
}

struct registrant {
    pthread_t thread;
    struct wts_server *server;
    uint32_t error;
};

static void *register_once(void *argument)
{
    struct registrant *registrant = argument;
    registrant->error = enter(registrant->server, 1);
    return NULL;
}

static void closing_the_handle_while_the_first_registration_connects(void **state)
{
    struct registrant registrant = {.server = open_server()};
    (void)state;
    scripted_connect_blocks(true);
    pthread_create(&registrant.thread, NULL, register_once, &registrant);
    scripted_wait_for_blocked(1);
    registrant.server->backend->cancel(registrant.server);
    limit_join(registrant.thread, NULL, "the registering thread");
    assert_int_equal(registrant.error, RPC_S_CALL_FAILED);
    assert_int_equal(scripted_request_count(), 0);
    close_server(registrant.server);
}

static void close_handle(void *argument)
{
    struct wts_server *server = argument;
    server->backend->cancel(server);
}

/* The server's last answer comes, and after it there is nobody to tell. */
static void closing_the_handle_when_the_first_registration_is_answered(void **state)
{
    struct wts_server *server = open_server();
    (void)state;
    struct scripted_answer *answer = scripted_on(NOTIFICATION, REGISTER);
    answer->hook = close_handle;
    answer->hook_argument = server;
    assert_int_equal(enter(server, 1), RPC_S_CALL_FAILED);
    assert_int_equal(leave(server, 1), ERROR_INVALID_PARAMETER); /* nothing is left registered */
    scripted_join_threads();
    assert_int_equal(scripted_connects(NULL), 1);
    close_server(server);
}

static void a_thread_that_connects_anew_ends_with_the_last_window(void **state)
{
    struct wts_server *server = open_server();
    (void)state;
    scripted_fails(NOTIFICATION, WAIT, RPC_S_CALL_FAILED, WTS_MAYBE_EXECUTED, true);
    struct scripted_answer *answer = scripted_find(NOTIFICATION, WAIT);
    answer->blocks = true;
    assert_int_equal(enter(server, 1), 0);
    scripted_wait_for_blocked(1);
    scripted_connect_blocks(true);
    scripted_release_one();
    scripted_wait_for_connects(2);
    scripted_wait_for_blocked(1);
    assert_int_equal(leave(server, 1), 0);
    scripted_join_threads();
    assert_int_equal(scripted_open_connections(), 0);
    close_server(server);
}

static void a_lost_connection_is_made_anew(void **state)
{
    static const struct change first = {1, WTS_LSM_NOTIFY_LOGON};
    static const struct change second = {2, WTS_LSM_NOTIFY_LOGOFF};
    struct wts_server *server = open_server();
    (void)state;
    answer_nothing_yet();
    answer_changes(&second, 1, 0);
    scripted_fails_once(NOTIFICATION, WAIT, RPC_S_CALL_FAILED, WTS_MAYBE_EXECUTED, true);
    answer_changes(NULL, 0, 0x80070005)->uses = 1; /* a failed wait is as good as a lost one */
    scripted_fails_once(NOTIFICATION, WAIT, ERROR_INVALID_HANDLE, WTS_NOT_EXECUTED, false);
    answer_changes(&first, 1, 0);
    assert_int_equal(enter(server, 9), 0);
    const struct window_post *posts = window_wait_posts(2);
    assert_int_equal(posts[0].session_id, 1);
    assert_int_equal(posts[1].session_id, 2);
    close_server(server);
}

/* A window is registered; the connection is lost, and the next connect ends as `connect` says. */
static void lose_connection(struct wts_server *server, struct wts_call_result connect)
{
    connect.broken = true;
    scripted_fails_once(NOTIFICATION, WAIT, RPC_S_CALL_FAILED, WTS_MAYBE_EXECUTED, true)->blocks = true;
    assert_int_equal(enter(server, 1), 0);
    scripted_wait_for_blocked(1);
    scripted_connect_ends(connect);
    scripted_release_one();
}

static void a_refused_log_on_is_not_repeated(void **state)
{
    static const struct wts_call_result refusals[] = {
        {.error = ERROR_LOGON_FAILURE, .is_refused_logon = true},
        {.error = RPC_S_SEC_PKG_ERROR, .is_refused_logon = true}, /* at the RPC bind */
        {.error = 1909, .is_refused_logon = true},                /* the account is locked out */
        {.error = ERROR_ACCESS_DENIED, .is_answer = true},
    };
    enum { COUNT = sizeof refusals / sizeof refusals[0] };
    struct wts_server *server = open_server();
    (void)state;
    answer_nothing_yet();
    for (unsigned i = 0; i < COUNT; i++) {
        lose_connection(server, refusals[i]);
        scripted_join_threads();
        assert_int_equal(scripted_connects(NULL), 2 * i + 2);
        scripted_connect_error(NULL, 0);
    }
    /* The window is still registered, and the next registration begins anew. */
    assert_int_equal(enter(server, 2), 0);
    scripted_wait_for_blocked(1);
    scripted_release_one();
    window_wait_posts(2);
    for (unsigned i = 0; i < COUNT; i++)
        assert_int_equal(leave(server, 1), 0);
    assert_int_equal(leave(server, 1), ERROR_INVALID_PARAMETER);
    close_server(server);
}

/* The same codes, where no server refused anybody; and a server that is just starting. */
static void whoever_was_not_refused_connects_anew(void **state)
{
    static const struct wts_call_result failures[] = {
        {.error = ERROR_LOGON_FAILURE}, /* no safe place for the password, so that nobody was asked */
        {.error = ERROR_ACCESS_DENIED},
        {.error = RPC_S_SERVER_UNAVAILABLE, .is_answer = true}, /* it has no such pipe */
        {.error = RPC_S_UNKNOWN_IF, .is_answer = true},
    };
    (void)state;
    for (unsigned i = 0; i < sizeof failures / sizeof failures[0]; i++) {
        struct wts_server *server = open_server();
        const unsigned connects = scripted_connects(NULL);
        lose_connection(server, failures[i]);
        scripted_wait_for_connects(connects + 4);
        scripted_connect_error(NULL, 0);
        assert_int_equal(leave(server, 1), 0);
        scripted_join_threads();
        close_server(server);
    }
}

static void taking_back_ends_a_thread_that_waits_to_connect(void **state)
{
    struct wts_server *server = open_server();
    (void)state;
    ((struct wts_remote_server *)server)->windows.first_pause_ms = 3600 * 1000;
    scripted_fails(NOTIFICATION, WAIT, RPC_S_CALL_FAILED, WTS_MAYBE_EXECUTED, true);
    assert_int_equal(enter(server, 1), 0);
    assert_int_equal(leave(server, 1), 0);
    scripted_join_threads();
    close_server(server);
}

static void answers_cut_or_empty_are_waited_out(void **state)
{
    static const struct change logon = {1, WTS_LSM_NOTIFY_LOGON};
    struct wts_server *server = open_server();
    (void)state;
    answer_nothing_yet();
    for (size_t cut = 0; cut <= 24; cut++) {
        answer_changes(&logon, 1, 0);                  /* makes the next pause the shortest one again */
        answer_changes(&logon, cut > 0, 0)->cut = cut; /* 0: whole, but empty */
    }
    assert_int_equal(enter(server, 1), 0);
    window_wait_posts(25);
    scripted_wait_for_blocked(1);
    assert_int_equal(window_post_count(), 25);
    assert_int_equal(scripted_connects(NULL), 25); /* an empty answer loses no connection */
    close_server(server);
}

static void without_memory_nothing_is_registered(void **state)
{
    struct wts_server *server = open_server();
    uint32_t error = ERROR_NOT_ENOUGH_MEMORY;
    (void)state;
    answer_nothing_yet();
    for (int count = 0; error == ERROR_NOT_ENOUGH_MEMORY; count++) {
        scripted_allocations_until_failure(count);
        error = enter(server, 1);
        scripted_allocations_until_failure(-1);
        if (error != 0)
            assert_int_equal(leave(server, 1), ERROR_INVALID_PARAMETER);
    }
    assert_int_equal(error, 0);
    scripted_wait_for_blocked(1);
    close_server(server);
}

enum { THREADS = 8 };

static void *come_and_go(void *argument)
{
    struct wts_server *server = argument;
    void *window = window_make(1, 1);
    for (int i = 0; i < 200; i++) {
        if (server->backend->register_window(server, window, 0) != 0 ||
            server->backend->unregister_window(server, window) != 0)
            return NULL;
    }
    return argument;
}

static void threads_come_and_go_at_once(void **state)
{
    struct wts_server *server = open_server();
    pthread_t threads[THREADS];
    (void)state;
    answer_nothing_yet();
    for (unsigned i = 0; i < THREADS; i++)
        pthread_create(&threads[i], NULL, come_and_go, server);
    for (unsigned i = 0; i < THREADS; i++) {
        void *is_done;
        limit_join(threads[i], &is_done, "a registering thread");
        assert_non_null(is_done);
    }
    scripted_join_threads();
    assert_int_equal(leave(server, 1), ERROR_INVALID_PARAMETER);
    close_server(server);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(every_change_becomes_its_message, begin, scripted_end),
        cmocka_unit_test_setup_teardown(only_this_session_can_be_asked_for, begin, scripted_end),
        cmocka_unit_test_setup_teardown(a_server_that_cannot_tell_refuses_the_registration, begin,
                                        scripted_end),
        cmocka_unit_test_setup_teardown(one_thread_serves_all_windows_until_the_last_is_taken_back, begin,
                                        scripted_end),
        cmocka_unit_test_setup_teardown(a_thread_that_is_not_waiting_says_goodbye, begin, scripted_end),
        cmocka_unit_test_setup_teardown(closing_the_handle_ends_the_thread, begin, scripted_end),
        cmocka_unit_test_setup_teardown(closing_the_handle_while_the_first_registration_connects, begin,
                                        scripted_end),
        cmocka_unit_test_setup_teardown(closing_the_handle_when_the_first_registration_is_answered, begin,
                                        scripted_end),
        cmocka_unit_test_setup_teardown(a_thread_that_connects_anew_ends_with_the_last_window, begin,
                                        scripted_end),
        cmocka_unit_test_setup_teardown(a_lost_connection_is_made_anew, begin, scripted_end),
        cmocka_unit_test_setup_teardown(whoever_was_not_refused_connects_anew, begin, scripted_end),
        cmocka_unit_test_setup_teardown(a_refused_log_on_is_not_repeated, begin, scripted_end),
        cmocka_unit_test_setup_teardown(taking_back_ends_a_thread_that_waits_to_connect, begin, scripted_end),
        cmocka_unit_test_setup_teardown(answers_cut_or_empty_are_waited_out, begin, scripted_end),
        cmocka_unit_test_setup_teardown(without_memory_nothing_is_registered, begin, scripted_end),
        cmocka_unit_test_setup_teardown(threads_come_and_go_at_once, begin, scripted_end),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

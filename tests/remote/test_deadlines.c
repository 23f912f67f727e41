/*
 * The one deadline of a call, on a clock that only moves when something takes time: how long each function
 * lasts against a server that is silent at each step in turn, or slow at all of them. Never longer than the
 * two timeouts together; exactly as long as documented.
 */
#include "scripted_answers.h"

#include "core/deadline.h"
#include "core/error.h"
#include "core/processes.h"
#include "remote/tsts/enumeration.h"
#include "remote/tsts/legacy.h"
#include "remote/tsts/notification.h"
#include "remote/tsts/process_list.h"
#include "remote/tsts/rcm_public.h"
#include "remote/tsts/session.h"
#include "remote/tsts/tsvip.h"
#include "window_double.h"

enum { SESSION = 3, COUNT = 8, CONNECT_MS = 10000, CALL_MS = 30000, CLOSE_MS = 2000 };

static uint8_t client[CLIENT_LENGTH], config[CONFIG_LENGTH];

static uint32_t terminate(struct wts_server *server)
{
    return server->backend->terminate_process(server, 1234, 1);
}

static uint32_t list_processes(struct wts_server *server)
{
    struct wts_processes processes;
    const uint32_t error = server->backend->list_processes(server, &processes);
    if (error == 0)
        processes.free(&processes);
    return error;
}

static uint32_t list(struct wts_server *server, enum wts_sessions_detail detail)
{
    struct wts_sessions sessions;
    const uint32_t error = server->backend->list_sessions(server, detail, &sessions);
    if (error == 0)
        sessions.free(&sessions);
    return error;
}

static uint32_t list_plain(struct wts_server *server)
{
    return list(server, WTS_SESSIONS_PLAIN);
}

static uint32_t list_with_users(struct wts_server *server)
{
    return list(server, WTS_SESSIONS_WITH_USERS);
}

static uint32_t query(struct wts_server *server, uint32_t parts)
{
    struct wts_session_information information;
    const uint32_t error = server->backend->query_session(server, SESSION, parts, &information);
    if (error == 0)
        information.free(&information);
    return error;
}

static uint32_t query_names(struct wts_server *server)
{
    return query(server, WTS_PART_USER | WTS_PART_NAME | WTS_PART_STATE);
}

static uint32_t query_status(struct wts_server *server)
{
    return query(server, WTS_PART_STATUS);
}

static uint32_t query_program(struct wts_server *server)
{
    return query(server, WTS_PART_PROGRAM | WTS_PART_CLIENT | WTS_PART_CONFIG);
}

static uint32_t query_address(struct wts_server *server)
{
    return query(server, WTS_PART_SESSION_ADDRESS);
}

static uint32_t tell_a_person(struct wts_server *server)
{
    const struct wts_message message = {
        .session_id = SESSION, .title = wts_text_empty(), .text = wts_text_empty()};
    uint32_t response;
    return server->backend->send_message(server, &message, &response);
}

static uint32_t disconnect(struct wts_server *server)
{
    return server->backend->disconnect_session(server, SESSION, true);
}

static uint32_t log_off(struct wts_server *server)
{
    return server->backend->logoff_session(server, SESSION, false);
}

/* The session never ends. */
static uint32_t log_off_and_wait(struct wts_server *server)
{
    return server->backend->logoff_session(server, SESSION, true);
}

static uint32_t shut_down(struct wts_server *server)
{
    return server->backend->shutdown_system(server, 2);
}

static uint32_t register_window(struct wts_server *server)
{
    return server->backend->register_window(server, window_make(1, 1), 0);
}

static const struct row {
    const char *name;
    uint32_t (*call)(struct wts_server *server);
    const struct wts_interface *first; /* the interface of its first call, and that call */
    uint16_t opnum;
} rows[] = {
    {"terminate", terminate, &wts_interface_legacy, WTS_LEGACY_TERMINATE_PROCESS},
    {"list_processes", list_processes, &wts_interface_legacy, WTS_LEGACY_GET_ALL_PROCESSES_NT6},
    {"list_plain", list_plain, &wts_interface_enumeration, WTS_LSM_GET_ENUM_RESULT},
    {"list_with_users", list_with_users, &wts_interface_enumeration, WTS_LSM_GET_ALL_SESSIONS},
    {"query_names", query_names, &wts_interface_session, WTS_LSM_GET_USER_NAME},
    {"query_status", query_status, &wts_interface_session, WTS_LSM_GET_SESSION_INFORMATION_EX},
    {"query_program", query_program, &wts_interface_rcm_public, WTS_RCM_GET_CLIENT_DATA},
    {"query_address", query_address, &wts_interface_tsvip, WTS_TSVIP_GET_SESSION_IP},
    {"tell_a_person", tell_a_person, &wts_interface_session, WTS_LSM_SHOW_MESSAGE_BOX},
    {"disconnect", disconnect, &wts_interface_session, WTS_LSM_DISCONNECT},
    {"log_off", log_off, &wts_interface_session, WTS_LSM_LOGOFF},
    {"log_off_and_wait", log_off_and_wait, &wts_interface_session, WTS_LSM_LOGOFF},
    {"shut_down", shut_down, &wts_interface_legacy, WTS_LEGACY_SHUTDOWN_SYSTEM},
    {"register_window", register_window, &wts_interface_notification, WTS_LSM_REGISTER_ASYNC_NOTIFICATION},
};

#define ROW_COUNT (sizeof rows / sizeof rows[0])

/* A fresh host on which everything succeeds, in the way of old servers where that takes more calls. */
static struct wts_server *begin(const struct row *row)
{
    struct scripted_session sessions[COUNT];
    print_message("             %s\n", row->name);
    scripted_end(NULL);
    scripted_begin(NULL);
    scripted_stop_clock();
    fill_client(client);
    fill_config(config);
    for (unsigned i = 0; i < COUNT; i++)
        sessions[i] = (struct scripted_session){i + 1, 0, "RDP-Tcp#7", "alice", "EXAMPLE"};
    answer_legacy(WTS_LEGACY_TERMINATE_PROCESS, 0);
    answer_legacy(WTS_LEGACY_SHUTDOWN_SYSTEM, 0);
    answer_processes(WTS_LEGACY_GET_ALL_PROCESSES, 2);
    answer_enum_result(sessions, COUNT);
    answer_listeners(sessions, 1);
    answer_user_name("alice", "EXAMPLE");
    answer_terminal_name("RDP-Tcp#7");
    answer_number(&wts_interface_session, WTS_LSM_GET_STATE, 4);
    answer_number(&wts_interface_session, WTS_LSM_SHOW_MESSAGE_BOX, 6);
    answer_information(&sessions[1], false);
    answer_protocol(NULL, 0);
    answer_data(WTS_RCM_GET_CLIENT_DATA, client, sizeof client);
    answer_data(WTS_RCM_GET_CONFIG_DATA, config, sizeof config);
    answer_address(2);
    scripted_hresult(&wts_interface_session, WTS_LSM_DISCONNECT, 0);
    scripted_hresult(&wts_interface_session, WTS_LSM_LOGOFF, 0);
    scripted_on(&wts_interface_notification, WTS_LSM_WAIT_ASYNC_NOTIFICATION)->blocks = true;
    return scripted_open();
}

/* Ends the case; how long the handle's end took. */
static uint64_t end(struct wts_server *server)
{
    const uint64_t before = wts_clock_ms();
    server->backend->cancel(server);
    const uint64_t took = wts_clock_ms() - before;
    scripted_takes(0, 0);
    scripted_join_threads();
    server->backend->destroy(server);
    assert_int_equal(scripted_open_connections(), 0);
    return took;
}

static uint64_t time_of(const struct row *row, struct wts_server *server, uint32_t *error)
{
    const uint64_t before = wts_clock_ms();
    *error = row->call(server);
    return wts_clock_ms() - before;
}

static void a_server_that_is_silent_while_connecting(void **state)
{
    uint32_t error;
    (void)state;
    for (const struct row *row = rows; row < rows + ROW_COUNT; row++) {
        struct wts_server *server = begin(row);
        scripted_takes(SCRIPTED_SILENT, 0);
        assert_int_equal(time_of(row, server, &error), CONNECT_MS);
        assert_int_equal(error, RPC_S_SERVER_UNAVAILABLE);
        assert_int_equal(scripted_connects(NULL), 1);
        assert_int_equal(end(server), 0);
    }
}

static void a_server_that_is_silent_when_it_is_connected(void **state)
{
    uint32_t error;
    (void)state;
    for (const struct row *row = rows; row < rows + ROW_COUNT; row++) {
        struct wts_server *server = begin(row);
        scripted_takes(0, SCRIPTED_SILENT); /* at the opening of a context, where one is taken */
        assert_int_equal(time_of(row, server, &error), CALL_MS);
        assert_int_equal(error, RPC_S_CALL_CANCELLED);
        assert_int_equal(scripted_request_count(), 1);
        assert_int_equal(end(server), 0);
    }
}

static void a_server_that_is_silent_at_the_call_itself(void **state)
{
    uint32_t error;
    (void)state;
    for (const struct row *row = rows; row < rows + ROW_COUNT; row++) {
        struct wts_server *server = begin(row);
        scripted_on(row->first, row->opnum)->takes_ms = SCRIPTED_SILENT;
        assert_int_equal(time_of(row, server, &error), CALL_MS);
        assert_int_equal(error, RPC_S_CALL_CANCELLED);
        assert_int_equal(scripted_count(row->first, row->opnum), 1);
        assert_int_equal(end(server), 0);
    }
}

/* Connecting in the last millisecond leaves the call its whole time. */
static void silent_after_a_slow_connect(void **state)
{
    uint32_t error;
    (void)state;
    for (const struct row *row = rows; row < rows + ROW_COUNT; row++) {
        struct wts_server *server = begin(row);
        scripted_takes(CONNECT_MS - 1, SCRIPTED_SILENT);
        assert_int_equal(time_of(row, server, &error), CONNECT_MS - 1 + CALL_MS);
        assert_int_equal(error, RPC_S_CALL_CANCELLED);
        end(server);
    }
}

/* Slow at every step, more steps than fit: whatever comes of it, it comes in time. */
static void slow_at_every_step(void **state)
{
    static const uint32_t speeds[][2] = {{3000, 100}, {9999, 4000}, {4000, 9000}, {100, 16000}, {1, 29999}};
    (void)state;
    for (const struct row *row = rows; row < rows + ROW_COUNT; row++) {
        for (unsigned i = 0; i < sizeof speeds / sizeof speeds[0]; i++) {
            struct wts_server *server = begin(row);
            uint32_t error;
            scripted_takes(speeds[i][0], speeds[i][1]);
            const uint64_t taken = (uint64_t)time_of(row, server, &error);
            assert_true(taken >= 1 && taken <= CONNECT_MS + CALL_MS);
            assert_true(error == 0 || error == RPC_S_CALL_CANCELLED || error == RPC_S_SERVER_UNAVAILABLE ||
                        (row->call == query_address && error == ERROR_NOT_SUPPORTED));
            assert_true((uint64_t)end(server) <= CLOSE_MS);
        }
    }
}

/* A lost connection is made anew with what is left for connecting. */
static void connecting_twice_has_one_deadline(void **state)
{
    uint32_t error;
    (void)state;
    struct wts_server *server = begin(&rows[0]);
    scripted_takes(6000, 0);
    scripted_fails(&wts_interface_legacy, 0, RPC_S_CALL_FAILED, WTS_NOT_EXECUTED, true);
    assert_int_equal(time_of(&rows[0], server, &error), CONNECT_MS);
    assert_int_equal(error, RPC_S_SERVER_UNAVAILABLE);
    assert_int_equal(scripted_connects(NULL), 2);
    end(server);
}

/* Eight sessions of a silent server: one deadline, and one request. */
static void each_session_has_no_deadline_of_its_own(void **state)
{
    uint32_t error;
    (void)state;
    struct wts_server *server = begin(&rows[3]);
    scripted_on(&wts_interface_session, WTS_LSM_GET_SESSION_INFORMATION)->takes_ms = SCRIPTED_SILENT;
    assert_int_equal(time_of(&rows[3], server, &error), CALL_MS);
    assert_int_equal(error, RPC_S_CALL_CANCELLED);
    assert_int_equal(scripted_count(&wts_interface_session, WTS_LSM_GET_SESSION_INFORMATION), 1);
    end(server);
}

/* With all connections in use, a call waits for one within its deadline. */
static void waiting_for_a_connection_counts(void **state)
{
    struct wts_link *links[WTS_POOL_MAX_LINKS];
    uint32_t error;
    (void)state;
    struct wts_server *server = begin(&rows[0]);
    struct wts_remote_server *remote = (struct wts_remote_server *)server;
    for (unsigned i = 0; i < WTS_POOL_MAX_LINKS; i++) {
        struct wts_deadline deadline = wts_deadline_start(&remote->timeouts);
        assert_int_equal(
            wts_pool_take(&remote->pool, &wts_interface_legacy, 0, NULL, &deadline, &links[i]).error, 0);
    }
    assert_int_equal(time_of(&rows[0], server, &error), CALL_MS);
    assert_int_equal(error, RPC_S_CALL_CANCELLED);
    for (unsigned i = 0; i < WTS_POOL_MAX_LINKS; i++)
        wts_pool_drop(&remote->pool, links[i]);
    end(server);
}

/* An answer that came stands, though the context cannot be closed after it. */
static void closing_a_context_waits_two_seconds_and_no_longer_than_the_call_may(void **state)
{
    uint32_t error;
    (void)state;
    struct wts_server *server = begin(&rows[9]);
    scripted_on(&wts_interface_session, WTS_LSM_CLOSE_SESSION)->takes_ms = SCRIPTED_SILENT;
    scripted_find(&wts_interface_session, WTS_LSM_DISCONNECT)->takes_ms = 1000;
    assert_int_equal(time_of(&rows[9], server, &error), 1000 + CLOSE_MS);
    assert_int_equal(error, 0);
    scripted_find(&wts_interface_session, WTS_LSM_DISCONNECT)->takes_ms = CALL_MS - 1;
    assert_int_equal(time_of(&rows[9], server, &error), CALL_MS);
    assert_int_equal(error, 0);
    end(server);
}

/* WTSCloseServer, after calls that left kept contexts. */
static void closing_the_handle_of_a_silent_server(void **state)
{
    uint32_t error;
    (void)state;
    struct wts_server *server = begin(&rows[0]);
    assert_int_equal(time_of(&rows[0], server, &error), 0);
    assert_int_equal(error, 0);
    scripted_takes(0, SCRIPTED_SILENT);
    assert_int_equal(end(server), CLOSE_MS);
    server = begin(&rows[0]);
    assert_int_equal(time_of(&rows[0], server, &error), 0);
    ((struct wts_remote_server *)server)->timeouts.call_ms = 500;
    scripted_takes(0, SCRIPTED_SILENT);
    assert_int_equal(end(server), 500);
}

/* A person is waited for beyond the deadline, but nothing else is. */
static void a_message_box_has_the_time_that_the_person_has(void **state)
{
    const struct wts_message message = {.session_id = SESSION,
                                        .title = wts_text_empty(),
                                        .text = wts_text_empty(),
                                        .timeout_s = 600,
                                        .waits = true};
    uint32_t response;
    (void)state;
    struct wts_server *server = begin(&rows[8]);
    scripted_on(&wts_interface_session, WTS_LSM_SHOW_MESSAGE_BOX)->takes_ms = SCRIPTED_SILENT;
    uint64_t before = wts_clock_ms();
    assert_int_equal(server->backend->send_message(server, &message, &response), RPC_S_CALL_CANCELLED);
    assert_int_equal(wts_clock_ms() - before, CALL_MS + 600000);
    end(server);
    server = begin(&rows[8]);
    scripted_takes(0, SCRIPTED_SILENT);
    before = wts_clock_ms();
    assert_int_equal(server->backend->send_message(server, &message, &response), RPC_S_CALL_CANCELLED);
    assert_int_equal(wts_clock_ms() - before, CALL_MS);
    end(server);
}

#define CASE(function) cmocka_unit_test_setup_teardown(function, scripted_begin, scripted_end)

int main(void)
{
    const struct CMUnitTest tests[] = {
        CASE(a_server_that_is_silent_while_connecting),
        CASE(a_server_that_is_silent_when_it_is_connected),
        CASE(a_server_that_is_silent_at_the_call_itself),
        CASE(silent_after_a_slow_connect),
        CASE(slow_at_every_step),
        CASE(connecting_twice_has_one_deadline),
        CASE(each_session_has_no_deadline_of_its_own),
        CASE(waiting_for_a_connection_counts),
        CASE(closing_a_context_waits_two_seconds_and_no_longer_than_the_call_may),
        CASE(closing_the_handle_of_a_silent_server),
        CASE(a_message_box_has_the_time_that_the_person_has),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

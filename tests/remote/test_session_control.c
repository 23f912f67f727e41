/*
 * Messages, disconnecting, logging off and shutting down on an opened server: what is sent, how long is
 * waited, what goes on meanwhile, and how it ends.
 */
#include "scripted_answers.h"

#include <pthread.h>

#include "core/error.h"
#include "core/server.h"
#include "limit.h"
#include "remote/tsts/legacy.h"
#include "remote/tsts/session.h"

enum { SESSION = 3, IDYES = 6, IDTIMEOUT = 32000, IDASYNC = 32001 };

static const uint16_t title[] = {'t', 'i', 't', 'l', 'e'};
static const uint16_t text[] = {'t', 'e', 'x', 't'};

static struct wts_message message_of(bool waits, uint32_t timeout_s)
{
    return (struct wts_message){.session_id = SESSION,
                                .title = {title, 5},
                                .text = {text, 4},
                                .style = 0x11223344,
                                .timeout_s = timeout_s,
                                .waits = waits};
}

static uint32_t send_to(struct wts_server *server, struct wts_message message, uint32_t *response)
{
    return server->backend->send_message(server, &message, response);
}

static const struct scripted_request *box_request(void)
{
    return scripted_request(&wts_interface_session, WTS_LSM_SHOW_MESSAGE_BOX);
}

static void a_message_as_it_is_sent(void **state)
{
    struct wts_server *server = scripted_open();
    uint32_t response = 0;
    uint8_t expected[256];
    struct wts_ndr_writer writer;
    (void)state;
    answer_number(&wts_interface_session, WTS_LSM_SHOW_MESSAGE_BOX, IDYES);
    for (int waits = 0; waits < 2; waits++) {
        assert_int_equal(send_to(server, message_of(waits, 7), &response), 0);
        assert_int_equal(response, IDYES);
        const struct scripted_request *request = box_request();
        wts_ndr_writer_init(&writer, expected, sizeof expected);
        wts_ndr_put_bytes(&writer, request->bytes, 20);
        scripted_put_string(&writer, "title");
        scripted_put_string(&writer, "text");
        wts_ndr_put_u32(&writer, 0x11223344);
        wts_ndr_put_u32(&writer, 7);
        wts_ndr_put_u32(&writer, !waits); /* bDoNotWait */
        assert_int_equal(request->length, writer.length);
        assert_memory_equal(request->bytes, expected, writer.length);
    }
    assert_int_equal(scripted_count(&wts_interface_session, WTS_LSM_OPEN_SESSION), 2);
    scripted_close(server);
    assert_int_equal(scripted_open_contexts(), 0);
}

/* One request carries them, whatever their length, and no argument is wrong. */
static void texts_of_any_length(void **state)
{
    static const uint32_t counts[] = {0, 1, 512, 1024, 1025, 100000, 4000000};
    uint16_t *longest = malloc(4000000 * sizeof *longest);
    struct wts_server *server = scripted_open();
    struct wts_message message = message_of(true, 0);
    uint32_t response = 77;
    (void)state;
    for (unsigned i = 0; i < 4000000; i++)
        longest[i] = 0x4E00;
    answer_number(&wts_interface_session, WTS_LSM_SHOW_MESSAGE_BOX, IDYES);
    for (unsigned i = 0; i < sizeof counts / sizeof counts[0]; i++) {
        const size_t titled = 20 + 12 + 2 * ((size_t)counts[i] + 1);
        const size_t told = (titled + 3) / 4 * 4 + 12 + 2 * ((size_t)counts[i] + 1);
        message.title = message.text = (struct wts_text){longest, counts[i]};
        assert_int_equal(send_to(server, message, &response), 0);
        assert_int_equal(box_request()->length, (told + 3) / 4 * 4 + 12);
        assert_int_equal(box_request()->count, i + 1);
    }
    scripted_allocations_until_failure(0);
    response = 77;
    assert_int_equal(send_to(server, message, &response), ERROR_NOT_ENOUGH_MEMORY);
    scripted_allocations_until_failure(-1);
    assert_int_equal(response, 77);
    free(longest);
    scripted_close(server);
}

/* Nothing of what no transport takes is sent. */
static void texts_that_no_request_carries(void **state)
{
    const uint32_t count = 17U << 20;
    uint16_t *longest = malloc(count * sizeof *longest);
    struct wts_server *server = scripted_open();
    struct wts_message message = message_of(true, 0);
    uint32_t response = 77;
    (void)state;
    memset(longest, 0x41, count * sizeof *longest);
    message.title = message.text = (struct wts_text){longest, count};
    assert_int_equal(send_to(server, message, &response), RPC_S_STRING_TOO_LONG);
    assert_int_equal(response, 77);
    assert_int_equal(box_request()->count, 0);
    free(longest);
    scripted_close(server);
}

static void every_answer_is_passed_on(void **state)
{
    static const uint32_t answers[] = {1, 2, 7, 10, 11, IDTIMEOUT, IDASYNC, 0};
    struct wts_server *server = scripted_open();
    (void)state;
    for (unsigned i = 0; i < sizeof answers / sizeof answers[0]; i++) {
        uint32_t response = 77;
        answer_number(&wts_interface_session, WTS_LSM_SHOW_MESSAGE_BOX, answers[i]);
        assert_int_equal(send_to(server, message_of(answers[i] != IDASYNC, 1), &response), 0);
        assert_int_equal(response, answers[i]);
    }
    scripted_close(server);
}

static void how_long_is_waited(void **state)
{
    static const struct {
        bool waits;
        uint32_t timeout_s, left_ms;
    } rows[] = {{false, 0, 30000},
                {false, 600, 30000},
                {true, 0, UINT32_MAX},
                {true, 1, 31000},
                {true, 600, 630000},
                {true, 4294937, UINT32_MAX - 295},
                {true, 4294938, UINT32_MAX - 1},
                {true, UINT32_MAX, UINT32_MAX}};
    struct wts_server *server = scripted_open();
    uint32_t response;
    (void)state;
    scripted_stop_clock();
    answer_number(&wts_interface_session, WTS_LSM_SHOW_MESSAGE_BOX, IDYES);
    for (unsigned i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        assert_int_equal(send_to(server, message_of(rows[i].waits, rows[i].timeout_s), &response), 0);
        assert_int_equal(box_request()->left_ms, rows[i].left_ms);
        assert_int_equal(scripted_request(&wts_interface_session, WTS_LSM_OPEN_SESSION)->left_ms, 30000);
    }
    scripted_close(server);
}

struct person {
    pthread_t thread;
    struct wts_server *server;
    void *handle;
    uint32_t error, response;
};

static void *ask_person(void *argument)
{
    struct person *person = argument;
    person->error = send_to(person->server, message_of(true, 0), &person->response);
    if (person->handle != NULL)
        wts_server_release(person->handle);
    return NULL;
}

static void other_calls_go_on_while_people_think(void **state)
{
    enum { COUNT = WTS_POOL_MAX_LINKS + 3 };
    static struct person people[COUNT];
    struct wts_server *server = scripted_open();
    struct wts_session_information information;
    (void)state;
    answer_number(&wts_interface_session, WTS_LSM_GET_STATE, 4);
    answer_number(&wts_interface_session, WTS_LSM_SHOW_MESSAGE_BOX, IDYES)->blocks = true;
    for (int i = 0; i < COUNT; i++) {
        people[i] = (struct person){.server = server};
        pthread_create(&people[i].thread, NULL, ask_person, &people[i]);
    }
    scripted_wait_for_blocked(COUNT);
    assert_int_equal(server->backend->query_session(server, SESSION, WTS_PART_STATE, &information), 0);
    information.free(&information);
    scripted_release();
    for (int i = 0; i < COUNT; i++) {
        limit_join(people[i].thread, NULL, "a calling thread");
        assert_int_equal(people[i].error, 0);
        assert_int_equal(people[i].response, IDYES);
    }
    assert_true(scripted_open_connections() <= WTS_POOL_MAX_LINKS + 1);
    scripted_close(server);
}

static void closing_the_handle_ends_the_waiting(void **state)
{
    struct person person = {.response = 77};
    (void)state;
    answer_number(&wts_interface_session, WTS_LSM_SHOW_MESSAGE_BOX, IDYES)->blocks = true;
    person.handle = wts_server_open(scripted_open());
    assert_int_equal(wts_server_acquire(person.handle, &person.server), 0);
    pthread_create(&person.thread, NULL, ask_person, &person);
    scripted_wait_for_blocked(1);
    wts_server_close(person.handle);
    limit_join(person.thread, NULL, "a calling thread");
    assert_int_equal(person.error, RPC_S_CALL_FAILED);
    assert_int_equal(person.response, 77);
    assert_int_equal(scripted_open_connections(), 0);
    assert_int_equal(scripted_count(&wts_interface_session, WTS_LSM_SHOW_MESSAGE_BOX), 1);
}

static void an_answer_counts_although_the_connection_is_lost_behind_it(void **state)
{
    struct wts_server *server = scripted_open();
    uint32_t response = 0;
    (void)state;
    answer_number(&wts_interface_session, WTS_LSM_SHOW_MESSAGE_BOX, IDYES);
    scripted_fails_once(&wts_interface_session, WTS_LSM_CLOSE_SESSION, RPC_S_CALL_FAILED, WTS_MAYBE_EXECUTED,
                        true);
    assert_int_equal(send_to(server, message_of(true, 0), &response), 0);
    assert_int_equal(response, IDYES);
    assert_int_equal(scripted_open_connections(), 0);
    assert_int_equal(send_to(server, message_of(true, 0), &response), 0);
    assert_int_equal(scripted_count(&wts_interface_session, WTS_LSM_SHOW_MESSAGE_BOX), 2);
    scripted_close(server);
}

static void disconnecting(void **state)
{
    struct wts_server *server = scripted_open();
    (void)state;
    scripted_hresult(&wts_interface_session, WTS_LSM_DISCONNECT, 0);
    for (int waits = 0; waits < 2; waits++)
        assert_int_equal(server->backend->disconnect_session(server, SESSION, waits), 0);
    scripted_hresult(&wts_interface_session, WTS_LSM_DISCONNECT, 0x80071B6E);
    assert_int_equal(server->backend->disconnect_session(server, SESSION, false),
                     ERROR_CTX_WINSTATION_NOT_FOUND);
    assert_int_equal(scripted_count(&wts_interface_session, WTS_LSM_DISCONNECT), 3);
    assert_int_equal(scripted_count(&wts_interface_session, WTS_LSM_OPEN_SESSION), 3);
    scripted_close(server);
}

static void answer_open(uint32_t hresult, unsigned uses)
{
    struct wts_ndr_writer *writer = scripted_stub();
    wts_ndr_put_zeros(writer, 20);
    wts_ndr_put_u32(writer, hresult);
    scripted_answers(&wts_interface_session, WTS_LSM_OPEN_SESSION)->uses = uses;
}

/* `count` openings succeed, from then on they fail with `hresult`. */
static void session_is_there_for(unsigned count, uint32_t hresult)
{
    answer_open(hresult, 0);
    scripted_on(&wts_interface_session, WTS_LSM_OPEN_SESSION)->uses = count;
}

static void logging_off_without_waiting(void **state)
{
    struct wts_server *server = scripted_open();
    (void)state;
    scripted_hresult(&wts_interface_session, WTS_LSM_LOGOFF, 0x10000000);
    assert_int_equal(server->backend->logoff_session(server, SESSION, false), 0);
    assert_int_equal(scripted_count(&wts_interface_session, WTS_LSM_OPEN_SESSION), 1);
    scripted_close(server);
}

static void logging_off_waits_until_the_session_is_gone(void **state)
{
    static const uint32_t gone[] = {0x80070002, 0x80071B6E};
    (void)state;
    for (unsigned i = 0; i < sizeof gone / sizeof gone[0]; i++) {
        struct wts_server *server = scripted_open();
        const unsigned before = scripted_count(&wts_interface_session, WTS_LSM_OPEN_SESSION);
        scripted_hresult(&wts_interface_session, WTS_LSM_LOGOFF, 0x10000000);
        session_is_there_for(1 + 2, gone[i]);
        assert_int_equal(server->backend->logoff_session(server, SESSION, true), 0);
        assert_int_equal(scripted_count(&wts_interface_session, WTS_LSM_OPEN_SESSION) - before, 4);
        scripted_close(server);
    }
    assert_int_equal(scripted_count(&wts_interface_session, WTS_LSM_LOGOFF), 2);
}

static void what_ends_the_waiting_for_a_logoff(void **state)
{
    struct wts_server *server = scripted_open();
    (void)state;
    scripted_hresult(&wts_interface_session, WTS_LSM_LOGOFF, 0x80070005);
    assert_int_equal(server->backend->logoff_session(server, SESSION, true), ERROR_ACCESS_DENIED);
    assert_int_equal(scripted_count(&wts_interface_session, WTS_LSM_OPEN_SESSION), 1);
    scripted_hresult(&wts_interface_session, WTS_LSM_LOGOFF, 0);
    scripted_stop_clock();
    const uint64_t before = wts_clock_ms();
    assert_int_equal(server->backend->logoff_session(server, SESSION, true), RPC_S_CALL_CANCELLED);
    assert_int_equal(wts_clock_ms() - before, 30000); /* it never ends */
    const unsigned questions = (unsigned)scripted_count(&wts_interface_session, WTS_LSM_OPEN_SESSION);
    assert_true(questions >= 100 && questions <= 130);
    scripted_close(server);
}

/* The session was logged off, whatever comes of looking at it. */
static void a_look_that_fails_is_no_failure_of_the_logoff(void **state)
{
    static const uint32_t lost[] = {RPC_S_CALL_FAILED, RPC_S_SERVER_UNAVAILABLE, ERROR_LOGON_FAILURE};
    struct wts_server *server = scripted_open();
    (void)state;
    scripted_hresult(&wts_interface_session, WTS_LSM_LOGOFF, 0);
    session_is_there_for(2, 0x80070005);
    assert_int_equal(server->backend->logoff_session(server, SESSION, true), 0);
    for (unsigned i = 0; i < sizeof lost / sizeof lost[0]; i++) {
        scripted_fails(&wts_interface_session, WTS_LSM_OPEN_SESSION, lost[i], WTS_MAYBE_EXECUTED, true);
        scripted_on(&wts_interface_session, WTS_LSM_OPEN_SESSION)->uses = 2;
        assert_int_equal(server->backend->logoff_session(server, SESSION, true), 0);
    }
    scripted_close(server);
    assert_int_equal(scripted_count(&wts_interface_session, WTS_LSM_LOGOFF), 4);
}

struct leaver {
    pthread_t thread;
    struct wts_server *server;
    void *handle;
    uint32_t error;
};

static void *log_off(void *argument)
{
    struct leaver *leaver = argument;
    leaver->error = leaver->server->backend->logoff_session(leaver->server, SESSION, true);
    wts_server_release(leaver->handle);
    return NULL;
}

static void closing_the_handle_ends_the_waiting_for_a_logoff(void **state)
{
    struct leaver leaver = {.handle = wts_server_open(scripted_open())};
    (void)state;
    scripted_hresult(&wts_interface_session, WTS_LSM_LOGOFF, 0); /* the session stays */
    assert_int_equal(wts_server_acquire(leaver.handle, &leaver.server), 0);
    pthread_create(&leaver.thread, NULL, log_off, &leaver);
    while (scripted_count(&wts_interface_session, WTS_LSM_OPEN_SESSION) < 2) {
    }
    wts_server_close(leaver.handle);
    limit_join(leaver.thread, NULL, "a calling thread");
    assert_int_equal(leaver.error, RPC_S_CALL_FAILED);
    assert_int_equal(scripted_count(&wts_interface_session, WTS_LSM_LOGOFF), 1);
}

static void shutting_down(void **state)
{
    struct wts_server *server = scripted_open();
    (void)state;
    answer_legacy(WTS_LEGACY_SHUTDOWN_SYSTEM, 0);
    assert_int_equal(server->backend->shutdown_system(server, 0x06), 0);
    const struct scripted_request *request =
        scripted_request(&wts_interface_legacy, WTS_LEGACY_SHUTDOWN_SYSTEM);
    assert_int_equal(request->length, 28);
    assert_memory_equal(request->bytes + 24, ((const uint8_t[]){6, 0, 0, 0}), 4);
    answer_legacy(WTS_LEGACY_SHUTDOWN_SYSTEM, 0xC0000061);
    assert_int_equal(server->backend->shutdown_system(server, 0x02), 1314);
    scripted_close(server);
    assert_int_equal(scripted_open_contexts(), 0);
}

#define CASE(function) cmocka_unit_test_setup_teardown(function, scripted_begin, scripted_end)

int main(void)
{
    const struct CMUnitTest tests[] = {
        CASE(a_message_as_it_is_sent),
        CASE(texts_of_any_length),
        CASE(texts_that_no_request_carries),
        CASE(every_answer_is_passed_on),
        CASE(how_long_is_waited),
        CASE(other_calls_go_on_while_people_think),
        CASE(closing_the_handle_ends_the_waiting),
        CASE(an_answer_counts_although_the_connection_is_lost_behind_it),
        CASE(disconnecting),
        CASE(logging_off_without_waiting),
        CASE(logging_off_waits_until_the_session_is_gone),
        CASE(what_ends_the_waiting_for_a_logoff),
        CASE(a_look_that_fails_is_no_failure_of_the_logoff),
        CASE(closing_the_handle_ends_the_waiting_for_a_logoff),
        CASE(shutting_down),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

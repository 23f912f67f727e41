/*
 * The client of an opened server against a scripted one: what is sent, what is repeated and what never is,
 * which code the caller gets, how many connections there are, closing during a call.
 */
#include "native_test.h"

#include <pthread.h>
#include <stdatomic.h>

#include "core/error.h"
#include "core/server.h"
#include "limit.h"
#include "remote/remote.h"
#include "remote/tsts/legacy.h"
#include "script.h"

#define OPEN WTS_LEGACY_OPEN_SERVER
#define TERMINATE WTS_LEGACY_TERMINATE_PROCESS
#define CLOSE WTS_LEGACY_CLOSE_SERVER_EX

static const uint16_t name[] = {'r', 'd', 's', 'h', '0', '1', 0};

/* The scripted server: what it answers, and what it saw. */
static struct {
    uint32_t connect_error;
    struct wts_call_result open;   /* error 0: answers */
    struct wts_call_result first;  /* the first terminate call of all */
    struct wts_call_result others; /* every later one */
    struct wts_call_result close;  /* error 0: answers */
    uint32_t open_status;          /* pResult; 0: TRUE */
    uint32_t status;               /* pResult of terminate; 0: TRUE */
    bool false_without_status;     /* FALSE and pResult 0 */
    size_t cut;                    /* bytes kept of a terminate response */
    atomic_uint connects, opens, terminates, executions, closes, cancels, closed;
    _Atomic uint32_t last_process_id, last_exit_code;
    _Atomic uint8_t context_seen;
    bool is_blocking;
    pthread_mutex_t lock;
    pthread_cond_t changed;
    unsigned blocked, most_blocked;
    bool is_let_go;
    bool is_cancelled[64]; /* by the number of the connection */
} host;

static struct wts_call_result host_connect(const uint16_t *server, const struct wts_interface *interface,
                                           uint32_t number, uint64_t deadline_ms)
{
    (void)deadline_ms;
    (void)number;
    assert_memory_equal(server, name, sizeof name);
    assert_string_equal(interface->pipe, "Ctx_WinStation_API_service");
    atomic_fetch_add(&host.connects, 1);
    return (struct wts_call_result){.error = host.connect_error, .broken = host.connect_error != 0};
}

static void respond(struct wts_response *response, const void *bytes, size_t length)
{
    response->data = malloc(length + 1);
    memcpy(response->data, bytes, length);
    response->length = length;
}

static void put_u32(uint8_t *out, uint32_t value)
{
    for (int i = 0; i < 4; i++)
        out[i] = (uint8_t)(value >> (8 * i));
}

static uint32_t get_u32(const uint8_t *in)
{
    return (uint32_t)(in[0] | in[1] << 8 | in[2] << 16) | (uint32_t)in[3] << 24;
}

/* Waits until the test lets go, like a server that takes its time; a cancel lets go, too. */
static bool block(uint32_t number)
{
    pthread_mutex_lock(&host.lock);
    assert_true(number < sizeof host.is_cancelled);
    host.blocked++;
    if (host.blocked > host.most_blocked)
        host.most_blocked = host.blocked;
    pthread_cond_broadcast(&host.changed);
    while (!host.is_let_go && !host.is_cancelled[number])
        pthread_cond_wait(&host.changed, &host.lock);
    host.blocked--;
    const bool is_cancelled = host.is_cancelled[number];
    pthread_mutex_unlock(&host.lock);
    return is_cancelled;
}

static struct wts_call_result answer_open(uint32_t number, struct wts_response *response)
{
    uint8_t stub[25] = {0}; /* context, pResult, BOOLEAN: see the vectors for the order */
    atomic_fetch_add(&host.opens, 1);
    if (host.open.error != 0)
        return host.open;
    put_u32(stub, host.open_status);
    memset(stub + 4 + 4, (int)number, 16);
    stub[24] = host.open_status == 0;
    respond(response, stub, sizeof stub);
    return host.open;
}

static struct wts_call_result answer_terminate(uint32_t number, const uint8_t *request, size_t length,
                                               struct wts_response *response)
{
    uint8_t stub[5] = {0};
    const bool is_first = atomic_fetch_add(&host.terminates, 1) == 0;
    const struct wts_call_result result = is_first ? host.first : host.others;
    assert_int_equal(length, 28);
    host.context_seen = request[4];
    host.last_process_id = get_u32(request + 20);
    host.last_exit_code = get_u32(request + 24);
    if (host.is_blocking && block(number))
        return (struct wts_call_result){
            .error = RPC_S_CALL_FAILED, .progress = WTS_MAYBE_EXECUTED, .broken = true};
    if (result.progress != WTS_NOT_EXECUTED)
        atomic_fetch_add(&host.executions, 1);
    if (result.error != 0)
        return result;
    put_u32(stub, host.status);
    stub[4] = host.status == 0 && !host.false_without_status;
    respond(response, stub, host.cut);
    return result;
}

static struct wts_call_result host_call(uint32_t number, uint16_t opnum, const uint8_t *request,
                                        size_t length, struct wts_response *response, uint64_t deadline_ms)
{
    static const uint8_t closed[25] = {[24] = 1};
    assert_true(deadline_ms > 0);
    if (opnum == OPEN)
        return answer_open(number, response);
    if (opnum == TERMINATE)
        return answer_terminate(number, request, length, response);
    assert_int_equal(opnum, CLOSE);
    atomic_fetch_add(&host.closes, 1);
    if (host.close.error == 0)
        respond(response, closed, sizeof closed);
    return host.close;
}

static void host_cancel(uint32_t number)
{
    atomic_fetch_add(&host.cancels, 1);
    pthread_mutex_lock(&host.lock);
    host.is_cancelled[number] = true;
    pthread_cond_broadcast(&host.changed);
    pthread_mutex_unlock(&host.lock);
}

static void host_closed(uint32_t number)
{
    (void)number;
    atomic_fetch_add(&host.closed, 1);
}

static const struct wts_script script = {host_connect, host_call, host_cancel, host_closed};

static int reset(void **state)
{
    (void)state;
    limit_begin();
    memset(&host, 0, sizeof host);
    pthread_mutex_init(&host.lock, NULL);
    pthread_cond_init(&host.changed, NULL);
    const struct wts_call_result answered = {.error = 0, .progress = WTS_EXECUTED, .is_answer = true};
    host.open = host.first = host.others = host.close = answered;
    host.cut = 5;
    wts_script_play(&script);
    return 0;
}

static void *open_host(void)
{
    struct wts_server *server = NULL;
    assert_int_equal(wts_remote_open(name, &server), 0);
    return wts_server_open(server);
}

static uint32_t terminate(void *handle, uint32_t process_id, uint32_t exit_code)
{
    struct wts_server *server;
    uint32_t error = wts_server_acquire(handle, &server);
    if (error == 0) {
        error = server->backend->terminate_process(server, process_id, exit_code);
        wts_server_release(handle);
    }
    return error;
}

static void one_open_then_one_request_per_call_then_one_close(void **state)
{
    void *handle = open_host();
    (void)state;
    assert_int_equal(host.connects, 0);
    for (uint32_t i = 0; i < 5; i++) {
        assert_int_equal(terminate(handle, 1000 + i, 0xFFFFFFFF - i), 0);
        assert_int_equal(host.last_process_id, 1000 + i);
        assert_int_equal(host.last_exit_code, 0xFFFFFFFF - i);
    }
    assert_int_equal(host.context_seen, 1);
    wts_server_close(handle);
    assert_int_equal(host.connects, 1);
    assert_int_equal(host.opens, 1);
    assert_int_equal(host.terminates, 5);
    assert_int_equal(host.closes, 1);
    assert_int_equal(host.closed, 1);
}

static void an_unused_handle_never_touches_the_network(void **state)
{
    (void)state;
    wts_server_close(open_host());
    assert_int_equal(host.connects, 0);
    assert_int_equal(host.closes, 0);
}

static void refusals_of_the_server(void **state)
{
    static const struct {
        uint32_t status, error;
    } rows[] = {{0xC0000022, 5}, {0xC000000D, 87}, {0xC000000B, 87}, {0xC000010A, 5}, {0x80070005, 5}};
    void *handle = open_host();
    (void)state;
    for (unsigned i = 0; i < sizeof rows / sizeof *rows; i++) {
        host.status = rows[i].status;
        assert_int_equal(terminate(handle, 1, 1), rows[i].error);
    }
    host.status = 0;
    host.false_without_status = true;
    assert_int_equal(terminate(handle, 1, 1), ERROR_GEN_FAILURE);
    assert_int_equal(host.connects, 1);
    wts_server_close(handle);
}

/* The first terminate call ends with `first`; the caller must get `error` after `terminates` requests. */
static void check_repetition(struct wts_call_result first, uint32_t error, unsigned terminates,
                             unsigned executions, unsigned connects)
{
    reset(NULL);
    host.first = first;
    void *handle = open_host();
    assert_int_equal(terminate(handle, 1, 1), error);
    assert_int_equal(host.terminates, terminates);
    assert_int_equal(host.executions, executions);
    assert_int_equal(host.connects, connects);
    wts_server_close(handle);
    assert_int_equal(host.closed, connects);
}

static void only_what_did_not_run_is_repeated(void **state)
{
    (void)state;
    check_repetition((struct wts_call_result){.error = RPC_S_CALL_FAILED_DNE,
                                              .progress = WTS_NOT_EXECUTED,
                                              .broken = true},
                     0, 2, 1, 2);
    check_repetition(
        (struct wts_call_result){.error = RPC_S_CALL_FAILED, .progress = WTS_NOT_EXECUTED, .broken = true}, 0,
        2, 1, 2);
    check_repetition((struct wts_call_result){.error = ERROR_INVALID_HANDLE,
                                              .progress = WTS_NOT_EXECUTED,
                                              .is_answer = true},
                     0, 2, 1, 2);
    check_repetition(
        (struct wts_call_result){.error = RPC_S_CALL_FAILED, .progress = WTS_MAYBE_EXECUTED, .broken = true},
        1726, 1, 1, 1);
    check_repetition((struct wts_call_result){.error = RPC_S_CALL_CANCELLED,
                                              .progress = WTS_MAYBE_EXECUTED,
                                              .broken = true},
                     1818, 1, 1, 1);
    check_repetition((struct wts_call_result){.error = RPC_S_PROCNUM_OUT_OF_RANGE,
                                              .progress = WTS_EXECUTED,
                                              .is_answer = true},
                     1745, 1, 1, 1);
    check_repetition(
        (struct wts_call_result){.error = ERROR_ACCESS_DENIED, .progress = WTS_EXECUTED, .is_answer = true},
        5, 1, 1, 1);
    /* An unknown opnum never ran, but would be as unknown the second time. */
    check_repetition((struct wts_call_result){.error = RPC_S_PROCNUM_OUT_OF_RANGE,
                                              .progress = WTS_NOT_EXECUTED,
                                              .is_answer = true},
                     1745, 1, 0, 1);
}

static void it_is_repeated_once_only(void **state)
{
    (void)state;
    const struct wts_call_result forgotten = {
        .error = ERROR_INVALID_HANDLE, .progress = WTS_NOT_EXECUTED, .is_answer = true};
    host.first = host.others = forgotten;
    void *handle = open_host();
    assert_int_equal(terminate(handle, 1, 1), RPC_S_CALL_FAILED); /* never 6 on a live handle */
    assert_int_equal(host.terminates, 2);
    assert_int_equal(host.executions, 0);
    host.first = host.others = (struct wts_call_result){
        .error = RPC_S_CALL_FAILED_DNE, .progress = WTS_NOT_EXECUTED, .broken = true};
    assert_int_equal(terminate(handle, 1, 1), RPC_S_CALL_FAILED);
    assert_int_equal(host.terminates, 4);
    wts_server_close(handle);
}

static void a_lost_connection_is_remade_for_the_next_call(void **state)
{
    (void)state;
    host.first =
        (struct wts_call_result){.error = RPC_S_CALL_FAILED, .progress = WTS_MAYBE_EXECUTED, .broken = true};
    void *handle = open_host();
    assert_int_equal(terminate(handle, 1, 1), RPC_S_CALL_FAILED);
    assert_int_equal(terminate(handle, 1, 1), 0);
    assert_int_equal(host.connects, 2);
    assert_int_equal(host.context_seen, 2);
    wts_server_close(handle);
    assert_int_equal(host.closes, 1);
}

static void failures_of_connecting_and_opening(void **state)
{
    (void)state;
    void *handle = open_host();
    host.connect_error = RPC_S_SERVER_UNAVAILABLE;
    assert_int_equal(terminate(handle, 1, 1), RPC_S_SERVER_UNAVAILABLE);
    assert_int_equal(host.connects, 1);
    host.connect_error = 0;
    host.open_status = 0xC0000120;
    assert_int_equal(terminate(handle, 1, 1), 995);
    assert_int_equal(host.closed, 2); /* without a context the connection is of no use */
    host.open_status = 0;
    host.open.error = ERROR_ACCESS_DENIED;
    assert_int_equal(terminate(handle, 1, 1), ERROR_ACCESS_DENIED);
    assert_int_equal(host.opens, 2);
    host.open =
        (struct wts_call_result){.error = RPC_S_CALL_FAILED, .progress = WTS_MAYBE_EXECUTED, .broken = true};
    assert_int_equal(terminate(handle, 1, 1), RPC_S_CALL_FAILED);
    assert_int_equal(host.opens, 4); /* the call itself was never sent: once more */
    assert_int_equal(host.terminates, 0);
    wts_server_close(handle);
    assert_int_equal(host.closes, 0);
}

static void a_cut_answer_is_bad_stub_data(void **state)
{
    void *handle = open_host();
    (void)state;
    for (host.cut = 0; host.cut < 5; host.cut++)
        assert_int_equal(terminate(handle, 1, 1), RPC_X_BAD_STUB_DATA);
    assert_int_equal(terminate(handle, 1, 1), 0);
    wts_server_close(handle);
}

static void hostile_names_never_reach_the_transport(void **state)
{
    static const char *const names[] = {
        "h[\\pipe\\x,connect]", "h,sign", "a b",  "\"",  "h\\x", "h/x", " ", "h@x",
        "ncacn_np!x",           "h\t",    "\x01", "h;x", "h|x"};
    (void)state;
    for (unsigned i = 0; i < sizeof names / sizeof *names; i++) {
        uint16_t wide[64] = {0};
        struct wts_server *server = NULL;
        for (unsigned k = 0; names[i][k] != '\0'; k++)
            wide[k] = (uint8_t)names[i][k];
        assert_int_equal(wts_remote_open(wide, &server), 0);
        void *handle = wts_server_open(server);
        assert_int_equal(terminate(handle, 1, 1), RPC_S_SERVER_UNAVAILABLE);
        wts_server_close(handle);
    }
    static const uint16_t brackets[] = {'h', 0xFF3B, 'x', 0xFF3D,
                                        0}; /* full-width: best fit makes [ ] of them */
    struct wts_server *server = NULL;
    assert_int_equal(wts_remote_open(brackets, &server), 0);
    void *handle = wts_server_open(server);
    assert_int_equal(terminate(handle, 1, 1), RPC_S_SERVER_UNAVAILABLE);
    wts_server_close(handle);
    assert_int_equal(host.connects, 0);
}

struct caller {
    pthread_t thread;
    void *handle;
    uint32_t error;
};

static void *call_one_time(void *argument)
{
    struct caller *caller = argument;
    caller->error = terminate(caller->handle, 7, 7);
    return NULL;
}

static void wait_for_blocked(unsigned count)
{
    pthread_mutex_lock(&host.lock);
    limit_waits_for("calls that the host holds");
    while (host.blocked < count)
        pthread_cond_wait(&host.changed, &host.lock);
    limit_waits_for(NULL);
    pthread_mutex_unlock(&host.lock);
}

/* `count` threads call at the same time, and all of them come back. */
static void call_from_threads(void *handle, unsigned count)
{
    struct caller callers[WTS_POOL_MAX_LINKS + 4];
    host.is_blocking = true;
    for (unsigned i = 0; i < count; i++) {
        callers[i].handle = handle;
        pthread_create(&callers[i].thread, NULL, call_one_time, &callers[i]);
    }
    wait_for_blocked(count < WTS_POOL_MAX_LINKS ? count : WTS_POOL_MAX_LINKS);
    pthread_mutex_lock(&host.lock);
    host.is_let_go = true;
    pthread_cond_broadcast(&host.changed);
    pthread_mutex_unlock(&host.lock);
    for (unsigned i = 0; i < count; i++) {
        limit_join(callers[i].thread, NULL, "a calling thread");
        assert_int_equal(callers[i].error, 0);
    }
}

static void threads_get_a_connection_each_up_to_the_limit(void **state)
{
    (void)state;
    void *handle = open_host();
    call_from_threads(handle, WTS_POOL_MAX_LINKS + 4);
    assert_int_equal(host.connects, WTS_POOL_MAX_LINKS);
    assert_int_equal(host.most_blocked, WTS_POOL_MAX_LINKS);
    wts_server_close(handle);
    assert_int_equal(host.closes, WTS_POOL_MAX_LINKS);
    assert_int_equal(host.closed, WTS_POOL_MAX_LINKS);
}

static void a_server_that_is_silent_when_closed_is_waited_for_once(void **state)
{
    (void)state;
    void *handle = open_host();
    call_from_threads(handle, 3);
    host.close = (struct wts_call_result){
        .error = RPC_S_CALL_CANCELLED, .progress = WTS_MAYBE_EXECUTED, .broken = true};
    wts_server_close(handle);
    assert_int_equal(host.closes, 1);
    assert_int_equal(host.closed, 3);
}

static void closing_the_handle_ends_calls_in_flight_and_waiting_ones(void **state)
{
    enum { COUNT = WTS_POOL_MAX_LINKS + 4 };
    struct caller callers[COUNT];
    (void)state;
    host.is_blocking = true;
    void *handle = open_host();
    for (unsigned i = 0; i < COUNT; i++) {
        callers[i].handle = handle;
        pthread_create(&callers[i].thread, NULL, call_one_time, &callers[i]);
    }
    wait_for_blocked(WTS_POOL_MAX_LINKS);
    wts_server_close(handle);
    for (unsigned i = 0; i < COUNT; i++) {
        limit_join(callers[i].thread, NULL, "a calling thread");
        assert_true(callers[i].error == RPC_S_CALL_FAILED || callers[i].error == ERROR_INVALID_HANDLE);
    }
    assert_int_equal(host.closed, host.connects);
    assert_int_equal(host.cancels, WTS_POOL_MAX_LINKS);
    assert_int_equal(terminate(handle, 1, 1), ERROR_INVALID_HANDLE);
}

static void deadlines_come_from_the_environment(void **state)
{
    static const struct {
        const char *text;
        uint32_t value;
    } rows[] = {{"250", 250},          {"4294967294", 4294967294},
                {"0", 30000},          {"-1", 30000},
                {"x", 30000},          {"4294967295", 30000},
                {"250ms", 30000},      {"2.5", 30000},
                {" 250", 30000},       {"0x10", 30000},
                {"250 ", 30000},       {"+250", 30000},
                {"99999999999", 30000}};
    (void)state;
    for (unsigned i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct wts_server *server = NULL;
        setenv("WTSAPI32_CALL_TIMEOUT_MS", rows[i].text, 1);
        assert_int_equal(wts_remote_open(name, &server), 0);
        assert_int_equal(((struct wts_remote_server *)server)->timeouts.call_ms, rows[i].value);
        assert_int_equal(((struct wts_remote_server *)server)->timeouts.connect_ms, 10000);
        server->backend->destroy(server);
    }
    unsetenv("WTSAPI32_CALL_TIMEOUT_MS");
}

/* Longer than any name; only the first 255 characters may be kept, and nothing written behind them. */
static void a_name_of_any_length_is_kept_up_to_its_limit(void **state)
{
    static const size_t counts[] = {1, 254, 255, 256, 400, 4000};
    uint16_t longest[4001];
    (void)state;
    for (unsigned i = 0; i < sizeof counts / sizeof *counts; i++) {
        struct wts_server *server = NULL;
        for (size_t k = 0; k < counts[i]; k++)
            longest[k] = 'a';
        longest[counts[i]] = 0;
        assert_int_equal(wts_remote_open(longest, &server), 0);
        const struct wts_remote_server *remote = (struct wts_remote_server *)server;
        const size_t kept = counts[i] < 255 ? counts[i] : 255;
        for (size_t k = 0; k < WTS_SERVER_NAME_CAPACITY; k++)
            assert_int_equal(remote->name[k], k < kept ? 'a' : 0);
        assert_int_equal(remote->timeouts.connect_ms, 10000);
        server->backend->destroy(server);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup(one_open_then_one_request_per_call_then_one_close, reset),
        cmocka_unit_test_setup(an_unused_handle_never_touches_the_network, reset),
        cmocka_unit_test_setup(refusals_of_the_server, reset),
        cmocka_unit_test_setup(only_what_did_not_run_is_repeated, reset),
        cmocka_unit_test_setup(it_is_repeated_once_only, reset),
        cmocka_unit_test_setup(a_lost_connection_is_remade_for_the_next_call, reset),
        cmocka_unit_test_setup(failures_of_connecting_and_opening, reset),
        cmocka_unit_test_setup(a_cut_answer_is_bad_stub_data, reset),
        cmocka_unit_test_setup(hostile_names_never_reach_the_transport, reset),
        cmocka_unit_test_setup(threads_get_a_connection_each_up_to_the_limit, reset),
        cmocka_unit_test_setup(a_server_that_is_silent_when_closed_is_waited_for_once, reset),
        cmocka_unit_test_setup(closing_the_handle_ends_calls_in_flight_and_waiting_ones, reset),
        cmocka_unit_test_setup(deadlines_come_from_the_environment, reset),
        cmocka_unit_test_setup(a_name_of_any_length_is_kept_up_to_its_limit, reset),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

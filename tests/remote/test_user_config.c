/*
 * User configuration against a simulated SAMR server, which counts its handles: what is called for a query
 * and for a change, and that whatever fails, at whichever call, no handle is left open and nothing is written
 * twice.
 */
#include "native_test.h"

#include <stdio.h>

#include "core/error.h"
#include "core/user_config.h"
#include "platform_double.h"
#include "remote/remote.h"
#include "remote/samr/samr.h"
#include "samr_vectors.h"
#include "script.h"

enum { MOST_HANDLES = 8, MOST_CALLS = 32, RID = 0x44E, QUERY_CALLS = 10, CHANGE_CALLS = 11 };

/* How a call ends that is made to fail. */
enum failure { NONE, DENIED, FAULT, LOST, CUT, SILENT, CONTEXT_LOST };

static const uint16_t server_name[] = {'d', 'c', '1', 0};
static const uint8_t builtin_sid[] = {1, 1, 0, 0, 0, 0, 0, 5, 32, 0, 0, 0};
static const uint8_t lab_sid[] = {1, 2, 0, 0, 0, 0, 0, 5, 21, 0, 0, 0, 7, 0, 0, 0};

static struct {
    const char *value; /* of the account: the name of a vector; NULL: none */
    uint16_t opnums[MOST_CALLS];
    unsigned call_count;
    unsigned failing_call; /* from 1; 0: none */
    enum failure failure;
    bool is_open[MOST_HANDLES];
    uint32_t kinds[MOST_HANDLES]; /* the opnum that opened it */
    unsigned handle_count;
    unsigned connects;
    bool is_connected;
    unsigned left_open; /* handles at the end of the connection */
    uint32_t use;       /* of the name */
    uint32_t refused_access;
    uint32_t last_access;
    bool lists_builtin_first;
    uint8_t written[40000];
    size_t written_length;
    unsigned writes;
    uint8_t last_name[64];
} host;

static unsigned open_handles(void)
{
    unsigned count = 0;
    for (unsigned i = 0; i < host.handle_count; i++)
        count += host.is_open[i];
    return count;
}

static struct wts_call_result host_connect(const uint16_t *server, const struct wts_interface *interface,
                                           uint32_t number, uint64_t deadline_ms)
{
    (void)number;
    (void)deadline_ms;
    assert_memory_equal(server, server_name, sizeof server_name);
    assert_ptr_equal(interface, &wts_interface_samr);
    assert_false(host.is_connected);
    host.connects++;
    host.is_connected = true;
    return (struct wts_call_result){.error = 0, .progress = WTS_EXECUTED, .is_answer = true};
}

/* The server's rundown. */
static void host_close(uint32_t number)
{
    (void)number;
    host.is_connected = false;
    host.left_open = open_handles();
    memset(host.is_open, 0, sizeof host.is_open);
}

/* The handle that a request begins with, which must be open and of the right kind. */
static unsigned handle_of(const uint8_t *request, size_t length)
{
    assert_true(length >= 20);
    const unsigned handle = request[4];
    assert_true(handle < host.handle_count && host.is_open[handle]);
    return handle;
}

static void put_new_handle(struct wts_ndr_writer *writer, uint32_t kind)
{
    struct wts_context_handle handle = {{0}};
    assert_true(host.handle_count < MOST_HANDLES);
    handle.bytes[4] = (uint8_t)host.handle_count;
    handle.bytes[19] = 0x77; /* never all zero */
    host.kinds[host.handle_count] = kind;
    host.is_open[host.handle_count++] = true;
    wts_ndr_put_context(writer, &handle);
}

static void put_no_handle(struct wts_ndr_writer *writer)
{
    const struct wts_context_handle none = {{0}};
    wts_ndr_put_context(writer, &none);
}

static void put_head(struct wts_ndr_writer *writer, size_t length)
{
    wts_ndr_put_u16(writer, (uint16_t)length);
    wts_ndr_put_u16(writer, (uint16_t)length);
    wts_ndr_put_pointer(writer, length > 0);
}

static void put_ascii(struct wts_ndr_writer *writer, const char *text)
{
    wts_ndr_put_varying_array(writer, strlen(text), strlen(text));
    for (; *text != '\0'; text++)
        wts_ndr_put_u16(writer, (uint8_t)*text);
}

static void put_domains(struct wts_ndr_writer *writer)
{
    const char *const first = host.lists_builtin_first ? "Builtin" : "LAB";
    const char *const second = host.lists_builtin_first ? "LAB" : "Builtin";
    wts_ndr_put_u32(writer, 2);
    wts_ndr_put_pointer(writer, true);
    wts_ndr_put_u32(writer, 2);
    wts_ndr_put_pointer(writer, true);
    wts_ndr_put_u32(writer, 2);
    wts_ndr_put_u32(writer, 0);
    put_head(writer, 2 * strlen(first));
    wts_ndr_put_u32(writer, 1);
    put_head(writer, 2 * strlen(second));
    put_ascii(writer, first);
    put_ascii(writer, second);
    wts_ndr_put_u32(writer, 2);
}

/* The name in a request, as ASCII: behind its counts, which end at `offset`. */
static const char *note_name(const uint8_t *request, size_t length, size_t offset)
{
    size_t used = 0;
    for (size_t i = offset; i + 1 < length && used + 1 < sizeof host.last_name; i += 2)
        host.last_name[used++] = request[i];
    host.last_name[used] = 0;
    return (const char *)host.last_name;
}

/* Gives the status. */
static uint32_t put_domain(struct wts_ndr_writer *writer, const char *name)
{
    const bool is_builtin = strcmp(name, "Builtin") == 0;
    const bool is_known = is_builtin || strcmp(name, "LAB") == 0 || strcmp(name, "lab") == 0;
    const uint8_t *sid = is_builtin ? builtin_sid : lab_sid;
    wts_ndr_put_pointer(writer, is_known);
    if (!is_known)
        return 0xC00000DF;
    wts_ndr_put_u32(writer, sid[1]);
    wts_ndr_put_bytes(writer, sid, 8 + 4U * sid[1]);
    return 0;
}

static uint32_t put_ids(struct wts_ndr_writer *writer, const char *name)
{
    const bool is_known = strcmp(name, "games") == 0;
    for (unsigned i = 0; i < 2; i++) {
        wts_ndr_put_u32(writer, 1);
        wts_ndr_put_pointer(writer, true);
        wts_ndr_put_u32(writer, 1);
        wts_ndr_put_u32(writer, i == 0 ? RID : is_known ? host.use : 8);
    }
    return is_known ? 0 : 0xC0000073;
}

static void put_value(struct wts_ndr_writer *writer)
{
    const struct user_parameters_vector nothing = {0};
    const struct user_parameters_vector *value =
        host.value != NULL ? user_parameters_vector(host.value) : &nothing;
    wts_ndr_put_pointer(writer, true);
    wts_ndr_put_u16(writer, 20);
    wts_ndr_put_u16(writer, 0);
    put_head(writer, value->length);
    if (value->length == 0)
        return;
    wts_ndr_put_varying_array(writer, value->length / 2, value->length / 2);
    wts_ndr_put_bytes(writer, value->bytes, value->length);
}

static uint32_t open_user(struct wts_ndr_writer *writer, const uint8_t *request)
{
    memcpy(&host.last_access, request + 20, sizeof host.last_access);
    if (host.last_access == host.refused_access) {
        put_no_handle(writer);
        return 0xC0000022;
    }
    put_new_handle(writer, WTS_SAMR_OPEN_USER);
    return 0;
}

static void write_value(const uint8_t *request, size_t length)
{
    const size_t head = 20 + 4 + 8 + 12;
    host.written_length = length - head;
    memcpy(host.written, request + head, host.written_length);
    host.writes++;
}

/* Executes a call and puts what stands before the status, which is returned. */
static uint32_t execute(uint16_t opnum, const uint8_t *request, size_t length, struct wts_ndr_writer *writer)
{
    static const uint16_t takers[][2] = {
        {WTS_SAMR_ENUMERATE_DOMAINS, WTS_SAMR_CONNECT}, {WTS_SAMR_LOOKUP_DOMAIN, WTS_SAMR_CONNECT},
        {WTS_SAMR_OPEN_DOMAIN, WTS_SAMR_CONNECT},       {WTS_SAMR_LOOKUP_NAMES, WTS_SAMR_OPEN_DOMAIN},
        {WTS_SAMR_OPEN_USER, WTS_SAMR_OPEN_DOMAIN},     {WTS_SAMR_QUERY_USER, WTS_SAMR_OPEN_USER},
        {WTS_SAMR_SET_USER, WTS_SAMR_OPEN_USER}};
    const unsigned handle = opnum == WTS_SAMR_CONNECT ? 0 : handle_of(request, length);
    for (size_t i = 0; i < sizeof takers / sizeof takers[0]; i++)
        assert_true(takers[i][0] != opnum || host.kinds[handle] == takers[i][1]);
    switch (opnum) {
    case WTS_SAMR_CONNECT:
        for (unsigned i = 0; i < 4; i++)
            wts_ndr_put_u32(writer, i < 2);
        put_new_handle(writer, opnum);
        return 0;
    case WTS_SAMR_ENUMERATE_DOMAINS:
        put_domains(writer);
        return 0;
    case WTS_SAMR_LOOKUP_DOMAIN:
        return put_domain(writer, note_name(request, length, 40));
    case WTS_SAMR_OPEN_DOMAIN:
        assert_memory_equal(request + 28, lab_sid, sizeof lab_sid);
        put_new_handle(writer, opnum);
        return 0;
    case WTS_SAMR_LOOKUP_NAMES:
        return put_ids(writer, note_name(request, length, 56));
    case WTS_SAMR_OPEN_USER:
        return open_user(writer, request);
    case WTS_SAMR_QUERY_USER:
        put_value(writer);
        return 0;
    case WTS_SAMR_SET_USER:
        write_value(request, length);
        return 0;
    default:
        assert_int_equal(opnum, WTS_SAMR_CLOSE);
        host.is_open[handle] = false;
        put_no_handle(writer);
        return 0;
    }
}

/* What a procedure that refuses gives before its status. */
static void put_refused(uint16_t opnum, struct wts_ndr_writer *writer)
{
    const unsigned words =
        opnum == WTS_SAMR_CONNECT                                                                 ? 9
        : opnum == WTS_SAMR_OPEN_DOMAIN || opnum == WTS_SAMR_OPEN_USER || opnum == WTS_SAMR_CLOSE ? 5
        : opnum == WTS_SAMR_LOOKUP_NAMES                                                          ? 4
        : opnum == WTS_SAMR_ENUMERATE_DOMAINS                                                     ? 3
        : opnum == WTS_SAMR_SET_USER                                                              ? 0
                                                                                                  : 1;
    wts_ndr_put_zeros(writer, (size_t)4 * words);
}

static struct wts_call_result host_call(uint32_t number, uint16_t opnum, const uint8_t *request,
                                        size_t request_length, struct wts_response *response,
                                        uint64_t deadline_ms)
{
    static uint8_t stub[40000];
    struct wts_ndr_writer writer;
    (void)number;
    assert_true(host.is_connected && host.call_count < MOST_CALLS && deadline_ms != WTS_NEVER);
    host.opnums[host.call_count++] = opnum;
    const enum failure failure = host.call_count == host.failing_call ? host.failure : NONE;
    if (failure == FAULT)
        return (struct wts_call_result){
            .error = RPC_S_PROCNUM_OUT_OF_RANGE, .progress = WTS_NOT_EXECUTED, .is_answer = true};
    if (failure == CONTEXT_LOST)
        return (struct wts_call_result){
            .error = ERROR_INVALID_HANDLE, .progress = WTS_NOT_EXECUTED, .is_answer = true};
    if (failure == LOST)
        return (struct wts_call_result){
            .error = RPC_S_CALL_FAILED, .progress = WTS_MAYBE_EXECUTED, .broken = true};
    if (failure == SILENT) {
        wts_clock_advance_to(deadline_ms);
        return (struct wts_call_result){
            .error = RPC_S_CALL_CANCELLED, .progress = WTS_MAYBE_EXECUTED, .broken = true};
    }
    wts_ndr_writer_init(&writer, stub, sizeof stub);
    uint32_t status = 0xC0000022;
    if (failure == DENIED)
        put_refused(opnum, &writer);
    else
        status = execute(opnum, request, request_length, &writer);
    wts_ndr_put_u32(&writer, status);
    assert_true(wts_ndr_writer_ok(&writer));
    response->length = writer.length - (failure == CUT);
    response->data = malloc(response->length);
    assert_non_null(response->data);
    memcpy(response->data, stub, response->length);
    return (struct wts_call_result){.error = 0, .progress = WTS_EXECUTED, .is_answer = true};
}

static const struct wts_script script = {.connect = host_connect, .call = host_call, .close = host_close};

static int begin(void **state)
{
    (void)state;
    memset(&host, 0, sizeof host);
    host.use = 1;
    wts_script_play(&script);
    wts_clock_stop(1000000);
    return 0;
}

static int end(void **state)
{
    (void)state;
    wts_clock_stop(0);
    return 0;
}

static const uint16_t *user_of(const char *name)
{
    static uint16_t units[64];
    size_t i = 0;
    for (; name[i] != '\0'; i++)
        units[i] = (uint8_t)name[i];
    units[i] = 0;
    return units;
}

/* A query; the number that the shadow setting has, or UINT32_MAX. */
static uint32_t query(const char *user, uint32_t *shadow)
{
    struct wts_user_config config = {.owner = &host};
    const uint32_t error = wts_remote_query_user_config(server_name, user_of(user), &config);
    *shadow = UINT32_MAX;
    if (error == ERROR_SUCCESS) {
        *shadow = config.numbers[WTS_USER_SHADOW];
        config.free(&config);
    } else {
        assert_ptr_equal(config.owner, &host); /* outputs are written on success only */
    }
    assert_false(host.is_connected);
    return error;
}

static uint32_t change(const char *user, uint32_t shadow)
{
    struct wts_user_config config = {.numbers = {0}};
    config.numbers[WTS_USER_SHADOW] = shadow;
    const uint32_t error =
        wts_remote_change_user_config(server_name, user_of(user), &config, WTS_USER_BIT(WTS_USER_SHADOW));
    assert_false(host.is_connected);
    return error;
}

static void assert_calls(const uint16_t *opnums, unsigned count)
{
    assert_int_equal(host.call_count, count);
    for (unsigned i = 0; i < count; i++)
        assert_int_equal(host.opnums[i], opnums[i]);
    assert_int_equal(host.connects, 1);
}

static void a_query_is_ten_calls_on_one_connection(void **state)
{
    static const uint16_t opnums[QUERY_CALLS] = {64, 6, 5, 7, 17, 34, 47, 1, 1, 1};
    uint32_t shadow;
    (void)state;
    host.value = "twice";
    assert_int_equal(query("games", &shadow), ERROR_SUCCESS);
    assert_int_equal(shadow, 2);
    assert_calls(opnums, QUERY_CALLS);
    assert_int_equal(host.last_access, 0x10);
}

static void an_account_without_a_value_has_the_defaults(void **state)
{
    uint32_t shadow;
    (void)state;
    assert_int_equal(query("games", &shadow), ERROR_SUCCESS);
    assert_int_equal(shadow, 1);
}

static void a_change_is_read_and_written(void **state)
{
    static const uint16_t opnums[CHANGE_CALLS] = {64, 6, 5, 7, 17, 34, 47, 58, 1, 1, 1};
    const struct user_parameters_vector *before = user_parameters_vector("foreign");
    unsigned differing = 0;
    (void)state;
    host.value = "foreign";
    assert_int_equal(change("games", 3), ERROR_SUCCESS);
    assert_calls(opnums, CHANGE_CALLS);
    assert_int_equal(host.last_access, 0x30);
    assert_int_equal(host.writes, 1);
    assert_int_equal(host.written_length, before->length);
    for (size_t i = 0; i < before->length; i++)
        differing += host.written[i] != before->bytes[i];
    assert_int_equal(differing, 1); /* of "02" and "03" one digit */
}

static void a_value_that_would_lose_something_is_not_written(void **state)
{
    static const char *const values[] = {"longtext", "cut", "countbig"};
    (void)state;
    for (size_t i = 0; i < 3; i++) {
        begin(NULL);
        host.value = values[i];
        assert_int_equal(change("games", 3), ERROR_INVALID_DATA);
        assert_int_equal(host.writes, 0);
        assert_int_equal(host.opnums[host.call_count - 1], WTS_SAMR_CLOSE);
        assert_int_equal(host.call_count, QUERY_CALLS);
    }
}

static void names_and_what_they_are_refused_with(void **state)
{
    static const struct {
        const char *user;
        uint32_t use;
        uint32_t error;
    } rows[] = {
        {"games", 1, ERROR_SUCCESS},
        {"games", 2, NERR_UserNotFound},
        {"nosuch", 1, NERR_UserNotFound},
        {"LAB\\games", 1, ERROR_SUCCESS},
        {"lab\\games", 1, ERROR_SUCCESS},
        {"Builtin\\games", 1, ERROR_NO_SUCH_DOMAIN},
        {"OTHER\\games", 1, ERROR_NO_SUCH_DOMAIN},
        {"\\games", 1, ERROR_NO_SUCH_DOMAIN},
        {"LAB\\", 1, NERR_UserNotFound},
        {"LAB\\x\\games", 1, NERR_UserNotFound},
    };
    uint32_t shadow;
    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        for (unsigned writes = 0; writes < 2; writes++) {
            begin(NULL);
            host.use = rows[i].use;
            assert_int_equal(writes ? change(rows[i].user, 1) : query(rows[i].user, &shadow), rows[i].error);
            assert_int_equal(host.writes, writes != 0 && rows[i].error == ERROR_SUCCESS);
        }
    }
}

static void the_account_domain_is_the_one_that_is_not_builtin(void **state)
{
    static const uint16_t opnums[QUERY_CALLS + 1] = {64, 6, 5, 5, 7, 17, 34, 47, 1, 1, 1};
    uint32_t shadow;
    (void)state;
    host.lists_builtin_first = true;
    assert_int_equal(query("games", &shadow), ERROR_SUCCESS);
    assert_calls(opnums, QUERY_CALLS + 1);
}

static void reading_takes_whatever_is_allowed(void **state)
{
    uint32_t shadow;
    (void)state;
    host.refused_access = 0x10;
    assert_int_equal(query("games", &shadow), ERROR_SUCCESS);
    assert_int_equal(host.last_access, WTS_SAMR_MAXIMUM_ALLOWED);
}

/* Who may write and not read would overwrite what he cannot see. */
static void writing_wants_the_right_to_read(void **state)
{
    (void)state;
    host.refused_access = 0x30;
    assert_int_equal(change("games", 1), ERROR_ACCESS_DENIED);
    assert_int_equal(host.writes, 0);
}

/* What the caller gets for a failure of the call at `place`. */
static uint32_t expected_error(enum failure failure, unsigned place, bool writes)
{
    static const uint32_t errors[] = {[DENIED] = ERROR_ACCESS_DENIED,  [FAULT] = RPC_S_PROCNUM_OUT_OF_RANGE,
                                      [LOST] = RPC_S_CALL_FAILED,      [CUT] = RPC_X_BAD_STUB_DATA,
                                      [SILENT] = RPC_S_CALL_CANCELLED, [CONTEXT_LOST] = RPC_S_CALL_FAILED};
    const bool is_close = place > QUERY_CALLS - 3 + (unsigned)writes;
    /* One place has a second try. */
    const bool is_mended = failure == DENIED && place == 6 && !writes;
    return is_close || is_mended ? ERROR_SUCCESS : errors[failure];
}

/*
 * Handles that may be left for the server's rundown: those of a lost connection, where nobody can close them;
 * one in an answer that cannot be read; one whose close failed. None else.
 */
static unsigned expected_left(enum failure failure, unsigned place, bool is_close)
{
    static const unsigned open_before[] = {0, 1, 1, 1, 2, 2, 3, 3};
    const uint16_t failed = host.opnums[place - 1];
    if (failure == LOST || failure == SILENT)
        return is_close ? 3 - (place - (host.writes != 0 ? 9 : 8)) : open_before[place - 1];
    if (is_close)
        return failure != CUT;
    return failure == CUT &&
           (failed == WTS_SAMR_CONNECT || failed == WTS_SAMR_OPEN_DOMAIN || failed == WTS_SAMR_OPEN_USER);
}

static void each_call_fails_in_each_way(void **state)
{
    (void)state;
    for (unsigned writes = 0; writes < 2; writes++) {
        for (enum failure failure = DENIED; failure <= CONTEXT_LOST; failure++) {
            for (unsigned place = 1; place <= QUERY_CALLS + writes; place++) {
                uint32_t shadow;
                begin(NULL);
                host.value = "shadow";
                host.failing_call = place;
                host.failure = failure;
                const uint32_t error = writes ? change("games", 3) : query("games", &shadow);
                const bool is_close = place > QUERY_CALLS - 3 + writes;
                if (error != expected_error(failure, place, writes != 0))
                    fail_msg("failure %d at call %u of %s: error %u", failure, place,
                             writes ? "a change" : "a query", error);
                assert_int_equal(host.connects, 1);
                if (writes != 0)
                    assert_int_equal(host.writes, is_close || (place == 8 && failure == CUT));
                assert_int_equal(host.left_open, expected_left(failure, place, is_close));
            }
        }
    }
}

/* Deadlines: the connection's end is the one wait, the calls share what is left. */
static void a_silent_server_ends_with_the_deadline(void **state)
{
    uint32_t shadow;
    (void)state;
    const uint64_t began_ms = wts_clock_ms();
    host.failing_call = 5;
    host.failure = SILENT;
    assert_int_equal(query("games", &shadow), RPC_S_CALL_CANCELLED);
    assert_int_equal(wts_clock_ms() - began_ms, 30000);
    assert_int_equal(host.call_count, 5);
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, begin, end)
    const struct CMUnitTest tests[] = {
        TEST(a_query_is_ten_calls_on_one_connection),
        TEST(an_account_without_a_value_has_the_defaults),
        TEST(a_change_is_read_and_written),
        TEST(a_value_that_would_lose_something_is_not_written),
        TEST(names_and_what_they_are_refused_with),
        TEST(the_account_domain_is_the_one_that_is_not_builtin),
        TEST(reading_takes_whatever_is_allowed),
        TEST(writing_wants_the_right_to_read),
        TEST(each_call_fails_in_each_way),
        TEST(a_silent_server_ends_with_the_deadline),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

/*
 * Every function of the back end against every way in which a call can fail: refused, no such session,
 * faults, connections lost before and after the request, deadlines, cut answers, unknown interfaces and
 * calls, forgotten contexts, and each allocation made to fail.
 */
#include "scripted_answers.h"

#include "core/error.h"
#include "core/processes.h"
#include "remote/tsts/enumeration.h"
#include "remote/tsts/legacy.h"
#include "remote/tsts/process_list.h"
#include "remote/tsts/rcm_public.h"
#include "remote/tsts/session.h"
#include "remote/tsts/tsvip.h"

enum { SESSION = 3, NO_OPEN = 0xFFFF };

static const struct scripted_session sessions[] = {{0, 4, "Services", "", ""},
                                                   {3, 0, "RDP-Tcp#7", "alice", "EXAMPLE"}};
static uint8_t client[CLIENT_LENGTH], config[CONFIG_LENGTH], protocol[PROTOCOL_LENGTH];

/* Each makes its call; outputs are looked at on success, and on failure must be as they were. */

static uint32_t terminate(struct wts_server *server)
{
    return server->backend->terminate_process(server, 1234, 1);
}

static uint32_t list_processes(struct wts_server *server)
{
    struct wts_processes processes = {.count = 77};
    const uint32_t error = server->backend->list_processes(server, &processes);
    if (error != 0) {
        assert_int_equal(processes.count, 77);
        return error;
    }
    assert_int_equal(processes.count, 2);
    assert_text(processes.rows[1].name, "p.exe");
    processes.free(&processes);
    return 0;
}

static uint32_t list_by(struct wts_server *server, enum wts_sessions_detail detail)
{
    struct wts_sessions list = {.count = 77};
    const uint32_t error = server->backend->list_sessions(server, detail, &list);
    if (error != 0) {
        assert_int_equal(list.count, 77);
        return error;
    }
    assert_text(list.rows[1].name, "RDP-Tcp#7");
    list.free(&list);
    return 0;
}

static uint32_t list_plain(struct wts_server *server)
{
    return list_by(server, WTS_SESSIONS_PLAIN);
}

static uint32_t list_with_users(struct wts_server *server)
{
    return list_by(server, WTS_SESSIONS_WITH_USERS);
}

static uint32_t query(struct wts_server *server, uint32_t parts)
{
    struct wts_session_information information = {.session_id = 77};
    const uint32_t error = server->backend->query_session(server, SESSION, parts, &information);
    assert_int_equal(information.session_id, error != 0 ? 77 : SESSION);
    if (error == 0)
        information.free(&information);
    return error;
}

static uint32_t query_nothing(struct wts_server *server)
{
    return query(server, 0);
}

static uint32_t query_user(struct wts_server *server)
{
    return query(server, WTS_PART_USER);
}

static uint32_t query_name(struct wts_server *server)
{
    return query(server, WTS_PART_NAME);
}

static uint32_t query_state(struct wts_server *server)
{
    return query(server, WTS_PART_STATE);
}

static uint32_t query_status(struct wts_server *server)
{
    return query(server, WTS_PART_STATUS);
}

static uint32_t query_client(struct wts_server *server)
{
    return query(server, WTS_PART_CLIENT);
}

static uint32_t query_config(struct wts_server *server)
{
    return query(server, WTS_PART_CONFIG);
}

static uint32_t query_protocol(struct wts_server *server)
{
    return query(server, WTS_PART_PROTOCOL);
}

static uint32_t query_program(struct wts_server *server)
{
    return query(server, WTS_PART_PROGRAM);
}

static uint32_t query_session_address(struct wts_server *server)
{
    return query(server, WTS_PART_SESSION_ADDRESS);
}

static uint32_t send_message(struct wts_server *server, bool waits)
{
    static const uint16_t text[] = {'h', 'i', 0};
    const struct wts_message message = {
        .session_id = SESSION, .title = {text, 2}, .text = {text, 1}, .waits = waits};
    uint32_t response = 77;
    const uint32_t error = server->backend->send_message(server, &message, &response);
    assert_int_equal(response, error != 0 ? 77 : 6);
    return error;
}

static uint32_t ask_a_person(struct wts_server *server)
{
    return send_message(server, true);
}

static uint32_t tell_a_person(struct wts_server *server)
{
    return send_message(server, false);
}

static uint32_t disconnect(struct wts_server *server)
{
    return server->backend->disconnect_session(server, SESSION, true);
}

static uint32_t log_off(struct wts_server *server)
{
    return server->backend->logoff_session(server, SESSION, false);
}

static uint32_t shut_down(struct wts_server *server)
{
    return server->backend->shutdown_system(server, 2);
}

/* A function, and its most important call. */
static const struct row {
    const char *name;
    uint32_t (*call)(struct wts_server *server);
    const struct wts_interface *interface;
    uint16_t opnum;
    uint16_t open;         /* the call that opens its context, or NO_OPEN */
    size_t failed_end;     /* bytes before the HRESULT or BOOLEAN of an answer that brings nothing else */
    uint32_t unknown_call; /* what an unknown opnum gives, after all fallbacks */
    uint32_t unknown_interface;
} rows[] = {
    {"terminate", terminate, &wts_interface_legacy, WTS_LEGACY_TERMINATE_PROCESS, 0, 4, 1745, 1717},
    {"list_processes", list_processes, &wts_interface_legacy, WTS_LEGACY_GET_ALL_PROCESSES_NT6, 0, 12, 1745,
     1717},
    {"list_plain", list_plain, &wts_interface_enumeration, WTS_LSM_GET_ENUM_RESULT, 0, 8, 1745, 1717},
    {"list_with_users", list_with_users, &wts_interface_enumeration, WTS_LSM_GET_ALL_SESSIONS, NO_OPEN, 12,
     1745, 1717},
    {"query_nothing", query_nothing, &wts_interface_session, WTS_LSM_OPEN_SESSION, NO_OPEN, 20, 1745, 1717},
    {"query_user", query_user, &wts_interface_session, WTS_LSM_GET_USER_NAME, 0, 8, 1745, 1717},
    {"query_name", query_name, &wts_interface_session, WTS_LSM_GET_TERMINAL_NAME, 0, 4, 1745, 1717},
    {"query_state", query_state, &wts_interface_session, WTS_LSM_GET_STATE, 0, 4, 1745, 1717},
    {"query_status", query_status, &wts_interface_session, WTS_LSM_GET_SESSION_INFORMATION_EX, NO_OPEN, 200,
     1745, 1717},
    {"query_client", query_client, &wts_interface_rcm_public, WTS_RCM_GET_CLIENT_DATA, NO_OPEN, 8, 1745,
     1717},
    {"query_config", query_config, &wts_interface_rcm_public, WTS_RCM_GET_CONFIG_DATA, NO_OPEN, 8, 1745,
     1717},
    {"query_protocol", query_protocol, &wts_interface_rcm_public, WTS_RCM_GET_CLIENT_DATA, NO_OPEN, 8, 1745,
     1717},
    {"query_program", query_program, &wts_interface_rcm_public, WTS_RCM_GET_CONFIG_DATA, NO_OPEN, 8, 1745,
     1717},
    {"query_session_address", query_session_address, &wts_interface_tsvip, WTS_TSVIP_GET_SESSION_IP, NO_OPEN,
     4, ERROR_NOT_SUPPORTED, ERROR_NOT_SUPPORTED},
    {"ask_a_person", ask_a_person, &wts_interface_session, WTS_LSM_SHOW_MESSAGE_BOX, 0, 4, 1745, 1717},
    {"tell_a_person", tell_a_person, &wts_interface_session, WTS_LSM_SHOW_MESSAGE_BOX, 0, 4, 1745, 1717},
    {"disconnect", disconnect, &wts_interface_session, WTS_LSM_DISCONNECT, 0, 0, 1745, 1717},
    {"log_off", log_off, &wts_interface_session, WTS_LSM_LOGOFF, 0, 0, 1745, 1717},
    {"shut_down", shut_down, &wts_interface_legacy, WTS_LEGACY_SHUTDOWN_SYSTEM, 0, 4, 1745, 1717},
};

#define ROW_COUNT (sizeof rows / sizeof rows[0])

/* A fresh host on which everything succeeds. */
static struct wts_server *begin(const struct row *row)
{
    print_message("             %s\n", row->name);
    scripted_end(NULL);
    scripted_begin(NULL);
    fill_client(client);
    fill_config(config);
    fill_protocol(protocol);
    answer_legacy(WTS_LEGACY_TERMINATE_PROCESS, 0);
    answer_legacy(WTS_LEGACY_SHUTDOWN_SYSTEM, 0);
    answer_processes(WTS_LEGACY_GET_ALL_PROCESSES_NT6, 2);
    answer_enum_result(sessions, 2);
    answer_listeners(&(struct scripted_session){65536, 1, "RDP-Tcp", "", ""}, 1);
    answer_all_sessions(sessions, 2);
    answer_user_name("alice", "EXAMPLE");
    answer_terminal_name("RDP-Tcp#7");
    answer_number(&wts_interface_session, WTS_LSM_GET_STATE, 4);
    answer_number(&wts_interface_session, WTS_LSM_SHOW_MESSAGE_BOX, 6);
    answer_information_ex(&sessions[1], 1, protocol, sizeof protocol);
    answer_data(WTS_RCM_GET_CLIENT_DATA, client, sizeof client);
    answer_data(WTS_RCM_GET_CONFIG_DATA, config, sizeof config);
    answer_address(2);
    answer_session_ip();
    scripted_hresult(&wts_interface_session, WTS_LSM_DISCONNECT, 1);
    scripted_hresult(&wts_interface_session, WTS_LSM_LOGOFF, 0x10000000);
    return scripted_open();
}

/* The end of a case: the next call finds nothing broken, and nothing stays open. */
static void end(const struct row *row, struct wts_server *server)
{
    assert_int_equal(row->call(server), 0);
    scripted_close(server);
    assert_int_equal(scripted_open_contexts(), 0);
}

static bool is_legacy(const struct row *row)
{
    return row->interface == &wts_interface_legacy;
}

static void success(void **state)
{
    (void)state;
    for (const struct row *row = rows; row < rows + ROW_COUNT; row++) {
        struct wts_server *server = begin(row);
        assert_int_equal(row->call(server), 0);
        const unsigned connects = scripted_connects(NULL);
        end(row, server);
        assert_int_equal(scripted_connects(NULL), connects);
        assert_int_equal(scripted_count(row->interface, row->opnum), 2);
    }
}

/* The server's own no: STATUS_ACCESS_DENIED or 0x80070005, in an answer that brings nothing else. */
static void refusal(void **state)
{
    static const uint8_t status[] = {0x22, 0, 0, 0xC0};
    static const uint8_t hresult[] = {5, 0, 7, 0x80};
    (void)state;
    for (const struct row *row = rows; row < rows + ROW_COUNT; row++) {
        struct wts_server *server = begin(row);
        wts_ndr_put_zeros(scripted_stub(), row->failed_end + 4);
        struct scripted_answer *answer = scripted_answers(row->interface, row->opnum);
        answer->uses = 1;
        if (is_legacy(row)) {
            answer->cut = 3;
            memcpy(answer->stub, status, sizeof status);
        } else {
            memcpy(answer->stub + row->failed_end, hresult, sizeof hresult);
        }
        if (row->call == query_status)
            answer->stub[0] = answer->stub[4] = 1; /* the level of the arm */
        assert_int_equal(row->call(server), ERROR_ACCESS_DENIED);
        assert_int_equal(scripted_count(row->interface, row->opnum), 1);
        end(row, server);
    }
}

static void no_such_session(void **state)
{
    (void)state;
    for (const struct row *row = rows; row < rows + ROW_COUNT; row++) {
        if (row->interface != &wts_interface_session || row->open == NO_OPEN)
            continue;
        struct wts_server *server = begin(row);
        struct wts_ndr_writer *writer = scripted_stub();
        wts_ndr_put_zeros(writer, 20);
        wts_ndr_put_u32(writer, 0x80070002);
        scripted_answers(row->interface, row->open)->uses = 1;
        assert_int_equal(row->call(server), ERROR_FILE_NOT_FOUND);
        assert_int_equal(scripted_count(row->interface, row->opnum), 0);
        assert_int_equal(scripted_connects(NULL), 1);
        end(row, server);
        assert_int_equal(scripted_connects(NULL), 1);
    }
}

/* A fault out of the procedure: it ran, and is not repeated. */
static void faults(void **state)
{
    static const uint32_t codes[] = {5, 1764, 1783, 0xC0000005};
    (void)state;
    for (const struct row *row = rows; row < rows + ROW_COUNT; row++) {
        for (unsigned i = 0; i < sizeof codes / sizeof codes[0]; i++) {
            struct wts_server *server = begin(row);
            scripted_fails_once(row->interface, row->opnum, codes[i], WTS_EXECUTED, false);
            assert_int_equal(row->call(server), codes[i]);
            assert_int_equal(scripted_count(row->interface, row->opnum), 1);
            end(row, server);
        }
    }
}

static void lost_after_the_request_is_never_repeated(void **state)
{
    (void)state;
    for (const struct row *row = rows; row < rows + ROW_COUNT; row++) {
        if (row->call == query_nothing)
            continue; /* opening is repeated: nobody can tell */
        struct wts_server *server = begin(row);
        scripted_fails_once(row->interface, row->opnum, RPC_S_CALL_FAILED, WTS_MAYBE_EXECUTED, true);
        assert_int_equal(row->call(server), RPC_S_CALL_FAILED);
        assert_int_equal(scripted_count(row->interface, row->opnum), 1);
        assert_int_equal(scripted_connects(row->interface), 1);
        assert_int_equal(row->call(server), 0);
        assert_int_equal(scripted_connects(row->interface), 2);
        scripted_close(server);
    }
}

static void what_did_not_run_is_repeated_once(void **state)
{
    static const struct wts_call_result ends[] = {
        {.error = RPC_S_CALL_FAILED, .progress = WTS_NOT_EXECUTED, .broken = true},
        {.error = RPC_S_CALL_FAILED_DNE, .progress = WTS_NOT_EXECUTED, .broken = true},
        {.error = ERROR_INVALID_HANDLE, .progress = WTS_NOT_EXECUTED, .is_answer = true}};
    (void)state;
    for (const struct row *row = rows; row < rows + ROW_COUNT; row++) {
        for (unsigned i = 0; i < sizeof ends / sizeof ends[0]; i++) {
            struct wts_server *server = begin(row);
            scripted_fails_once(row->interface, row->opnum, ends[i].error, ends[i].progress, ends[i].broken);
            assert_int_equal(row->call(server), 0);
            assert_int_equal(scripted_count(row->interface, row->opnum), 2);
            assert_int_equal(scripted_connects(row->interface), 2);
            scripted_fails(row->interface, row->opnum, ends[i].error, ends[i].progress, ends[i].broken);
            assert_int_equal(row->call(server), RPC_S_CALL_FAILED);
            assert_int_equal(scripted_count(row->interface, row->opnum), 4);
            scripted_close(server);
        }
    }
}

static void lost_while_the_context_is_opened_is_repeated_once(void **state)
{
    (void)state;
    for (const struct row *row = rows; row < rows + ROW_COUNT; row++) {
        if (row->open == NO_OPEN)
            continue;
        struct wts_server *server = begin(row);
        scripted_fails_once(row->interface, row->open, RPC_S_CALL_FAILED, WTS_MAYBE_EXECUTED, true);
        assert_int_equal(row->call(server), 0);
        assert_int_equal(scripted_count(row->interface, row->opnum), 1);
        assert_int_equal(scripted_connects(row->interface), 2);
        scripted_fails(row->interface, row->open, RPC_S_CALL_FAILED, WTS_MAYBE_EXECUTED, true);
        const uint32_t error = is_legacy(row) ? 0 : RPC_S_CALL_FAILED; /* its context is open already */
        assert_int_equal(row->call(server), error);
        scripted_close(server);
    }
}

/* A run time that connects late finds the server gone only now: an old connection is worth a new one. */
static void an_old_connection_that_is_gone_is_remade(void **state)
{
    (void)state;
    for (const struct row *row = rows; row < rows + ROW_COUNT; row++) {
        if (row->open == NO_OPEN || is_legacy(row))
            continue;
        struct wts_server *server = begin(row);
        assert_int_equal(row->call(server), 0);
        scripted_fails_once(row->interface, row->open, RPC_S_SERVER_UNAVAILABLE, WTS_MAYBE_EXECUTED, true);
        assert_int_equal(row->call(server), 0);
        assert_int_equal(scripted_connects(row->interface), 2);
        scripted_fails(row->interface, row->open, RPC_S_SERVER_UNAVAILABLE, WTS_MAYBE_EXECUTED, true);
        assert_int_equal(row->call(server), RPC_S_SERVER_UNAVAILABLE);
        assert_int_equal(scripted_connects(row->interface), 3);
        scripted_close(server);
    }
}

static void deadlines(void **state)
{
    (void)state;
    for (const struct row *row = rows; row < rows + ROW_COUNT; row++) {
        struct wts_server *server = begin(row);
        scripted_stop_clock(); /* begin() lets it run */
        scripted_fails_once(row->interface, row->opnum, RPC_S_CALL_CANCELLED, WTS_MAYBE_EXECUTED, true);
        assert_int_equal(row->call(server), RPC_S_CALL_CANCELLED);
        assert_int_equal(scripted_count(row->interface, row->opnum), 1);
        assert_int_equal(scripted_request(row->interface, row->opnum)->left_ms,
                         row->call == ask_a_person ? UINT32_MAX : 30000);
        assert_int_equal(row->call(server), 0);
        scripted_close(server);
    }
}

static void answers_cut_at_every_byte(void **state)
{
    (void)state;
    for (const struct row *row = rows; row < rows + ROW_COUNT; row++) {
        struct wts_server *server = begin(row);
        assert_int_equal(row->call(server), 0);
        scripted_close(server);
        server = begin(row);
        struct wts_ndr_writer *writer = scripted_stub();
        struct scripted_answer *answer = NULL;
        if (row->call == query_nothing) {
            wts_ndr_put_zeros(writer, 24);
            answer = scripted_answers(row->interface, row->opnum);
        } else {
            answer = scripted_find(row->interface, row->opnum);
        }
        for (answer->cut = 1; answer->cut <= answer->length; answer->cut++)
            assert_int_equal(row->call(server), RPC_X_BAD_STUB_DATA);
        answer->cut = 0;
        answer->is_spent = row->call == query_nothing; /* its zeros are no context */
        assert_int_equal(row->call(server), 0);
        scripted_close(server);
    }
}

static void contexts_that_cannot_be_read(void **state)
{
    (void)state;
    for (const struct row *row = rows; row < rows + ROW_COUNT; row++) {
        if (row->open == NO_OPEN)
            continue;
        struct wts_server *server = begin(row);
        wts_ndr_put_zeros(scripted_stub(), 23);
        scripted_answers(row->interface, row->open)->uses = 1;
        assert_int_equal(row->call(server), RPC_X_BAD_STUB_DATA);
        assert_int_equal(scripted_count(row->interface, row->opnum), 0);
        end(row, server);
    }
}

static void servers_out_of_reach(void **state)
{
    static const uint32_t errors[] = {RPC_S_SERVER_UNAVAILABLE, ERROR_LOGON_FAILURE, ERROR_ACCESS_DENIED,
                                      RPC_S_PROTSEQ_NOT_SUPPORTED};
    (void)state;
    for (const struct row *row = rows; row < rows + ROW_COUNT; row++) {
        for (unsigned i = 0; i < sizeof errors / sizeof errors[0]; i++) {
            struct wts_server *server = begin(row);
            scripted_connect_error(NULL, errors[i]);
            assert_int_equal(row->call(server), errors[i]);
            scripted_connect_error(NULL, 0);
            end(row, server);
        }
    }
}

static void unknown_interfaces(void **state)
{
    (void)state;
    for (const struct row *row = rows; row < rows + ROW_COUNT; row++) {
        struct wts_server *server = begin(row);
        scripted_connect_refused(row->interface, RPC_S_UNKNOWN_IF);
        assert_int_equal(row->call(server), row->unknown_interface);
        scripted_connect_error(row->interface, 0);
        end(row, server);
    }
}

static void unknown_calls(void **state)
{
    (void)state;
    for (const struct row *row = rows; row < rows + ROW_COUNT; row++) {
        struct wts_server *server = begin(row);
        scripted_fails(row->interface, row->opnum, RPC_S_PROCNUM_OUT_OF_RANGE, WTS_NOT_EXECUTED, false);
        if (row->call == list_with_users)
            scripted_fails(row->interface, WTS_LSM_GET_ENUM_RESULT, RPC_S_PROCNUM_OUT_OF_RANGE,
                           WTS_NOT_EXECUTED, false);
        assert_int_equal(row->call(server), row->unknown_call);
        assert_int_equal(scripted_count(row->interface, row->opnum), 1);
        scripted_close(server);
    }
}

static void each_allocation_fails_once(void **state)
{
    (void)state;
    for (const struct row *row = rows; row < rows + ROW_COUNT; row++) {
        uint32_t error = ERROR_NOT_ENOUGH_MEMORY;
        int count = 0;
        for (; error != 0; count++) {
            struct wts_server *server = begin(row);
            scripted_allocations_until_failure(count);
            error = row->call(server);
            scripted_allocations_until_failure(-1);
            assert_true(error == 0 || error == ERROR_NOT_ENOUGH_MEMORY);
            end(row, server);
        }
        assert_true(count > 2); /* at least the link and its connection */
    }
}

#define CASE(function) cmocka_unit_test_setup_teardown(function, scripted_begin, scripted_end)

int main(void)
{
    const struct CMUnitTest tests[] = {
        CASE(success),
        CASE(refusal),
        CASE(no_such_session),
        CASE(faults),
        CASE(lost_after_the_request_is_never_repeated),
        CASE(what_did_not_run_is_repeated_once),
        CASE(lost_while_the_context_is_opened_is_repeated_once),
        CASE(an_old_connection_that_is_gone_is_remade),
        CASE(deadlines),
        CASE(answers_cut_at_every_byte),
        CASE(contexts_that_cannot_be_read),
        CASE(servers_out_of_reach),
        CASE(unknown_interfaces),
        CASE(unknown_calls),
        CASE(each_allocation_fails_once),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

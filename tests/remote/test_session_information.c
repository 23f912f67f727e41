/*
 * What is known of one session of an opened server: which calls each part costs, what comes out, and what
 * stands for what a server does not have.
 */
#include "scripted_answers.h"

#include "core/error.h"
#include "core/platform.h"
#include "remote/tsts/rcm_public.h"
#include "remote/tsts/session.h"
#include "remote/tsts/tsvip.h"

enum { SESSION = 3, NO_SUCH_FILE = 0x80070002, UNEXPECTED = 0x8000FFFF };

static const struct scripted_session session = {SESSION, 0, "RDP-Tcp#7", "alice", "EXAMPLE"};

static struct wts_server *server;
static struct wts_session_information information;

static uint32_t ask(uint32_t parts)
{
    return server->backend->query_session(server, SESSION, parts, &information);
}

static void ask_well(uint32_t parts)
{
    assert_int_equal(ask(parts), 0);
    assert_int_equal(information.session_id, SESSION);
}

static int begin(void **state)
{
    scripted_begin(state);
    server = scripted_open();
    return 0;
}

static int end(void **state)
{
    scripted_close(server);
    return scripted_end(state);
}

static void answer_failure(const struct wts_interface *interface, uint16_t opnum, size_t empty,
                           uint32_t hresult)
{
    struct wts_ndr_writer *writer = scripted_stub();
    wts_ndr_put_zeros(writer, empty);
    wts_ndr_put_u32(writer, hresult);
    scripted_answers(interface, opnum);
}

static void no_part_opens_the_session_and_closes_it(void **state)
{
    (void)state;
    ask_well(0);
    information.free(&information);
    const struct scripted_request *request = scripted_request(&wts_interface_session, WTS_LSM_OPEN_SESSION);
    assert_int_equal(request->count, 1);
    assert_memory_equal(request->bytes, ((const uint8_t[]){SESSION, 0, 0, 0}), 4);
    assert_int_equal(scripted_count(&wts_interface_session, WTS_LSM_CLOSE_SESSION), 1);
    answer_failure(&wts_interface_session, WTS_LSM_OPEN_SESSION, 20, NO_SUCH_FILE);
    assert_int_equal(ask(0), ERROR_FILE_NOT_FOUND);
}

static void the_current_session_is_asked_for_as_it_is(void **state)
{
    (void)state;
    answer_failure(&wts_interface_session, WTS_LSM_OPEN_SESSION, 20, NO_SUCH_FILE);
    assert_int_equal(
        server->backend->query_session(server, WTS_SESSION_CURRENT, WTS_PART_STATE, &information),
        ERROR_FILE_NOT_FOUND);
    assert_memory_equal(scripted_request(&wts_interface_session, WTS_LSM_OPEN_SESSION)->bytes,
                        "\xff\xff\xff\xff", 4);
}

static void names_and_state_are_a_call_each(void **state)
{
    (void)state;
    answer_user_name("a-user-with-a-name-of-more-than-twenty", "EXAMPLE");
    answer_terminal_name("RDP-Tcp#7");
    answer_number(&wts_interface_session, WTS_LSM_GET_STATE, 4);
    ask_well(WTS_PART_USER | WTS_PART_NAME | WTS_PART_STATE);
    assert_text(information.user, "a-user-with-a-name-of-more-than-twenty");
    assert_text(information.domain, "EXAMPLE");
    assert_text(information.name, "RDP-Tcp#7");
    assert_int_equal(information.state, 4);
    assert_int_equal(information.lock, WTS_LOCK_UNKNOWN);
    information.free(&information);
    assert_int_equal(scripted_connects(NULL), 1);
}

static void check_status(void)
{
    assert_text(information.user, "alice");
    assert_text(information.domain, "EXAMPLE");
    assert_text(information.name, "RDP-Tcp#7");
    assert_int_equal(information.state, 0);
    assert_int_equal(information.connect_time, 100);
    assert_int_equal(information.disconnect_time, 200);
    assert_int_equal(information.logon_time, 300);
}

static void check_counters(void)
{
    assert_int_equal(information.last_input_time, 400);
    assert_int_equal(information.incoming_bytes, 11);
    assert_int_equal(information.incoming_frames, 12);
    assert_int_equal(information.incoming_compressed_bytes, 13);
    assert_int_equal(information.outgoing_bytes, 21);
    assert_int_equal(information.outgoing_frames, 22);
    assert_int_equal(information.outgoing_compressed_bytes, 23);
}

static void status_is_one_call_that_brings_names_and_state(void **state)
{
    static const struct {
        uint32_t flags;
        int32_t lock;
    } locks[] = {{0, WTS_LOCK_LOCKED}, {1, WTS_LOCK_UNLOCKED}, {UINT32_MAX, WTS_LOCK_UNKNOWN}, {2, -1}};
    uint8_t protocol[PROTOCOL_LENGTH + 804]; /* newer servers send more */
    (void)state;
    memset(protocol, 0, sizeof protocol);
    fill_protocol(protocol);
    for (unsigned i = 0; i < sizeof locks / sizeof locks[0]; i++) {
        const uint64_t before = wts_clock_now();
        answer_information_ex(&session, locks[i].flags, protocol, sizeof protocol);
        ask_well(WTS_PART_STATUS | WTS_PART_NAME | WTS_PART_STATE);
        check_status();
        check_counters();
        assert_int_equal(information.lock, locks[i].lock);
        assert_true(information.current_time >= before && information.current_time <= wts_clock_now());
        information.free(&information);
        assert_int_equal(scripted_count(&wts_interface_session, WTS_LSM_OPEN_SESSION), 0);
    }
}

static void status_of_a_session_without_a_protocol(void **state)
{
    (void)state;
    answer_information_ex(&session, 1, NULL, 0);
    ask_well(WTS_PART_STATUS);
    check_status();
    assert_int_equal(information.incoming_bytes, 0);
    information.free(&information);
    uint8_t protocol[PROTOCOL_LENGTH];
    fill_protocol(protocol);
    answer_information_ex(&session, 1, protocol, sizeof protocol - 1);
    assert_int_equal(ask(WTS_PART_STATUS), RPC_X_BAD_STUB_DATA);
}

static void whole_names_beside_the_status(void **state)
{
    (void)state;
    answer_information_ex(&session, 1, NULL, 0);
    answer_user_name("alice-the-first-of-her-name", "EXAMPLE");
    ask_well(WTS_PART_STATUS | WTS_PART_USER);
    assert_text(information.user, "alice-the-first-of-her-name");
    information.free(&information);
}

static void status_of_old_servers_is_two_calls(void **state)
{
    uint8_t protocol[PROTOCOL_LENGTH];
    (void)state;
    fill_protocol(protocol);
    answer_information(&session, true);
    answer_protocol(protocol, sizeof protocol);
    ask_well(WTS_PART_STATUS);
    check_status();
    check_counters();
    assert_int_equal(information.lock, WTS_LOCK_LOCKED);
    information.free(&information);
    answer_information(&session, false);
    ask_well(WTS_PART_STATUS);
    assert_int_equal(information.lock, WTS_LOCK_UNLOCKED);
    information.free(&information);
}

static void old_servers_may_keep_their_counters(void **state)
{
    (void)state;
    answer_information(&session, false);
    answer_failure(&wts_interface_rcm_public, WTS_RCM_GET_SESSION_PROTOCOL_LAST_INPUT_TIME, 16, 0x80070005);
    ask_well(WTS_PART_STATUS);
    check_status();
    assert_int_equal(information.last_input_time, 0);
    assert_int_equal(information.incoming_bytes, 0);
    information.free(&information);
    scripted_connect_refused(&wts_interface_rcm_public, RPC_S_SERVER_UNAVAILABLE);
    ask_well(WTS_PART_STATUS);
    information.free(&information);
    scripted_connect_error(&wts_interface_rcm_public, 0);
    scripted_fails(&wts_interface_rcm_public, WTS_RCM_GET_SESSION_PROTOCOL_LAST_INPUT_TIME, RPC_S_CALL_FAILED,
                   WTS_MAYBE_EXECUTED, true);
    assert_int_equal(ask(WTS_PART_STATUS), RPC_S_CALL_FAILED);
    answer_failure(&wts_interface_session, WTS_LSM_GET_SESSION_INFORMATION, 48, NO_SUCH_FILE);
    assert_int_equal(ask(WTS_PART_STATUS), ERROR_FILE_NOT_FOUND);
}

static void answer_client(void)
{
    uint8_t bytes[CLIENT_LENGTH];
    fill_client(bytes);
    answer_data(WTS_RCM_GET_CLIENT_DATA, bytes, sizeof bytes);
}

static void answer_config(void)
{
    uint8_t bytes[CONFIG_LENGTH];
    fill_config(bytes);
    answer_data(WTS_RCM_GET_CONFIG_DATA, bytes, sizeof bytes);
}

static void check_client(void)
{
    const struct wts_session_client *client = &information.client;
    assert_text(client->name, "client name");
    assert_text(client->domain, "domain");
    assert_text(client->user, "user");
    assert_text(client->work_directory, "work directory");
    assert_text(client->initial_program, "initial program");
    assert_text(client->directory, "directory");
    assert_text(client->device_id, "device id");
    assert_int_equal(client->encryption_level, 3);
    assert_int_equal(client->address_family, 2);
    assert_int_equal(client->address_words[0], '1');
    assert_int_equal(client->address_words[8], '7');
    assert_int_equal(client->address_words[9], 0);
    assert_int_equal(client->horizontal, 1920);
    assert_int_equal(client->vertical, 1080);
    assert_int_equal(client->color_depth, 8);
    assert_int_equal(client->build_number, 22621);
    assert_int_equal(client->hardware_id, 0);
    assert_int_equal(client->product_id, 1);
    assert_int_equal(client->out_buffer_count_host, 4);
    assert_int_equal(client->out_buffer_count_client, 5);
    assert_int_equal(client->out_buffer_length, 6);
    assert_int_equal(client->protocol_type, 2);
}

static void a_client_and_its_address(void **state)
{
    static const uint8_t ipv4[20] = {0, 0, 192, 0, 2, 7};
    static const uint8_t ipv6[20] = {0x20, 1, 0x0d, 0xb8, [15] = 7};
    static const uint8_t none[20];
    (void)state;
    answer_client();
    ask_well(WTS_PART_CLIENT);
    check_client();
    assert_int_equal(information.client.address.family, 0); /* the server does not know the call */
    assert_memory_equal(information.client.address.bytes, none, sizeof none);
    information.free(&information);
    answer_address(2);
    ask_well(WTS_PART_CLIENT);
    assert_int_equal(information.client.address.family, 2);
    assert_memory_equal(information.client.address.bytes, ipv4, sizeof ipv4);
    information.free(&information);
    answer_address(23);
    ask_well(WTS_PART_CLIENT);
    assert_int_equal(information.client.address.family, 23);
    assert_memory_equal(information.client.address.bytes, ipv6, sizeof ipv6);
    information.free(&information);
    scripted_fails(&wts_interface_rcm_public, WTS_RCM_GET_REMOTE_ADDRESS, RPC_S_CALL_FAILED,
                   WTS_MAYBE_EXECUTED, true);
    assert_int_equal(ask(WTS_PART_CLIENT), RPC_S_CALL_FAILED);
}

static void a_session_without_a_client_has_an_empty_one(void **state)
{
    static const struct wts_session_client empty;
    (void)state;
    answer_failure(&wts_interface_rcm_public, WTS_RCM_GET_CLIENT_DATA, 8, UNEXPECTED);
    ask_well(WTS_PART_CLIENT | WTS_PART_PROTOCOL);
    assert_memory_equal(&information.client, &empty, sizeof empty);
    assert_int_equal(information.protocol_type, 0);
    information.free(&information);
    assert_int_equal(scripted_count(&wts_interface_rcm_public, WTS_RCM_GET_CLIENT_DATA), 1);
    assert_int_equal(scripted_count(&wts_interface_rcm_public, WTS_RCM_GET_REMOTE_ADDRESS), 0);
    answer_data(WTS_RCM_GET_CLIENT_DATA, NULL, 0);
    ask_well(WTS_PART_CLIENT);
    assert_memory_equal(&information.client, &empty, sizeof empty);
    information.free(&information);
}

static void a_session_that_is_not_there_has_no_empty_client(void **state)
{
    (void)state;
    answer_failure(&wts_interface_rcm_public, WTS_RCM_GET_CLIENT_DATA, 8, UNEXPECTED);
    answer_failure(&wts_interface_session, WTS_LSM_OPEN_SESSION, 20, NO_SUCH_FILE);
    assert_int_equal(ask(WTS_PART_CLIENT), ERROR_FILE_NOT_FOUND);
    assert_int_equal(ask(WTS_PART_PROTOCOL), ERROR_FILE_NOT_FOUND);
    answer_failure(&wts_interface_rcm_public, WTS_RCM_GET_CLIENT_DATA, 8, 0x80070005);
    assert_int_equal(ask(WTS_PART_CLIENT), ERROR_ACCESS_DENIED);
    uint8_t bytes[CLIENT_LENGTH];
    fill_client(bytes);
    answer_data(WTS_RCM_GET_CLIENT_DATA, bytes, sizeof bytes - 1);
    assert_int_equal(ask(WTS_PART_CLIENT), RPC_X_BAD_STUB_DATA);
}

static void the_protocol_is_that_of_the_client(void **state)
{
    (void)state;
    answer_client();
    ask_well(WTS_PART_PROTOCOL);
    assert_int_equal(information.protocol_type, 2);
    information.free(&information);
}

static void what_is_set_for_a_session(void **state)
{
    (void)state;
    answer_config();
    ask_well(WTS_PART_CONFIG);
    const struct wts_session_config *config = &information.config;
    assert_int_equal(config->version, 1);
    assert_int_equal(config->connects_client_drives, 1);
    assert_int_equal(config->connects_printers, 0);
    assert_int_equal(config->disables_printer_redirection, 1);
    assert_int_equal(config->disables_default_printer, 1);
    assert_int_equal(config->shadow_settings, 4);
    assert_text(config->user, "logon user");
    assert_text(config->domain, "logon domain");
    assert_text(config->work_directory, "set directory");
    assert_text(config->initial_program, "set program");
    assert_text(config->application_name, "published");
    information.free(&information);
    uint8_t bytes[CONFIG_LENGTH];
    fill_config(bytes);
    bytes[124 + 2] = 0x0C; /* fAutoClientLpts, fForceClientLptDef */
    bytes[124 + 3] = 0;
    answer_data(WTS_RCM_GET_CONFIG_DATA, bytes, sizeof bytes);
    ask_well(WTS_PART_CONFIG);
    assert_int_equal(information.config.connects_client_drives, 0);
    assert_int_equal(information.config.connects_printers, 1);
    assert_int_equal(information.config.disables_printer_redirection, 0);
    assert_int_equal(information.config.disables_default_printer, 0);
    information.free(&information);
    answer_data(WTS_RCM_GET_CONFIG_DATA, bytes, sizeof bytes - 1);
    assert_int_equal(ask(WTS_PART_CONFIG), RPC_X_BAD_STUB_DATA);
    answer_data(WTS_RCM_GET_CONFIG_DATA, NULL, 0);
    assert_int_equal(ask(WTS_PART_CONFIG), RPC_X_BAD_STUB_DATA);
}

static void the_program_is_what_the_client_asks_for_else_what_is_set(void **state)
{
    uint8_t bytes[CLIENT_LENGTH] = {0};
    (void)state;
    answer_config();
    answer_client();
    ask_well(WTS_PART_PROGRAM);
    assert_text(information.program.initial_program, "initial program");
    assert_text(information.program.work_directory, "work directory");
    information.free(&information);
    answer_data(WTS_RCM_GET_CLIENT_DATA, bytes, sizeof bytes);
    ask_well(WTS_PART_PROGRAM);
    assert_text(information.program.initial_program, "set program");
    assert_text(information.program.work_directory, "set directory");
    information.free(&information);
    answer_failure(&wts_interface_rcm_public, WTS_RCM_GET_CLIENT_DATA, 8, UNEXPECTED);
    ask_well(WTS_PART_PROGRAM);
    assert_text(information.program.initial_program, "set program");
    information.free(&information);
}

static void a_virtual_address(void **state)
{
    static const uint8_t ipv4[20] = {0, 0, 192, 0, 2, 7};
    (void)state;
    answer_session_ip();
    ask_well(WTS_PART_SESSION_ADDRESS);
    assert_int_equal(information.session_address.family, 2);
    assert_memory_equal(information.session_address.bytes, ipv4, sizeof ipv4);
    information.free(&information);
    const struct scripted_request *request = scripted_request(&wts_interface_tsvip, WTS_TSVIP_GET_SESSION_IP);
    assert_memory_equal(request->bytes, ((const uint8_t[]){2, 0, 0, 0, SESSION, 0, 0, 0}), 8);
}

static void without_virtual_addresses_they_are_not_supported(void **state)
{
    static const uint32_t errors[] = {RPC_S_SERVER_UNAVAILABLE, RPC_S_UNKNOWN_IF};
    (void)state;
    assert_int_equal(ask(WTS_PART_SESSION_ADDRESS), ERROR_NOT_SUPPORTED); /* the call is unknown */
    for (size_t empty = 4; empty <= 44; empty += 40) { /* no structure; one that is all zero */
        answer_failure(&wts_interface_tsvip, WTS_TSVIP_GET_SESSION_IP, empty, UNEXPECTED);
        assert_int_equal(ask(WTS_PART_SESSION_ADDRESS), ERROR_NOT_SUPPORTED);
    }
    answer_failure(&wts_interface_tsvip, WTS_TSVIP_GET_SESSION_IP, 4, 0x80070005);
    assert_int_equal(ask(WTS_PART_SESSION_ADDRESS), ERROR_ACCESS_DENIED);
    scripted_close(server);
    for (unsigned i = 0; i < sizeof errors / sizeof errors[0]; i++) {
        server = scripted_open();
        scripted_connect_refused(&wts_interface_tsvip, errors[i]);
        assert_int_equal(ask(WTS_PART_SESSION_ADDRESS), ERROR_NOT_SUPPORTED);
        /* A server that is not there at all is something else. */
        scripted_close(server);
        server = scripted_open();
        scripted_connect_error(&wts_interface_session, errors[i]);
        assert_int_equal(ask(WTS_PART_SESSION_ADDRESS), errors[i]);
        scripted_connect_error(&wts_interface_session, 0);
        scripted_close(server);
    }
    server = scripted_open();
}

static void parts_that_no_call_gives(void **state)
{
    (void)state;
    assert_int_equal(ask(WTS_PART_ACTIVITY), ERROR_NOT_SUPPORTED);
    assert_int_equal(ask(WTS_PART_CAPABILITIES | WTS_PART_STATE), ERROR_NOT_SUPPORTED);
    for (uint32_t part = 2 * WTS_PART_PROGRAM; part != 0; part *= 2) {
        assert_int_equal(ask(part), ERROR_NOT_SUPPORTED); /* parts that nobody has thought of yet */
        assert_int_equal(ask(part | WTS_PART_STATE), ERROR_NOT_SUPPORTED);
    }
    assert_int_equal(scripted_connects(NULL), 0);
}

#define CASE(function) cmocka_unit_test_setup_teardown(function, begin, end)

int main(void)
{
    const struct CMUnitTest tests[] = {
        CASE(no_part_opens_the_session_and_closes_it),
        CASE(the_current_session_is_asked_for_as_it_is),
        CASE(names_and_state_are_a_call_each),
        CASE(status_is_one_call_that_brings_names_and_state),
        CASE(status_of_a_session_without_a_protocol),
        CASE(whole_names_beside_the_status),
        CASE(status_of_old_servers_is_two_calls),
        CASE(old_servers_may_keep_their_counters),
        CASE(a_client_and_its_address),
        CASE(a_session_without_a_client_has_an_empty_one),
        CASE(a_session_that_is_not_there_has_no_empty_client),
        CASE(the_protocol_is_that_of_the_client),
        CASE(what_is_set_for_a_session),
        CASE(the_program_is_what_the_client_asks_for_else_what_is_set),
        CASE(a_virtual_address),
        CASE(without_virtual_addresses_they_are_not_supported),
        CASE(parts_that_no_call_gives),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

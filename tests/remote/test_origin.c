/*
 * "The server says no" and "the server could not be asked" are told apart by where a failure comes from,
 * never by its code: every place that makes "there is none" of a failure, each failure on the way and each
 * answer.
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

enum { SESSION = 3, COUNT = 8 };

static const struct scripted_session session = {SESSION, 0, "RDP-Tcp#7", "alice", "EXAMPLE"};
static const struct scripted_session cut = {SESSION, 0, "x", "a-name-of-thirty-two-characters-", "EXAMPLE"};
static uint8_t client[CLIENT_LENGTH];

static uint32_t list(struct wts_server *server, enum wts_sessions_detail detail, uint32_t count)
{
    struct wts_sessions sessions = {.count = 77};
    const uint32_t error = server->backend->list_sessions(server, detail, &sessions);
    assert_int_equal(sessions.count, error != 0 ? 77 : count);
    if (error == 0)
        sessions.free(&sessions);
    return error;
}

static uint32_t list_plain(struct wts_server *server)
{
    return list(server, WTS_SESSIONS_PLAIN, COUNT);
}

static uint32_t list_with_users(struct wts_server *server)
{
    return list(server, WTS_SESSIONS_WITH_USERS, COUNT);
}

static uint32_t list_one(struct wts_server *server)
{
    return list(server, WTS_SESSIONS_WITH_USERS, 1);
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

static uint32_t query_status(struct wts_server *server)
{
    return query(server, WTS_PART_STATUS);
}

static uint32_t query_client(struct wts_server *server)
{
    return query(server, WTS_PART_CLIENT);
}

static uint32_t query_address(struct wts_server *server)
{
    return query(server, WTS_PART_SESSION_ADDRESS);
}

static uint32_t list_processes(struct wts_server *server)
{
    struct wts_processes processes = {.count = 77};
    const uint32_t error = server->backend->list_processes(server, &processes);
    assert_int_equal(processes.count, error != 0 ? 77 : 2);
    if (error == 0)
        processes.free(&processes);
    return error;
}

static void sessions_alone(void)
{
    struct scripted_session rows[COUNT];
    for (unsigned i = 0; i < COUNT; i++)
        rows[i] = (struct scripted_session){i + 1, 0, "RDP-Tcp#7", "alice", "EXAMPLE"};
    answer_enum_result(rows, COUNT);
}

static void names_that_may_be_cut(void)
{
    answer_all_sessions(&cut, 1);
}

static void old_status(void)
{
    answer_information(&session, false);
}

static void a_client(void)
{
    fill_client(client);
    answer_data(WTS_RCM_GET_CLIENT_DATA, client, sizeof client);
}

static void old_processes(void)
{
    answer_processes(WTS_LEGACY_GET_ALL_PROCESSES, 2);
}

static void nothing(void)
{
}

/* A place: how the host is set up for it, what is called, and the procedure whose failure is judged there. */
static const struct place {
    const char *name;
    void (*set_up)(void);
    uint32_t (*call)(struct wts_server *server);
    const struct wts_interface *interface;
    uint16_t opnum;
    bool is_first_on_interface; /* so that connecting may fail for it alone */
    uint32_t faults[4];         /* answers of which something is made */
    uint32_t absent;            /* what is made of them */
} places[] = {
    {"listeners",
     sessions_alone,
     list_plain,
     &wts_interface_rcm_public,
     WTS_RCM_GET_ALL_LISTENERS,
     true,
     {5, 1745, 1764, 0xC0000005},
     0},
    {"users of old servers",
     sessions_alone,
     list_with_users,
     &wts_interface_session,
     WTS_LSM_GET_SESSION_INFORMATION,
     true,
     {5, 1745, 1764, 0xC0000005},
     0},
    {"whole names",
     names_that_may_be_cut,
     list_one,
     &wts_interface_enumeration,
     WTS_LSM_GET_ALL_SESSIONS_EX,
     false,
     {5, 1745, 1764, 0xC0000005},
     0},
    {"counters of old servers",
     old_status,
     query_status,
     &wts_interface_rcm_public,
     WTS_RCM_GET_SESSION_PROTOCOL_LAST_INPUT_TIME,
     true,
     {5, 1745, 1764, 0xC0000005},
     0},
    {"address of a client",
     a_client,
     query_client,
     &wts_interface_rcm_public,
     WTS_RCM_GET_REMOTE_ADDRESS,
     false,
     {5, 1745, 1764, 0xC0000005},
     0},
    {"virtual address",
     nothing,
     query_address,
     &wts_interface_tsvip,
     WTS_TSVIP_GET_SESSION_IP,
     true,
     {1745},
     ERROR_NOT_SUPPORTED},
    {"status of new servers",
     old_status,
     query_status,
     &wts_interface_session,
     WTS_LSM_GET_SESSION_INFORMATION_EX,
     true,
     {1745},
     0},
    {"users of new servers",
     sessions_alone,
     list_with_users,
     &wts_interface_enumeration,
     WTS_LSM_GET_ALL_SESSIONS,
     true,
     {1745},
     0},
    {"processes of new servers",
     old_processes,
     list_processes,
     &wts_interface_legacy,
     WTS_LEGACY_GET_ALL_PROCESSES_NT6,
     false,
     {1745},
     0},
};

enum { PLACE_COUNT = sizeof places / sizeof places[0] };

static struct wts_server *begin(const struct place *place)
{
    print_message("             %s\n", place->name);
    scripted_end(NULL);
    scripted_begin(NULL);
    place->set_up();
    return scripted_open();
}

/* Codes that a server, too, may say: none of them is believed when it comes from the way. */
static void what_fails_on_the_way_is_never_taken_for_an_answer(void **state)
{
    static const uint32_t codes[] = {1722, 1326, 1825, 5, 1717, 1745, 8, 1726, 2};
    (void)state;
    for (unsigned p = 0; p < PLACE_COUNT; p++) {
        for (unsigned i = 0; i < sizeof codes / sizeof codes[0] && places[p].is_first_on_interface; i++) {
            struct wts_server *server = begin(&places[p]);
            scripted_connect_error(places[p].interface, codes[i]);
            assert_int_equal(places[p].call(server), codes[i]);
            assert_int_equal(scripted_connects(places[p].interface), 1); /* and nobody tries again */
            scripted_close(server);
        }
    }
}

static void what_is_lost_is_never_taken_for_an_answer(void **state)
{
    static const uint32_t codes[] = {1726, 1818, 1722, 1820, 5, 1745, 1825, 2};
    (void)state;
    for (unsigned p = 0; p < PLACE_COUNT; p++) {
        for (unsigned i = 0; i < sizeof codes / sizeof codes[0]; i++) {
            struct wts_server *server = begin(&places[p]);
            scripted_fails(places[p].interface, places[p].opnum, codes[i], WTS_MAYBE_EXECUTED, true);
            assert_int_equal(places[p].call(server), codes[i]);
            assert_int_equal(scripted_count(places[p].interface, places[p].opnum), 1);
            scripted_close(server);
        }
    }
}

static void an_unreadable_answer_is_not_believed(void **state)
{
    (void)state;
    for (unsigned p = 0; p < PLACE_COUNT; p++) {
        struct wts_server *server = begin(&places[p]);
        wts_ndr_put_u8(scripted_stub(), 1);
        scripted_answers(places[p].interface, places[p].opnum);
        assert_int_equal(places[p].call(server), RPC_X_BAD_STUB_DATA);
        assert_int_equal(scripted_count(places[p].interface, places[p].opnum), 1);
        scripted_close(server);
    }
}

static void what_the_server_says_is_believed(void **state)
{
    static const uint32_t refused[] = {RPC_S_SERVER_UNAVAILABLE,
                                       RPC_S_UNKNOWN_IF}; /* no pipe, no interface */
    (void)state;
    for (unsigned p = 0; p < PLACE_COUNT; p++) {
        for (unsigned i = 0; i < 4 && places[p].faults[i] != 0; i++) {
            struct wts_server *server = begin(&places[p]);
            scripted_fails(places[p].interface, places[p].opnum, places[p].faults[i], WTS_EXECUTED, false);
            assert_int_equal(places[p].call(server), places[p].absent);
            scripted_close(server);
        }
    }
    for (unsigned p = 0; p < PLACE_COUNT; p++) {
        if (!places[p].is_first_on_interface || places[p].interface == &wts_interface_session ||
            places[p].interface == &wts_interface_enumeration)
            continue; /* servers without these have no sessions that could be asked for */
        for (unsigned i = 0; i < 2; i++) {
            struct wts_server *server = begin(&places[p]);
            scripted_connect_refused(places[p].interface, refused[i]);
            assert_int_equal(places[p].call(server), places[p].absent);
            scripted_close(server);
        }
    }
}

static void a_refused_password_is_one_log_on(void **state)
{
    struct wts_server *server;
    (void)state;
    server = begin(&places[1]);
    scripted_connect_error(&wts_interface_session, ERROR_LOGON_FAILURE);
    assert_int_equal(list_with_users(server), ERROR_LOGON_FAILURE);
    assert_int_equal(scripted_connects(&wts_interface_session), 1);
    scripted_connect_error(NULL, ERROR_LOGON_FAILURE);
    scripted_close(server);
    server = scripted_open();
    const unsigned before = scripted_connects(NULL);
    assert_int_equal(list_with_users(server), ERROR_LOGON_FAILURE);
    assert_int_equal(list_plain(server), ERROR_LOGON_FAILURE);
    assert_int_equal(scripted_connects(NULL), before + 2); /* one for each call */
    scripted_close(server);
}

#define CASE(function) cmocka_unit_test_setup_teardown(function, scripted_begin, scripted_end)

int main(void)
{
    const struct CMUnitTest tests[] = {
        CASE(what_fails_on_the_way_is_never_taken_for_an_answer),
        CASE(what_is_lost_is_never_taken_for_an_answer),
        CASE(an_unreadable_answer_is_not_believed),
        CASE(what_the_server_says_is_believed),
        CASE(a_refused_password_is_one_log_on),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

/*
 * Lists of sessions, and of processes, of an opened server: which calls give them on which servers, and what
 * comes out.
 */
#include "scripted_answers.h"

#include "core/error.h"
#include "core/processes.h"
#include "remote/tsts/enumeration.h"
#include "remote/tsts/process_list.h"
#include "remote/tsts/rcm_public.h"
#include "remote/tsts/session.h"

static const struct scripted_session rows[] = {
    {0, 4, "Services", "", ""}, {1, 1, "Console", "", ""}, {3, 4, "", "alice", "EXAMPLE"}};
static const struct scripted_session listener_rows[] = {{65536, 1, "RDP-Tcp", "", ""},
                                                        {65537, 0, "ICA-Tcp", "", ""}};

static struct wts_sessions listed(struct wts_server *server, enum wts_sessions_detail detail)
{
    struct wts_sessions list = {.count = 0};
    assert_int_equal(server->backend->list_sessions(server, detail, &list), 0);
    return list;
}

static void check_row(const struct wts_session *row, const struct scripted_session *expected)
{
    assert_int_equal(row->session_id, expected->session_id);
    assert_int_equal(row->environment_id, expected->session_id);
    assert_int_equal(row->state, expected->state);
    assert_text(row->name, expected->name);
}

static void sessions_then_listeners(void **state)
{
    struct wts_server *server = scripted_open();
    (void)state;
    answer_enum_result(rows, 3);
    answer_listeners(listener_rows, 2);
    struct wts_sessions list = listed(server, WTS_SESSIONS_PLAIN);
    assert_int_equal(list.count, 5);
    for (int i = 0; i < 3; i++)
        check_row(&list.rows[i], &rows[i]);
    check_row(&list.rows[3], &(struct scripted_session){65536, 6, "RDP-Tcp", "", ""});
    check_row(&list.rows[4], &(struct scripted_session){65537, 8, "ICA-Tcp", "", ""});
    assert_text(list.rows[2].user, NULL);
    list.free(&list);
    assert_int_equal(scripted_connects(NULL), 2);
    assert_int_equal(scripted_count(&wts_interface_enumeration, WTS_LSM_OPEN_ENUM), 1);
    assert_int_equal(scripted_count(&wts_interface_enumeration, WTS_LSM_CLOSE_ENUM), 1);
    scripted_close(server);
}

static void no_sessions_and_no_listeners(void **state)
{
    struct wts_server *server = scripted_open();
    (void)state;
    answer_enum_result(NULL, 0);
    answer_listeners(NULL, 0);
    struct wts_sessions list = listed(server, WTS_SESSIONS_PLAIN);
    assert_int_equal(list.count, 0);
    list.free(&list);
    scripted_close(server);
}

static void check_without_listeners(struct wts_server *server)
{
    struct wts_sessions list = listed(server, WTS_SESSIONS_PLAIN);
    assert_int_equal(list.count, 3);
    list.free(&list);
}

static void listeners_that_are_not_told_are_left_out(void **state)
{
    static const uint32_t connects[] = {RPC_S_SERVER_UNAVAILABLE, RPC_S_UNKNOWN_IF, ERROR_ACCESS_DENIED};
    struct wts_server *server = scripted_open();
    (void)state;
    answer_enum_result(rows, 3);
    for (unsigned i = 0; i < sizeof connects / sizeof connects[0]; i++) {
        scripted_connect_refused(&wts_interface_rcm_public, connects[i]);
        check_without_listeners(server);
    }
    scripted_connect_error(&wts_interface_rcm_public, 0);
    check_without_listeners(server); /* the call is unknown */
    struct wts_ndr_writer *writer = scripted_stub();
    wts_ndr_put_zeros(writer, 8);
    wts_ndr_put_u32(writer, 0x80070005);
    scripted_answers(&wts_interface_rcm_public, WTS_RCM_GET_ALL_LISTENERS);
    check_without_listeners(server);
    scripted_close(server);
}

static void listeners_that_are_lost_fail_the_list(void **state)
{
    static const uint32_t errors[] = {RPC_S_CALL_FAILED, RPC_S_CALL_CANCELLED, RPC_X_BAD_STUB_DATA};
    struct wts_server *server = scripted_open();
    struct wts_sessions list = {.count = 77};
    (void)state;
    answer_enum_result(rows, 3);
    for (unsigned i = 0; i < sizeof errors / sizeof errors[0]; i++) {
        scripted_fails_once(&wts_interface_rcm_public, WTS_RCM_GET_ALL_LISTENERS, errors[i],
                            WTS_MAYBE_EXECUTED, true);
        assert_int_equal(server->backend->list_sessions(server, WTS_SESSIONS_PLAIN, &list), errors[i]);
    }
    assert_int_equal(list.count, 77);
    scripted_close(server);
}

static void users_in_one_call(void **state)
{
    struct wts_server *server = scripted_open();
    (void)state;
    answer_all_sessions(rows, 3);
    struct wts_sessions list = listed(server, WTS_SESSIONS_WITH_USERS);
    assert_int_equal(list.count, 3);
    for (int i = 0; i < 3; i++)
        check_row(&list.rows[i], &rows[i]);
    assert_text(list.rows[0].user, NULL);
    assert_text(list.rows[0].domain, NULL);
    assert_text(list.rows[2].user, "alice");
    assert_text(list.rows[2].domain, "EXAMPLE");
    assert_text(list.rows[2].host, NULL);
    assert_text(list.rows[2].farm, NULL);
    list.free(&list);
    assert_int_equal(scripted_count(&wts_interface_enumeration, WTS_LSM_GET_ALL_SESSIONS_EX), 0);
    scripted_close(server);
}

static void names_that_may_be_cut_are_asked_for_again(void **state)
{
    static const struct scripted_session cut[] = {
        {2, 0, "RDP-Tcp#1", "a-name-of-thirty-two-characters-", "EXAMPLE"}};
    static const struct scripted_session whole[] = {
        {2, 0, "RDP-Tcp#1", "a-name-of-thirty-two-characters-and-more", "EXAMPLE"}};
    struct wts_server *server = scripted_open();
    (void)state;
    answer_all_sessions(cut, 1);
    struct wts_sessions list = listed(server, WTS_SESSIONS_WITH_USERS); /* the second call is unknown */
    assert_text(list.rows[0].user, cut[0].user);
    list.free(&list);
    answer_all_sessions_ex(whole, 1);
    list = listed(server, WTS_SESSIONS_WITH_USERS);
    check_row(&list.rows[0], &whole[0]);
    assert_text(list.rows[0].user, whole[0].user);
    assert_text(list.rows[0].host, NULL);
    list.free(&list);
    scripted_fails_once(&wts_interface_enumeration, WTS_LSM_GET_ALL_SESSIONS_EX, RPC_S_CALL_FAILED,
                        WTS_MAYBE_EXECUTED, true);
    assert_int_equal(server->backend->list_sessions(server, WTS_SESSIONS_WITH_USERS, &list),
                     RPC_S_CALL_FAILED);
    scripted_close(server);
}

/* One session; the texts in the order of the answers. */
static void answer_names(bool is_whole, const char *const names[5])
{
    struct wts_ndr_writer *writer = scripted_stub();
    if (!is_whole)
        wts_ndr_put_u32(writer, 2);
    wts_ndr_put_pointer(writer, true);
    wts_ndr_put_array(writer, 1);
    for (int i = 0; i < 2; i++)
        wts_ndr_put_u32(writer, is_whole ? 1 : 2);
    wts_ndr_put_u32(writer, 7); /* environment */
    wts_ndr_put_u32(writer, 0); /* state */
    if (!is_whole)
        scripted_put_array(writer, names[0], 33);
    wts_ndr_put_u32(writer, 7); /* session */
    for (int i = 0; i < 5 && is_whole; i++)
        wts_ndr_put_pointer(writer, true);
    for (int i = is_whole ? 0 : 1; i < 5; i++) {
        if (is_whole)
            scripted_put_string(writer, names[i]);
        else
            scripted_put_array(writer, names[i], 33);
    }
    wts_ndr_put_u32(writer, 1);
    wts_ndr_put_u32(writer, 0);
    scripted_answers(&wts_interface_enumeration,
                     is_whole ? WTS_LSM_GET_ALL_SESSIONS_EX : WTS_LSM_GET_ALL_SESSIONS);
}

static void each_name_alone_may_be_cut(void **state)
{
    static const char cut[] = "a-name-of-thirty-two-characters-";
    static const char nearly[] = "a-name-of-thirty-one-characters";
    static const char whole[] = "a-name-of-thirty-two-characters-and-more";
    (void)state;
    for (int i = 0; i < 5; i++) {
        const char *names[5] = {nearly, nearly, nearly, nearly, nearly};
        struct wts_server *server = scripted_open();
        const unsigned before = scripted_count(&wts_interface_enumeration, WTS_LSM_GET_ALL_SESSIONS_EX);
        answer_names(false, names);
        struct wts_sessions list = listed(server, WTS_SESSIONS_WITH_USERS);
        list.free(&list);
        assert_int_equal(scripted_count(&wts_interface_enumeration, WTS_LSM_GET_ALL_SESSIONS_EX), before);
        names[i] = cut;
        answer_names(false, names);
        names[i] = whole;
        answer_names(true, names);
        list = listed(server, WTS_SESSIONS_WITH_USERS);
        const struct wts_text texts[] = {list.rows[0].name, list.rows[0].host, list.rows[0].user,
                                         list.rows[0].domain, list.rows[0].farm};
        for (int k = 0; k < 5; k++)
            assert_text(texts[k], names[k]);
        list.free(&list);
        scripted_close(server);
    }
}

/* Takes the list of `count` sessions with each allocation failing in turn. */
static void check_each_allocation(uint32_t count, enum wts_sessions_detail detail)
{
    const uint32_t expected = detail == WTS_SESSIONS_PLAIN ? count + 2 : count;
    uint32_t error = ERROR_NOT_ENOUGH_MEMORY;
    for (int left = 0; error != 0; left += left < 40 ? 1 : 997) { /* pieces apart: one for each text */
        struct wts_server *server = scripted_open();
        struct wts_sessions list = {.count = 77};
        scripted_allocations_until_failure(left);
        error = server->backend->list_sessions(server, detail, &list);
        scripted_allocations_until_failure(-1);
        assert_true(error == 0 || error == ERROR_NOT_ENOUGH_MEMORY);
        assert_int_equal(list.count, error != 0 ? 77 : expected);
        if (error == 0)
            list.free(&list);
        scripted_close(server);
    }
}

/* So many rows, with names of such lengths, that the rows need a block of the arena for themselves. */
static void thousands_of_rows_with_each_allocation_failing(void **state)
{
    enum { MANY = 3000 };
    static const struct scripted_session kinds[] = {{0, 4, "", "", ""},
                                                    {0, 0, "RDP-Tcp#7", "a-user-of-twenty-chars", "EXAMPLE"}};
    static struct scripted_session many[MANY];
    (void)state;
    for (unsigned kind = 0; kind < 2; kind++) {
        for (unsigned i = 0; i < MANY; i++) {
            many[i] = kinds[kind];
            many[i].session_id = i + 1;
        }
        answer_enum_result(many, MANY);
        answer_listeners(listener_rows, 2);
        answer_all_sessions(many, MANY);
        check_each_allocation(MANY, WTS_SESSIONS_PLAIN);
        check_each_allocation(MANY, WTS_SESSIONS_WITH_USERS);
    }
}

static void users_one_by_one_on_old_servers(void **state)
{
    struct wts_server *server = scripted_open();
    (void)state;
    answer_enum_result(rows, 3);
    answer_information(&rows[2], false);
    /* Given before the other: the session ended meanwhile; then one that nobody is logged on to. */
    answer_information(&rows[1], false)->uses = 1;
    struct scripted_answer *gone = answer_information(&rows[0], false);
    memset(gone->stub, 0, gone->length);
    gone->length = 52;
    memcpy(gone->stub + 48, (const uint8_t[]){2, 0, 7, 0x80}, 4);
    gone->uses = 1;
    struct wts_sessions list = listed(server, WTS_SESSIONS_WITH_USERS);
    assert_int_equal(list.count, 3);
    assert_text(list.rows[0].user, NULL);
    assert_text(list.rows[1].user, NULL);
    assert_text(list.rows[2].user, "alice");
    assert_text(list.rows[2].domain, "EXAMPLE");
    assert_text(list.rows[2].name, "");
    list.free(&list);
    assert_int_equal(scripted_count(&wts_interface_session, WTS_LSM_GET_SESSION_INFORMATION), 3);
    scripted_fails_once(&wts_interface_session, WTS_LSM_GET_SESSION_INFORMATION, RPC_S_CALL_FAILED,
                        WTS_MAYBE_EXECUTED, true);
    assert_int_equal(server->backend->list_sessions(server, WTS_SESSIONS_WITH_USERS, &list),
                     RPC_S_CALL_FAILED);
    scripted_close(server);
}

static void check_processes(uint16_t opnum, uint32_t count)
{
    struct wts_server *server = scripted_open();
    struct wts_processes processes = {.count = 0};
    answer_processes(opnum, count);
    assert_int_equal(server->backend->list_processes(server, &processes), 0);
    assert_int_equal(processes.count, count);
    for (uint32_t i = 0; i < count; i++) {
        assert_int_equal(processes.rows[i].process_id, 1000 + i);
        assert_int_equal(processes.rows[i].session_id, 5);
        assert_text(processes.rows[i].name, "p.exe"); /* without the NUL that Length counted */
        assert_int_equal(processes.rows[i].sid[8], 18);
    }
    processes.free(&processes);
    scripted_close(server);
}

static void as_many_processes_as_there_may_be(void **state)
{
    (void)state;
    check_processes(WTS_LEGACY_GET_ALL_PROCESSES_NT6, WTS_MAX_PROCESSES);
}

static void processes_of_old_servers(void **state)
{
    (void)state;
    check_processes(WTS_LEGACY_GET_ALL_PROCESSES, 3); /* 70 is unknown there */
}

#define CASE(function) cmocka_unit_test_setup_teardown(function, scripted_begin, scripted_end)

int main(void)
{
    const struct CMUnitTest tests[] = {
        CASE(sessions_then_listeners),
        CASE(no_sessions_and_no_listeners),
        CASE(listeners_that_are_not_told_are_left_out),
        CASE(listeners_that_are_lost_fail_the_list),
        CASE(users_in_one_call),
        CASE(names_that_may_be_cut_are_asked_for_again),
        CASE(each_name_alone_may_be_cut),
        CASE(thousands_of_rows_with_each_allocation_failing),
        CASE(users_one_by_one_on_old_servers),
        CASE(as_many_processes_as_there_may_be),
        CASE(processes_of_old_servers),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

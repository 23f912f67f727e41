/*
 * The connections of one server: one for each interface and thread, how many there may be, which ones last,
 * closing the old ones, closing all of them.
 */
#include "native_test.h"

#include <stdatomic.h>

#include "core/error.h"
#include "limit.h"
#include "remote/pool.h"
#include "remote/tsts/interfaces.h"
#include "script.h"

#define CONNECT_MS 1000U

static const uint16_t name[] = {'r', 'd', 's', 'h', 0};

static struct wts_pool pool;
static const struct wts_interface *connected[64];
static unsigned connects, cancels, closed;
static uint32_t connect_error;
static bool closes_while_connecting;
static bool was_locked; /* while the transport was at work */

/* The linker puts this between the pool and the C library (--wrap). */
static bool is_without_memory;
void *__real_calloc(size_t count, size_t size);
void *__wrap_calloc(size_t count, size_t size);

void *__wrap_calloc(size_t count, size_t size)
{
    return is_without_memory ? NULL : __real_calloc(count, size);
}

static struct wts_call_result host_connect(const uint16_t *server, const struct wts_interface *interface,
                                           uint32_t number, uint64_t deadline_ms)
{
    (void)deadline_ms;
    assert_ptr_equal(server, name);
    connected[number - 1] = interface;
    connects++;
    if (closes_while_connecting)
        wts_pool_close(&pool);
    return (struct wts_call_result){.error = connect_error, .broken = connect_error != 0};
}

static struct wts_call_result host_call(uint32_t number, uint16_t opnum, const uint8_t *request,
                                        size_t length, struct wts_response *response, uint64_t deadline_ms)
{
    (void)number, (void)opnum, (void)request, (void)length, (void)response, (void)deadline_ms;
    return (struct wts_call_result){.error = RPC_S_CALL_FAILED, .progress = WTS_NOT_EXECUTED, .broken = true};
}

/* The transport may have to send, and that may take long: nobody must wait at the pool meanwhile. */
static void look_at_the_lock(void)
{
    if (pthread_mutex_trylock(&pool.lock.native) == 0)
        pthread_mutex_unlock(&pool.lock.native);
    else
        was_locked = true;
}

static void host_cancel(uint32_t number)
{
    (void)number;
    look_at_the_lock();
    cancels++;
}

static void host_closed(uint32_t number)
{
    (void)number;
    look_at_the_lock();
    closed++;
}

static const struct wts_script script = {host_connect, host_call, host_cancel, host_closed};

static int reset(void **state)
{
    (void)state;
    limit_begin();
    connects = cancels = closed = 0;
    connect_error = 0;
    closes_while_connecting = is_without_memory = was_locked = false;
    wts_script_play(&script);
    wts_pool_init(&pool, &wts_transport_script, name);
    return 0;
}

static int drop_all(void **state)
{
    (void)state;
    while (pool.links != NULL)
        wts_pool_drop(&pool, pool.links);
    assert_false(was_locked);
    limit_end();
    return 0;
}

static uint32_t take(const struct wts_interface *interface, unsigned wish, struct wts_link **link)
{
    struct wts_deadline deadline = {.end_ms = 0, .connect_left_ms = CONNECT_MS};
    return wts_pool_take(&pool, interface, wish, NULL, &deadline, link).error;
}

static struct wts_link *taken(const struct wts_interface *interface, unsigned wish)
{
    struct wts_link *link = NULL;
    assert_int_equal(take(interface, wish, &link), 0);
    assert_ptr_equal(link->interface, interface);
    return link;
}

static void each_interface_has_a_connection_of_its_own(void **state)
{
    (void)state;
    for (int round = 0; round < 3; round++) {
        wts_pool_give_back(&pool, taken(&wts_interface_legacy, 0));
        wts_pool_give_back(&pool, taken(&wts_interface_session, 0));
        wts_pool_give_back(&pool, taken(&wts_interface_rcm_public, 0));
    }
    assert_int_equal(connects, 3);
    assert_ptr_equal(connected[0], &wts_interface_legacy);
    assert_ptr_equal(connected[1], &wts_interface_session);
    assert_ptr_equal(connected[2], &wts_interface_rcm_public);
}

static void the_limit_is_that_of_one_interface(void **state)
{
    struct wts_link *link = NULL;
    struct wts_link *untouched = NULL;
    (void)state;
    for (int i = 0; i < WTS_POOL_MAX_LINKS; i++)
        link = taken(&wts_interface_session, 0);
    assert_int_equal(take(&wts_interface_session, 0, &untouched), RPC_S_CALL_CANCELLED);
    assert_null(untouched);
    taken(&wts_interface_legacy, 0);
    wts_pool_give_back(&pool, link);
    assert_ptr_equal(taken(&wts_interface_session, 0), link);
}

static void calls_that_last_take_no_place_from_others(void **state)
{
    struct wts_link *lasting[WTS_POOL_MAX_LINKS + 2];
    struct wts_link *link = NULL;
    (void)state;
    for (int i = 0; i < WTS_POOL_MAX_LINKS + 2; i++)
        lasting[i] = taken(&wts_interface_session, WTS_POOL_LONG);
    for (int i = 0; i < WTS_POOL_MAX_LINKS; i++)
        link = taken(&wts_interface_session, 0);
    assert_int_equal(connects, 2 * WTS_POOL_MAX_LINKS + 2);
    /* There is no place left for what they used; then there is one. */
    wts_pool_give_back(&pool, lasting[0]);
    assert_int_equal(closed, 1);
    wts_pool_drop(&pool, link);
    wts_pool_give_back(&pool, lasting[1]);
    assert_int_equal(closed, 2);
    assert_ptr_equal(taken(&wts_interface_session, 0), lasting[1]);
    wts_pool_give_back(&pool, lasting[1]);
    /* An idle one will do for a call that lasts. */
    assert_ptr_equal(taken(&wts_interface_session, WTS_POOL_LONG), lasting[1]);
    assert_int_equal(connects, 2 * WTS_POOL_MAX_LINKS + 2);
}

static void a_new_one_was_never_used_and_takes_the_place_of_an_idle_one(void **state)
{
    struct wts_link *links[WTS_POOL_MAX_LINKS];
    (void)state;
    for (int i = 0; i < WTS_POOL_MAX_LINKS; i++)
        links[i] = taken(&wts_interface_legacy, 0);
    wts_pool_give_back(&pool, links[3]);
    assert_false(taken(&wts_interface_legacy, WTS_POOL_NEW)->is_used);
    assert_int_equal(connects, WTS_POOL_MAX_LINKS + 1);
    assert_int_equal(closed, 1);
    wts_pool_give_back(&pool, links[4]);
    assert_true(taken(&wts_interface_legacy, 0)->is_used);
    assert_int_equal(connects, WTS_POOL_MAX_LINKS + 1);
}

static void what_was_idle_for_long_is_closed_at_the_next_call(void **state)
{
    struct wts_link *kept = taken(&wts_interface_session, 0);
    (void)state;
    wts_pool_give_back(&pool, taken(&wts_interface_legacy, 0));
    wts_pool_give_back(&pool, taken(&wts_interface_rcm_public, 0));
    assert_int_equal(closed, 0);
    pool.max_idle_ms = 0;
    taken(&wts_interface_tsvip, 0);
    assert_int_equal(closed, 2);
    assert_int_equal(cancels, 0);
    assert_ptr_equal(pool.links->next, kept); /* in use: not idle, however long */
    assert_null(kept->next);
}

static void failures_leave_nothing_behind(void **state)
{
    struct wts_link *link = NULL;
    (void)state;
    connect_error = RPC_S_SERVER_UNAVAILABLE;
    for (int i = 0; i < 2 * WTS_POOL_MAX_LINKS; i++)
        assert_int_equal(take(&wts_interface_session, 0, &link), RPC_S_SERVER_UNAVAILABLE);
    is_without_memory = true;
    assert_int_equal(take(&wts_interface_session, 0, &link), ERROR_NOT_ENOUGH_MEMORY);
    is_without_memory = false;
    pool.transport = NULL;
    assert_int_equal(take(&wts_interface_session, 0, &link), RPC_S_PROTSEQ_NOT_SUPPORTED);
    assert_null(link);
    assert_null(pool.links);
    assert_int_equal(connects, 2 * WTS_POOL_MAX_LINKS);
    assert_int_equal(closed, connects);
}

static void closing_cancels_what_is_in_use_and_gives_no_more(void **state)
{
    struct wts_link *link = NULL;
    (void)state;
    taken(&wts_interface_session, 0);
    taken(&wts_interface_session, WTS_POOL_LONG);
    wts_pool_give_back(&pool, taken(&wts_interface_legacy, 0));
    wts_pool_close(&pool);
    assert_int_equal(cancels, 2);
    assert_int_equal(take(&wts_interface_legacy, 0, &link), RPC_S_CALL_FAILED);
    assert_null(link);
}

static void closing_while_a_connection_is_made_closes_that_one(void **state)
{
    struct wts_link *link = NULL;
    (void)state;
    closes_while_connecting = true;
    assert_int_equal(take(&wts_interface_session, 0, &link), RPC_S_CALL_FAILED);
    assert_null(pool.links);
    assert_int_equal(connects, 1);
    assert_int_equal(closed, 1);
}

static void a_ticket_ends_what_it_is_at_and_what_comes(void **state)
{
    struct wts_pool_ticket ticket = {.link = NULL};
    struct wts_link *link = taken(&wts_interface_session, WTS_POOL_LONG);
    (void)state;
    assert_true(wts_pool_enter(&pool, &ticket, link));
    struct wts_link *cut = wts_pool_cancel(&pool, &ticket);
    assert_ptr_equal(cut, link);
    assert_int_equal(cancels, 0);
    assert_false(wts_pool_leave(&pool, &ticket));
    wts_pool_drop(&pool, link);
    assert_int_equal(closed, 0); /* the one who cancels still has it */
    wts_pool_cut(&pool, cut);
    assert_int_equal(cancels, 1);
    assert_int_equal(closed, 1);
    assert_null(wts_pool_cancel(&pool, &ticket));
    struct wts_deadline deadline = {.end_ms = WTS_NEVER, .connect_left_ms = CONNECT_MS};
    assert_int_equal(
        wts_pool_take(&pool, &wts_interface_session, WTS_POOL_LONG, &ticket, &deadline, &link).error,
        RPC_S_CALL_FAILED);
    assert_int_equal(connects, 1);
}

#define CASE(function) cmocka_unit_test_setup_teardown(function, reset, drop_all)

int main(void)
{
    const struct CMUnitTest tests[] = {
        CASE(each_interface_has_a_connection_of_its_own),
        CASE(the_limit_is_that_of_one_interface),
        CASE(calls_that_last_take_no_place_from_others),
        CASE(a_new_one_was_never_used_and_takes_the_place_of_an_idle_one),
        CASE(what_was_idle_for_long_is_closed_at_the_next_call),
        CASE(failures_leave_nothing_behind),
        CASE(closing_cancels_what_is_in_use_and_gives_no_more),
        CASE(closing_while_a_connection_is_made_closes_that_one),
        CASE(a_ticket_ends_what_it_is_at_and_what_comes),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

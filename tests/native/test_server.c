/*
 * Server handles: NULL, forged, closed; a close cancels once, and the last user destroys.
 */
#include "native_test.h"

#include "core/error.h"
#include "core/server.h"

static unsigned cancelled;
static unsigned destroyed;

static uint32_t terminate_process(struct wts_server *server, uint32_t process_id, uint32_t exit_code)
{
    (void)server;
    return process_id + exit_code;
}

static void cancel(struct wts_server *server)
{
    (void)server;
    cancelled++;
}

static void destroy(struct wts_server *server)
{
    (void)server;
    destroyed++;
}

static const struct wts_backend backend = {
    .terminate_process = terminate_process, .cancel = cancel, .destroy = destroy};
static struct wts_server remote = {.backend = &backend};

static int reset(void **state)
{
    (void)state;
    cancelled = 0;
    destroyed = 0;
    return 0;
}

static void null_is_this_machine(void **state)
{
    struct wts_server *server = NULL;
    (void)state;
    assert_int_equal(wts_server_acquire(NULL, &server), 0);
    assert_ptr_equal(server, &wts_local_server);
    wts_server_release(NULL);
    wts_server_close(NULL);
}

static void forged_and_closed_handles_are_refused(void **state)
{
    struct wts_server *server = NULL;
    void *handle = wts_server_open(&remote);
    (void)state;
    assert_int_equal(wts_server_count(), 1);
    assert_int_equal(wts_server_acquire((void *)~(uintptr_t)0, &server), ERROR_INVALID_HANDLE);
    assert_int_equal(wts_server_acquire((void *)1, &server), ERROR_INVALID_HANDLE);
    assert_int_equal(wts_server_acquire(handle, &server), 0);
    assert_ptr_equal(server, &remote);
    wts_server_release(handle);
    wts_server_close(handle);
    wts_server_close(handle);
    assert_int_equal(wts_server_acquire(handle, &server), ERROR_INVALID_HANDLE);
    assert_int_equal(cancelled, 1);
    assert_int_equal(destroyed, 1);
    assert_int_equal(wts_server_count(), 0);
}

static void a_call_in_flight_keeps_its_server(void **state)
{
    struct wts_server *server = NULL;
    void *handle = wts_server_open(&remote);
    (void)state;
    assert_int_equal(wts_server_acquire(handle, &server), 0);
    wts_server_close(handle);
    assert_int_equal(cancelled, 1);
    assert_int_equal(destroyed, 0);
    wts_server_release(handle);
    assert_int_equal(destroyed, 1);
}

static void when_no_slot_is_left_the_server_is_destroyed(void **state)
{
    void **handles = calloc(1U << 21, sizeof *handles);
    unsigned count = 0;
    (void)state;
    while ((handles[count] = wts_server_open(&remote)) != NULL)
        count++;
    assert_true(count >= 65536);
    assert_int_equal(destroyed, 1);
    for (unsigned i = 0; i < count; i++)
        wts_server_close(handles[i]);
    assert_int_equal(destroyed, count + 1);
    assert_int_equal(wts_server_count(), 0);
    free(handles);
    wts_server_unload();
}

int main(int argument_count, char **words)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup(null_is_this_machine, reset),
        cmocka_unit_test_setup(forged_and_closed_handles_are_refused, reset),
        cmocka_unit_test_setup(a_call_in_flight_keeps_its_server, reset),
        cmocka_unit_test_setup(when_no_slot_is_left_the_server_is_destroyed, reset),
    };
    const struct CMUnitTest few[] = {tests[0], tests[1], tests[2]};
    if (is_small(argument_count, words)) {
        const int failed = cmocka_run_group_tests(few, NULL, NULL);
        wts_server_unload();
        return failed;
    }
    return cmocka_run_group_tests(tests, NULL, NULL);
}

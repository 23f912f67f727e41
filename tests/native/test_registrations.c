/*
 * Windows registered for session changes: counted, filtered by session, forgotten when they are gone.
 */
#include "native_test.h"

#include <pthread.h>

#include "core/error.h"
#include "core/registrations.h"
#include "core/sessions.h"
#include "window_double.h"

static struct wts_registrations registrations = WTS_REGISTRATIONS_INITIALIZER;
static bool is_realloc_failing;

void *__real_realloc(void *memory, size_t length);
void *__wrap_realloc(void *memory, size_t length);

void *__wrap_realloc(void *memory, size_t length)
{
    return is_realloc_failing ? NULL : __real_realloc(memory, length);
}

static int reset(void **state)
{
    (void)state;
    window_reset();
    wts_registrations_clear(&registrations);
    return 0;
}

/* Posts one change and checks how many windows got it. */
static void assert_told(uint32_t session_id, unsigned count)
{
    const unsigned before = window_post_count();
    wts_registrations_post(&registrations, WTS_CHANGE_LOGON, session_id);
    assert_int_equal(window_post_count() - before, count);
}

static void each_registration_needs_to_be_taken_back(void **state)
{
    void *window = window_make(1, 100);
    (void)state;
    assert_int_equal(wts_registrations_remove(&registrations, window), ERROR_INVALID_PARAMETER);
    for (int i = 0; i < 3; i++)
        assert_int_equal(wts_registrations_add(&registrations, window, WTS_SESSION_ANY), 0);
    assert_int_equal(wts_registrations_count(&registrations), 1);
    for (int i = 0; i < 3; i++) {
        assert_told(7, 1); /* once, however often it is registered */
        assert_int_equal(wts_registrations_remove(&registrations, window), 0);
    }
    assert_told(7, 0);
    assert_int_equal(wts_registrations_remove(&registrations, window), ERROR_INVALID_PARAMETER);
}

static void the_message_names_change_and_session(void **state)
{
    (void)state;
    assert_int_equal(wts_registrations_add(&registrations, window_make(5, 100), WTS_SESSION_ANY), 0);
    wts_registrations_post(&registrations, WTS_CHANGE_TERMINATE, 0xFFFFFFF0);
    const struct window_post *post = window_wait_posts(1);
    assert_int_equal(post->window, 5);
    assert_int_equal(post->change, WTS_CHANGE_TERMINATE);
    assert_int_equal(post->session_id, 0xFFFFFFF0);
}

static void a_window_is_told_of_the_session_it_asked_for(void **state)
{
    void *one = window_make(1, 100);
    (void)state;
    assert_int_equal(wts_registrations_add(&registrations, one, 1), 0);
    assert_int_equal(wts_registrations_add(&registrations, window_make(2, 100), WTS_SESSION_ANY), 0);
    assert_told(1, 2);
    assert_told(2, 1);
    /* A second registration changes nothing but the count. */
    assert_int_equal(wts_registrations_add(&registrations, one, WTS_SESSION_ANY), 0);
    assert_told(2, 1);
}

static void windows_that_are_gone_are_forgotten(void **state)
{
    void *windows[6];
    (void)state;
    for (unsigned i = 0; i < 6; i++) {
        windows[i] = window_make(i, 100 + i);
        assert_int_equal(wts_registrations_add(&registrations, windows[i], WTS_SESSION_ANY), 0);
        assert_int_equal(wts_registrations_add(&registrations, windows[i], WTS_SESSION_ANY), 0);
    }
    window_end(0);
    window_end(3);
    assert_told(1, 4);
    assert_int_equal(wts_registrations_count(&registrations), 4);
    assert_int_equal(wts_registrations_remove(&registrations, windows[0]), ERROR_INVALID_PARAMETER);
    assert_int_equal(wts_registrations_add(&registrations, windows[3], WTS_SESSION_ANY),
                     ERROR_INVALID_WINDOW_HANDLE);
    /* The same handle, and another thread's: another window, which did not register. */
    window_make(5, 777);
    assert_told(1, 3);
    assert_int_equal(wts_registrations_add(&registrations, windows[5], WTS_SESSION_ANY), 0);
    assert_told(1, 4);
    assert_int_equal(wts_registrations_remove(&registrations, windows[5]), 0);
    assert_int_equal(wts_registrations_remove(&registrations, windows[5]), ERROR_INVALID_PARAMETER);
}

/* Nothing else has looked at the window between its end and the call. */
static void a_window_that_ended_takes_nothing_back(void **state)
{
    void *window = window_make(1, 100);
    (void)state;
    assert_int_equal(wts_registrations_add(&registrations, window, WTS_SESSION_ANY), 0);
    window_end(1);
    assert_int_equal(wts_registrations_remove(&registrations, window), ERROR_INVALID_PARAMETER);
    /* Another thread's window with the same handle did not register. */
    assert_int_equal(wts_registrations_add(&registrations, window_make(1, 100), WTS_SESSION_ANY), 0);
    window_make(1, 200);
    assert_int_equal(wts_registrations_remove(&registrations, window), ERROR_INVALID_PARAMETER);
    assert_int_equal(wts_registrations_count(&registrations), 0);
}

static void hundreds_of_windows(void **state)
{
    (void)state;
    for (unsigned i = 0; i < 200; i++)
        assert_int_equal(wts_registrations_add(&registrations, window_make(i, 1), WTS_SESSION_ANY), 0);
    assert_told(1, 200);
    for (unsigned i = 0; i < 200; i += 2)
        assert_int_equal(wts_registrations_remove(&registrations, window_make(i, 1)), 0);
    window_reset();
    for (unsigned i = 0; i < 200; i++)
        window_make(i, 1);
    assert_told(1, 100);
    for (unsigned i = 0; i < 100; i++)
        assert_int_equal(window_wait_posts(100)[i].window % 2, 1);
}

static void without_memory_nothing_is_registered(void **state)
{
    (void)state;
    is_realloc_failing = true;
    assert_int_equal(wts_registrations_add(&registrations, window_make(1, 1), WTS_SESSION_ANY),
                     ERROR_NOT_ENOUGH_MEMORY);
    is_realloc_failing = false;
    assert_int_equal(wts_registrations_count(&registrations), 0);
    for (unsigned i = 0; i < 4; i++)
        assert_int_equal(wts_registrations_add(&registrations, window_make(i, 1), WTS_SESSION_ANY), 0);
    is_realloc_failing = true;
    assert_int_equal(wts_registrations_add(&registrations, window_make(4, 1), WTS_SESSION_ANY),
                     ERROR_NOT_ENOUGH_MEMORY);
    is_realloc_failing = false;
    assert_told(1, 4);
}

enum { THREADS = 8 };
static int rounds = 2000;

static void *come_and_go(void *argument)
{
    void *window = argument;
    for (int i = 0; i < rounds; i++) {
        if (wts_registrations_add(&registrations, window, WTS_SESSION_ANY) != 0)
            return NULL;
        if (i % 64 == 0)
            wts_registrations_post(&registrations, WTS_CHANGE_LOCK, 1);
        if (wts_registrations_remove(&registrations, window) != 0)
            return NULL;
    }
    return argument;
}

static void threads_come_and_go_at_once(void **state)
{
    pthread_t threads[THREADS];
    (void)state;
    for (unsigned i = 0; i < THREADS; i++)
        pthread_create(&threads[i], NULL, come_and_go, window_make(i / 2, 1));
    for (unsigned i = 0; i < THREADS; i++) {
        void *is_done;
        pthread_join(threads[i], &is_done);
        assert_non_null(is_done);
    }
    assert_int_equal(wts_registrations_count(&registrations), 0);
}

int main(int argument_count, char **words)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(each_registration_needs_to_be_taken_back, reset, reset),
        cmocka_unit_test_setup_teardown(the_message_names_change_and_session, reset, reset),
        cmocka_unit_test_setup_teardown(a_window_is_told_of_the_session_it_asked_for, reset, reset),
        cmocka_unit_test_setup_teardown(windows_that_are_gone_are_forgotten, reset, reset),
        cmocka_unit_test_setup_teardown(a_window_that_ended_takes_nothing_back, reset, reset),
        cmocka_unit_test_setup_teardown(hundreds_of_windows, reset, reset),
        cmocka_unit_test_setup_teardown(without_memory_nothing_is_registered, reset, reset),
        cmocka_unit_test_setup_teardown(threads_come_and_go_at_once, reset, reset),
    };
    if (is_small(argument_count, words))
        rounds = 100;
    return cmocka_run_group_tests(tests, NULL, NULL);
}

/*
 * The native platform: conditions, threads, environment, clock. The Windows one is reached through the DLL.
 */
#include "native_test.h"

#include "core/platform.h"

static void waiting_ends_when_the_time_has_passed(void **state)
{
    struct wts_lock lock;
    struct wts_condition condition;
    (void)state;
    wts_lock_initialize(&lock);
    wts_condition_initialize(&condition);
    wts_lock_acquire(&lock);
    const uint64_t before = wts_clock_ms();
    while (wts_condition_wait(&condition, &lock, before + 30)) {
    }
    assert_true(wts_clock_ms() >= before + 30);
    wts_lock_release(&lock);
}

static void mark(void *argument)
{
    *(int *)argument = 1;
}

static void started_threads_run_what_they_are_given(void **state)
{
    int marks[8] = {0};
    (void)state;
    for (unsigned i = 0; i < 8; i++)
        assert_true(wts_thread_start(mark, &marks[i]));
    wts_threads_join();
    for (unsigned i = 0; i < 8; i++)
        assert_int_equal(marks[i], 1);
}

static void environment_that_does_not_fit_is_as_good_as_unset(void **state)
{
    char value[8] = "poison";
    (void)state;
    setenv("WTS_TEST_VALUE", "1234567", 1);
    assert_true(wts_environment_get("WTS_TEST_VALUE", value, sizeof value));
    assert_string_equal(value, "1234567");
    setenv("WTS_TEST_VALUE", "12345678", 1);
    assert_false(wts_environment_get("WTS_TEST_VALUE", value, sizeof value));
    assert_string_equal(value, "");
    unsetenv("WTS_TEST_VALUE");
    assert_false(wts_environment_get("WTS_TEST_VALUE", value, sizeof value));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(waiting_ends_when_the_time_has_passed),
        cmocka_unit_test(started_threads_run_what_they_are_given),
        cmocka_unit_test(environment_that_does_not_fit_is_as_good_as_unset),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

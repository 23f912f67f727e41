/*
 * What the portable rooms need of the system: locks, conditions, threads, environment, clock. Built natively
 * and for Windows.
 */
#include "native_test.h"

#include <stdatomic.h>

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

/* What threads share. */
static struct {
    struct wts_lock lock;
    struct wts_condition changed;
    unsigned done;
    unsigned turns;
} shared = {.lock = WTS_LOCK_INITIALIZER, .changed = WTS_CONDITION_INITIALIZER};
enum { TURNING_THREADS = 4 };
static atomic_uint started;
static unsigned rounds = 20000;

static void finish(void)
{
    wts_lock_acquire(&shared.lock);
    shared.done++;
    wts_condition_wake_all(&shared.changed);
    wts_lock_release(&shared.lock);
}

/* Waits for the end of `count` threads, a minute at most. */
static void wait_done(unsigned count)
{
    const uint64_t end = wts_clock_ms() + 60000;
    wts_lock_acquire(&shared.lock);
    while (shared.done < count && wts_condition_wait(&shared.changed, &shared.lock, end)) {
    }
    const unsigned done = shared.done;
    shared.done = 0;
    wts_lock_release(&shared.lock);
    assert_int_equal(done, count);
    join_threads();
}

/* Of the test of wakes: how many threads wait, and how many have come back. */
static atomic_uint waiting, returned;

/* Waits for the turn to move, 20 s at most; *argument gets whether a wake ended that, and not the time. */
static void wait_for_a_wake(void *argument)
{
    const uint64_t end = wts_clock_ms() + 20000;
    bool is_in_time = true;
    wts_lock_acquire(&shared.lock);
    atomic_fetch_add(&waiting, 1);
    while (shared.turns == 0 && is_in_time)
        is_in_time = wts_condition_wait(&shared.changed, &shared.lock, end);
    wts_lock_release(&shared.lock);
    *(bool *)argument = is_in_time;
    atomic_fetch_add(&returned, 1);
}

/* Waits that end by themselves and look again would hide that a wake was lost. */
static void a_wake_ends_the_wait_of_every_thread(void **state)
{
    enum { WAITERS = 3 };
    bool in_time[WAITERS] = {false};
    (void)state;
    for (unsigned i = 0; i < WAITERS; i++)
        assert_true(wts_thread_start(wait_for_a_wake, &in_time[i]));
    while (atomic_load(&waiting) < WAITERS) {
    }
    wts_lock_acquire(&shared.lock); /* free only when all of them are in the wait */
    shared.turns = 1;
    wts_condition_wake_all(&shared.changed);
    wts_lock_release(&shared.lock);
    while (atomic_load(&returned) < WAITERS) {
    }
    join_threads();
    shared.turns = 0;
    for (unsigned i = 0; i < WAITERS; i++)
        assert_true(in_time[i]);
}

static void mark(void *argument)
{
    *(int *)argument = 1;
    finish();
}

static void started_threads_run_what_they_are_given(void **state)
{
    int marks[8] = {0};
    (void)state;
    for (unsigned i = 0; i < 8; i++)
        assert_true(wts_thread_start(mark, &marks[i]));
    wait_done(8);
    for (unsigned i = 0; i < 8; i++)
        assert_int_equal(marks[i], 1);
}

/* A turn takes a moment in which another thread may try, and counts by a plain number on purpose: two
 * threads inside at once lose turns. */
static void take_turns(void *argument)
{
    atomic_fetch_add(&started, 1);
    while (atomic_load(&started) < TURNING_THREADS) {
    }
    for (unsigned i = 0; i < rounds; i++) {
        wts_lock_acquire(&shared.lock);
        const unsigned turns = shared.turns;
        for (volatile unsigned moment = 0; moment < 200; moment++) {
        }
        shared.turns = turns + 1;
        wts_lock_release(&shared.lock);
    }
    (void)argument;
    finish();
}

static void a_lock_lets_one_thread_in(void **state)
{
    (void)state;
    for (unsigned i = 0; i < TURNING_THREADS; i++)
        assert_true(wts_thread_start(take_turns, NULL));
    wait_done(TURNING_THREADS);
    assert_int_equal(shared.turns, TURNING_THREADS * rounds);
}

static void environment_that_does_not_fit_is_as_good_as_unset(void **state)
{
    char value[8] = "poison";
    (void)state;
    set_environment("WTS_TEST_VALUE", "1234567");
    assert_true(wts_environment_get("WTS_TEST_VALUE", value, sizeof value));
    assert_string_equal(value, "1234567");
    set_environment("WTS_TEST_VALUE", "12345678");
    assert_false(wts_environment_get("WTS_TEST_VALUE", value, sizeof value));
    assert_string_equal(value, "");
    set_environment("WTS_TEST_VALUE", NULL);
    assert_false(wts_environment_get("WTS_TEST_VALUE", value, sizeof value));
}

int main(int count, char **words)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(waiting_ends_when_the_time_has_passed),
        cmocka_unit_test(a_wake_ends_the_wait_of_every_thread),
        cmocka_unit_test(started_threads_run_what_they_are_given),
        cmocka_unit_test(a_lock_lets_one_thread_in),
        cmocka_unit_test(environment_that_does_not_fit_is_as_good_as_unset),
    };
    if (is_small(count, words))
        rounds = 200;
    set_up_threads();
    return cmocka_run_group_tests(tests, NULL, NULL);
}

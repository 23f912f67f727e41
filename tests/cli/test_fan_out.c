/*
 * Work on many servers side by side, src/cli/fan_out.h.
 */
#include "support.h"

#include "cli/fan_out.h"

#define MOST 64

struct work {
    volatile LONG runs[MOST];
    volatile LONG inside;
    volatile LONG most_inside;
    volatile LONG arrived;
    HANDLE all_arrived;
    unsigned wanted; /* pieces that wait for each other */
    unsigned reports;
    DWORD caller;
};

static void run(void *context, unsigned index)
{
    struct work *work = context;
    const LONG inside = InterlockedIncrement(&work->inside);
    LONG most = work->most_inside;
    while (inside > most) {
        InterlockedCompareExchange(&work->most_inside, inside, most);
        most = work->most_inside;
    }
    InterlockedIncrement(&work->runs[index]);
    if (work->all_arrived != NULL) {
        if ((unsigned)InterlockedIncrement(&work->arrived) == work->wanted)
            SetEvent(work->all_arrived);
        assert_int_equal(WaitForSingleObject(work->all_arrived, 30000), WAIT_OBJECT_0);
    }
    InterlockedDecrement(&work->inside);
}

/* Counts up by ones, in the thread of the caller. */
static void done(void *context, unsigned count)
{
    struct work *work = context;
    assert_int_equal(count, ++work->reports);
    assert_int_equal(GetCurrentThreadId(), work->caller);
}

static void run_all(struct work *work, unsigned count, unsigned at_once)
{
    const struct fan_out fan_out = {
        .count = count, .at_once = at_once, .run = run, .done = done, .context = work};
    work->caller = GetCurrentThreadId();
    fan_out_run(&fan_out);
    for (unsigned i = 0; i < MOST; i++)
        assert_int_equal(work->runs[i], i < count ? 1 : 0);
    assert_int_equal(work->reports, count);
    assert_int_equal(work->inside, 0);
}

static void every_piece_runs_once_within_the_bound(void **state)
{
    static const unsigned cases[][2] = {{0, 4}, {1, 4}, {4, 1}, {MOST, 3}, {3, MOST}, {MOST, MOST}};
    (void)state;
    for (unsigned i = 0; i < ARRAYSIZE(cases); i++) {
        struct work work = {.all_arrived = NULL};
        run_all(&work, cases[i][0], cases[i][1]);
        assert_true(work.most_inside <= (LONG)cases[i][1]);
    }
}

/* Each waits for all others: one at a time would never end. */
static void pieces_run_side_by_side(void **state)
{
    struct work work = {.all_arrived = CreateEventW(NULL, TRUE, FALSE, NULL), .wanted = 8};
    (void)state;
    run_all(&work, 8, 8);
    assert_int_equal(work.most_inside, 8);
    CloseHandle(work.all_arrived);
}

static void no_handle_is_left(void **state)
{
    struct work first = {.all_arrived = NULL};
    struct work second = {.all_arrived = NULL};
    (void)state;
    run_all(&first, MOST, 8);
    const HANDLE before = support_next_handle();
    run_all(&second, MOST, 8);
    assert_ptr_equal(support_next_handle(), before);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_piece_runs_once_within_the_bound),
        cmocka_unit_test(pieces_run_side_by_side),
        cmocka_unit_test(no_handle_is_left),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

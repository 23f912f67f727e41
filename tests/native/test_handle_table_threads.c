/*
 * The handle table under many threads: opening, resolving and closing the same and different values at once.
 * Run under TSan too; the objects are poisoned when destroyed, so that a use after the end is seen.
 */
#include "native_test.h"

#include <stdatomic.h>

#include "core/handle_table.h"

#define THREAD_COUNT 8
#define SHARED_COUNT 16
#define ALIVE 0x600D600DU

struct object {
    uint32_t mark; /* not atomic on purpose: TSan must see that destroying never meets a user */
};

static void destroy(void *memory)
{
    struct object *object = memory;
    object->mark = 0;
    free(object);
}

static struct wts_handle_table table = WTS_HANDLE_TABLE_INITIALIZER(&wts_handle_layout_32, destroy);
static _Atomic uint64_t shared[SHARED_COUNT];
static atomic_uint opened;
static atomic_uint closed;
static atomic_uint started;
static atomic_uint done;
static int rounds = 20000;

static uint64_t open_one(void)
{
    struct object *object = malloc(sizeof *object);
    object->mark = ALIVE;
    const uint64_t value = wts_handle_open(&table, object);
    if (value == 0)
        abort();
    atomic_fetch_add(&opened, 1);
    return value;
}

static void use(uint64_t value)
{
    const struct object *object = wts_handle_acquire(&table, value);
    if (object == NULL)
        return;
    if (object->mark != ALIVE)
        abort();
    wts_handle_release(&table, value);
}

/* A number below 2^15 from a generator of the thread's own. */
static unsigned next_number(uint32_t *seed)
{
    *seed = *seed * 1103515245U + 12345U;
    return *seed >> 16 & 0x7FFFU;
}

static void work(void *argument)
{
    uint32_t seed = (uint32_t)(uintptr_t)argument;
    atomic_fetch_add(&started, 1);
    while (atomic_load(&started) < THREAD_COUNT) {
    }
    for (int i = 0; i < rounds; i++) {
        _Atomic uint64_t *place = &shared[next_number(&seed) % SHARED_COUNT];
        const uint64_t value = atomic_load(place);
        use(value);
        if (next_number(&seed) % 8 == 0) {
            if (wts_handle_close(&table, value))
                atomic_fetch_add(&closed, 1);
            uint64_t expected = value;
            const uint64_t fresh = open_one();
            if (!atomic_compare_exchange_strong(place, &expected, fresh) && wts_handle_close(&table, fresh))
                atomic_fetch_add(&closed, 1);
        }
    }
    atomic_fetch_add(&done, 1);
}

/* A minute at most. */
static void wait_done(unsigned count)
{
    struct wts_lock lock = WTS_LOCK_INITIALIZER;
    struct wts_condition never = WTS_CONDITION_INITIALIZER;
    wts_lock_acquire(&lock);
    for (unsigned i = 0; i < 6000 && atomic_load(&done) < count; i++)
        wts_condition_wait(&never, &lock, wts_clock_ms() + 10);
    wts_lock_release(&lock);
    assert_int_equal(atomic_load(&done), count);
    join_threads();
}

static void threads_share_values_without_harm(void **state)
{
    (void)state;
    for (int i = 0; i < SHARED_COUNT; i++)
        atomic_store(&shared[i], open_one());
    for (uintptr_t i = 0; i < THREAD_COUNT; i++)
        assert_true(wts_thread_start(work, (void *)(i + 1)));
    wait_done(THREAD_COUNT);
    for (int i = 0; i < SHARED_COUNT; i++) {
        if (wts_handle_close(&table, atomic_load(&shared[i])))
            atomic_fetch_add(&closed, 1);
    }
    assert_int_equal(atomic_load(&opened), atomic_load(&closed));
    wts_handle_table_free(&table);
}

int main(int count, char **words)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(threads_share_values_without_harm)};
    if (is_small(count, words))
        rounds = 500;
    set_up_threads();
    return cmocka_run_group_tests(tests, NULL, NULL);
}

/*
 * The handle table under many threads: opening, resolving and closing the same and different values at once.
 * Run under TSan too; the objects are poisoned when destroyed, so that a use after the end is seen.
 */
#include "native_test.h"

#include <pthread.h>
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

static void *work(void *argument)
{
    unsigned seed = (unsigned)(uintptr_t)argument;
    for (int i = 0; i < rounds; i++) {
        _Atomic uint64_t *place = &shared[(unsigned)rand_r(&seed) % SHARED_COUNT];
        const uint64_t value = atomic_load(place);
        use(value);
        if (rand_r(&seed) % 8 == 0) {
            if (wts_handle_close(&table, value))
                atomic_fetch_add(&closed, 1);
            uint64_t expected = value;
            const uint64_t fresh = open_one();
            if (!atomic_compare_exchange_strong(place, &expected, fresh) && wts_handle_close(&table, fresh))
                atomic_fetch_add(&closed, 1);
        }
    }
    return NULL;
}

static void threads_share_values_without_harm(void **state)
{
    pthread_t threads[THREAD_COUNT];
    (void)state;
    for (int i = 0; i < SHARED_COUNT; i++)
        atomic_store(&shared[i], open_one());
    for (uintptr_t i = 0; i < THREAD_COUNT; i++)
        assert_int_equal(pthread_create(&threads[i], NULL, work, (void *)(i + 1)), 0);
    for (int i = 0; i < THREAD_COUNT; i++)
        pthread_join(threads[i], NULL);
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
    return cmocka_run_group_tests(tests, NULL, NULL);
}

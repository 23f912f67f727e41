/*
 * The handle table, one thread: forged, closed and reused values, exhaustion, both layouts.
 */
#include "native_test.h"

#include "core/handle_table.h"

static unsigned destroyed;
static bool small_run;

static void count_destroyed(void *object)
{
    (void)object;
    destroyed++;
}

static const struct wts_handle_layout tiny_retiring = {
    .slot_bits = 10, .generation_bits = 3, .retire_spent = true};
static int object;

static uint64_t random_number(uint64_t *state)
{
    *state ^= *state << 13;
    *state ^= *state >> 7;
    *state ^= *state << 17;
    return *state;
}

static unsigned width_of(const struct wts_handle_layout *layout)
{
    return layout == &wts_handle_layout_32 ? 32 : 64;
}

static void no_value_looks_like_a_kernel_handle(void **state)
{
    struct wts_handle_table table = WTS_HANDLE_TABLE_INITIALIZER(*state, count_destroyed);
    const uint64_t minus_one = UINT64_MAX >> (64 - width_of(*state));
    for (int i = 0; i < 3000; i++) {
        const uint64_t value = wts_handle_open(&table, &object);
        assert_int_not_equal(value, 0);
        assert_int_not_equal(value, minus_one);
        assert_int_not_equal(value % 4, 0);
        assert_true(value > 65536);
    }
    assert_null(wts_handle_acquire(&table, minus_one));
    assert_null(wts_handle_acquire(&table, 0));
    for (uint64_t value = 0; value < 65536; value++)
        assert_null(wts_handle_acquire(&table, value));
    wts_handle_table_free(&table);
}

/* Every slot of a chunk, through as many generations as 32-bit values have. */
static void no_value_is_negative_as_a_signed_number(void **state)
{
    struct wts_handle_table table = WTS_HANDLE_TABLE_INITIALIZER(*state, count_destroyed);
    const unsigned sign_bit = width_of(*state) - 1;
    const unsigned generations = small_run ? 16 : 1U << 13;
    for (unsigned i = 0; i < 1024 * generations; i++) {
        const uint64_t value = wts_handle_open(&table, &object);
        if (value >> sign_bit != 0)
            fail_msg("opening %u gives %llx", i, (unsigned long long)value);
        assert_true(wts_handle_close(&table, value));
    }
    wts_handle_table_free(&table);
}

static void the_layouts_leave_the_sign_alone(void **state)
{
    (void)state;
    assert_true(2 + wts_handle_layout_64.slot_bits + wts_handle_layout_64.generation_bits < 64);
    assert_true(2 + wts_handle_layout_32.slot_bits + wts_handle_layout_32.generation_bits < 32);
    assert_true(1ULL << wts_handle_layout_32.slot_bits >= 65536);
    assert_true(1ULL << wts_handle_layout_64.slot_bits >= 65536);
}

static void a_flipped_bit_never_resolves(void **state)
{
    struct wts_handle_table table = WTS_HANDLE_TABLE_INITIALIZER(*state, count_destroyed);
    uint64_t values[3000];
    for (int i = 0; i < 3000; i++)
        values[i] = wts_handle_open(&table, &object);
    for (int i = 0; i < 3000; i++) {
        for (unsigned bit = 0; bit < 64; bit++) {
            assert_null(wts_handle_acquire(&table, values[i] ^ 1ULL << bit));
            assert_false(wts_handle_close(&table, values[i] ^ 1ULL << bit));
        }
        assert_ptr_equal(wts_handle_acquire(&table, values[i]), &object);
        wts_handle_release(&table, values[i]);
    }
    wts_handle_table_free(&table);
}

static void random_values_never_resolve(void **state)
{
    struct wts_handle_table table = WTS_HANDLE_TABLE_INITIALIZER(*state, count_destroyed);
    const int rounds = small_run ? 100000 : 10000000;
    uint64_t seed = 0x9E3779B97F4A7C15ULL;
    const uint64_t live = wts_handle_open(&table, &object);
    for (int i = 0; i < rounds; i++) {
        const uint64_t value = random_number(&seed) >> (i % 2 ? 0 : 64 - width_of(*state));
        if (value != live)
            assert_null(wts_handle_acquire(&table, value));
    }
    wts_handle_table_free(&table);
}

static void a_closed_value_is_dead_and_its_object_is_destroyed_once(void **state)
{
    struct wts_handle_table table = WTS_HANDLE_TABLE_INITIALIZER(*state, count_destroyed);
    destroyed = 0;
    const uint64_t value = wts_handle_open(&table, &object);
    assert_true(wts_handle_close(&table, value));
    assert_int_equal(destroyed, 1);
    assert_false(wts_handle_close(&table, value));
    assert_null(wts_handle_acquire(&table, value));
    assert_int_equal(destroyed, 1);
    wts_handle_table_free(&table);
}

static void the_last_user_of_a_closed_value_destroys(void **state)
{
    struct wts_handle_table table = WTS_HANDLE_TABLE_INITIALIZER(*state, count_destroyed);
    destroyed = 0;
    const uint64_t value = wts_handle_open(&table, &object);
    assert_non_null(wts_handle_acquire(&table, value));
    assert_non_null(wts_handle_acquire(&table, value));
    assert_true(wts_handle_close(&table, value));
    assert_int_equal(destroyed, 0);
    assert_null(wts_handle_acquire(&table, value));
    wts_handle_release(&table, value);
    assert_int_equal(destroyed, 0);
    wts_handle_release(&table, value);
    assert_int_equal(destroyed, 1);
    wts_handle_table_free(&table);
}

/* The oldest free slot comes first, so a value needs all generations of a slot, times the free slots, to come
 * back. */
static void reuse_does_not_revive_an_old_value(void **state)
{
    struct wts_handle_table table = WTS_HANDLE_TABLE_INITIALIZER(*state, count_destroyed);
    const unsigned reuses = 1U << 13;
    const uint64_t first = wts_handle_open(&table, &object);
    assert_true(wts_handle_close(&table, first));
    for (unsigned reuse = 0; reuse < reuses; reuse++) {
        const uint64_t value = wts_handle_open(&table, &object);
        assert_true(value != first);
        assert_null(wts_handle_acquire(&table, first));
        assert_true(wts_handle_close(&table, value));
    }
    wts_handle_table_free(&table);
}

/* With every other slot taken, one slot alone serves all openings: the hardest case for 13 bits of
 * generation. */
static void a_lone_slot_of_32_bits_lasts_its_generations(void **state)
{
    struct wts_handle_table table = WTS_HANDLE_TABLE_INITIALIZER(&wts_handle_layout_32, count_destroyed);
    uint64_t value = 0;
    (void)state;
    for (unsigned i = 0; i < 65536; i++)
        value = wts_handle_open(&table, &object);
    const uint64_t first = value;
    for (unsigned reuse = 1; reuse < 1U << 13; reuse++) {
        assert_true(wts_handle_close(&table, value));
        value = wts_handle_open(&table, &object);
        assert_true(value != first);
        assert_null(wts_handle_acquire(&table, first));
    }
    wts_handle_table_free(&table);
}

static void a_spent_slot_is_retired(void **state)
{
    struct wts_handle_table table = WTS_HANDLE_TABLE_INITIALIZER(&tiny_retiring, count_destroyed);
    uint64_t seen[1024 * 8];
    unsigned count = 0;
    uint64_t value;
    (void)state;
    while ((value = wts_handle_open(&table, &object)) != 0) {
        assert_true(count < 1024 * 8);
        seen[count++] = value;
        assert_true(wts_handle_close(&table, value));
    }
    assert_int_equal(count, 1024 * 8);
    for (unsigned i = 0; i < count; i++)
        assert_null(wts_handle_acquire(&table, seen[i]));
    wts_handle_table_free(&table);
}

static void exhaustion_loses_nothing(void **state)
{
    struct wts_handle_table table = WTS_HANDLE_TABLE_INITIALIZER(&wts_handle_layout_32, count_destroyed);
    uint64_t *values = calloc(65536, sizeof *values);
    (void)state;
    destroyed = 0;
    for (unsigned i = 0; i < 65536; i++) {
        values[i] = wts_handle_open(&table, &values[i]);
        assert_int_not_equal(values[i], 0);
    }
    assert_int_equal(wts_handle_open(&table, &object), 0);
    assert_int_equal(destroyed, 0);
    for (unsigned i = 0; i < 65536; i++) {
        assert_ptr_equal(wts_handle_acquire(&table, values[i]), &values[i]);
        wts_handle_release(&table, values[i]);
    }
    assert_true(wts_handle_close(&table, values[77]));
    assert_int_not_equal(wts_handle_open(&table, &object), 0);
    assert_int_equal(destroyed, 1);
    wts_handle_table_free(&table);
    free(values);
}

static void values_of_one_kind_are_foreign_to_the_other(void **state)
{
    static const struct wts_handle_layout *const pairs[][2] = {
        {&wts_handle_layout_64, &wts_channel_layout_64}, {&wts_handle_layout_32, &wts_channel_layout_32}};
    (void)state;
    for (unsigned i = 0; i < 2; i++) {
        struct wts_handle_table servers = WTS_HANDLE_TABLE_INITIALIZER(pairs[i][0], count_destroyed);
        struct wts_handle_table channels = WTS_HANDLE_TABLE_INITIALIZER(pairs[i][1], count_destroyed);
        int thing = 0;
        for (unsigned round = 0; round < 100; round++) {
            const uint64_t server = wts_handle_open(&servers, &thing);
            const uint64_t channel = wts_handle_open(&channels, &thing);
            assert_int_equal(channel & 3 & ~2U, 1);
            assert_null(wts_handle_acquire(&channels, server));
            assert_null(wts_handle_acquire(&servers, channel));
            assert_false(wts_handle_close(&channels, server));
            assert_false(wts_handle_close(&servers, channel));
            assert_true(wts_handle_close(&servers, server));
            assert_true(wts_handle_close(&channels, channel));
        }
        wts_handle_table_free(&servers);
        wts_handle_table_free(&channels);
    }
}

static void more_than_65536_may_be_open_with_64_bits(void **state)
{
    struct wts_handle_table table = WTS_HANDLE_TABLE_INITIALIZER(&wts_handle_layout_64, count_destroyed);
    (void)state;
    for (unsigned i = 0; i < 200000; i++)
        assert_int_not_equal(wts_handle_open(&table, &object), 0);
    wts_handle_table_free(&table);
}

#define BOTH(test)                                                                                           \
    {#test ", 64 bits", test, NULL, NULL, (void *)(uintptr_t)&wts_handle_layout_64},                         \
    {                                                                                                        \
#test ", 32 bits", test, NULL, NULL, (void *)(uintptr_t)&wts_handle_layout_32                        \
    }

int main(int count, char **words)
{
    const struct CMUnitTest tests[] = {
        BOTH(no_value_looks_like_a_kernel_handle),
        BOTH(no_value_is_negative_as_a_signed_number),
        cmocka_unit_test(the_layouts_leave_the_sign_alone),
        BOTH(a_flipped_bit_never_resolves),
        BOTH(random_values_never_resolve),
        BOTH(a_closed_value_is_dead_and_its_object_is_destroyed_once),
        BOTH(the_last_user_of_a_closed_value_destroys),
        BOTH(reuse_does_not_revive_an_old_value),
        cmocka_unit_test(a_lone_slot_of_32_bits_lasts_its_generations),
        cmocka_unit_test(a_spent_slot_is_retired),
        cmocka_unit_test(exhaustion_loses_nothing),
        cmocka_unit_test(values_of_one_kind_are_foreign_to_the_other),
        cmocka_unit_test(more_than_65536_may_be_open_with_64_bits),
    };
    small_run = is_small(count, words);
    return cmocka_run_group_tests(tests, NULL, NULL);
}

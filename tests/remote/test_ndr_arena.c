/*
 * The arena: its limit, alignment, zeroed memory, and each allocation of the C library made to fail once.
 */
#include "native_test.h"

#include <stdalign.h>

#include "remote/ndr/arena.h"

/* The linker puts these between the arena and the C library (--wrap). -1: no allocation fails. */
static int allocations_until_failure = -1;
void *__real_calloc(size_t count, size_t size);
void *__wrap_calloc(size_t count, size_t size);

void *__wrap_calloc(size_t count, size_t size)
{
    if (allocations_until_failure == 0)
        return NULL;
    if (allocations_until_failure > 0)
        allocations_until_failure--;
    return __real_calloc(count, size);
}

static void pieces_are_zeroed_aligned_and_apart(void **state)
{
    (void)state;
    struct wts_ndr_arena arena;
    unsigned char *pieces[200];
    wts_ndr_arena_init(&arena, 1 << 20);
    for (size_t i = 0; i < 200; i++) {
        pieces[i] = wts_ndr_arena_get(&arena, i, 3);
        assert_non_null(pieces[i]);
        assert_int_equal((uintptr_t)pieces[i] % alignof(max_align_t), 0);
        for (size_t k = 0; k < 3 * i; k++)
            assert_int_equal(pieces[i][k], 0);
        memset(pieces[i], (int)i, 3 * i);
    }
    for (size_t i = 0; i < 200; i++) {
        for (size_t k = 0; k < 3 * i; k++)
            assert_int_equal(pieces[i][k], i);
    }
    wts_ndr_arena_free(&arena);
    assert_null(wts_ndr_arena_get(&arena, 1, 1));
}

static void the_limit_holds(void **state)
{
    (void)state;
    struct wts_ndr_arena arena;
    wts_ndr_arena_init(&arena, 64);
    assert_null(wts_ndr_arena_get(&arena, 65, 1));
    assert_non_null(wts_ndr_arena_get(&arena, 48, 1));
    assert_null(wts_ndr_arena_get(&arena, 17, 1));
    assert_non_null(wts_ndr_arena_get(&arena, 16, 1));
    assert_null(wts_ndr_arena_get(&arena, 1, 1));
    wts_ndr_arena_free(&arena);
    wts_ndr_arena_init(&arena, 7);
    assert_null(wts_ndr_arena_get(&arena, 1, 1)); /* its padding goes beyond the limit */
    wts_ndr_arena_free(&arena);
}

static void sizes_that_overflow_are_refused(void **state)
{
    (void)state;
    struct wts_ndr_arena arena;
    wts_ndr_arena_init(&arena, SIZE_MAX);
    assert_null(wts_ndr_arena_get(&arena, SIZE_MAX, 2));
    assert_null(wts_ndr_arena_get(&arena, SIZE_MAX / 2 + 1, 2));
    assert_null(wts_ndr_arena_get(&arena, SIZE_MAX, 1));
    assert_null(wts_ndr_arena_get(&arena, SIZE_MAX - 15, 1));
    assert_non_null(wts_ndr_arena_get(&arena, 0, SIZE_MAX));
    wts_ndr_arena_free(&arena);
}

static void a_failed_allocation_gives_null_and_leaks_nothing(void **state)
{
    (void)state;
    for (int good = 0; good < 4; good++) {
        struct wts_ndr_arena arena;
        wts_ndr_arena_init(&arena, 1 << 20);
        allocations_until_failure = good;
        int given = 0;
        while (wts_ndr_arena_get(&arena, 20000, 1) != NULL)
            given++;
        allocations_until_failure = -1;
#ifdef __SANITIZE_ADDRESS__
        assert_int_equal(given, good); /* each is a block of its own */
#else
        assert_int_equal(given, good == 0 ? 0 : good == 1 ? 1 : good == 2 ? 3 : 7);
#endif
        assert_non_null(wts_ndr_arena_get(&arena, 1, 1));
        wts_ndr_arena_free(&arena);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(pieces_are_zeroed_aligned_and_apart),
        cmocka_unit_test(the_limit_holds),
        cmocka_unit_test(sizes_that_overflow_are_refused),
        cmocka_unit_test(a_failed_allocation_gives_null_and_leaks_nothing),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

/*
 * What is remembered about blocks of another DLL: until it is taken, replaced, or the address is given again.
 */
#include "native_test.h"

#include "core/result.h"

static struct wts_foreign_block *remember(const void *address)
{
    struct wts_foreign_block *block = calloc(1, sizeof *block);
    assert_non_null(block);
    block->address = address;
    wts_foreign_block_remember(block);
    return block;
}

static void a_block_is_taken_once(void **state)
{
    static const char places[4096][16];
    (void)state;
    for (unsigned i = 0; i < 4096; i++)
        remember(places[i]);
    for (unsigned i = 0; i < 4096; i++) {
        const unsigned at = i * 1031 % 4096;
        struct wts_foreign_block *block = wts_foreign_block_take(places[at]);
        assert_non_null(block);
        assert_ptr_equal(block->address, places[at]);
        free(block);
        assert_null(wts_foreign_block_take(places[at]));
    }
}

static void the_last_to_be_remembered_is_kept(void **state)
{
    static const char place;
    (void)state;
    remember(&place);
    struct wts_foreign_block *second = remember(&place);
    assert_ptr_equal(wts_foreign_block_take(&place), second);
    free(second);
    assert_null(wts_foreign_block_take(&place));
}

/* The heap, which gives an address again when it likes: here the one that the test chose. */
static char heap[64];
void *__wrap_wts_zeroed_allocate(size_t length);

void *__wrap_wts_zeroed_allocate(size_t length)
{
    return length <= sizeof heap ? heap : NULL;
}

static void a_result_drops_what_is_remembered_about_its_address(void **state)
{
    (void)state;
    remember(heap);
    assert_ptr_equal(wts_result_allocate(sizeof heap), heap);
    assert_null(wts_foreign_block_take(heap));
}

static void without_memory_nothing_is_dropped(void **state)
{
    (void)state;
    struct wts_foreign_block *block = remember(heap);
    assert_null(wts_result_allocate(sizeof heap + 1));
    assert_ptr_equal(wts_foreign_block_take(heap), block);
    free(block);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_block_is_taken_once),
        cmocka_unit_test(the_last_to_be_remembered_is_kept),
        cmocka_unit_test(a_result_drops_what_is_remembered_about_its_address),
        cmocka_unit_test(without_memory_nothing_is_dropped),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

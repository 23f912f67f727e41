/*
 * WTSFreeMemory and WTSFreeMemoryEx: docs/contract.md#memory, docs/contract.md#free-memory. Every block is
 * one LocalAlloc block, so each function frees it. Arguments: tests/conformance/cases_processes.c.
 */
#include "support.h"

#include <wtsapi32.h>

static unsigned freed;
static HLOCAL(WINAPI *real_free)(HLOCAL);

static HLOCAL WINAPI counting_free(HLOCAL block)
{
    if (block != NULL)
        freed++;
    return real_free(block);
}

static int start(void **state)
{
    (void)state;
    freed = 0;
    real_free = (HLOCAL(WINAPI *)(HLOCAL))support_replace_import("LocalFree", counting_free);
    return real_free != NULL ? 0 : -1;
}

static int finish(void **state)
{
    support_replace_import("LocalFree", (void *)(ULONG_PTR)real_free);
    return support_check_heap(state);
}

static void every_function_frees_every_block(void **state)
{
    (void)state;
    WTSFreeMemory(LocalAlloc(LMEM_FIXED, 100));
    assert_int_equal(freed, 1);
    for (int type = WTSTypeProcessInfoLevel0; type <= WTSTypeSerializedUserCredential; type++) {
        assert_succeeds(WTSFreeMemoryExW((WTS_TYPE_CLASS)type, LocalAlloc(LMEM_FIXED, 100), 7));
        assert_succeeds(WTSFreeMemoryExA((WTS_TYPE_CLASS)type, LocalAlloc(LMEM_FIXED, 100), 0));
    }
    assert_int_equal(freed, 11);
}

#define CASE(test) cmocka_unit_test_setup_teardown(test, start, finish)

int main(void)
{
    const struct CMUnitTest tests[] = {
        CASE(every_function_frees_every_block),
    };
    return cmocka_run_group_tests(tests, support_check_dll, NULL);
}

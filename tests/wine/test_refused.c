/*
 * Every export that def/exports.csv lists as "refuses": the failure value, last error 120, outputs untouched.
 * Called by address, with as many argument words as the list says, so a wrong count would corrupt the stack
 * on 32 bits.
 */
#include "support.h"

#include <string.h>

struct export
{
    const char *name;
    unsigned argument_bytes;
};

static const struct export exports[] = {
#include "refused_exports.h"
    {NULL, 0},
};

#define W ULONG_PTR
typedef W(WINAPI *call0)(void);
typedef W(WINAPI *call1)(W);
typedef W(WINAPI *call2)(W, W);
typedef W(WINAPI *call3)(W, W, W);
typedef W(WINAPI *call4)(W, W, W, W);
typedef W(WINAPI *call5)(W, W, W, W, W);
typedef W(WINAPI *call6)(W, W, W, W, W, W);
typedef W(WINAPI *call8)(W, W, W, W, W, W, W, W);
typedef W(WINAPI *call10)(W, W, W, W, W, W, W, W, W, W);

/* Each argument points to memory that must stay as it is. */
static unsigned char outputs[10][64];

static W call(FARPROC function, unsigned argument_bytes)
{
    W a[10];
    for (unsigned i = 0; i < 10; i++)
        a[i] = (W)outputs[i];
    switch (argument_bytes / 4) {
    case 0:
        return ((call0)(void *)function)();
    case 1:
        return ((call1)(void *)function)(a[0]);
    case 2:
        return ((call2)(void *)function)(a[0], a[1]);
    case 3:
        return ((call3)(void *)function)(a[0], a[1], a[2]);
    case 4:
        return ((call4)(void *)function)(a[0], a[1], a[2], a[3]);
    case 5:
        return ((call5)(void *)function)(a[0], a[1], a[2], a[3], a[4]);
    case 6:
        return ((call6)(void *)function)(a[0], a[1], a[2], a[3], a[4], a[5]);
    case 8:
        return ((call8)(void *)function)(a[0], a[1], a[2], a[3], a[4], a[5], a[6], a[7]);
    case 10:
        return ((call10)(void *)function)(a[0], a[1], a[2], a[3], a[4], a[5], a[6], a[7], a[8], a[9]);
    default:
        fail_msg("no call with %u bytes", argument_bytes);
        return 0;
    }
}

/* What a function that cannot work gives back: an HRESULT from WTSSetRenderHint, nothing from
 * WTSCloudAuthClose. */
static void check_result(const struct export *export, W result)
{
    if (strcmp(export->name, "WTSCloudAuthClose") == 0)
        return;
    if (strcmp(export->name, "WTSSetRenderHint") == 0)
        assert_int_equal((HRESULT)result, HRESULT_FROM_WIN32(ERROR_CALL_NOT_IMPLEMENTED));
    else
        assert_int_equal((DWORD)result, 0);
}

static void refusals_are_honest(void **state)
{
    const HMODULE dll = GetModuleHandleW(L"wtsapi32.dll");
    unsigned char poison[sizeof outputs];
    (void)state;
    memset(poison, 0xA5, sizeof poison);
    for (const struct export *export = exports; export->name != NULL; export ++) {
        const FARPROC function = GetProcAddress(dll, export->name);
        if (function == NULL)
            fail_msg("%s is missing", export->name);
        memset(outputs, 0xA5, sizeof outputs);
        SetLastError(POISON);
        const W result = call(function, export->argument_bytes);
        if (GetLastError() != ERROR_CALL_NOT_IMPLEMENTED)
            fail_msg("%s: last error %lu", export->name, GetLastError());
        check_result(export, result);
        assert_memory_equal(outputs, poison, sizeof poison);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(refusals_are_honest)};
    LoadLibraryW(L"wtsapi32.dll");
    return cmocka_run_group_tests(tests, support_check_dll, support_check_heap);
}

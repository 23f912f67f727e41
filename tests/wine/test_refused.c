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

/* Each argument points to memory that must stay as it is. */
static unsigned char outputs[10][64];

static ULONG_PTR call(FARPROC function, unsigned argument_bytes)
{
    ULONG_PTR arguments[10];
    for (unsigned i = 0; i < 10; i++)
        arguments[i] = (ULONG_PTR)outputs[i];
    return support_call(function, argument_bytes / 4, arguments);
}

/* What a function that cannot work gives back: an HRESULT from WTSSetRenderHint, nothing from
 * WTSCloudAuthClose. */
static void check_result(const struct export *export, ULONG_PTR result)
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
        const ULONG_PTR result = call(function, export->argument_bytes);
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

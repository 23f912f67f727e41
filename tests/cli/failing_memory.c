/*
 * wts.exe whose memory ends: WTS_TEST_FAIL_AT=N, and the N-th allocation of its own and every later one fail.
 * Linked with
 * --wrap=realloc, by which all of them go.
 */
#include <stdlib.h>
#include <wchar.h>
#include <windows.h>

void *__real_realloc(void *memory, size_t size);
void *__wrap_realloc(void *memory, size_t size);

static LONG fail_at(void)
{
    wchar_t value[16];
    const DWORD length = GetEnvironmentVariableW(L"WTS_TEST_FAIL_AT", value, ARRAYSIZE(value));
    return length > 0 && length < ARRAYSIZE(value) ? (LONG)wcstol(value, NULL, 10) : LONG_MAX;
}

void *__wrap_realloc(void *memory, size_t size)
{
    static volatile LONG count;
    return InterlockedIncrement(&count) >= fail_at() ? NULL : __real_realloc(memory, size);
}

/*
 * Late-bound functions of the system; see system.h.
 */
#include "core/system.h"

#include <stdatomic.h>
#include <string.h>

struct row {
    const wchar_t *module;
    const char *name;
};

static const struct row rows[] = {
#define ROW(module, function) {L"\\" L## #module L".dll", #function},
    WTS_SYSTEM_FUNCTIONS(ROW)
#undef ROW
};

/* The functions found, by row; not_found where the module lacks it, NULL while the module is not loaded. */
static _Atomic(FARPROC) found[WTS_SYSTEM_FUNCTION_COUNT];

static INT_PTR WINAPI not_found(void)
{
    return 0;
}

/* NULL: the module cannot be loaded now; the next try may find more memory. */
static FARPROC look_up(const struct row *row)
{
    wchar_t path[MAX_PATH + 32];
    const UINT length = GetSystemDirectoryW(path, MAX_PATH);
    if (length == 0 || length >= MAX_PATH)
        return NULL;
    memcpy(path + length, row->module, (wcslen(row->module) + 1) * sizeof(wchar_t));
    const HMODULE module = LoadLibraryExW(path, NULL, LOAD_WITH_ALTERED_SEARCH_PATH);
    if (module == NULL)
        return NULL;
    const FARPROC address = GetProcAddress(module, row->name);
    return address != NULL ? address : not_found;
}

FARPROC wts_system_find(enum wts_system_function function)
{
    FARPROC address = atomic_load_explicit(&found[function], memory_order_acquire);
    if (address == NULL) {
        address = look_up(&rows[function]);
        atomic_store_explicit(&found[function], address, memory_order_release);
    }
    return address != not_found ? address : NULL;
}

bool wts_system_is_wine(void)
{
    static const char mark[] = "Wine builtin DLL";
    static _Atomic int answer; /* 0 unknown yet, 1 no, 2 yes */
    int known = atomic_load_explicit(&answer, memory_order_relaxed);
    if (known == 0) {
        const char *base = (const char *)GetModuleHandleW(L"ntdll.dll");
        if (memcmp(base + sizeof(IMAGE_DOS_HEADER), mark, sizeof mark - 1) == 0)
            known = 2;
        else
            known = WTS_SYSTEM(wine_get_version) != NULL ? 2 : 1;
        atomic_store_explicit(&answer, known, memory_order_relaxed);
    }
    return known == 2;
}

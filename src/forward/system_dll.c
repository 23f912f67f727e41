/*
 * The system's own wtsapi32; see system_dll.h. It is loaded from System32 by its full path, which Windows
 * keeps apart from a DLL of the same name beside the program. Unverified: on Windows itself; tested under
 * Wine with a double on a path that only a test build uses.
 */
#include "forward/system_dll.h"

#include <stdatomic.h>
#include <stdbool.h>
#include <string.h>

#include "core/module.h"
#include "core/system.h"

#define PATH_CAPACITY (MAX_PATH + 32)

static const char *const names[] = {
#define WTS_EXPORT_NAME(name, argument_count) #name,
    WTS_EXPORTS(WTS_EXPORT_NAME)
#undef WTS_EXPORT_NAME
};

/* Looked up once. NULL: not yet; our own module: the system has none. */
static _Atomic(HMODULE) system_dll;

static INT_PTR WINAPI missing(void)
{
    return 0;
}

/* The functions found, by export; `missing` where the DLL lacks it, NULL until the first look-up. */
static _Atomic(FARPROC) found[WTS_EXPORT_COUNT];

#ifdef WTS_TEST_SYSTEM_DLL

static bool find_path(WCHAR *path)
{
    const DWORD length = GetEnvironmentVariableW(L"WTSAPI32_TEST_SYSTEM_DLL", path, PATH_CAPACITY);
    return length > 0 && length < PATH_CAPACITY;
}

#else

static bool find_path(WCHAR *path)
{
    static const WCHAR name[] = L"\\wtsapi32.dll";
    const UINT length = GetSystemDirectoryW(path, MAX_PATH);
    if (wts_system_is_wine() || length == 0 || length >= MAX_PATH)
        return false;
    memcpy(path + length, name, sizeof name);
    return true;
}

#endif

/* The version resource of a module: `length` bytes, or NULL. */
static const void *version_of(HMODULE module, DWORD *length)
{
    const HRSRC resource = FindResourceW(module, MAKEINTRESOURCEW(VS_VERSION_INFO), MAKEINTRESOURCEW(16));
    *length = resource != NULL ? SizeofResource(module, resource) : 0;
    return resource != NULL ? LockResource(LoadResource(module, resource)) : NULL;
}

/* True for this module and for any copy of it, which would forward the calls to us again. */
static bool is_ours(HMODULE module)
{
    DWORD length;
    DWORD own_length;
    const void *version = version_of(module, &length);
    const void *own_version = version_of(wts_module, &own_length);
    return module == wts_module || (version != NULL && own_version != NULL && length == own_length &&
                                    memcmp(version, own_version, length) == 0);
}

static HMODULE load(void)
{
    WCHAR path[PATH_CAPACITY];
    HMODULE module = find_path(path) ? LoadLibraryExW(path, NULL, LOAD_WITH_ALTERED_SEARCH_PATH) : NULL;
    if (module != NULL && is_ours(module)) {
        FreeLibrary(module);
        module = NULL;
    }
    return module != NULL ? module : wts_module;
}

static FARPROC look_up(enum wts_export export)
{
    HMODULE module = atomic_load_explicit(&system_dll, memory_order_acquire);
    if (module == NULL) {
        HMODULE none = NULL;
        module = load();
        if (!atomic_compare_exchange_strong(&system_dll, &none, module)) {
            if (module != wts_module)
                FreeLibrary(module); /* another thread was first: one reference is enough */
            module = none;
        }
    }
    const FARPROC function = module != wts_module ? GetProcAddress(module, names[export]) : NULL;
    return function != NULL ? function : missing;
}

FARPROC wts_forward_find(enum wts_export export)
{
    FARPROC function = atomic_load_explicit(&found[export], memory_order_acquire);
    if (function == NULL) {
        const DWORD error = GetLastError();
        function = look_up(export);
        atomic_store_explicit(&found[export], function, memory_order_release);
        SetLastError(error);
    }
    return function != missing ? function : NULL;
}

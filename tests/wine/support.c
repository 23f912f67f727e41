/*
 * Support of the tests of the DLL; see support.h.
 */
#include "support.h"

#include <stdio.h>
#include <string.h>
#include <wchar.h>

static char *loaded_dll(void)
{
    return (char *)GetModuleHandleW(L"wtsapi32.dll");
}

int support_check_dll(void **state)
{
    static const char mark[] = "Wine builtin DLL";
    const char *base = loaded_dll();
    (void)state;
    if (base == NULL || memcmp(base + 0x40, mark, sizeof mark - 1) == 0) {
        fprintf(stderr, "the loaded wtsapi32 is not ours\n");
        return -1;
    }
    /* The newest Windows' export that no Wine of this age has. */
    return GetProcAddress((HMODULE)(void *)base, "WTSActiveSessionExists") != NULL ? 0 : -1;
}

int support_check_heap(void **state)
{
    (void)state;
    return HeapValidate(GetProcessHeap(), 0, NULL) ? 0 : -1;
}

PROCESS_INFORMATION support_start_child(const wchar_t *mode, DWORD flags)
{
    wchar_t path[MAX_PATH];
    wchar_t command[MAX_PATH + 64];
    STARTUPINFOW startup = {.cb = sizeof startup};
    PROCESS_INFORMATION child;
    assert_true(GetModuleFileNameW(NULL, path, MAX_PATH) < MAX_PATH);
    _snwprintf(command, ARRAYSIZE(command), L"\"%ls\" --child %ls", path, mode);
    /* Now and then, under load, a new process of Wine dies before it has begun: 1359. */
    for (int tries = 3;
         !CreateProcessW(path, command, NULL, NULL, FALSE, flags, NULL, NULL, &startup, &child);) {
        if (GetLastError() != ERROR_INTERNAL_ERROR || --tries == 0)
            fail_msg("no child process, error %lu", GetLastError());
    }
    return child;
}

void support_close_child(PROCESS_INFORMATION *child)
{
    CloseHandle(child->hThread);
    CloseHandle(child->hProcess);
}

const wchar_t *support_child_mode(void)
{
    const wchar_t *found = wcsstr(GetCommandLineW(), L"--child ");
    return found != NULL ? found + wcslen(L"--child ") : NULL;
}

DWORD support_wait(HANDLE process)
{
    DWORD code = 0;
    assert_int_equal(WaitForSingleObject(process, 120000), WAIT_OBJECT_0);
    assert_true(GetExitCodeProcess(process, &code));
    return code;
}

/* The first place in the import table of the module at `base` that `matches` says yes to. */
static ULONG_PTR *find_import(char *base, bool (*matches)(const char *name, void *context), void *context)
{
    const IMAGE_DOS_HEADER *dos = (const void *)base;
    const IMAGE_NT_HEADERS *headers = (const void *)(base + dos->e_lfanew);
    const IMAGE_DATA_DIRECTORY *directory =
        &headers->OptionalHeader.DataDirectory[IMAGE_DIRECTORY_ENTRY_IMPORT];
    const IMAGE_IMPORT_DESCRIPTOR *module = (const void *)(base + directory->VirtualAddress);
    for (; module->Name != 0; module++) {
        const IMAGE_THUNK_DATA *names = (const void *)(base + module->OriginalFirstThunk);
        ULONG_PTR *addresses = (void *)(base + module->FirstThunk);
        for (; names->u1.AddressOfData != 0; names++, addresses++) {
            const IMAGE_IMPORT_BY_NAME *import = (const void *)(base + names->u1.AddressOfData);
            if (matches((const char *)import->Name, context))
                return addresses;
        }
    }
    return NULL;
}

static bool is_named(const char *name, void *context)
{
    return strcmp(name, context) == 0;
}

void *support_replace_import_of(HMODULE module, const char *name, void *replacement)
{
    ULONG_PTR *place = find_import((char *)module, is_named, (void *)(ULONG_PTR)name);
    DWORD protection;
    if (place == NULL)
        return NULL;
    void *old = (void *)*place;
    VirtualProtect(place, sizeof *place, PAGE_READWRITE, &protection);
    *place = (ULONG_PTR)replacement;
    VirtualProtect(place, sizeof *place, protection, &protection);
    return old;
}

void *support_replace_import(const char *name, void *replacement)
{
    return support_replace_import_of((HMODULE)(void *)loaded_dll(), name, replacement);
}

void *support_import(const char *name)
{
    const ULONG_PTR *place = find_import(loaded_dll(), is_named, (void *)(ULONG_PTR)name);
    return place != NULL ? (void *)*place : NULL;
}

void support_find_import(bool (*matches)(const char *name, void *context), void *context)
{
    find_import(loaded_dll(), matches, context);
}

HANDLE support_next_handle(void)
{
    const HANDLE handle = CreateEventW(NULL, FALSE, FALSE, NULL);
    CloseHandle(handle);
    return handle;
}

void support_run_on_threads(LPTHREAD_START_ROUTINE work)
{
    HANDLE threads[4];
    DWORD failures[4] = {0};
    for (unsigned i = 0; i < ARRAYSIZE(threads); i++)
        threads[i] = CreateThread(NULL, 0, work, &failures[i], 0, NULL);
    for (unsigned i = 0; i < ARRAYSIZE(threads); i++) {
        assert_int_equal(WaitForSingleObject(threads[i], 60000), WAIT_OBJECT_0);
        CloseHandle(threads[i]);
        assert_int_equal(failures[i], 0);
    }
}

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

ULONG_PTR support_call(FARPROC function, unsigned argument_count, const ULONG_PTR *a)
{
    switch (argument_count) {
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
        fail_msg("no call with %u arguments", argument_count);
        return 0;
    }
}

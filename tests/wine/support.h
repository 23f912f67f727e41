/*
 * What every test program of the DLL includes: proof of which DLL is loaded, child processes, replaced
 * imports, and a poisoned last error around each call.
 */
#ifndef WTS_TESTS_WINE_SUPPORT_H
#define WTS_TESTS_WINE_SUPPORT_H

#include <windows.h>

#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#define POISON 0xDEADBEEFU
#define PATIENCE_MS 60000U /* for what must happen soon */

/* Calls with a poisoned last error, checks FALSE and the last error. */
#define assert_fails(call, error)                                                                            \
    do {                                                                                                     \
        SetLastError(POISON);                                                                                \
        assert_int_equal((call), FALSE);                                                                     \
        assert_int_equal(GetLastError(), (error));                                                           \
    } while (0)

/* Calls with a poisoned last error, checks exactly TRUE and that the last error is what it was. */
#define assert_succeeds(call)                                                                                \
    do {                                                                                                     \
        SetLastError(POISON);                                                                                \
        assert_int_equal((call), TRUE);                                                                      \
        assert_int_equal(GetLastError(), POISON);                                                            \
    } while (0)

/* Group set-up of every program: fails unless the loaded wtsapi32 is ours. Its path would not prove it. */
int support_check_dll(void **state);

/* Test tear-down: fails when the process heap is damaged. */
int support_check_heap(void **state);

/* Starts this program again with `--child mode`; a suspended one runs no code yet. */
PROCESS_INFORMATION support_start_child(const wchar_t *mode, DWORD flags);
void support_close_child(PROCESS_INFORMATION *child);

/* The mode of a child process, or NULL in the test itself. Handle it before any test runs. */
const wchar_t *support_child_mode(void);

/* Waits for the end of a process, two minutes at most, and returns its exit code. */
DWORD support_wait(HANDLE process);

/*
 * Replaces the function `name` in the import table of the loaded wtsapi32 and returns the one that stood
 * there; NULL when the DLL does not import it. Passing the old one puts it back.
 */
void *support_replace_import(const char *name, void *replacement);

/* The same in the import table of any module. */
void *support_replace_import_of(HMODULE module, const char *name, void *replacement);

/* What stands in the import table of the loaded wtsapi32 for `name`; NULL when the DLL does not import it. */
void *support_import(const char *name);

/* Shows the names of all its imports to `matches`, until that returns true. */
void support_find_import(bool (*matches)(const char *name, void *context), void *context);

/*
 * The handle that the system will return next: the same before and after work that leaks none. Under Wine
 * handles are reused from the lowest, and there is no count of handles.
 */
HANDLE support_next_handle(void);

/*
 * Runs `work` on four threads at the same time. Its argument is a DWORD that counts failures: each of them
 * must stay 0, and each thread must end within a minute.
 */
void support_run_on_threads(LPTHREAD_START_ROUTINE work);

/* Calls a function that takes `argument_count` words, as its export says; on 32 bits a wrong count would be
 * noticed. */
ULONG_PTR support_call(FARPROC function, unsigned argument_count, const ULONG_PTR *arguments);

#endif

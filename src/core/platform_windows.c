/*
 * platform.h on Windows and Wine, by kernel32 alone.
 */
#include "core/platform.h"

#include <stdlib.h>
#include <windows.h>

#include "core/append.h"
#include "core/deadline.h"
#include "core/module.h"

_Static_assert(sizeof(struct wts_lock) == sizeof(SRWLOCK), "a lock is an SRWLOCK");
_Static_assert(sizeof(struct wts_condition) == sizeof(CONDITION_VARIABLE),
               "a condition is a CONDITION_VARIABLE");

static SRWLOCK *srw(struct wts_lock *lock)
{
    return (SRWLOCK *)(void *)&lock->native;
}

static CONDITION_VARIABLE *variable(struct wts_condition *condition)
{
    return (CONDITION_VARIABLE *)(void *)&condition->native;
}

void wts_lock_initialize(struct wts_lock *lock)
{
    lock->native = NULL;
}

void wts_condition_initialize(struct wts_condition *condition)
{
    condition->native = NULL;
}

void wts_lock_acquire(struct wts_lock *lock)
{
    AcquireSRWLockExclusive(srw(lock));
}

void wts_lock_release(struct wts_lock *lock)
{
    ReleaseSRWLockExclusive(srw(lock));
}

/* The system's wait may end some milliseconds before the system's own clock reaches the moment, so only the
 * clock decides. */
bool wts_condition_wait(struct wts_condition *condition, struct wts_lock *lock, uint64_t until_ms)
{
    const uint64_t now_ms = wts_clock_ms();
    const uint64_t left_ms = until_ms > now_ms ? until_ms - now_ms : 0;
    const DWORD max_ms = until_ms == WTS_NEVER ? INFINITE : INFINITE - 1;
    if (left_ms > 0)
        SleepConditionVariableSRW(variable(condition), srw(lock), left_ms < max_ms ? (DWORD)left_ms : max_ms,
                                  0);
    return wts_clock_ms() < until_ms;
}

void wts_condition_wake_all(struct wts_condition *condition)
{
    WakeAllConditionVariable(variable(condition));
}

bool wts_environment_get(const char *name, char *value, size_t capacity)
{
    WCHAR wide_name[64];
    WCHAR wide_value[4096];
    DWORD count = 0;
    value[0] = '\0';
    if (MultiByteToWideChar(CP_UTF8, 0, name, -1, wide_name, ARRAYSIZE(wide_name)) != 0)
        count = GetEnvironmentVariableW(wide_name, wide_value, ARRAYSIZE(wide_value));
    if (count == 0 || count >= ARRAYSIZE(wide_value) ||
        WideCharToMultiByte(CP_UTF8, 0, wide_value, -1, value, (int)capacity, NULL, NULL) == 0)
        value[0] = '\0';
    return value[0] != '\0';
}

bool wts_character_is_letter(uint16_t unit)
{
    const WCHAR text[] = {unit};
    WORD kind = 0;
    return GetStringTypeW(CT_CTYPE1, text, 1, &kind) && (kind & C1_ALPHA) != 0;
}

size_t wts_text_to_ansi(const uint16_t *text, size_t count, char *ansi, size_t capacity)
{
    if (count == 0)
        return 0;
    return (size_t)WideCharToMultiByte(CP_ACP, 0, text, (int)count, ansi, (int)capacity, NULL, NULL);
}

size_t wts_text_from_ansi(const char *ansi, size_t length, uint16_t *text, size_t capacity)
{
    if (length == 0)
        return 0;
    return (size_t)MultiByteToWideChar(CP_ACP, 0, ansi, (int)length, text, (int)capacity);
}

void *wts_zeroed_allocate(size_t length)
{
    return LocalAlloc(LMEM_FIXED | LMEM_ZEROINIT, length);
}

/* The work of a new thread, which owns this. */
struct start {
    void (*run)(void *argument);
    void *argument;
};

static DWORD WINAPI run_thread(void *memory)
{
    const struct start start = *(struct start *)memory;
    free(memory);
    start.run(start.argument);
    FreeLibraryAndExitThread(wts_module, 0);
}

bool wts_thread_start(void (*run)(void *argument), void *argument)
{
    HMODULE module;
    struct start *start = malloc(sizeof *start);
    if (start == NULL)
        return false;
    *start = (struct start){run, argument};
    if (!GetModuleHandleExW(GET_MODULE_HANDLE_EX_FLAG_FROM_ADDRESS, (const WCHAR *)wts_module, &module)) {
        free(start);
        return false;
    }
    const HANDLE thread = CreateThread(NULL, 0, run_thread, start, 0, NULL);
    if (thread == NULL) {
        FreeLibrary(module);
        free(start);
        return false;
    }
    CloseHandle(thread);
    return true;
}

uint64_t wts_clock_ms(void)
{
    return GetTickCount64();
}

uint64_t wts_clock_now(void)
{
    FILETIME now;
    GetSystemTimeAsFileTime(&now);
    return (uint64_t)now.dwHighDateTime << 32 | now.dwLowDateTime;
}

/* In session 0 the file is ignored, because a user must not choose where a service writes. Under Wine it is
 * not: Wine has only one session. */
static HANDLE open_output(const char *path)
{
    WCHAR wide_path[1024];
    DWORD session = 0;
    const bool service = ProcessIdToSessionId(GetCurrentProcessId(), &session) && session == 0;
    if (path[0] == '\0' || service)
        return GetStdHandle(STD_ERROR_HANDLE);
    if (MultiByteToWideChar(CP_UTF8, 0, path, -1, wide_path, ARRAYSIZE(wide_path)) == 0)
        return NULL;
    return wts_append_open(wide_path);
}

void wts_output_write(const char *path, const char *line, size_t length)
{
    const HANDLE output = open_output(path);
    DWORD written = 0;
    /* Errors of writing are ignored: nobody would see them. */
    if (output == GetStdHandle(STD_ERROR_HANDLE)) {
        WriteFile(output, line, (DWORD)length, &written, NULL); /* where the program itself writes next */
    } else if (output != INVALID_HANDLE_VALUE && output != NULL) {
        wts_append(output, line, (DWORD)length);
        CloseHandle(output);
    }
}

uint32_t wts_process_number(void)
{
    return GetCurrentProcessId();
}

uint32_t wts_thread_number(void)
{
    return GetCurrentThreadId();
}

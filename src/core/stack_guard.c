/*
 * What code compiled with -fstack-protector needs of its run time: a value that stands between the local
 * arrays and the return address, and an end when it has changed. mingw's libssp would do it, but as one more
 * DLL, or with a cryptographic provider opened while the loader's lock is held; its C run time has no such
 * value. So it is mixed here from what Microsoft's C run time takes: the time, to the tick of the processor,
 * the process and where the system has put it. This file is compiled without the protector.
 */
#include <windows.h>

#include <stdint.h>

uintptr_t __stack_chk_guard;
_Noreturn void __stack_chk_fail(void);

/* The lowest byte is 0: no string that runs over the end of its array can restore it. */
__attribute__((constructor)) static void choose_guard(void)
{
    FILETIME time;
    LARGE_INTEGER ticks;
    GetSystemTimeAsFileTime(&time);
    QueryPerformanceCounter(&ticks);
    const uintptr_t place = (uintptr_t)&time ^ (uintptr_t)&__stack_chk_guard;
    const uintptr_t moment = (uintptr_t)(ticks.QuadPart ^ (LONGLONG)time.dwLowDateTime << 24);
    const uintptr_t owner = (uintptr_t)GetCurrentProcessId() << 16 ^ (uintptr_t)GetCurrentThreadId() << 8;
    __stack_chk_guard = (place ^ moment ^ owner) & ~(uintptr_t)0xFF;
}

/* The stack is no longer ours: no handler may run on it. Windows' fast failure ends the process at once. */
_Noreturn void __stack_chk_fail(void)
{
    static const unsigned stack_cookie_check_failure = 2;
    __asm__ volatile("int $0x29" : : "c"(stack_cookie_check_failure));
    __builtin_unreachable();
}

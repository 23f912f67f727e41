/*
 * The run time support for code compiled with -fstack-protector: a value that lies between the local arrays
 * and the return address, and a function that ends the process when it has changed. mingw's libssp offers
 * both, but as one more DLL, or by opening a cryptographic provider under the loader lock; mingw's C run time
 * has no such value. So the value is mixed here from the same sources as in Microsoft's C run time: the time,
 * the processor's tick count, the process and the address at which the system loaded it. This file is
 * compiled without the protector.
 */
#include <windows.h>

#include <stdint.h>

uintptr_t __stack_chk_guard;
_Noreturn void __stack_chk_fail(void);

/* The lowest byte is 0, so that a string that overruns its array cannot write the same value. */
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

/* The stack is corrupt, so no handler may run on it: Windows' fast failure ends the process at once. */
_Noreturn void __stack_chk_fail(void)
{
    static const unsigned stack_cookie_check_failure = 2;
    __asm__ volatile("int $0x29" : : "c"(stack_cookie_check_failure));
    __builtin_unreachable();
}

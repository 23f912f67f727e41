/*
 * Crashes inside the DLL, which is to write its answer to a place that nobody has: prints the offset in the
 * DLL of the instruction that crashed.
 */
#include <windows.h>

#include <stdio.h>

#include <wtsapi32.h>

static LONG CALLBACK on_exception(EXCEPTION_POINTERS *what)
{
    const BYTE *base = (const BYTE *)GetModuleHandleA("wtsapi32.dll");
    printf("%Ix\n", (ULONG_PTR)what->ExceptionRecord->ExceptionAddress - (ULONG_PTR)base);
    fflush(stdout);
    TerminateProcess(GetCurrentProcess(), 3);
    return EXCEPTION_CONTINUE_SEARCH;
}

int main(void)
{
    DWORD count;
    AddVectoredExceptionHandler(1, on_exception);
    WTSEnumerateSessionsW(WTS_CURRENT_SERVER_HANDLE, 0, 1, (WTS_SESSION_INFOW **)16, &count);
    return 0;
}

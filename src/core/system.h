/*
 * Functions of the system that the DLL does not import statically: looked up at first use, in DLLs loaded
 * from System32 by full path, through one table. A static import of user32 or rpcrt4 would make the DLL load
 * ten times slower, and a DLL found by name alone could be planted beside a program. Also: which system this
 * is. Windows only.
 */
#ifndef WTS_CORE_SYSTEM_H
#define WTS_CORE_SYSTEM_H

#include <winsock2.h>
#include <windows.h>

#include <stdbool.h>

/* Wine's ntdll only; no header of Windows has it. */
const char *CDECL wine_get_version(void);

/* Every late-bound function: X(module, function). The types come from the system's headers. */
#define WTS_SYSTEM_FUNCTIONS(X) X(ntdll, wine_get_version)

enum wts_system_function {
#define WTS_SYSTEM_ID(module, function) WTS_SYSTEM_##function,
    WTS_SYSTEM_FUNCTIONS(WTS_SYSTEM_ID)
#undef WTS_SYSTEM_ID
        WTS_SYSTEM_FUNCTION_COUNT
};

/*
 * The late-bound function, typed, or NULL where this system has none: `WTS_SYSTEM(wine_get_version)`. The
 * module is loaded by the first call that needs it and stays. Not under the loader lock.
 */
#define WTS_SYSTEM(function) ((__typeof__(&(function)))(void *)wts_system_find(WTS_SYSTEM_##function))

FARPROC wts_system_find(enum wts_system_function function);

/*
 * True under Wine: ntdll exports wine_get_version, or carries Wine's mark in its image, which is there even
 * when a setting of Wine hides the export (measured: Wine 8.0).
 */
bool wts_system_is_wine(void);

#endif

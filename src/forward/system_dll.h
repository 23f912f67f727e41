/*
 * The system's own wtsapi32: on Windows, the DLL in System32. If it does not exist, or is Wine's or ours, it
 * has no functions for us. See docs/design.md#sessions. Windows only.
 */
#ifndef WTS_FORWARD_SYSTEM_DLL_H
#define WTS_FORWARD_SYSTEM_DLL_H

#include <windows.h>

#include "wts_exports.h" /* generated from def/exports.csv */

enum wts_export {
#define WTS_EXPORT_ID(name, argument_count) WTS_EXPORT_##name,
    WTS_EXPORTS(WTS_EXPORT_ID)
#undef WTS_EXPORT_ID
        WTS_EXPORT_COUNT
};

/*
 * The system's own function, or NULL where ours does the work. The first call loads the DLL, which stays
 * loaded. The last error is left alone. Not to be called under the loader lock.
 */
FARPROC wts_forward_find(enum wts_export export);

/* The same, typed: WTS_FORWARDED(WTSFreeMemory). */
#define WTS_FORWARDED(function) ((__typeof__(&(function)))(void *)wts_forward_find(WTS_EXPORT_##function))

#endif

/*
 * Calls that the system's own wtsapi32 does: on Windows, what only its services can do is handed to the DLL
 * in System32, with arguments, result and last error untouched. Where there is no such DLL, or it is Wine's
 * or ours, nothing is handed over. Implemented by src/local/system. Windows only.
 */
#ifndef WTS_CORE_PASSED_H
#define WTS_CORE_PASSED_H

#include <windows.h>

#include <stdbool.h>

#include "wts_exports.h" /* generated from def/exports.csv */

enum wts_export {
#define WTS_EXPORT_ID(name, argument_count) WTS_EXPORT_##name,
    WTS_EXPORTS(WTS_EXPORT_ID)
#undef WTS_EXPORT_ID
        WTS_EXPORT_COUNT
};

/*
 * The system's own function, or NULL where ours does the work. The DLL is loaded by the first call and stays.
 * The last error is left alone. Not under the loader lock.
 */
FARPROC wts_passed_find(enum wts_export export);

/* How a buffer of the system's is freed: by its WTSFreeMemory, or by an Ex function with a class. */
struct wts_passed_release {
    enum { WTS_RELEASE_PLAIN, WTS_RELEASE_EX_W, WTS_RELEASE_EX_A } kind;
    int type_class; /* WTS_TYPE_CLASS of the Ex functions */
};

struct wts_passed_note;

/*
 * Room to remember one buffer, taken before the call so that nothing can fail behind it; NULL without memory.
 * The last error is left alone.
 */
struct wts_passed_note *wts_passed_note_take(void);

/*
 * Remembers `buffer`, which the system gave with `count` elements, until it is freed; NULL gives the room
 * back. The last error is left alone.
 */
void wts_passed_note_keep(struct wts_passed_note *note, void *buffer, struct wts_passed_release release,
                          ULONG count);

/* Frees `buffer` if it is one that the system gave; false, and nothing done, when it is not. */
bool wts_passed_free(void *buffer);

#endif

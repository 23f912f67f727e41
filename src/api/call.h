/*
 * The frame of every export: it opens with wts_call_begin and its return statement is a wts_call_end, the
 * only place that writes the last error. A failing call sets the Win32 code it is given; a successful one
 * restores the caller's last error, whatever the work in between did to it.
 */
#ifndef WTS_API_CALL_H
#define WTS_API_CALL_H

#include <windows.h>

struct wts_call {
    const char *name;
    DWORD entry_error; /* the caller's last error */
};

/* `name` must be a constant: it is kept until the end of the call. */
struct wts_call wts_call_begin(const char *name);

/* Ends the call: TRUE for error 0, else FALSE with the last error set. */
BOOL wts_call_end(const struct wts_call *call, DWORD error);

/* The same for functions that set the last error to 0 on success (docs/contract.md#last-error). */
BOOL wts_call_end_cleared(const struct wts_call *call, DWORD error);

/*
 * Ends a call to an export that is listed in def/exports.csv as "refuses": FALSE, last error 120, one trace
 * line.
 */
BOOL wts_call_refuse(const char *name);

#endif

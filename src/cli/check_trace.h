/*
 * The lines that the DLL writes into its trace during a call. Only they show the reason for its result.
 */
#ifndef WTS_CLI_CHECK_TRACE_H
#define WTS_CLI_CHECK_TRACE_H

#include <windows.h>

#include <stdbool.h>

/* A call to be traced, which returns its error, and the function that reads a line of the trace. */
struct check_traced {
    DWORD (*call)(void *context);
    void (*take_line)(void *context, const char *line);
    void *context;
};

/*
 * Makes the call with the trace on, and then reads the trace. The DLL must not have read its trace settings
 * before. False: there is no place for the trace, which was reported, and nothing was called. *error: the
 * error of the call.
 */
bool check_trace(const struct check_traced *traced, DWORD *error);

#endif

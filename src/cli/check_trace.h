/*
 * What the DLL writes into its trace during a call, line by line. The only thing that says why it answered as
 * it did.
 */
#ifndef WTS_CLI_CHECK_TRACE_H
#define WTS_CLI_CHECK_TRACE_H

#include <windows.h>

#include <stdbool.h>

/* A call to be traced, which returns its error, and who reads a line of the trace. */
struct check_traced {
    DWORD (*call)(void *context);
    void (*take_line)(void *context, const char *line);
    void *context;
};

/*
 * Makes the call with the trace on, which the DLL must not have looked at before, and then reads it. False:
 * there is no place for it, which was complained about; nothing was called. *error: of the call.
 */
bool check_trace(const struct check_traced *traced, DWORD *error);

#endif

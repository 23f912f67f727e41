/*
 * A double of the kernel's process list, put into the import table of the loaded wtsapi32: it serves any
 * number of processes, lets lists change while they are asked for, and answers for processes that are opened.
 */
#ifndef WTS_TESTS_WINE_FAKE_KERNEL_H
#define WTS_TESTS_WINE_FAKE_KERNEL_H

#include "support.h"

#include <winternl.h>

#define FAKE_FIRST_PID 0x200000U /* far above what Wine and Windows give out; the next one is 4 higher */

/* A process as its list describes it; all zero, and one thread, before it is described. */
struct fake_process {
    ULONG session;
    LONGLONG created;
    const WCHAR *name;  /* NULL: none */
    USHORT name_length; /* bytes */
    ULONG threads;
    SIZE_T counter; /* of each kind of memory */
};

/* What the double serves, and what it was asked. All zero in the beginning. */
struct fake_kernel {
    ULONG count;
    void (*describe)(ULONG index, struct fake_process *process);
    LONGLONG epoch; /* a creation time, another one after each start: nothing is known of the processes */
    unsigned queries;
    unsigned mismatches; /* how many queries say first that the buffer is too small */
    ULONG claimed;       /* and what they say is needed; 0: what they were given, and a little more */
    unsigned opens;
    NTSTATUS open_answer;    /* for every process */
    LONGLONG created_offset; /* by which an opened process says another creation time than its list */
};

extern struct fake_kernel fake_kernel;

/* Set-up and tear-down: put the double in place, with nothing to serve, and take it away. */
int fake_kernel_start(void **state);
int fake_kernel_stop(void **state);

#endif

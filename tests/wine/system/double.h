/*
 * The double of the system's wtsapi32 as its test sees it: what it does next, and what it was asked.
 */
#ifndef WTS_TESTS_SYSTEM_DOUBLE_H
#define WTS_TESTS_SYSTEM_DOUBLE_H

#include <windows.h>

enum { DOUBLE_ARGUMENT_CAPACITY = 10 };

/* What the next calls return, set as last error, and write. */
struct double_plan {
    ULONG_PTR result;
    DWORD last_error;
    int buffer_index; /* the argument that is a pointer to a buffer; -1: nothing is written */
    void *buffer;
    int count_index;
    DWORD count;
};

/* The last call. */
struct double_call {
    const char *name; /* NULL: none since the plan was made */
    unsigned call_count;
    unsigned argument_count;
    ULONG_PTR arguments[DOUBLE_ARGUMENT_CAPACITY];
    DWORD entry_error; /* the last error that it found */
};

/* Exported beside the 76 names. Makes a plan, forgets the calls, and gives the place of the call log. */
typedef const struct double_call *(*double_plan_function)(const struct double_plan *plan);

#endif

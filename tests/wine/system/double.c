/*
 * Stands for the wtsapi32 of a Windows system directory: all 76 exports, generated from def/exports.csv, each
 * of which notes its arguments and does what the plan says.
 */
#include "double.h"

#include <string.h>

#include "wts_exports.h"

static struct double_plan plan;
static struct double_call last;

__declspec(dllexport) const struct double_call *double_make_plan(const struct double_plan *wanted);

const struct double_call *double_make_plan(const struct double_plan *wanted)
{
    plan = *wanted;
    memset(&last, 0, sizeof last);
    return &last;
}

static ULONG_PTR note(const char *name, unsigned argument_count, const ULONG_PTR *arguments)
{
    last.entry_error = GetLastError();
    last.name = name;
    last.call_count++;
    last.argument_count = argument_count;
    memcpy(last.arguments, arguments, argument_count * sizeof *arguments);
    if (plan.buffer_index >= 0 && (unsigned)plan.buffer_index < argument_count)
        *(void **)arguments[plan.buffer_index] = plan.buffer;
    if (plan.count_index >= 0 && (unsigned)plan.count_index < argument_count)
        *(DWORD *)arguments[plan.count_index] = plan.count;
    SetLastError(plan.last_error);
    return plan.result;
}

#define P(n) ULONG_PTR a##n
#define PARAMETERS_0 void
#define PARAMETERS_1 P(0)
#define PARAMETERS_2 PARAMETERS_1, P(1)
#define PARAMETERS_3 PARAMETERS_2, P(2)
#define PARAMETERS_4 PARAMETERS_3, P(3)
#define PARAMETERS_5 PARAMETERS_4, P(4)
#define PARAMETERS_6 PARAMETERS_5, P(5)
#define PARAMETERS_8 PARAMETERS_6, P(6), P(7)
#define PARAMETERS_10 PARAMETERS_8, P(8), P(9)
#define VALUES_0 0
#define VALUES_1 a0
#define VALUES_2 VALUES_1, a1
#define VALUES_3 VALUES_2, a2
#define VALUES_4 VALUES_3, a3
#define VALUES_5 VALUES_4, a4
#define VALUES_6 VALUES_5, a5
#define VALUES_8 VALUES_6, a6, a7
#define VALUES_10 VALUES_8, a8, a9

#define DEFINE(name, argument_count)                                                                         \
    ULONG_PTR WINAPI name(PARAMETERS_##argument_count);                                                      \
    ULONG_PTR WINAPI name(PARAMETERS_##argument_count)                                                       \
    {                                                                                                        \
        const ULONG_PTR arguments[] = {VALUES_##argument_count};                                             \
        return note(#name, argument_count, arguments);                                                       \
    }

WTS_EXPORTS(DEFINE)

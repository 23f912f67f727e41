/* docs/contract.md#terminate-process. Every target is a child of this program. */
#include "conformance.h"

static BOOL terminate(HANDLE server, DWORD id, DWORD code)
{
    return CALL(WTSTerminateProcess)(server, id, code);
}

static void ends_with(DWORD code)
{
    struct conformance_child child = start_sleeper();
    see("%s", terminate(NULL, child.id, code) ? "TRUE" : "FALSE");
    see_child(&child);
}

static void success(void)
{
    ends_with(42);
}

static void never_ran(void)
{
    struct conformance_child child = start_suspended();
    see("%s", terminate(NULL, child.id, 7) ? "TRUE" : "FALSE");
    see_child(&child);
}

static void exit_code_status(void)
{
    ends_with(0x80000000);
    ends_with(0xC0000005);
}

static void exit_code_0(void)
{
    ends_with(0);
}

static void exit_code_all_bits(void)
{
    ends_with(0xFFFFFFFF);
}

static void exit_code_259(void)
{
    ends_with(STILL_ACTIVE);
}

static void last_error(void)
{
    struct conformance_child child = start_sleeper();
    SEE(terminate(NULL, child.id, 1));
    end_child(&child);
}

static void unknown_process(void)
{
    SEE(terminate(NULL, 0x7FFFFFF0, 1));
}

static void all_bits(void)
{
    SEE(terminate(NULL, 0xFFFFFFFF, 1));
}

static void idle(void)
{
    SEE(terminate(NULL, 0, 1));
}

static void own_process(void)
{
    DWORD code = 0;
    struct conformance_child child = start_suicide(77);
    if (WaitForSingleObject(child.process, 30000) == WAIT_OBJECT_0)
        GetExitCodeProcess(child.process, &code);
    see("%s; the process ended with %lu", code == 77 ? "it does not return" : "it returns", code);
    end_child(&child);
}

static void ended_and_held(void)
{
    struct conformance_child child = start_ended(17);
    SEE(terminate(NULL, child.id, 99));
    see_child(&child);
}

static void second_end(void)
{
    static const DWORD first[] = {0, 42, STILL_ACTIVE};
    for (unsigned i = 0; i < ARRAYSIZE(first); i++) {
        struct conformance_child child = start_sleeper();
        if (!terminate(NULL, child.id, first[i]) ||
            WaitForSingleObject(child.process, 30000) == WAIT_TIMEOUT) {
            end_child(&child);
            skip("the first end failed");
        }
        SEE(terminate(NULL, child.id, 99));
        see_child(&child);
    }
}

/* The child is alive after a refusal: its state is part of the outcome. */
static void end_survivor(struct conformance_child *child)
{
    if (WaitForSingleObject(child->process, 0) != WAIT_TIMEOUT)
        see("the process ended");
    end_child(child);
}

static void thread_id(void)
{
    struct conformance_child child = start_sleeper();
    SEE(terminate(NULL, child.thread_id, 1));
    end_survivor(&child);
}

static void low_bits(void)
{
    for (DWORD bits = 1; bits <= 3; bits++) {
        struct conformance_child child = start_sleeper();
        see("%s", terminate(NULL, child.id + bits, 30 + bits) ? "TRUE" : "FALSE");
        see_child(&child);
    }
}

static void with_handle(HANDLE server)
{
    struct conformance_child child = start_sleeper();
    SEE(terminate(server, child.id, 1));
    end_survivor(&child);
}

static void minus_one_as_handle(void)
{
    with_handle(INVALID_HANDLE_VALUE);
}

static void stray_handle(void)
{
    with_handle((HANDLE)1);
}

static void kernel_handle(void)
{
    with_handle(GetCurrentProcess());
}

static void closed_handle(void)
{
    WCHAR name[] = L"localhost";
    const HANDLE server = CALL(WTSOpenServerW)(name);
    CALL(WTSCloseServer)(server);
    with_handle(server);
}

static void own_name(void)
{
    WCHAR name[MAX_COMPUTERNAME_LENGTH + 1];
    DWORD length = ARRAYSIZE(name);
    struct conformance_child child = start_sleeper();
    GetComputerNameW(name, &length);
    const HANDLE server = CALL(WTSOpenServerW)(name);
    see("%s", terminate(server, child.id, 5) ? "TRUE" : "FALSE");
    CALL(WTSCloseServer)(server);
    see_child(&child);
}

static const struct conformance_case cases[] = {
    {"terminate.success", DOCUMENTED, NOTHING, "TRUE; the process ended with 42", success},
    {"terminate.last-error", UNVERIFIED, NOTHING, SUCCEEDS, last_error},
    {"terminate.unknown-process", DOCUMENTED, NOTHING, FAILS(87), unknown_process},
    {"terminate.all-bits", DOCUMENTED, NOTHING, FAILS(87), all_bits},
    {"terminate.idle-process", DOCUMENTED, NOTHING, FAILS(87), idle},
    {"terminate.own-process", UNVERIFIED, NOTHING, "it does not return; the process ended with 77",
     own_process},
    {"terminate.ended-process", DOCUMENTED, NOTHING, FAILS(5) "; the process ended with 17", ended_and_held},
    {"terminate.second-end", DOCUMENTED, NOTHING,
     FAILS(5) "; the process ended with 0; " FAILS(5) "; the process ended with 42; " FAILS(
         5) "; the process ended with 259",
     second_end},
    {"terminate.never-ran", DOCUMENTED, NOTHING, "TRUE; the process ended with 7", never_ran},
    {"terminate.thread-id", UNVERIFIED, NOTHING, FAILS(87), thread_id},
    {"terminate.low-bits", UNVERIFIED, NOTHING,
     "TRUE; the process ended with 31; TRUE; the process ended with 32; TRUE; the process ended with 33",
     low_bits},
    {"terminate.exit-code-0", DOCUMENTED, NOTHING, "TRUE; the process ended with 0", exit_code_0},
    {"terminate.exit-code-all-bits", DOCUMENTED, NOTHING, "TRUE; the process ended with 4294967295",
     exit_code_all_bits},
    {"terminate.exit-code-259", DOCUMENTED, NOTHING, "TRUE; the process ended with 259", exit_code_259},
    {"terminate.exit-code-status", DOCUMENTED, NOTHING,
     "TRUE; the process ended with 2147483648; TRUE; the process ended with 3221225477", exit_code_status},
    {"terminate.minus-one-as-handle", OURS, NOTHING, FAILS(6), minus_one_as_handle},
    {"terminate.stray-handle", OURS, NOTHING, FAILS(6), stray_handle},
    {"terminate.kernel-handle", OURS, NOTHING, FAILS(6), kernel_handle},
    {"terminate.closed-handle", UNVERIFIED, NOTHING, FAILS(6), closed_handle},
    {"terminate.own-name", UNVERIFIED, NOTHING, "TRUE; the process ended with 5", own_name},
};
CONFORMANCE_GROUP(conformance_terminate);

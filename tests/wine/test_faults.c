/*
 * Every export that works, with every function that it calls made to fail once, and every allocation: a call
 * that fails says why, a call without memory says 8, outputs are untouched, and neither memory nor handles
 * are left behind. Late-bound functions are missing once each, too. An export is one line in SUBJECTS.
 */
#include "faults.h"

#include <wtsapi32.h>
#include <winternl.h>

#include <stdio.h>
#include <string.h>

#define MAX_FUNCTIONS 256

/* Where the calls below put what they give; poisoned before each. */
static struct {
    void *block;
    HANDLE handle;
    DWORD number;
    BYTE bytes[256];
} out;

static PROCESS_INFORMATION child;

#define STATUS_INFO_LENGTH_MISMATCH ((NTSTATUS)0xC0000004)

/* Session 0 has services.exe, which is there as long as any program. */
static bool is_constant(const SYSTEM_PROCESS_INFORMATION *record)
{
    static const wchar_t name[] = L"services.exe";
    const DWORD id = HandleToULong(record->UniqueProcessId);
    return id == GetCurrentProcessId() || (child.dwProcessId != 0 && id == child.dwProcessId) ||
           (record->ImageName.Length == sizeof name - sizeof name[0] &&
            _wcsnicmp(record->ImageName.Buffer, name, ARRAYSIZE(name) - 1) == 0);
}

/*
 * The list of processes has this one, its child and services.exe. Those of other tests come and go: with each
 * of them the DLL calls more functions and remembers one more user than a moment before.
 */
static NTSTATUS NTAPI list_ours(SYSTEM_INFORMATION_CLASS class, void *answer, ULONG length, ULONG *needed)
{
    static BYTE all[1 << 20];
    ULONG offset = 0;
    ULONG used = 0;
    SYSTEM_PROCESS_INFORMATION *last = NULL;
    if (class != SystemProcessInformation)
        return NtQuerySystemInformation(class, answer, length, needed);
    ULONG all_length = 0;
    const NTSTATUS status = NtQuerySystemInformation(class, all, sizeof all, &all_length);
    if (status < 0)
        return status;
    for (bool is_last = false; !is_last;) {
        const SYSTEM_PROCESS_INFORMATION *record = (const void *)(all + offset);
        is_last = record->NextEntryOffset == 0;
        const ULONG record_length = is_last ? all_length - offset : record->NextEntryOffset;
        offset += record_length;
        if (!is_constant(record))
            continue;
        if (used + record_length <= length) {
            last = (void *)((BYTE *)answer + used);
            memcpy(last, record, record_length);
            last->NextEntryOffset = record_length;
            /* The name lies in the record. */
            last->ImageName.Buffer =
                (void *)((BYTE *)last + ((const BYTE *)record->ImageName.Buffer - (const BYTE *)record));
        }
        used += record_length;
    }
    if (needed != NULL)
        *needed = used;
    if (used > length)
        return STATUS_INFO_LENGTH_MISMATCH;
    if (last != NULL)
        last->NextEntryOffset = 0;
    return status;
}

static BOOL keep(HANDLE handle)
{
    if (handle != NULL)
        out.handle = handle;
    return handle != NULL;
}

static void nothing(void)
{
}

static void start_child(void)
{
    child = support_start_child(L"wait", CREATE_SUSPENDED);
}

static void end_child(void)
{
    TerminateProcess(child.hProcess, 0);
    support_wait(child.hProcess);
    support_close_child(&child);
}

/* A new process, whose user the list does not know yet. */
static void free_block_and_end_child(void)
{
    WTSFreeMemory(out.block);
    end_child();
}

static void free_block(void)
{
    WTSFreeMemory(out.block);
}

static void close_token_and_end_child(void)
{
    if (out.handle != NULL)
        CloseHandle(out.handle);
    end_child();
}

static void close_handle_of_server(void)
{
    WTSCloseServer(out.handle);
}

#define LEVEL(number) (&(DWORD){number})
#define BLOCK ((void *)&out.block)
#define TEXT_W(text) ((WCHAR[]){L##text})
#define TEXT_A(text) ((char[]){text})

/*
 * X(name, before, call, undo): `call` is true when it succeeded, and writes to `out` only; `before` runs
 * before it, `undo` after it, `undo` frees what a success gave. When a call fails `undo` runs as well, with
 * everything in `out` zero.
 */
#define SUBJECTS(X)                                                                                          \
    X(WTSEnumerateProcessesW, start_child, WTSEnumerateProcessesW(NULL, 0, 1, BLOCK, &out.number),           \
      free_block_and_end_child)                                                                              \
    X(WTSEnumerateProcessesA, start_child, WTSEnumerateProcessesA(NULL, 0, 1, BLOCK, &out.number),           \
      free_block_and_end_child)                                                                              \
    X(WTSEnumerateProcessesExW, start_child,                                                                 \
      WTSEnumerateProcessesExW(NULL, LEVEL(0), WTS_CURRENT_SESSION, BLOCK, &out.number),                     \
      free_block_and_end_child)                                                                              \
    X(WTSEnumerateProcessesExA, start_child,                                                                 \
      WTSEnumerateProcessesExA(NULL, LEVEL(1), WTS_ANY_SESSION, BLOCK, &out.number),                         \
      free_block_and_end_child)                                                                              \
    X(WTSEnumerateSessionsW, start_child, WTSEnumerateSessionsW(NULL, 0, 1, BLOCK, &out.number),             \
      free_block_and_end_child)                                                                              \
    X(WTSEnumerateSessionsA, start_child, WTSEnumerateSessionsA(NULL, 0, 1, BLOCK, &out.number),             \
      free_block_and_end_child)                                                                              \
    X(WTSEnumerateSessionsExW, start_child, WTSEnumerateSessionsExW(NULL, LEVEL(1), 0, BLOCK, &out.number),  \
      free_block_and_end_child)                                                                              \
    X(WTSEnumerateSessionsExA, start_child, WTSEnumerateSessionsExA(NULL, LEVEL(1), 0, BLOCK, &out.number),  \
      free_block_and_end_child)                                                                              \
    X(WTSUserName_of_session, nothing,                                                                       \
      WTSQuerySessionInformationW(NULL, WTS_CURRENT_SESSION, WTSUserName, BLOCK, &out.number), free_block)   \
    X(WTSSessionId_of_session, nothing,                                                                      \
      WTSQuerySessionInformationA(NULL, WTS_CURRENT_SESSION, WTSSessionId, BLOCK, &out.number), free_block)  \
    X(WTSClientInfo_of_session, nothing,                                                                     \
      WTSQuerySessionInformationA(NULL, WTS_CURRENT_SESSION, WTSClientInfo, BLOCK, &out.number), free_block) \
    X(WTSSessionInfo_of_session, start_child,                                                                \
      WTSQuerySessionInformationW(NULL, WTS_CURRENT_SESSION, WTSSessionInfo, BLOCK, &out.number),            \
      free_block_and_end_child)                                                                              \
    X(WTSSessionInfoEx_of_session, start_child,                                                              \
      WTSQuerySessionInformationA(NULL, WTS_CURRENT_SESSION, WTSSessionInfoEx, BLOCK, &out.number),          \
      free_block_and_end_child)                                                                              \
    X(WTSConfigInfo_of_session, nothing,                                                                     \
      WTSQuerySessionInformationW(NULL, WTS_CURRENT_SESSION, WTSConfigInfo, BLOCK, &out.number), free_block) \
    X(WTSQueryUserToken, start_child, WTSQueryUserToken(WTS_CURRENT_SESSION, &out.handle),                   \
      close_token_and_end_child)                                                                             \
    X(WTSActiveSessionExists, nothing, WTSActiveSessionExists((BOOL *)&out.number), nothing)                 \
    X(WTSWaitSystemEvent, nothing, WTSWaitSystemEvent(NULL, WTS_EVENT_FLUSH, &out.number), nothing)          \
    X(WTSOpenServerW, nothing, keep(WTSOpenServerW(TEXT_W("some-host"))), close_handle_of_server)            \
    X(WTSOpenServerA, nothing, keep(WTSOpenServerA(TEXT_A("some.host"))), close_handle_of_server)            \
    X(WTSOpenServerExW, nothing, keep(WTSOpenServerExW(TEXT_W("localhost"))), close_handle_of_server)        \
    X(WTSOpenServerExA, nothing, keep(WTSOpenServerExA(TEXT_A("some-host"))), close_handle_of_server)        \
    X(WTSTerminateProcess, start_child, WTSTerminateProcess(NULL, child.dwProcessId, 0), end_child)

struct subject {
    const char *name;
    void (*before)(void);
    BOOL (*call)(void);
    void (*undo)(void);
};

#define FUNCTION(name, before, call, undo)                                                                   \
    static BOOL call_##name(void)                                                                            \
    {                                                                                                        \
        return call;                                                                                         \
    }
SUBJECTS(FUNCTION)
#undef FUNCTION

static const struct subject subjects[] = {
#define ROW(name, before, call, undo) {#name, before, call_##name, undo},
    SUBJECTS(ROW)
#undef ROW
};

/* How a call ended. */
struct outcome {
    BOOL done;
    DWORD error;
    bool touched; /* it wrote to its outputs */
};

/* One call, with the fault that was armed before: the fault is lifted behind it. */
static struct outcome run(const struct subject *subject)
{
    static BYTE poison[sizeof out];
    memset(poison, 0xA5, sizeof poison);
    memset(&out, 0xA5, sizeof out);
    SetLastError(POISON);
    struct outcome outcome = {.done = subject->call()};
    outcome.error = GetLastError();
    outcome.touched = memcmp(&out, poison, sizeof out) != 0;
    return outcome;
}

static void finish(const struct subject *subject, const struct outcome *outcome)
{
    if (!outcome->done)
        memset(&out, 0, sizeof out);
    subject->undo();
}

/* What is wrong with the outcome of a call that met a fault of `function`; NULL: nothing. */
static const char *find_fault(const struct outcome *outcome, const char *function)
{
    if (outcome->done)
        return faults_is_allocation(function) ? "succeeds without memory" : NULL;
    if (outcome->touched)
        return "fails and writes to its outputs";
    if (faults_is_allocation(function) && outcome->error != ERROR_NOT_ENOUGH_MEMORY)
        return "fails without memory, and not with 8";
    if (outcome->error == ERROR_SUCCESS || outcome->error == POISON)
        return "fails and does not say why";
    return NULL;
}

/* Makes calls number `first` to `last` of `function` fail. Returns false when the subject makes none of them.
 */
static bool meets_fault(const struct subject *subject, const char *function, unsigned first, unsigned last)
{
    subject->before();
    const HANDLE handle = support_next_handle();
    const unsigned blocks = faults_live_blocks();
    faults_arm(function, first, last);
    const struct outcome outcome = run(subject);
    const bool met = faults_hits() > 0;
    faults_disarm();
    const char *wrong = met ? find_fault(&outcome, function) : NULL;
    finish(subject, &outcome);
    if (wrong == NULL && faults_live_blocks() != blocks)
        wrong = "leaves memory behind";
    subject->before();
    if (wrong == NULL && support_next_handle() != handle)
        wrong = "leaves a handle behind";
    memset(&out, 0, sizeof out);
    subject->undo();
    if (wrong != NULL)
        fail_msg("%s, with %s failing from call %u: %s (error %lu)", subject->name, function, first, wrong,
                 outcome.error);
    return met;
}

static void run_clean(const struct subject *subject)
{
    subject->before();
    const struct outcome outcome = run(subject);
    if (!outcome.done)
        fail_msg("%s fails by itself with error %lu", subject->name, outcome.error);
    finish(subject, &outcome);
}

/* Which functions the subject calls. */
static void count_calls(const struct subject *subject, bool *called)
{
    run_clean(subject); /* what is made at first use and kept is made now */
    faults_disarm();
    run_clean(subject);
    for (unsigned f = 0; faults_name(f) != NULL; f++) {
        assert_true(f < MAX_FUNCTIONS);
        called[f] = faults_calls(faults_name(f)) > 0;
    }
}

static void every_function_and_allocation_fails_once(void **state)
{
    unsigned faults = 0;
    (void)state;
    for (unsigned i = 0; i < ARRAYSIZE(subjects); i++) {
        bool called[MAX_FUNCTIONS];
        count_calls(&subjects[i], called);
        for (unsigned f = 0; faults_name(f) != NULL; f++) {
            for (unsigned call = 1; called[f] && meets_fault(&subjects[i], faults_name(f), call, call);
                 call++)
                faults++;
        }
        run_clean(&subjects[i]);
    }
    print_message("%u faults in %u exports\n", faults, (unsigned)ARRAYSIZE(subjects));
    assert_true(faults >= 2 * ARRAYSIZE(subjects));
}

/* Programs of others come and go: a function that was called for one of these is not called each time. */
static bool is_met_or_not_called(const struct subject *subject, unsigned function)
{
    bool called[MAX_FUNCTIONS];
    for (unsigned tries = 0; tries < 3; tries++) {
        if (meets_fault(subject, faults_name(function), 1, UINT_MAX))
            return true;
        count_calls(subject, called);
        if (!called[function])
            return true;
    }
    return false;
}

/* The other end: a function that works no more at all. */
static void every_function_fails_for_good(void **state)
{
    (void)state;
    for (unsigned i = 0; i < ARRAYSIZE(subjects); i++) {
        bool called[MAX_FUNCTIONS];
        count_calls(&subjects[i], called);
        for (unsigned f = 0; faults_name(f) != NULL; f++) {
            if (called[f])
                assert_true(is_met_or_not_called(&subjects[i], f));
        }
    }
}

/* In a fresh process each: what has been looked up once is not looked up again. */
static void every_late_bound_function_is_missing_once(void **state)
{
    static const wchar_t *const functions[] = {L"GetProcAddress", L"LoadLibraryExW", L"malloc", L"calloc"};
    (void)state;
    for (unsigned f = 0; f < ARRAYSIZE(functions); f++) {
        DWORD code = 1;
        for (unsigned call = 1; code == 1; call++) {
            wchar_t mode[64];
            swprintf(mode, ARRAYSIZE(mode), L"missing %u %ls", call, functions[f]);
            PROCESS_INFORMATION fresh = support_start_child(mode, 0);
            code = support_wait(fresh.hProcess);
            support_close_child(&fresh);
            if (code > 1)
                fail_msg("%ls, call %u: %s", functions[f], call, subjects[code - 2].name);
        }
    }
}

/* All exports in turn, with call number `call` of `function`, counted over all of them, failing. Returns 0
 * when none is reached, 1 when all is well, 2 and more for the subject in which it is not. */
static int run_missing(const wchar_t *mode)
{
    char function[64];
    unsigned call;
    void *state = NULL;
    unsigned hits = 0;
    if (swscanf(mode, L"missing %u %63hs", &call, function) != 2 || faults_start(&state) != 0)
        return 99;
    faults_arm(function, call, call);
    for (unsigned i = 0; i < ARRAYSIZE(subjects); i++) {
        subjects[i].before();
        const struct outcome outcome = run(&subjects[i]);
        const bool met = faults_hits() > hits;
        hits = faults_hits();
        /* What a module lacks it lacks for good: the exports that need it go on failing, and say so. */
        const bool is_lacking = hits > 0 && strcmp(function, "GetProcAddress") == 0 && !outcome.done &&
                                outcome.error == ERROR_PROC_NOT_FOUND;
        if (met ? find_fault(&outcome, function) != NULL : !outcome.done && !is_lacking)
            return (int)i + 2;
        finish(&subjects[i], &outcome);
    }
    return hits > 0;
}

static bool is_unknown(const char *name, void *context)
{
    const void *const in_msvcrt = (const void *)GetProcAddress(GetModuleHandleW(L"msvcrt.dll"), name);
    (void)context;
    if (in_msvcrt == NULL && !faults_knows(name))
        fail_msg("%s is imported, and faults_table.h does not know it", name);
    return false;
}

static void every_import_is_known(void **state)
{
    (void)state;
    support_find_import(is_unknown, NULL);
    assert_true(faults_knows("malloc"));
    assert_false(faults_knows("NtCreateKey"));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(every_function_and_allocation_fails_once, faults_start, faults_stop),
        cmocka_unit_test_setup_teardown(every_function_fails_for_good, faults_start, faults_stop),
        cmocka_unit_test(every_late_bound_function_is_missing_once),
        cmocka_unit_test(every_import_is_known),
    };
    const wchar_t *mode = support_child_mode();
    support_replace_import("NtQuerySystemInformation", list_ours);
    if (mode != NULL)
        return run_missing(mode);
    return cmocka_run_group_tests(tests, support_check_dll, NULL);
}

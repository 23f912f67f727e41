/*
 * The conformance program: each case is one rule of docs/contract.md, which bears the case's id at the rule.
 * A case does something and writes down what it saw, in words; the program compares the words with what the
 * rule expects. The DLL under judgement is whichever wtsapi32.dll the system finds by name.
 */
#ifndef WTS_TESTS_CONFORMANCE_H
#define WTS_TESTS_CONFORMANCE_H

#include <wtsapi32.h>

#include <wtshintapi.h>

#include <stdbool.h>

enum conformance_kind {
    DOCUMENTED, /* by Microsoft's documents, headers, or tests that pass on Windows: it must hold */
    UNVERIFIED, /* inferred, or seen by few: what happens is recorded */
    OURS        /* a decision of this project: what happens is recorded */
};

enum conformance_needs {
    NOTHING,    /* it ends children of its own at most, and changes no session */
    PERMISSION, /* --destructive: it shows a box, or could log off, disconnect or shut down */
    SERVER      /* --server */
};

struct conformance_case {
    const char *id;
    enum conformance_kind kind;
    enum conformance_needs needs;
    const char *expected; /* outcomes, with " | " between them; NULL: none is expected, it is recorded */
    void (*run)(void);
};

struct conformance_group {
    const struct conformance_case *cases;
    unsigned count;
};

#define CONFORMANCE_GROUP(name) const struct conformance_group name = {cases, ARRAYSIZE(cases)}

extern const struct conformance_group conformance_terminate, conformance_server, conformance_processes,
    conformance_sessions, conformance_information, conformance_control, conformance_events, conformance_users,
    conformance_channels, conformance_others, conformance_remote;

/* The last error before each call. */
#define POISON 0xDEADBEEFU

/* Outcomes of calls. */
#define KEPT "TRUE, last error kept"
#define ZERO "TRUE, last error 0"
#define SUCCEEDS KEPT " | " ZERO
#define FAILS(error) "FALSE, last error " #error

/* Writes down what was seen; a second text comes behind "; ". */
void see(const char *format, ...) __attribute__((format(printf, 1, 2)));

/* Writes down the result of a call, and what it left in the last error: see SEE. */
void see_result(BOOL result, DWORD error);

/* Ends the case: it cannot be judged here. */
void skip(const char *format, ...) __attribute__((format(printf, 1, 2), noreturn));

/* Calls a function that returns BOOL, with a poisoned last error, and writes down its outcome. */
#define SEE(call)                                                                                            \
    do {                                                                                                     \
        SetLastError(POISON);                                                                                \
        const BOOL result_of_call = (call);                                                                  \
        see_result(result_of_call, GetLastError());                                                          \
    } while (0)

/* An export of the DLL under judgement; a DLL that lacks it skips the case. */
void *conformance_export(const char *name);
#define CALL(name) ((__typeof__(&name))conformance_export(#name))

/* The host that --server named. */
const wchar_t *conformance_server_name(void);

struct conformance_child {
    HANDLE process;
    DWORD id;
    DWORD thread_id;
};

/* Starts this program as a process that does nothing for a minute, or never runs, or ends at once with
 * `exit_code`. */
struct conformance_child start_sleeper(void);
struct conformance_child start_suspended(void);
struct conformance_child start_ended(DWORD exit_code);

/* Starts this program as a process that ends itself by WTSTerminateProcess. */
struct conformance_child start_suicide(DWORD exit_code);

/* Writes down "ended with N" or "runs", and ends and forgets the child. */
void see_child(struct conformance_child *child);

/* Ends and forgets the child. */
void end_child(struct conformance_child *child);

#endif

/*
 * What the tests of sessions share: questions about a session, with their checks, and groups of tests that
 * run in a child process of their own, because the DLL keeps some answers for the life of a process.
 */
#ifndef WTS_TESTS_WINE_SESSION_SUPPORT_H
#define WTS_TESTS_WINE_SESSION_SUPPORT_H

#include "support.h"

#include <wtsapi32.h>

DWORD own_session(void);

/* Asks this machine, successfully; the result has `length` bytes (0: whatever) and is the caller's to free.
 */
void *ask_w(DWORD session, WTS_INFO_CLASS class, DWORD length);
void *ask_a(DWORD session, WTS_INFO_CLASS class, DWORD length);

/* Checks that a class is this text in both forms, in any case; byte counts and NUL included. */
void check_text(DWORD session, WTS_INFO_CLASS class, const wchar_t *text);

/* Checks that a class is this number of `length` bytes in both forms. */
void check_number(DWORD session, WTS_INFO_CLASS class, DWORD number, DWORD length);

/* Checks that both forms fail with `error` and touch nothing. */
void check_failure(HANDLE server, DWORD session, int class, DWORD error);

struct child {
    const wchar_t *mode;
    const struct CMUnitTest *tests;
    size_t count;
    CMFixtureFunction set_up;
};

#define CHILD(tests_, set_up_)                                                                               \
    {                                                                                                        \
        .mode = L"" #tests_, .tests = (tests_), .count = ARRAYSIZE(tests_), .set_up = (set_up_)              \
    }

/* In the child: runs the tests of `mode` and returns how many failed. */
int run_child(const struct child *children, size_t count, const wchar_t *mode);

/* In the test: starts each child in turn, and fails when one of them fails. */
void check_children(const struct child *children, size_t count);

#endif

/* The report of a run: TAP on standard output, JSON in a file. */
#ifndef WTS_TESTS_CONFORMANCE_REPORT_H
#define WTS_TESTS_CONFORMANCE_REPORT_H

#include "conformance.h"

enum outcome_state { OUTCOME_UNWANTED, OUTCOME_WANTED, OUTCOME_RUNNING, OUTCOME_SEEN, OUTCOME_SKIPPED };

/* What came of a case. The process that judges and the one that runs share it. */
struct conformance_outcome {
    volatile LONG state; /* enum outcome_state */
    char seen[500];      /* UTF-8; the reason of a skipped one */
};

/* "documented", "unverified", "ours". */
const char *conformance_kind_word(enum conformance_kind kind);

/*
 * Prints the outcomes, and writes them to the file `json`, or NULL. Returns the exit status: 0, or 1 when a
 * documented case was not seen as expected, or 2 when the file could not be written.
 */
int conformance_report(const struct conformance_case *const *cases,
                       const struct conformance_outcome *outcomes, unsigned count, const wchar_t *json);

#endif

/*
 * Faults on demand: the functions that the loaded wtsapi32 imports are replaced by doubles that count their
 * calls and let chosen ones fail, and the blocks of memory that the DLL holds are counted. Functions that the
 * DLL looks up at first use are doubled, too, when they are looked up after faults_start.
 */
#ifndef WTS_TESTS_WINE_FAULTS_H
#define WTS_TESTS_WINE_FAULTS_H

#include "support.h"

#include <limits.h>

/* Puts the doubles in place, and takes them away; fit for set-up and tear-down. Nothing fails by itself. */
int faults_start(void **state);
int faults_stop(void **state);

/*
 * From now on calls number `first` to `last`, counted from 1, of `function` fail as faults_table.h says; all
 * counts start again at 0. The former fault is lifted.
 */
void faults_arm(const char *function, unsigned first, unsigned last);

/* The same with another result and last error (0: it is not set). */
void faults_arm_with(const char *function, unsigned first, unsigned last, ULONG_PTR result, DWORD error);

/* Lifts the fault; all counts start again at 0. */
void faults_disarm(void);

/* Calls of `function` since the counts started. */
unsigned faults_calls(const char *function);

/* How many calls have been made to fail since the counts started. */
unsigned faults_hits(void);

/* The doubled functions by number, 0 and up; NULL behind the last. Those that the DLL never called count 0.
 */
const char *faults_name(unsigned number);

/* True for those that give memory: without it a call must fail with 8. */
bool faults_is_allocation(const char *function);

/* True when the import `name` is doubled, or cannot fail. */
bool faults_knows(const char *name);

/* Blocks of memory that the DLL has been given since faults_start and has not freed. */
unsigned faults_live_blocks(void);

#endif

/*
 * A limit for tests that wait for threads: a test that hangs ends, with a line that says where it waits.
 */
#ifndef WTS_TESTS_LIMIT_H
#define WTS_TESTS_LIMIT_H

#include <pthread.h>

/* Begins and ends the limit of one test (for its setup and teardown): 60 seconds, which none needs. */
void limit_begin(void);
void limit_end(void);

/* What the test waits for from now on; NULL: for nothing. Constant text. */
void limit_waits_for(const char *what);

/* Joins a thread, saying so. */
void limit_join(pthread_t thread, void **result, const char *what);

#endif

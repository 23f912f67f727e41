/*
 * What every native test program includes.
 */
#ifndef WTS_TESTS_NATIVE_TEST_H
#define WTS_TESTS_NATIVE_TEST_H

#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

/* True when the program was started with --small: fewer rounds, for runs under valgrind. */
static inline bool is_small(int count, char **words)
{
    return count > 1 && strcmp(words[1], "--small") == 0;
}

#endif

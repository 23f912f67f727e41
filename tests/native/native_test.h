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

#include "core/platform.h"

#ifdef _WIN32
#include <windows.h>

#include "core/module.h"
#else
#include "platform_double.h"
#endif

/* True when the program was started with --small: fewer rounds, for runs under valgrind. */
static inline bool is_small(int count, char **words)
{
    return count > 1 && strcmp(words[1], "--small") == 0;
}

/* Before the first wts_thread_start: its threads hold a reference on the module they run in. */
static inline void set_up_threads(void)
{
#ifdef _WIN32
    wts_module = GetModuleHandleW(NULL);
#endif
}

/* Frees what the threads of wts_thread_start leave behind, after their work is done. */
static inline void join_threads(void)
{
#ifndef _WIN32
    wts_threads_join();
#endif
}

/* NULL takes the variable away. */
static inline void set_environment(const char *name, const char *value)
{
#ifdef _WIN32
    SetEnvironmentVariableA(name, value);
#else
    if (value != NULL)
        setenv(name, value, 1);
    else
        unsetenv(name);
#endif
}

#endif

/*
 * What every fuzzer includes: the entry that libFuzzer calls, and a check that ends the run.
 */
#ifndef WTS_TESTS_FUZZ_H
#define WTS_TESTS_FUZZ_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t length);

#define require(condition) require_at(condition, __FILE__, __LINE__, #condition)

static inline void require_at(bool good, const char *file, int line, const char *condition)
{
    if (good)
        return;
    fprintf(stderr, "%s:%d: not so: %s\n", file, line, condition);
    abort();
}

#endif

/*
 * The vectors of tests/vectors/tsts-vectors.json for C: stub bytes and the plain values that they stand for.
 * The rows are generated at build time.
 */
#ifndef WTS_TESTS_VECTORS_H
#define WTS_TESTS_VECTORS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "remote/ndr/context.h"

struct vector {
    const char *name;
    uint16_t opnum;
    bool response; /* else a request */
    size_t length; /* bytes */
    const uint8_t *stub;
    uint32_t result; /* the call's BOOLEAN */
    uint32_t error;  /* pResult */
    struct wts_context_handle context;
    uint32_t process_id;
    uint32_t exit_code;
};

extern const struct vector legacy_vectors[];
extern const size_t legacy_vector_count;

#endif

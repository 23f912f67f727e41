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
    uint32_t result; /* the call's BOOLEAN; of the interfaces without one, the HRESULT */
    uint32_t error;  /* pResult */
    struct wts_context_handle context;
    uint32_t process_id;
    uint32_t exit_code;
};

extern const struct vector legacy_vectors[];
extern const size_t legacy_vector_count;

/* The vectors of one interface. */
struct vectors {
    const struct vector *rows;
    size_t count;
};

extern const struct vectors vectors_legacy;
extern const struct vectors vectors_session;
extern const struct vectors vectors_notification;
extern const struct vectors vectors_enumeration;
extern const struct vectors vectors_rcm_public;
extern const struct vectors vectors_tsvip;

#endif

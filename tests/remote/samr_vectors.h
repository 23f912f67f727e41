/*
 * The vectors of tests/vectors/samr-vectors.json for C: values of userParameters, and requests and responses
 * of SAMR. The rows are generated at build time.
 */
#ifndef WTS_TESTS_SAMR_VECTORS_H
#define WTS_TESTS_SAMR_VECTORS_H

#include <stddef.h>
#include <stdint.h>

struct user_parameters_vector {
    const char *name;
    const uint8_t *bytes;
    size_t length;
};

struct samr_vector {
    const char *name;
    const uint8_t *request;
    size_t request_length;
    const uint8_t *response;
    size_t response_length;
};

extern const struct user_parameters_vector user_parameters_vectors[];
extern const size_t user_parameters_vector_count;
extern const struct samr_vector samr_vectors[];
extern const size_t samr_vector_count;

/* The vector of that name; the test fails when it does not exist. */
const struct user_parameters_vector *user_parameters_vector(const char *name);
const struct samr_vector *samr_vector(const char *name);

#endif

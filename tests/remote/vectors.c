/*
 * The generated rows, see vectors.h.
 */
#include "vectors.h"

const struct vector legacy_vectors[] = {
#include "legacy_vectors.h"
};
const size_t legacy_vector_count = sizeof legacy_vectors / sizeof legacy_vectors[0];

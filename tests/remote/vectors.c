/*
 * The generated rows, see vectors.h.
 */
#include "vectors.h"

const struct vector legacy_vectors[] = {
#include "legacy_vectors.h"
};
const size_t legacy_vector_count = sizeof legacy_vectors / sizeof legacy_vectors[0];

static const struct vector session_rows[] = {
#include "session_vectors.h"
};

static const struct vector notification_rows[] = {
#include "notification_vectors.h"
};

static const struct vector enumeration_rows[] = {
#include "enumeration_vectors.h"
};

static const struct vector rcm_public_rows[] = {
#include "rcm_public_vectors.h"
};

static const struct vector tsvip_rows[] = {
#include "tsvip_vectors.h"
};

#define TABLE(rows)                                                                                          \
    {                                                                                                        \
        rows, sizeof(rows) / sizeof(rows)[0]                                                                 \
    }

const struct vectors vectors_legacy = TABLE(legacy_vectors);
const struct vectors vectors_session = TABLE(session_rows);
const struct vectors vectors_notification = TABLE(notification_rows);
const struct vectors vectors_enumeration = TABLE(enumeration_rows);
const struct vectors vectors_rcm_public = TABLE(rcm_public_rows);
const struct vectors vectors_tsvip = TABLE(tsvip_rows);

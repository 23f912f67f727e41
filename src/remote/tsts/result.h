/*
 * What the interfaces since Vista (LSM, RCM, TSVIP) have in common: each response ends with an HRESULT, many
 * of them are nothing but that, or a context handle before it. Portable.
 */
#ifndef WTS_REMOTE_TSTS_RESULT_H
#define WTS_REMOTE_TSTS_RESULT_H

#include "remote/tsts/procedure.h"

/* What every answer begins with. */
struct wts_tsts_result {
    struct wts_context_handle context; /* where the response has one, else null */
    uint32_t hresult;
};

/* True when the call failed: the sign bit, and only that. Servers succeed with 1 and 0x10000000, too. */
static inline bool wts_tsts_failed(const struct wts_tsts_result *result)
{
    return result->hresult >= 0x80000000U;
}

/* The outcome of all these procedures: what the HRESULT says. */
uint32_t wts_tsts_outcome(const void *answer);

/* Reads a response of nothing but the HRESULT. */
void wts_tsts_get_result(struct wts_ndr_reader *reader, struct wts_ndr_arena *arena, void *answer);

/* Reads a context handle and the HRESULT: what opens gives one, what closes gives it back as null. */
void wts_tsts_get_context(struct wts_ndr_reader *reader, struct wts_ndr_arena *arena, void *answer);

/* For the coders: the count of an array behind an [out] T **, 0 for NULL; see wts_ndr_get_array. */
uint32_t wts_tsts_array(struct wts_ndr_reader *reader, size_t element_length);

/* For the coders: the HRESULT, last of all, of a response that `reader` has come to the end of. */
void wts_tsts_end(struct wts_ndr_reader *reader, struct wts_tsts_result *result);

/*
 * For the coders: `count` elements of an array came, `parameter` says how many: malformed unless they agree.
 * A failed call that gave no array may count what it likes.
 */
void wts_tsts_compare_counts(struct wts_ndr_reader *reader, uint32_t count, uint32_t parameter,
                             const struct wts_tsts_result *result);

/* For the coders: the end of a response whose array had `count` elements: their count once more, and the
 * HRESULT. */
void wts_tsts_end_array(struct wts_ndr_reader *reader, uint32_t count, struct wts_tsts_result *result);

#endif

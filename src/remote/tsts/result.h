/*
 * Code that the interfaces since Vista (LSM, RCM, TSVIP) share: each response ends with an HRESULT; many
 * consist of only that, or of a context handle and that. Portable.
 */
#ifndef WTS_REMOTE_TSTS_RESULT_H
#define WTS_REMOTE_TSTS_RESULT_H

#include "remote/tsts/procedure.h"

/* Every answer begins with it. */
struct wts_tsts_result {
    struct wts_context_handle context; /* null if the response has none */
    uint32_t hresult;
};

/* True when the call failed: the sign bit, and only that. Servers succeed with 1 and 0x10000000, too. */
static inline bool wts_tsts_failed(const struct wts_tsts_result *result)
{
    return result->hresult >= 0x80000000U;
}

/* The outcome of all these procedures: the error of the HRESULT. */
uint32_t wts_tsts_outcome(const void *answer);

/* Reads a response that consists of the HRESULT. */
void wts_tsts_get_result(struct wts_ndr_reader *reader, struct wts_ndr_arena *arena, void *answer);

/* Reads a context handle and the HRESULT: an open returns a handle, a close returns a null one. */
void wts_tsts_get_context(struct wts_ndr_reader *reader, struct wts_ndr_arena *arena, void *answer);

/* For the coders: the count of an array behind an [out] T **, 0 for NULL; see wts_ndr_get_array. */
uint32_t wts_tsts_array(struct wts_ndr_reader *reader, size_t element_length);

/* For the coders: reads the HRESULT at the end of a response. */
void wts_tsts_end(struct wts_ndr_reader *reader, struct wts_tsts_result *result);

/*
 * For the coders: malformed unless `count`, the number of elements received, equals `parameter`, the count in
 * the response. After a failed call without an array any count is accepted.
 */
void wts_tsts_compare_counts(struct wts_ndr_reader *reader, uint32_t count, uint32_t parameter,
                             const struct wts_tsts_result *result);

/* For the coders: reads the end of a response whose array had `count` elements: the count again, and the
 * HRESULT. */
void wts_tsts_end_array(struct wts_ndr_reader *reader, uint32_t count, struct wts_tsts_result *result);

#endif

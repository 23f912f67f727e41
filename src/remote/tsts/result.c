/*
 * Reads the ends of responses; see result.h.
 */
#include "remote/tsts/result.h"

#include "core/error.h"

uint32_t wts_tsts_outcome(const void *answer)
{
    const struct wts_tsts_result *result = answer;
    return wts_error_from_hresult(result->hresult);
}

uint32_t wts_tsts_array(struct wts_ndr_reader *reader, size_t element_length)
{
    return wts_ndr_get_pointer(reader) ? wts_ndr_get_array(reader, element_length) : 0;
}

void wts_tsts_end(struct wts_ndr_reader *reader, struct wts_tsts_result *result)
{
    result->hresult = wts_ndr_get_u32(reader);
}

void wts_tsts_compare_counts(struct wts_ndr_reader *reader, uint32_t count, uint32_t parameter,
                             const struct wts_tsts_result *result)
{
    if (parameter != count && (count != 0 || !wts_tsts_failed(result)))
        wts_ndr_reader_reject(reader);
}

void wts_tsts_end_array(struct wts_ndr_reader *reader, uint32_t count, struct wts_tsts_result *result)
{
    const uint32_t parameter = wts_ndr_get_u32(reader);
    wts_tsts_end(reader, result);
    wts_tsts_compare_counts(reader, count, parameter, result);
}

void wts_tsts_get_result(struct wts_ndr_reader *reader, struct wts_ndr_arena *arena, void *answer)
{
    (void)arena;
    wts_tsts_end(reader, answer);
}

void wts_tsts_get_context(struct wts_ndr_reader *reader, struct wts_ndr_arena *arena, void *answer)
{
    struct wts_tsts_result *result = answer;
    (void)arena;
    wts_ndr_get_context(reader, &result->context);
    wts_tsts_end(reader, result);
}

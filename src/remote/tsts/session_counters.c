/*
 * Coder of RpcGetSessionCounters, see session.h: an array of TS_COUNTER goes there and back.
 */
#include "remote/tsts/session.h"

enum { COUNTER_LENGTH = 24 };

size_t wts_lsm_session_counters_length(uint32_t count)
{
    const size_t counts = 4 + 4 + 4; /* max_count, padding, uEntries */
    return counts + (size_t)count * COUNTER_LENGTH;
}

void wts_lsm_put_get_session_counters(struct wts_ndr_writer *writer, const uint32_t *ids, uint32_t count)
{
    wts_ndr_put_array(writer, count);
    for (uint32_t i = 0; i < count; i++) {
        wts_ndr_put_u64(writer, ids[i]); /* dwCounterID, then bResult and its padding */
        wts_ndr_put_u64(writer, 0);      /* dwValue and padding */
        wts_ndr_put_u64(writer, 0);      /* startTime */
    }
    wts_ndr_put_u32(writer, count);
}

static void get_counter(struct wts_ndr_reader *reader, struct wts_lsm_counter *counter)
{
    wts_ndr_align(reader, 8);
    counter->id = wts_ndr_get_u32(reader);
    counter->is_known = wts_ndr_get_u8(reader) != 0;
    counter->value = wts_ndr_get_u32(reader);
    counter->start_time = wts_ndr_get_u64(reader);
}

enum wts_ndr_status wts_lsm_get_session_counters(const uint8_t *stub, size_t length, uint32_t asked,
                                                 struct wts_ndr_arena *arena, struct wts_lsm_counters *out)
{
    struct wts_ndr_reader reader;
    struct wts_lsm_counters result = {0};
    wts_ndr_reader_init(&reader, stub, length);
    result.count = wts_ndr_get_array(&reader, COUNTER_LENGTH);
    if (result.count != asked)
        wts_ndr_reader_reject(&reader);
    struct wts_lsm_counter *counters =
        wts_ndr_get_room(&reader, arena, result.count, sizeof *result.counters);
    for (uint32_t i = 0; counters != NULL && i < result.count; i++)
        get_counter(&reader, &counters[i]);
    result.counters = counters;
    wts_tsts_end(&reader, &result.end);
    if (reader.status == WTS_NDR_OK)
        *out = result;
    return reader.status;
}

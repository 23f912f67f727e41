/*
 * The payloads of the duty channel; see channel_payload.h.
 */
#include "helper/session/channel_payload.h"

#include <string.h>

void wts_vc_put_open(struct wts_frame_writer *writer, const struct wts_vc_open *open)
{
    wts_frame_put_text(writer, open->name);
    wts_frame_put_u32(writer, open->options);
}

bool wts_vc_get_open(struct wts_frame_reader *reader, struct wts_vc_open *open)
{
    open->name = wts_frame_get_text(reader);
    open->options = wts_frame_get_u32(reader);
    const size_t max = open->options == 0 ? WTS_VC_MAX_STATIC_NAME : WTS_VC_MAX_NAME;
    const bool is_dynamic = (open->options & WTS_VC_DYNAMIC) != 0;
    return wts_frame_reader_ended(reader) && open->name.data != NULL && open->name.length != 0 &&
           open->name.length <= max && memchr(open->name.data, 0, open->name.length) == NULL &&
           (open->options & ~(uint32_t)WTS_VC_ALL_OPTIONS) == 0 && (open->options == 0 || is_dynamic);
}

void wts_vc_put_record(uint8_t *bytes, const struct wts_vc_record *record)
{
    struct wts_frame_writer writer = {.data = bytes, .size = WTS_VC_RECORD_HEADER_LENGTH};
    wts_frame_put_u32(&writer, record->length);
    wts_frame_put_u32(&writer, record->flags);
}

bool wts_vc_get_record(const uint8_t *bytes, struct wts_vc_record *record)
{
    struct wts_frame_reader reader = {.data = bytes, .left = WTS_VC_RECORD_HEADER_LENGTH};
    record->length = wts_frame_get_u32(&reader);
    record->flags = wts_frame_get_u32(&reader);
    return record->length <= WTS_VC_MAX_RECORD &&
           (record->flags == WTS_VC_PURGED ? record->length == 0
                                           : (record->flags & ~(uint32_t)(WTS_VC_FIRST | WTS_VC_LAST)) == 0);
}

/*
 * Coders of RCMListener; what they are for stands in rcm_listener.h.
 */
#include "remote/tsts/rcm_listener.h"

size_t wts_rcm_open_listener_length(const struct wts_text *name)
{
    return wts_ndr_text_length(name);
}

void wts_rcm_put_open_listener(struct wts_ndr_writer *writer, const struct wts_text *name)
{
    wts_ndr_put_text(writer, name);
}

void wts_rcm_put_close_listener(struct wts_ndr_writer *writer, const struct wts_context_handle *listener)
{
    wts_ndr_put_context(writer, listener);
}

void wts_rcm_put_is_listening(struct wts_ndr_writer *writer, const struct wts_context_handle *listener)
{
    wts_ndr_put_context(writer, listener);
}

enum wts_ndr_status wts_rcm_get_is_listening(const uint8_t *stub, size_t length,
                                             struct wts_rcm_is_listening *out)
{
    struct wts_ndr_reader reader;
    struct wts_rcm_is_listening result = {0};
    wts_ndr_reader_init(&reader, stub, length);
    result.is_listening = wts_ndr_get_u32(&reader) != 0;
    wts_tsts_end(&reader, &result.end);
    if (reader.status == WTS_NDR_OK)
        *out = result;
    return reader.status;
}

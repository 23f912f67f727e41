/*
 * Coders of TermSrvNotification; what they are for stands in notification.h.
 */
#include "remote/tsts/notification.h"

enum { CHANGE_LENGTH = 8 };

void wts_lsm_put_wait_for_session_state(struct wts_ndr_writer *writer, uint32_t session_id, uint32_t state,
                                        uint32_t timeout_ms)
{
    wts_ndr_put_u32(writer, session_id);
    wts_ndr_put_u32(writer, state);
    wts_ndr_put_u32(writer, timeout_ms);
}

void wts_lsm_put_register_async_notification(struct wts_ndr_writer *writer, uint32_t session_id,
                                             uint32_t mask)
{
    wts_ndr_put_u32(writer, session_id);
    wts_ndr_put_u32(writer, mask);
}

void wts_lsm_put_wait_async_notification(struct wts_ndr_writer *writer,
                                         const struct wts_context_handle *notification)
{
    wts_ndr_put_context(writer, notification);
}

enum wts_ndr_status wts_lsm_get_wait_async_notification(const uint8_t *stub, size_t length,
                                                        struct wts_ndr_arena *arena,
                                                        struct wts_lsm_session_changes *out)
{
    struct wts_ndr_reader reader;
    struct wts_lsm_session_changes result = {0};
    wts_ndr_reader_init(&reader, stub, length);
    result.count = wts_tsts_array(&reader, CHANGE_LENGTH);
    struct wts_lsm_session_change *changes =
        wts_ndr_get_room(&reader, arena, result.count, sizeof *result.changes);
    for (uint32_t i = 0; changes != NULL && i < result.count; i++) {
        changes[i].session_id = wts_ndr_get_u32(&reader);
        changes[i].event = wts_ndr_get_u32(&reader);
    }
    result.changes = changes;
    wts_tsts_end_array(&reader, result.count, &result.end);
    if (reader.status == WTS_NDR_OK)
        *out = result;
    return reader.status;
}

void wts_lsm_put_unregister_async_notification(struct wts_ndr_writer *writer,
                                               const struct wts_context_handle *notification)
{
    wts_ndr_put_context(writer, notification);
}

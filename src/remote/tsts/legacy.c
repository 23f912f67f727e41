/*
 * Coders of the Legacy interface; what they are for stands in legacy.h.
 */
#include "remote/ndr/reader.h"
#include "remote/tsts/legacy.h"

/* What ends a response: pResult, then the BOOLEAN. Gives *out only when all of the stub was there. */
static bool get_end(struct wts_ndr_reader *reader, struct wts_legacy_result *result,
                    struct wts_legacy_result *out)
{
    result->result = wts_ndr_get_u8(reader);
    if (reader->status != WTS_NDR_OK)
        return false;
    *out = *result;
    return true;
}

/* A response of nothing but its end. */
static bool get_plain(const uint8_t *stub, size_t length, struct wts_legacy_result *out)
{
    struct wts_ndr_reader reader;
    struct wts_legacy_result result = {0};
    wts_ndr_reader_init(&reader, stub, length);
    result.error = wts_ndr_get_u32(&reader);
    return get_end(&reader, &result, out);
}

void wts_legacy_put_open_server(struct wts_ndr_writer *writer)
{
    /* Nothing: the only input is the binding handle. */
    (void)writer;
}

bool wts_legacy_get_open_server(const uint8_t *stub, size_t length, struct wts_legacy_result *out)
{
    struct wts_ndr_reader reader;
    struct wts_legacy_result result = {0};
    wts_ndr_reader_init(&reader, stub, length);
    result.error = wts_ndr_get_u32(&reader);
    wts_ndr_get_context(&reader, &result.context);
    return get_end(&reader, &result, out);
}

void wts_legacy_put_shutdown_system(struct wts_ndr_writer *writer, const struct wts_context_handle *context,
                                    uint32_t flags)
{
    wts_ndr_put_context(writer, context);
    wts_ndr_put_u32(writer, 0); /* ClientLogonId */
    wts_ndr_put_u32(writer, flags);
}

bool wts_legacy_get_shutdown_system(const uint8_t *stub, size_t length, struct wts_legacy_result *out)
{
    return get_plain(stub, length, out);
}

void wts_legacy_put_wait_system_event(struct wts_ndr_writer *writer, const struct wts_context_handle *context,
                                      uint32_t mask)
{
    wts_ndr_put_context(writer, context);
    wts_ndr_put_u32(writer, mask);
}

bool wts_legacy_get_wait_system_event(const uint8_t *stub, size_t length, struct wts_legacy_events *out)
{
    struct wts_ndr_reader reader;
    struct wts_legacy_events result = {0};
    wts_ndr_reader_init(&reader, stub, length);
    result.end.error = wts_ndr_get_u32(&reader);
    result.events = wts_ndr_get_u32(&reader);
    result.end.result = wts_ndr_get_u8(&reader);
    if (reader.status != WTS_NDR_OK)
        return false;
    *out = result;
    return true;
}

void wts_legacy_put_terminate_process(struct wts_ndr_writer *writer, const struct wts_context_handle *context,
                                      uint32_t process_id, uint32_t exit_code)
{
    wts_ndr_put_context(writer, context);
    wts_ndr_put_u32(writer, process_id);
    wts_ndr_put_u32(writer, exit_code);
}

bool wts_legacy_get_terminate_process(const uint8_t *stub, size_t length, struct wts_legacy_result *out)
{
    return get_plain(stub, length, out);
}

void wts_legacy_put_close_server_ex(struct wts_ndr_writer *writer, const struct wts_context_handle *context)
{
    wts_ndr_put_context(writer, context);
}

bool wts_legacy_get_close_server_ex(const uint8_t *stub, size_t length, struct wts_legacy_result *out)
{
    struct wts_ndr_reader reader;
    struct wts_legacy_result result = {0};
    wts_ndr_reader_init(&reader, stub, length);
    wts_ndr_get_context(&reader, &result.context);
    result.error = wts_ndr_get_u32(&reader);
    return get_end(&reader, &result, out);
}

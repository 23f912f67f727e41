/*
 * Coder of TSVIPPublic; what it is for stands in tsvip.h.
 */
#include "remote/tsts/tsvip.h"

/* dwVersion of TSVIPSession. */
enum { VERSION = 1 };

/* PhysicalAddress of TSVIPAddress: bytes at most. */
enum { PHYSICAL_ADDRESS_MAXIMUM = 16 };

void wts_tsvip_put_get_session_ip(struct wts_ndr_writer *writer, uint16_t family, uint32_t session_id)
{
    wts_ndr_put_u16(writer, family);
    wts_ndr_put_u32(writer, session_id);
}

/* PhysicalAddressLength and the varying array of that many bytes, which has no max_count of its own. */
static void skip_physical_address(struct wts_ndr_reader *reader)
{
    const uint32_t length = wts_ndr_get_u32(reader);
    const uint32_t start = wts_ndr_get_u32(reader);
    const uint32_t count = wts_ndr_get_u32(reader);
    if (start != 0 || count != length || length > PHYSICAL_ADDRESS_MAXIMUM)
        wts_ndr_reader_reject(reader);
    wts_ndr_get_bytes(reader, count);
}

/* TSVIPSession behind its version. True when it has an address. */
static bool get_session(struct wts_ndr_reader *reader, struct wts_tsvip_session *result)
{
    result->session_id = wts_ndr_get_u32(reader);
    wts_ndr_get_u32(reader); /* dwVersion of TSVIPAddress */
    const bool is_known = wts_tsts_get_address(reader, &result->address);
    result->prefix_or_mask = wts_ndr_get_u32(reader);
    skip_physical_address(reader);
    result->lease_expires = wts_ndr_get_u32(reader);
    wts_ndr_get_u32(reader); /* T1 */
    wts_ndr_get_u32(reader); /* T2 */
    return is_known;
}

/*
 * What a failed call leaves behind a first word of 0: after a NULL pointer only the HRESULT, else the rest of
 * a structure that is all zero, without an arm. A HRESULT of failure is never zero, so the next word tells.
 */
static void skip_empty(struct wts_ndr_reader *reader, struct wts_tsvip_session *result)
{
    struct wts_ndr_reader ahead = *reader;
    if (wts_ndr_get_u32(&ahead) == 0)
        get_session(reader, result);
}

enum wts_ndr_status wts_tsvip_get_session_ip(const uint8_t *stub, size_t length,
                                             struct wts_tsvip_session *out)
{
    struct wts_ndr_reader reader;
    struct wts_tsvip_session result = {0};
    bool is_known = false;
    wts_ndr_reader_init(&reader, stub, length);
    const uint32_t first = wts_ndr_get_u32(&reader); /* the version, or a referent before it */
    if (first != 0) {
        const uint32_t version = first == VERSION ? first : wts_ndr_get_u32(&reader);
        if (version != VERSION)
            wts_ndr_reader_reject(&reader);
        is_known = get_session(&reader, &result);
    } else {
        skip_empty(&reader, &result);
    }
    wts_tsts_end(&reader, &result.end);
    if (!is_known && !wts_tsts_failed(&result.end))
        wts_ndr_reader_reject(&reader);
    if (reader.status == WTS_NDR_OK)
        *out = result;
    return reader.status;
}

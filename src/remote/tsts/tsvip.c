/*
 * The procedure of TSVIPPublic; see tsvip.h.
 */
#include "remote/tsts/tsvip.h"

/* dwVersion of TSVIPSession. */
enum { VERSION = 1 };

/* PhysicalAddress of TSVIPAddress: bytes at most. */
enum { MAX_PHYSICAL_ADDRESS = 16 };

static void put_session_ip(struct wts_ndr_writer *writer, const struct wts_context_handle *context,
                           const void *arguments)
{
    wts_ndr_put_u16(writer, WTS_FAMILY_IPV4);
    wts_put_session_id(writer, context, arguments);
}

/* PhysicalAddressLength and the varying array of that many bytes, which has no max_count. */
static void skip_physical_address(struct wts_ndr_reader *reader)
{
    const uint32_t length = wts_ndr_get_u32(reader);
    const uint32_t start = wts_ndr_get_u32(reader);
    const uint32_t count = wts_ndr_get_u32(reader);
    if (start != 0 || count != length || length > MAX_PHYSICAL_ADDRESS)
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
 * Skips the rest of a failed call whose first word is 0. After a NULL pointer only the HRESULT follows, else
 * the rest of a structure that is all zero, without a union arm. The HRESULT of a failure is never zero, so
 * the next word shows which case it is.
 */
static void skip_empty(struct wts_ndr_reader *reader, struct wts_tsvip_session *result)
{
    struct wts_ndr_reader ahead = *reader;
    if (wts_ndr_get_u32(&ahead) == 0)
        get_session(reader, result);
}

static void get_session_ip(struct wts_ndr_reader *reader, struct wts_ndr_arena *arena, void *answer)
{
    struct wts_tsvip_session *session = answer;
    bool is_known = false;
    (void)arena;
    const uint32_t first = wts_ndr_get_u32(reader); /* the version, or a referent before it */
    if (first != 0) {
        const uint32_t version = first == VERSION ? first : wts_ndr_get_u32(reader);
        if (version != VERSION)
            wts_ndr_reader_reject(reader);
        is_known = get_session(reader, session);
    } else {
        skip_empty(reader, session);
    }
    wts_tsts_end(reader, &session->end);
    if (!is_known && !wts_tsts_failed(&session->end))
        wts_ndr_reader_reject(reader);
}

const struct wts_procedure wts_tsvip_get_session_ip = {
    &wts_interface_tsvip, NULL,           WTS_TSVIP_GET_SESSION_IP,         "RpcGetSessionIP",
    put_session_ip,       get_session_ip, sizeof(struct wts_tsvip_session), wts_tsts_outcome};

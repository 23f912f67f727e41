/*
 * Reader of address.h.
 */
#include <string.h>

#include "remote/tsts/address.h"

/* Reads a port, the only number that is in network order. */
static uint16_t get_port(struct wts_ndr_reader *reader)
{
    const uint8_t *bytes = wts_ndr_get_bytes(reader, 2);
    if (bytes == NULL)
        return 0;
    return (uint16_t)(bytes[0] << 8 | bytes[1]);
}

static void copy_bytes(struct wts_ndr_reader *reader, struct wts_tsts_address *address, size_t length)
{
    const uint8_t *bytes = wts_ndr_get_bytes(reader, length);
    if (bytes != NULL)
        memcpy(address->bytes, bytes, length);
}

bool wts_tsts_get_address(struct wts_ndr_reader *reader, struct wts_tsts_address *address)
{
    *address = (struct wts_tsts_address){.family = wts_ndr_get_u16(reader)};
    wts_ndr_get_bytes(reader, 2);
    wts_ndr_align(reader, 4);
    switch (address->family) {
    case WTS_FAMILY_IPV4:
        address->port = get_port(reader);
        wts_ndr_align(reader, 4);
        copy_bytes(reader, address, 4);
        wts_ndr_get_bytes(reader, 8); /* sin_zero */
        return true;
    case WTS_FAMILY_IPV6:
        address->port = get_port(reader);
        address->flow = wts_ndr_get_u32(reader);
        copy_bytes(reader, address, 16);
        address->scope = wts_ndr_get_u32(reader);
        return true;
    default:
        return false;
    }
}

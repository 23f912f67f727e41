/*
 * The addresses of [MS-TSTS]: RCM_REMOTEADDRESS, and the same union inside TSVIPAddress. It is not a
 * sockaddr: the arm of the union starts at the fourth byte. Portable.
 */
#ifndef WTS_REMOTE_TSTS_ADDRESS_H
#define WTS_REMOTE_TSTS_ADDRESS_H

#include <stdbool.h>
#include <stdint.h>

#include "core/sessions.h"
#include "remote/ndr/reader.h"

struct wts_tsts_address {
    uint16_t family;   /* WTS_FAMILY_*; for any other value the rest is 0 */
    uint16_t port;     /* in the machine's byte order */
    uint8_t bytes[16]; /* in network order; IPv4 has four, the rest is 0 */
    uint32_t flow;     /* IPv6 only */
    uint32_t scope;    /* IPv6 only */
};

/*
 * For the coders: reads one address. The two bytes behind the family repeat it or are padding (the IDL does
 * not say which), and are ignored. Returns false, without reading beyond the family, when the union has no
 * arm for it.
 */
bool wts_tsts_get_address(struct wts_ndr_reader *reader, struct wts_tsts_address *address);

#endif

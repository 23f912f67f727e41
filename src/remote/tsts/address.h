/*
 * The addresses of [MS-TSTS]: RCM_REMOTEADDRESS, and the same union inside TSVIPAddress. Not a sockaddr: the
 * arm starts at the fourth byte. Portable.
 */
#ifndef WTS_REMOTE_TSTS_ADDRESS_H
#define WTS_REMOTE_TSTS_ADDRESS_H

#include <stdbool.h>
#include <stdint.h>

#include "core/sessions.h"
#include "remote/ndr/reader.h"

struct wts_tsts_address {
    uint16_t family;   /* of the WTS_FAMILY_ kind; with any other, all of the rest is 0 */
    uint16_t port;     /* as a number: 3389, whatever the machine's byte order */
    uint8_t bytes[16]; /* in network order; IPv4 has four, the rest is 0 */
    uint32_t flow;     /* IPv6 only */
    uint32_t scope;    /* IPv6 only */
};

/*
 * For the coders: reads one address. The two bytes behind the family repeat it or are padding (the IDL leaves
 * it open), and are not looked at. False, and nothing read behind the family, when there is no arm for it.
 */
bool wts_tsts_get_address(struct wts_ndr_reader *reader, struct wts_tsts_address *address);

#endif

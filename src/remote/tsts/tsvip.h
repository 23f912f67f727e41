/*
 * TSVIPPublic, [MS-TSTS]: the virtual IP address of a session. Portable.
 */
#ifndef WTS_REMOTE_TSTS_TSVIP_H
#define WTS_REMOTE_TSTS_TSVIP_H

#include "remote/tsts/address.h"
#include "remote/tsts/result.h"

enum wts_tsvip_opnum { WTS_TSVIP_GET_SESSION_IP = 0 /* RpcGetSessionIP */ };

/* TSVIPSession, and the members of its TSVIPAddress that a caller can use. */
struct wts_tsvip_session {
    struct wts_tsts_result end;
    uint32_t session_id;
    struct wts_tsts_address address;
    uint32_t prefix_or_mask; /* PrefixOrSubnetMask */
    uint32_t lease_expires;
};

/*
 * RpcGetSessionIP, with a session id (a uint32_t): the IPv4 address. Unverified: whether TSVIPSession comes
 * directly or behind a pointer. Both are read; they are told apart by the version, 1, because no referent id
 * of Windows is 1. A success without an address is malformed.
 */
extern const struct wts_procedure wts_tsvip_get_session_ip;

#endif

/*
 * RCMPublic of the remote connection manager, [MS-TSTS]: the client, configuration and protocol of a session,
 * and the listeners. The argument is the session id (a uint32_t) unless noted otherwise; opaque.h reads the
 * opaque bytes. Portable.
 */
#ifndef WTS_REMOTE_TSTS_RCM_PUBLIC_H
#define WTS_REMOTE_TSTS_RCM_PUBLIC_H

#include "remote/tsts/address.h"
#include "remote/tsts/result.h"

enum wts_rcm_public_opnum {
    WTS_RCM_GET_CLIENT_DATA = 0,
    WTS_RCM_GET_CONFIG_DATA = 1,
    WTS_RCM_GET_REMOTE_ADDRESS = 4,
    WTS_RCM_GET_ALL_LISTENERS = 8,
    WTS_RCM_GET_SESSION_PROTOCOL_LAST_INPUT_TIME = 9
};

/* Opaque bytes. */
struct wts_rcm_data {
    struct wts_tsts_result end;
    const uint8_t *data; /* NULL: none */
    uint32_t length;     /* bytes */
    uint64_t time;       /* of the last input; RpcGetSessionProtocolLastInputTime only */
};

/* RpcGetClientData: a WINSTATIONCLIENT. It fails for sessions without a client: console, disconnected. */
extern const struct wts_procedure wts_rcm_get_client_data;

/* RpcGetConfigData: a WINSTATIONCONFIG. */
extern const struct wts_procedure wts_rcm_get_config_data;

/* RpcGetSessionProtocolLastInputTime: a PROTOCOLSTATUS, and the time. */
extern const struct wts_procedure wts_rcm_get_session_protocol_last_input_time;

/* RpcGetRemoteAddress: the client's address. A success without an address of a known family is malformed. */
struct wts_rcm_remote_address {
    struct wts_tsts_result end;
    struct wts_tsts_address address;
};
extern const struct wts_procedure wts_rcm_get_remote_address;

/* RpcGetAllListeners: LISTENERENUM of level 1, the only one. */
struct wts_rcm_listener {
    uint32_t id; /* 65536 and above */
    bool is_listening;
    struct wts_text name;
};
struct wts_rcm_listeners {
    struct wts_tsts_result end;
    uint32_t count;
    const struct wts_rcm_listener *listeners;
};
/* No arguments. */
extern const struct wts_procedure wts_rcm_get_all_listeners;

#endif

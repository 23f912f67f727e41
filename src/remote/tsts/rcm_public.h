/*
 * RCMPublic of the remote connection manager, [MS-TSTS]: what it knows of a session's client, configuration
 * and protocol, and its listeners. The rules that all these coders follow stand in result.h; what is inside
 * the opaque bytes is opaque.h's. Portable.
 */
#ifndef WTS_REMOTE_TSTS_RCM_PUBLIC_H
#define WTS_REMOTE_TSTS_RCM_PUBLIC_H

#include "remote/tsts/address.h"
#include "remote/tsts/result.h"

enum wts_rcm_public_opnum {
    WTS_RCM_GET_CLIENT_DATA = 0,                      /* RpcGetClientData */
    WTS_RCM_GET_CONFIG_DATA = 1,                      /* RpcGetConfigData */
    WTS_RCM_GET_PROTOCOL_STATUS = 2,                  /* RpcGetProtocolStatus */
    WTS_RCM_GET_LAST_INPUT_TIME = 3,                  /* RpcGetLastInputTime */
    WTS_RCM_GET_REMOTE_ADDRESS = 4,                   /* RpcGetRemoteAddress */
    WTS_RCM_GET_ALL_LISTENERS = 8,                    /* RpcGetAllListeners */
    WTS_RCM_GET_SESSION_PROTOCOL_LAST_INPUT_TIME = 9, /* RpcGetSessionProtocolLastInputTime */
    WTS_RCM_QUERY_SESSION_DATA = 11                   /* RpcQuerySessionData */
};

/* PROTOCOLSTATUS_INFO_TYPE. */
enum { WTS_RCM_STATUS_BASIC = 0, WTS_RCM_STATUS_EXTENDED = 1 };

/* Opaque bytes. */
struct wts_rcm_data {
    struct wts_tsts_result end;
    const uint8_t *data; /* NULL: none */
    uint32_t length;     /* bytes */
    uint64_t time;       /* RpcGetSessionProtocolLastInputTime only: of the last input */
};

/* RpcGetClientData: a WINSTATIONCLIENT. It fails for sessions without a client: console, disconnected. */
void wts_rcm_put_get_client_data(struct wts_ndr_writer *writer, uint32_t session_id);

/* RpcGetConfigData: a WINSTATIONCONFIG. */
void wts_rcm_put_get_config_data(struct wts_ndr_writer *writer, uint32_t session_id);

/* RpcGetProtocolStatus: a PROTOCOLSTATUS or PROTOCOLSTATUSEX, by `type` (WTS_RCM_STATUS_*). */
void wts_rcm_put_get_protocol_status(struct wts_ndr_writer *writer, uint32_t session_id, uint16_t type);

/* Reads the response of RpcGetClientData, RpcGetConfigData, RpcGetProtocolStatus. */
enum wts_ndr_status wts_rcm_get_data(const uint8_t *stub, size_t length, struct wts_ndr_arena *arena,
                                     struct wts_rcm_data *out);

/* RpcGetSessionProtocolLastInputTime: RpcGetProtocolStatus and RpcGetLastInputTime in one. */
void wts_rcm_put_get_session_protocol_last_input_time(struct wts_ndr_writer *writer, uint32_t session_id,
                                                      uint16_t type);
enum wts_ndr_status wts_rcm_get_session_protocol_last_input_time(const uint8_t *stub, size_t length,
                                                                 struct wts_ndr_arena *arena,
                                                                 struct wts_rcm_data *out);

/* RpcGetLastInputTime. */
struct wts_rcm_time {
    struct wts_tsts_result end;
    uint64_t time;
};
void wts_rcm_put_get_last_input_time(struct wts_ndr_writer *writer, uint32_t session_id);
enum wts_ndr_status wts_rcm_get_last_input_time(const uint8_t *stub, size_t length, struct wts_rcm_time *out);

/* RpcGetRemoteAddress: of the client. A success without an address of a known family is malformed. */
struct wts_rcm_remote_address {
    struct wts_tsts_result end;
    struct wts_tsts_address address;
};
void wts_rcm_put_get_remote_address(struct wts_ndr_writer *writer, uint32_t session_id);
enum wts_ndr_status wts_rcm_get_remote_address(const uint8_t *stub, size_t length,
                                               struct wts_rcm_remote_address *out);

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
void wts_rcm_put_get_all_listeners(struct wts_ndr_writer *writer);
enum wts_ndr_status wts_rcm_get_all_listeners(const uint8_t *stub, size_t length, struct wts_ndr_arena *arena,
                                              struct wts_rcm_listeners *out);

/* QUERY_SESSION_DATA_TYPE, for RpcQuerySessionData. */
enum wts_rcm_session_data_type {
    WTS_RCM_SESSION_MODULE = 0,
    WTS_RCM_SESSION_WDCONFIG = 1,
    WTS_RCM_SESSION_VIRTUAL_DATA = 2, /* input: the name of a channel */
    WTS_RCM_SESSION_LICENSE = 3,
    WTS_RCM_SESSION_DEVICE_ID = 4,
    WTS_RCM_SESSION_LICENSE_VALIDATION = 5
};

/* The most bytes that go either way: the ranges of cbInputData and cbSessionData. */
enum { WTS_RCM_SESSION_DATA_MAXIMUM = 8192 };

/* What RpcQuerySessionData is asked. */
struct wts_rcm_session_query {
    uint32_t session_id;
    uint16_t type; /* enum wts_rcm_session_data_type */
    const uint8_t *input;
    uint32_t input_length; /* bytes, WTS_RCM_SESSION_DATA_MAXIMUM at most, as below */
    uint32_t capacity;     /* the most bytes of an answer */
};
struct wts_rcm_session_data {
    struct wts_tsts_result end;
    const uint8_t *data; /* NULL: no bytes */
    uint32_t length;     /* bytes */
    uint32_t needed;     /* bytes that a whole answer has */
};

/* RpcQuerySessionData. The request takes wts_rcm_query_session_data_length bytes. */
size_t wts_rcm_query_session_data_length(const struct wts_rcm_session_query *query);
void wts_rcm_put_query_session_data(struct wts_ndr_writer *writer, const struct wts_rcm_session_query *query);
/* `capacity` is the one of the request: more bytes than that are malformed. */
enum wts_ndr_status wts_rcm_get_query_session_data(const uint8_t *stub, size_t length, uint32_t capacity,
                                                   struct wts_ndr_arena *arena,
                                                   struct wts_rcm_session_data *out);

#endif

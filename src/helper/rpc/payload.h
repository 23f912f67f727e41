/*
 * The payloads of the duty RPC, which follow the fixed prefixes of its frames; see helper/frame.h. One
 * channel is one connection to one interface of one server; a REQUEST is one call, its verb the opnum. Shared
 * by wts-relay and the DLL's transport. Portable, without allocation.
 */
#ifndef WTS_HELPER_RPC_PAYLOAD_H
#define WTS_HELPER_RPC_PAYLOAD_H

#include "core/connect_step.h"
#include "helper/frame.h"

enum {
    WTS_RPC_DUTY = 1,            /* in the prefix of OPEN */
    WTS_RPC_MAX_PASSWORD = 1024, /* bytes */
    /* The longest stub, in bytes: a payload without the longest prefix. */
    WTS_RPC_MAX_STUB = WTS_FRAME_MAX_PAYLOAD - 64
};

/*
 * OPEN. If `user` is absent, the log-on uses the Kerberos ticket in the user's cache; the password's place is
 * then 0, 0. Else it uses NTLM with user and password, either of which may be empty, in `domain`; an absent
 * or empty domain means the account's own.
 */
struct wts_rpc_open {
    uint16_t version_major; /* of the interface */
    uint16_t version_minor;
    struct wts_frame_text server; /* host name or address, as given by the program */
    struct wts_frame_text uuid;   /* of the interface: 36 characters */
    struct wts_frame_text pipe;   /* without \PIPE\ */
    struct wts_frame_text domain;
    struct wts_frame_text user;
    uint32_t password_offset; /* in the secret area, which READY names: UTF-8, without a NUL */
    uint32_t password_length; /* bytes, at most WTS_RPC_MAX_PASSWORD */
};

/*
 * OPENED. Its prefix: `error` as transport.h lists them for connect, `step` an enum wts_connect_step,
 * `status` Samba's NTSTATUS.
 */
struct wts_rpc_opened {
    /* For the steps that were reached; 0 for pipe and bind, which are measured together with the log-on. */
    uint32_t microseconds[WTS_CONNECT_STEP_COUNT];
    struct wts_frame_text text; /* a description for the trace; never absent, may be empty */
};

/*
 * REPLY. Its prefix: `error` and `progress` as transport.h describes them for a call, `step` WTS_CONNECT_CALL
 * when the error is not 0 (0 where the chassis answers). The stub is empty unless the error is 0.
 */
struct wts_rpc_reply {
    uint32_t fault;      /* the status of the RPC fault on the wire, or 0 */
    const uint8_t *stub; /* from the get function: inside the payload */
    size_t stub_length;  /* bytes, at most WTS_RPC_MAX_STUB */
};

/*
 * The put functions write behind the prefix. The get functions read from there to the end of the payload;
 * false, with the output undefined, when it is cut, too long, or has an invalid value. A REPLY that the
 * chassis wrote for a lost or late worker has no payload, and reads as fault 0 without a stub.
 */
void wts_rpc_put_open(struct wts_frame_writer *writer, const struct wts_rpc_open *open);
void wts_rpc_put_opened(struct wts_frame_writer *writer, const struct wts_rpc_opened *opened);
void wts_rpc_put_reply(struct wts_frame_writer *writer, const struct wts_rpc_reply *reply);
bool wts_rpc_get_open(struct wts_frame_reader *reader, struct wts_rpc_open *open);
bool wts_rpc_get_opened(struct wts_frame_reader *reader, struct wts_rpc_opened *opened);
bool wts_rpc_get_reply(struct wts_frame_reader *reader, struct wts_rpc_reply *reply);

/* REQUEST: the stub is the rest of the payload. */
void wts_rpc_put_stub(struct wts_frame_writer *writer, const uint8_t *stub, size_t length);

#endif

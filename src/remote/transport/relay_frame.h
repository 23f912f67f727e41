/*
 * The frames between the DLL and wts-relay, one codec for both sides: who sends what, when, and what an
 * answer means. Carried by a connected stream socket, little endian; a payload follows its 16-byte header at
 * once. Portable, on the caller's buffers, without allocation. Carries nothing: see relay.c and the relay's
 * main.c.
 *
 *   DLL -> relay                                   relay -> DLL
 *   HELLO     once, as the first frame             READY      once, before anything else
 *   CONNECT   opens a connection                   CONNECTED  exactly one for each CONNECT
 *   CALL      only after CONNECTED with error 0,   RESULT     exactly one for each CALL
 *             one at a time on a connection
 *   CANCEL    ends the connect or the call that is in flight; with none it does nothing
 *   CLOSE     frees the connection                 nothing
 *
 * The DLL need not wait for READY before it sends CONNECT. Connections are independent: frames of different
 * connections may come in any order. The DLL chooses connection numbers and never uses one twice on a socket;
 * call numbers are its own business, a RESULT repeats the one of its CALL. CANCEL is answered only by the
 * CONNECTED or RESULT that was due anyway (1722, or 1726 and maybe executed, when it came in time).
 * After a CONNECTED with an error, or a RESULT that says `broken`, the DLL still sends CLOSE; it may CLOSE at
 * any time, too, and then ignores what is still on its way for that number. CLOSE is final: a call in flight
 * is abandoned without an answer.
 * End of the stream, on either side, ends everything: calls in flight failed with 1726, maybe executed.
 * A frame that its get function refuses, or that is sent out of turn, is a protocol error: the receiver
 * closes the socket.
 */
#ifndef WTS_REMOTE_RELAY_FRAME_H
#define WTS_REMOTE_RELAY_FRAME_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "remote/transport/transport.h"

enum {
    WTS_FRAME_VERSION = 1,
    WTS_FRAME_HEADER_LENGTH = 16,
    /* Bytes; a stub has WTS_FRAME_STUB_LIMIT. 0x8000 processes with the longest names take 40 MB. */
    WTS_FRAME_PAYLOAD_LIMIT = 64 * 1024 * 1024,
    WTS_FRAME_STUB_LIMIT = WTS_FRAME_PAYLOAD_LIMIT - 64,
    WTS_FRAME_TEXT_LIMIT = 4096 /* bytes of one text */
};

enum wts_frame_type {
    WTS_FRAME_HELLO = 1,
    WTS_FRAME_READY,
    WTS_FRAME_CONNECT,
    WTS_FRAME_CONNECTED,
    WTS_FRAME_CALL,
    WTS_FRAME_RESULT,
    WTS_FRAME_CANCEL, /* header only */
    WTS_FRAME_CLOSE   /* header only */
};

/* Where a connection or call failed. */
enum wts_step {
    WTS_STEP_NONE,  /* nothing failed */
    WTS_STEP_NAME,  /* the server's name has no address */
    WTS_STEP_TCP,   /* no address answers on the SMB port */
    WTS_STEP_LOGON, /* SMB negotiation and log-on; also: no credential and no ticket */
    WTS_STEP_PIPE,  /* the pipe is absent or closed to this user */
    WTS_STEP_BIND,  /* RPC bind: interface unknown, privacy refused */
    WTS_STEP_CALL,  /* the call itself */
    WTS_STEP_COUNT
};

/* Fields that a type does not use are 0 in the header. */
struct wts_frame {
    uint32_t length; /* of the payload, in bytes */
    uint16_t type;   /* enum wts_frame_type */
    uint16_t opnum;  /* CALL */
    uint32_t connection;
    uint32_t call; /* CALL, RESULT */
};

/*
 * Text: UTF-8 without a NUL, at most WTS_FRAME_TEXT_LIMIT bytes. `data` NULL: absent, which is something else
 * than empty. From a get function `data` points into the payload and is NOT NUL terminated.
 */
struct wts_frame_text {
    const char *data;
    size_t length; /* bytes */
};

/* The environment the relay works in; it uses no other variable. Absent: unset. */
struct wts_frame_hello {
    uint32_t version;                  /* WTS_FRAME_VERSION */
    struct wts_frame_text home;        /* HOME */
    struct wts_frame_text krb5_cache;  /* KRB5CCNAME */
    struct wts_frame_text krb5_config; /* KRB5_CONFIG */
};

/*
 * The relay's answer to HELLO. Error 0: it serves. Else (1703: the versions differ; 1722: Samba could not be
 * initialised, `text` says why) it closes the socket after this frame.
 */
struct wts_frame_ready {
    uint32_t version;           /* WTS_FRAME_VERSION of the relay */
    uint32_t error;             /* Win32 code */
    struct wts_frame_text text; /* for the trace: never absent, may be empty */
};

/*
 * `user` absent: log on by the Kerberos ticket of the user's cache. Else user and password (both may be
 * empty; an absent password counts as empty) log on by NTLM, in `domain`, absent or empty: the account's own.
 */
struct wts_frame_connect {
    uint16_t version_major; /* of the interface */
    uint16_t version_minor;
    uint32_t timeout_ms;          /* for the whole connect, at the relay's side; UINT32_MAX: no limit */
    struct wts_frame_text server; /* host name or address, as the program gave it */
    struct wts_frame_text uuid;   /* of the interface: 36 characters */
    struct wts_frame_text pipe;   /* without \PIPE\ */
    struct wts_frame_text domain;
    struct wts_frame_text user;
    struct wts_frame_text password;
};

/*
 * Answer to CONNECT. `error` 0: CALL may follow. Else a Win32 code as transport.h lists them for connect, the
 * step that failed, and Samba's NTSTATUS where one was at hand (else 0). The times are those of the steps
 * that were reached, in microseconds; pipe and bind, which cannot be told apart from the log-on, count 0.
 */
struct wts_frame_connected {
    uint32_t error;
    uint32_t status;
    enum wts_step step;                    /* WTS_STEP_NONE when error is 0 */
    uint32_t microseconds[WTS_STEP_COUNT]; /* [WTS_STEP_NAME] ... [WTS_STEP_LOGON] */
    struct wts_frame_text text; /* for the trace: what happened, in words; never absent, may be empty */
};

/* One call; the opnum is in the header. After `timeout_ms` it is answered with 1818, at the latest a moment
 * later. */
struct wts_frame_call {
    uint32_t timeout_ms;    /* UINT32_MAX: no limit */
    const uint8_t *request; /* the stub; from a get function: inside the payload */
    size_t request_length;  /* bytes, at most WTS_FRAME_STUB_LIMIT */
};

/* Answer to CALL. `result` as transport.h tells; the response stub is empty unless its error is 0. */
struct wts_frame_result {
    struct wts_call_result result;
    uint32_t status;         /* Samba's NTSTATUS, or 0 */
    uint32_t fault;          /* the status of the RPC fault on the wire, or 0 */
    enum wts_step step;      /* WTS_STEP_NONE when the error is 0 */
    const uint8_t *response; /* from a get function: inside the payload */
    size_t response_length;  /* bytes, at most WTS_FRAME_STUB_LIMIT */
};

/*
 * Writes a header. `out` holds WTS_FRAME_HEADER_LENGTH bytes. For CANCEL and CLOSE that is the whole frame,
 * with length 0.
 */
void wts_relay_frame_put_header(uint8_t *out, const struct wts_frame *frame);

/*
 * Reads a header of WTS_FRAME_HEADER_LENGTH bytes. False: an unknown type, a length above the limit, a
 * payload where the type has none; the connection must end.
 */
bool wts_relay_frame_get_header(const uint8_t *in, struct wts_frame *frame);

/*
 * Each put function writes a whole frame, header and payload. Returns its length in bytes: when that is more
 * than `size`, the buffer's content is undefined, and a buffer of that length will do. 0: a field is beyond
 * its limit or holds a NUL. [in] buffer: may be NULL when size is 0.
 */
size_t wts_relay_frame_put_hello(uint8_t *buffer, size_t size, const struct wts_frame_hello *hello);
size_t wts_relay_frame_put_ready(uint8_t *buffer, size_t size, const struct wts_frame_ready *ready);
size_t wts_relay_frame_put_connect(uint8_t *buffer, size_t size, uint32_t connection,
                                   const struct wts_frame_connect *connect);
size_t wts_relay_frame_put_connected(uint8_t *buffer, size_t size, uint32_t connection,
                                     const struct wts_frame_connected *connected);
size_t wts_relay_frame_put_call(uint8_t *buffer, size_t size, uint32_t connection, uint32_t call,
                                uint16_t opnum, const struct wts_frame_call *request);
size_t wts_relay_frame_put_result(uint8_t *buffer, size_t size, uint32_t connection, uint32_t call,
                                  const struct wts_frame_result *result);

/*
 * Each get function reads the payload of one frame of its type: `length` bytes, as the header said. False,
 * with the output undefined: cut, too long, a field beyond its limit, a value that does not exist. What the
 * output points to lies in the payload and lives as long as that.
 */
bool wts_relay_frame_get_hello(const uint8_t *payload, size_t length, struct wts_frame_hello *hello);
bool wts_relay_frame_get_ready(const uint8_t *payload, size_t length, struct wts_frame_ready *ready);
bool wts_relay_frame_get_connect(const uint8_t *payload, size_t length, struct wts_frame_connect *connect);
bool wts_relay_frame_get_connected(const uint8_t *payload, size_t length,
                                   struct wts_frame_connected *connected);
bool wts_relay_frame_get_call(const uint8_t *payload, size_t length, struct wts_frame_call *call);
bool wts_relay_frame_get_result(const uint8_t *payload, size_t length, struct wts_frame_result *result);

/* The step in one or two words of English, for traces; "?" for a value that does not exist. */
const char *wts_step_name(enum wts_step step);

#endif

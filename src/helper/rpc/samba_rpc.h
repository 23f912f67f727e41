/*
 * The only file that calls Samba's library for RPC: to one interface of one server, over a named pipe, always
 * with packet privacy. One process makes one connection: Samba's library can block its whole process for a
 * minute (a silent KDC), so only another process can end a connect or a call in time. Every function here
 * blocks.
 */
#ifndef WTS_HELPER_RPC_SAMBA_RPC_H
#define WTS_HELPER_RPC_SAMBA_RPC_H

#include "helper/rpc/payload.h"

struct loadparm_context;
struct wts_rpc;

/* As in struct wts_rpc_open, NUL terminated. */
struct wts_rpc_target {
    const char *server;
    const char *address; /* found by wts_address_reach() */
    const char *uuid;
    uint16_t version_major;
    uint16_t version_minor;
    const char *pipe;
    const char *domain; /* or NULL */
    const char *user;   /* or NULL: Kerberos, by the ticket of the cache */
    char *password;     /* wiped by wts_rpc_connect() */
};

/*
 * Called while a connect or a call waits, as soon as `descriptor` is readable, which means that the process
 * is to end. The function says good-bye and does not return.
 */
struct wts_rpc_leave {
    int descriptor;
    void (*leave)(void *argument);
    void *argument;
};

/* Outcome of a connect; `text` lives as long as the process. */
struct wts_rpc_outcome {
    uint32_t error; /* Win32 code, 0: connected */
    uint32_t status;
    enum wts_connect_step step;
    const char *text;
};

/*
 * Reads smb.conf and starts the security mechanisms; once, before any fork. Whatever smb.conf says, SMB
 * signing is required, the dialect is 2.0.2 at least, and NTLM is NTLMv2 with 128-bit keys. Returns NULL and
 * sets *lp, or returns a sentence with the reason.
 */
const char *wts_rpc_start(struct loadparm_context **lp);

/* Log-on, pipe and bind; once in a process. [in] leave: lives as long as the process. */
struct wts_rpc_outcome wts_rpc_connect(struct loadparm_context *lp, struct wts_rpc_target *target,
                                       const struct wts_rpc_leave *leave);

/*
 * How the connection was authenticated: "NTLM", or "Kerberos as " and the principal of the ticket. Lives as
 * long as the connection.
 */
const char *wts_rpc_logon(void);

/* The result of a call; the stub lives until the next one. */
struct wts_rpc_result {
    struct wts_frame_outcome outcome;
    bool is_broken; /* the connection can no longer be used */
    struct wts_rpc_reply reply;
};

/* One call on the connection, without a limit in time. */
void wts_rpc_call(uint16_t opnum, const uint8_t *request, size_t request_length,
                  struct wts_rpc_result *result);

/*
 * Says good-bye to the server, as far as the connect came: closes the pipe, which ends a pending call there,
 * at the latest when the service answers. (smbd 4.22 waits for that; only an SMB2 CANCEL, which Samba's
 * client library does not offer, might end it sooner.) May be called while a connect or a call waits; nothing
 * may be called after it.
 */
void wts_rpc_goodbye(void);

#endif

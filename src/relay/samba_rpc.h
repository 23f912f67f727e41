/*
 * The one room where Samba's library is called: RPC to one interface of one server, over a named pipe, with
 * packet privacy, or not at all. One process makes one connection: Samba's library can stop its whole process
 * for a minute (a silent KDC), so only another process can end a connect or a call in time. Every function
 * here blocks.
 */
#ifndef WTS_RELAY_SAMBA_RPC_H
#define WTS_RELAY_SAMBA_RPC_H

#include "remote/transport/relay_frame.h"

struct loadparm_context;
struct wts_rpc;

/* As in struct wts_frame_connect, NUL terminated. */
struct wts_rpc_target {
    const char *server;
    const char *address; /* what wts_address_reach() found */
    const char *uuid;
    uint16_t version_major;
    uint16_t version_minor;
    const char *pipe;
    const char *domain; /* or NULL */
    const char *user;   /* or NULL: Kerberos, by the ticket of the cache */
    char *password;     /* or NULL; wiped by wts_rpc_connect() */
};

/* Outcome of a connect; `text` lives as long as the process. */
struct wts_rpc_outcome {
    uint32_t error; /* Win32 code, 0: connected */
    uint32_t status;
    enum wts_step step;
    const char *text;
};

/*
 * Reads smb.conf and starts the security mechanisms; once, before any fork. Whatever smb.conf says, SMB
 * signing is required, the dialect is 2.0.2 at least, and NTLM is NTLMv2 with 128-bit keys. Returns NULL,
 * with *lp; or a sentence.
 */
const char *wts_rpc_start(struct loadparm_context **lp);

/* Log-on, pipe and bind. With error 0 the caller owns *rpc, until the process ends. */
struct wts_rpc_outcome wts_rpc_connect(struct loadparm_context *lp, struct wts_rpc_target *target,
                                       struct wts_rpc **rpc);

/* "NTLM" or "Kerberos": how a connection was authenticated. */
const char *wts_rpc_mechanism(const struct wts_rpc *rpc);

/*
 * One call, without a limit in time. [out] result: everything of it; the response stub lives until the next
 * call.
 */
void wts_rpc_call(struct wts_rpc *rpc, uint16_t opnum, const uint8_t *request, size_t request_length,
                  struct wts_frame_result *result);

#endif

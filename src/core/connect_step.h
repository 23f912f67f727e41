/*
 * The steps of connecting to a server, and advice for a user when one fails: one table for every transport,
 * for `wts check` and for `wts-relay --check`. Portable; the values are sent in frames between the DLL and
 * its helpers.
 */
#ifndef WTS_CORE_CONNECT_STEP_H
#define WTS_CORE_CONNECT_STEP_H

#include <stdint.h>

enum wts_connect_step {
    WTS_CONNECT_NONE,  /* nothing failed */
    WTS_CONNECT_NAME,  /* the server's name has no address */
    WTS_CONNECT_TCP,   /* no address answers on the SMB port */
    WTS_CONNECT_LOGON, /* SMB negotiation and log-on; also when there is neither a credential nor a ticket */
    WTS_CONNECT_PIPE,  /* the pipe does not exist, or this user may not open it */
    WTS_CONNECT_BIND,  /* RPC bind: interface unknown, privacy refused */
    WTS_CONNECT_CALL,  /* the call itself */
    WTS_CONNECT_RELAY, /* wts-relay, before any step: it does not start, or does not answer */
    WTS_CONNECT_STEP_COUNT
};

/* One English word: "name", "tcp", "logon", "pipe", "bind", "call", "relay"; "none" when nothing failed, "?"
 * for an unknown value. Constant. */
const char *wts_connect_step_name(uint32_t step);

/*
 * What to look at when `step` failed: the end of a sentence that begins with "look at". [in] status: the
 * NTSTATUS of the failure, or 0. Returns a constant; NULL where there is no advice.
 */
const char *wts_connect_step_advice(uint32_t step, uint32_t status);

#endif

/*
 * The transport of Windows: the system's own RPC run time, used at stub level. Under Wine only tests use it,
 * over TCP, because Wine ignores the host of a pipe's binding (measured: Wine 8.0).
 */
#ifndef WTS_REMOTE_RPCRT4_H
#define WTS_REMOTE_RPCRT4_H

#include <stdbool.h>

#include "remote/transport/transport.h"

extern const struct wts_transport wts_transport_rpcrt4;

/*
 * Sends every later connection to `setting`, "ncacn_ip_tcp:<address>[port]" with a loopback address, without
 * authentication. False for any other setting. For tests under Wine.
 */
bool wts_rpcrt4_redirect(const char *setting);

#endif

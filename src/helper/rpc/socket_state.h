/*
 * The state of the TCP connection that Samba's library does not expose. Checking it before a call
 * distinguishes a loss before the call from a loss during it: only after the first it is safe to repeat the
 * call.
 */
#ifndef WTS_HELPER_RPC_SOCKET_STATE_H
#define WTS_HELPER_RPC_SOCKET_STATE_H

#include <stdbool.h>

/* The one connected TCP socket of this process besides descriptors 0 to 2; -1 when there is none or several.
 */
int wts_socket_find(void);

/* Whether the peer or the system has ended the connection. False for -1. */
bool wts_socket_is_lost(int fd);

#endif

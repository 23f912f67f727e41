/*
 * The state of the TCP connection that Samba's library keeps to itself. Looking at it before a call tells a
 * loss that happened before from one that happened during the call: only the first is safe to repeat.
 */
#ifndef WTS_HELPER_RPC_SOCKET_STATE_H
#define WTS_HELPER_RPC_SOCKET_STATE_H

#include <stdbool.h>

/* The one connected TCP socket of this process besides descriptors 0 to 2; -1 when there is none or several.
 */
int wts_socket_find(void);

/* Whether the peer has ended the connection, or the system has given it up. False for -1. */
bool wts_socket_is_lost(int fd);

#endif

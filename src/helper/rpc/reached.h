/*
 * The TCP connection on which a host was reached, for Samba to use. Its library makes its own and cannot be
 * given one, and each connection costs a server a process or a thread. So the program has a connect() of its
 * own, which its libraries call: the first call that leads to the same place gets what is there already. A
 * Samba that connects in another way makes its own connection, as before.
 */
#ifndef WTS_HELPER_RPC_REACHED_H
#define WTS_HELPER_RPC_REACHED_H

/* Takes over a connected socket that does not block; -1: none. */
void wts_reached_keep(int socket);

/* Closes it, unless it was used. */
void wts_reached_drop(void);

#endif

/*
 * The TCP connection on which a host was reached, for Samba to use. Samba's library makes its own connection
 * and accepts no other, but each connection costs a server a process or a thread. So the program has its own
 * connect(), which its libraries call: the first call for the same address gets the existing connection. A
 * version of Samba that connects in another way makes its own.
 */
#ifndef WTS_HELPER_RPC_REACHED_H
#define WTS_HELPER_RPC_REACHED_H

/* Takes over a connected socket that does not block; -1: none. */
void wts_reached_keep(int socket);

/* Closes it, unless it was used. */
void wts_reached_drop(void);

#endif

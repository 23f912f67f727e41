/*
 * The first two steps of a connection: the server's name becomes addresses, by the system's own resolver, and
 * one of them answers on an SMB port. Samba then gets that address, so that neither step is done twice and
 * each has its own error. Differs from Samba: no WINS and no broadcast, because anybody on the network can
 * answer these.
 */
#ifndef WTS_HELPER_RPC_ADDRESS_H
#define WTS_HELPER_RPC_ADDRESS_H

#include <stdbool.h>
#include <stddef.h>

struct addrinfo;

/* Numeric form, with the scope of a link-local address. */
enum { WTS_ADDRESS_SIZE = 64 };

/*
 * Whether `server` may be looked up at all: 1 to 255 characters, which are letters of any script, digits and
 * "-._:%" (the same set that the DLL allows).
 */
bool wts_address_is_name(const char *server);

/*
 * Step "name". Waits as long as the system's resolver does. [out] list: freed with freeaddrinfo(). Returns
 * NULL, or the message of the resolver.
 */
const char *wts_address_find(const char *server, struct addrinfo **list);

/*
 * Step "tcp": connects to all addresses and ports at once and takes the first that accepts. Waits until every
 * one has failed.
 * [in] ports: numbers as text, ended by NULL. [out] address: of WTS_ADDRESS_SIZE. [out] connection: a socket
 * that does not block; the caller closes it.
 * Returns 0, or the errno of the last failure.
 */
int wts_address_reach(const struct addrinfo *list, const char *const *ports, char *address, int *connection);

#endif

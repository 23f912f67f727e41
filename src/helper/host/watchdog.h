/*
 * The second process of a helper. The end of a helper ends its socket, but only when no other process has a
 * copy of that; Wine's server keeps one. The watchdog shuts the socket down when the parent dies, however
 * that comes, and says the last word into the pipe, which workers that still end keep open. It also ends a
 * parent that is stopped, and so cannot end by itself when the DLL closes its end.
 */
#ifndef WTS_HELPER_HOST_WATCHDOG_H
#define WTS_HELPER_HOST_WATCHDOG_H

#include <sys/types.h>

/* Starts it. [in] socket: to the DLL. [in] replies: the pipe to the DLL, or -1 twice. Returns its process id,
 * or -1. When it dies, the parent has to end. */
pid_t wts_watchdog_start(int socket, const int replies[2]);

#endif

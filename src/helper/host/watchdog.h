/*
 * The second process of a helper. The end of a helper closes its socket only if no other process has a copy
 * of the socket, but Wine's server keeps one. So the watchdog shuts the socket down when the parent dies,
 * whatever the reason, and writes the last word into the pipe, which workers that are still ending keep open.
 * It also ends a parent that is stopped, which cannot end by itself when the DLL closes its end.
 */
#ifndef WTS_HELPER_HOST_WATCHDOG_H
#define WTS_HELPER_HOST_WATCHDOG_H

#include <sys/types.h>

/* Starts it. [in] socket: to the DLL. [in] replies: the pipe to the DLL, or -1 twice. Returns its process id,
 * or -1. When it dies, the parent has to end. */
pid_t wts_watchdog_start(int socket, const int replies[2]);

#endif

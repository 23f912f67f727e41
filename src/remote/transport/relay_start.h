/*
 * Finds wts-relay, starts it and gives the socket to speak to it. Wine only.
 */
#ifndef WTS_REMOTE_RELAY_START_H
#define WTS_REMOTE_RELAY_START_H

#include <winsock2.h>
#include <windows.h>

#include <stdint.h>

#include "remote/transport/relay_frame.h"

/* What there is of a started relay. The copy of its end stays open: Wine shuts a socket down when the last
 * handle of the prefix to it is closed, although another program still has it (measured: Wine 8.0). */
struct wts_relay_end {
    SOCKET ours;
    SOCKET theirs;
};

/*
 * Starts the first relay there is of: WTSAPI32_RELAY (an absolute Unix path; when it is set, no other is
 * looked for), wts-relay beside the DLL, /usr/libexec/wtsapi32/wts-relay. Returns 0, or 1703 with the reason
 * in the trace.
 */
uint32_t wts_relay_start(struct wts_relay_end *end);

/* Closes both sockets: the relay ends. */
void wts_relay_end_close(struct wts_relay_end *end);

/* The environment that the relay is told; the texts live in `buffer` (`capacity` bytes). */
void wts_relay_hello(struct wts_frame_hello *hello, char *buffer, size_t capacity);

#endif

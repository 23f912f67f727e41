/*
 * What carries the bytes of one virtual channel between a helper's channel and the named pipe that the
 * program has the client end of. It lives until the last handle of that end is closed, or the client of the
 * session has gone. Windows only; used under Wine.
 */
#ifndef WTS_LOCAL_CHANNEL_PUMP_H
#define WTS_LOCAL_CHANNEL_PUMP_H

#include <windows.h>

#include <stdbool.h>
#include <stdint.h>

struct wts_pump;

/*
 * Opens the channel and starts to carry. [out] file: the client end, overlapped, in message mode. Errors as
 * wts_virtual_channel_open() has them. The caller's reference ends with wts_pump_release.
 */
uint32_t wts_pump_open(const char *name, uint32_t options, struct wts_pump **pump, HANDLE *file);

void wts_pump_release(struct wts_pump *pump);

/* Sends one message. Waits while the client is behind, until the deadline of a call. 1117, 1818. */
uint32_t wts_pump_write(struct wts_pump *pump, const void *data, uint32_t length);

/* Waits until what wts_pump_write() sent has been taken, a second at most. */
void wts_pump_flush(struct wts_pump *pump);

/*
 * Drops what came before the call and has not reached the pipe. `drain` empties the pipe, on which the pump
 * may wait; it is called again and again. 1117, 1818.
 */
uint32_t wts_pump_purge_input(struct wts_pump *pump, void (*drain)(void *context), void *context);

/* Drops what was written, by wts_pump_write() or into the pipe, and has not been sent. 1117, 1818. */
uint32_t wts_pump_purge_output(struct wts_pump *pump);

#endif

/*
 * What carries the bytes of one virtual channel: between a helper's channel and the caller, or, once the
 * program wants a file, the named pipe that the program has the client end of. It lives until the last handle
 * of that end is closed, or the client of the session has gone. Windows only; used under Wine.
 */
#ifndef WTS_LOCAL_CHANNEL_PUMP_H
#define WTS_LOCAL_CHANNEL_PUMP_H

#include <windows.h>

#include <stdbool.h>
#include <stdint.h>

struct wts_pump;

/* Opens the channel. Errors as wts_virtual_channel_open() has them. The caller's reference ends with
 * wts_pump_release(). */
uint32_t wts_pump_open(const char *name, uint32_t options, struct wts_pump **pump);

void wts_pump_hold(struct wts_pump *pump);
void wts_pump_release(struct wts_pump *pump);

/*
 * The client end, overlapped, in message mode, which the caller closes. With it all that comes goes into the
 * pipe. wts_pump_file: NULL as long as wts_pump_make_file(), which makes it once, was not called. 87: the
 * channel is being closed; 8.
 */
void *wts_pump_file(struct wts_pump *pump);
uint32_t wts_pump_make_file(struct wts_pump *pump, void **file);

/*
 * Reads one chunk, or what is left of it, from the helper's channel, for who found no file. 234: more of it
 * is left; 1818: nothing in time; 995: wts_pump_close() was called; 1117.
 */
uint32_t wts_pump_read(struct wts_pump *pump, uint64_t deadline_ms, void *data, uint32_t size,
                       uint32_t *length);

/* Sends one message. Waits while the client is behind, until the deadline of a call. 1117, 1818. */
uint32_t wts_pump_write(struct wts_pump *pump, const void *data, uint32_t length);

/* The handle of the channel was closed: wts_pump_read() ends, and without a file the channel, with all sent.
 */
void wts_pump_close(struct wts_pump *pump);

/*
 * Called last, when the file is closed: waits until the channel has ended, or, as long as the program has a
 * duplicate of the file, until what was written has been sent; a second at most. What is opened next never
 * meets this channel in xrdp, which would give it the data of a static one with the same number.
 */
void wts_pump_settle(struct wts_pump *pump);

/*
 * Drops what came before the call. `drain` empties the pipe, if there is one; it is called again and again.
 * 1117, 1818.
 */
uint32_t wts_pump_purge_input(struct wts_pump *pump, void (*drain)(void *context), void *context);

/* Drops what was written, by wts_pump_write() or into the pipe, and has not been sent. 1117, 1818. */
uint32_t wts_pump_purge_output(struct wts_pump *pump);

#endif

/*
 * The pump carries the bytes of one virtual channel between a helper's channel and the caller, or, once the
 * program wants a file, the named pipe whose client end the program has. It lives until the last handle of
 * that end is closed, or the client of the session has gone. Windows only; used under Wine.
 */
#ifndef WTS_LOCAL_CHANNEL_PUMP_H
#define WTS_LOCAL_CHANNEL_PUMP_H

#include <windows.h>

#include <stdbool.h>
#include <stdint.h>

struct wts_pump;

/* Opens the channel. The errors are those of wts_virtual_channel_open(). The caller's reference ends with
 * wts_pump_release(). */
uint32_t wts_pump_open(const char *name, uint32_t options, struct wts_pump **pump);

void wts_pump_hold(struct wts_pump *pump);
void wts_pump_release(struct wts_pump *pump);

/*
 * The client end of the pipe, overlapped, in message mode; the caller closes it. From then on all incoming
 * data goes into the pipe. wts_pump_make_file() makes it, once; until then wts_pump_file() returns NULL. 87:
 * the channel is being closed; 8.
 */
void *wts_pump_file(struct wts_pump *pump);
uint32_t wts_pump_make_file(struct wts_pump *pump, void **file);

/*
 * Reads one chunk, or the rest of it, from the helper's channel, for a caller that found no file. 234: more
 * of it is left; 1818: nothing in time; 995: wts_pump_close() was called; 1117.
 */
uint32_t wts_pump_read(struct wts_pump *pump, uint64_t deadline_ms, void *data, uint32_t size,
                       uint32_t *length);

/* Sends one message. Waits while the client does not keep up, until the deadline of a call. 1117, 1818. */
uint32_t wts_pump_write(struct wts_pump *pump, const void *data, uint32_t length);

/* The handle of the channel was closed: ends wts_pump_read() and, if there is no file, sends everything and
 * ends the channel. */
void wts_pump_close(struct wts_pump *pump);

/*
 * Called last, when the file is closed: waits until the channel has ended, or, as long as the program has a
 * duplicate of the file, until what was written has been sent; a second at most. So a channel that is opened
 * next never overlaps with this one in xrdp, which would send it the data of a static channel with the same
 * number.
 */
void wts_pump_settle(struct wts_pump *pump);

/*
 * Drops the data that came before the call. `drain` empties the pipe, if there is one; it is called
 * repeatedly. 1117, 1818.
 */
uint32_t wts_pump_purge_input(struct wts_pump *pump, void (*drain)(void *context), void *context);

/* Drops data that was written, by wts_pump_write() or into the pipe, but not sent. 1117, 1818. */
uint32_t wts_pump_purge_output(struct wts_pump *pump);

#endif

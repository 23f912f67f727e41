/*
 * What the client needs from the system: a helper's process and the socket to it. Implemented in wire_wine.c,
 * and by a double for native tests. Only wts_wire_receive, wts_wire_wait_for_room and wts_wire_start wait.
 */
#ifndef WTS_HELPER_WIRE_H
#define WTS_HELPER_WIRE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "helper/client/client.h"

struct wts_wire;

/*
 * Finds and starts the helper. Returns 0 and the wire, which wts_wire_close frees, or a Win32 code (1703, 8)
 * with the reason in the trace. wts_wire_note_process describes the helper's first output.
 */
uint32_t wts_wire_start(const struct wts_helper_kind *kind, struct wts_wire **wire);

/*
 * Waits for bytes from the socket and takes at most `size` of them; 0: it has ended. For one thread only,
 * like the pipe below. Once the pipe is open it is read instead, because the system then wakes the thread
 * without Wine's server.
 */
size_t wts_wire_receive(struct wts_wire *wire, void *data, size_t size);
bool wts_wire_open_replies(struct wts_wire *wire, const struct wts_frame_ready *ready);
size_t wts_wire_receive_reply(struct wts_wire *wire, void *data, size_t size);

/* A pipe for writing to the helper; WTS_NO_PIPE: it cannot be opened. */
typedef intptr_t wts_wire_pipe;
#define WTS_NO_PIPE ((wts_wire_pipe)-1)
wts_wire_pipe wts_wire_open_requests(const struct wts_frame_ready *ready, uint32_t descriptor);

/* Writes at most WTS_FRAME_MAX_DIRECT bytes, all or none, into a pipe that has room for them. */
bool wts_wire_write_request(wts_wire_pipe pipe, const void *data, size_t length);
void wts_wire_close_requests(wts_wire_pipe pipe);

/* Takes a request of `length` bytes out of the pipe again. True: it was not read, and will not be. */
bool wts_wire_take_back(wts_wire_pipe pipe, size_t length);

/* An unpredictable number. */
uint32_t wts_wire_random(void);

/* Sends as much as the socket accepts at once; *sent may be 0. False: the socket can no longer be used. */
bool wts_wire_send(struct wts_wire *wire, const void *data, size_t length, size_t *sent);

/* Waits until the socket accepts more, or until the moment `until_ms`. */
void wts_wire_wait_for_room(struct wts_wire *wire, uint64_t until_ms);

/*
 * Notes the helper's process id, from its first line of output, "process PID". Until then the process counts
 * as alive.
 */
void wts_wire_note_process(struct wts_wire *wire, uint32_t process_id);

/* Whether that process still runs; one that has ended but was not yet collected by its parent does not. */
bool wts_wire_is_alive(const struct wts_wire *wire);

/* After the end of the process: how many of the bytes that were sent it has not read; 0 as long as that is
 * not certain. */
size_t wts_wire_unread(const struct wts_wire *wire);

/* After the end of the process: makes wts_wire_receive return 0, after the remaining bytes. */
void wts_wire_finish(struct wts_wire *wire);

/* Ends the socket in both directions: the helper ends, and wts_wire_receive returns 0. */
void wts_wire_end(struct wts_wire *wire);

/* Writes to the helper's secret area (READY). False: it cannot be opened; the reason is in the trace. */
bool wts_wire_write_secret(struct wts_wire *wire, const struct wts_frame_ready *ready, uint32_t offset,
                           const void *data, size_t length);

/* The values of the kind's variables; texts are in `buffer` (`size` bytes). Values that do not fit are left
 * out. */
void wts_wire_variables(const struct wts_helper_kind *kind, struct wts_frame_hello *hello, char *buffer,
                        size_t size);

void wts_wire_close(struct wts_wire *wire);

#endif

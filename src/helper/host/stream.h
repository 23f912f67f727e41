/*
 * One end of a stream socket that carries frames, with a buffer for each direction. Never blocks and never
 * changes the socket's own flags, which another process may share. What was in a buffer is wiped before it is
 * freed or used again: what users send to a server must not stay readable.
 */
#ifndef WTS_HELPER_HOST_STREAM_H
#define WTS_HELPER_HOST_STREAM_H

#include "helper/frame.h"

struct wts_buffer {
    uint8_t *data;
    size_t size;  /* bytes allocated */
    size_t begin; /* data[begin..end) is in use */
    size_t end;
};

struct wts_stream {
    int fd;
    struct wts_buffer in;
    struct wts_buffer out;
};

enum wts_stream_state {
    WTS_STREAM_OPEN,
    WTS_STREAM_ENDED /* end of file, a socket error, no memory */
};

/* Reads what is there, at most what completes the frame at hand. Call wts_stream_frame() until it gives none.
 */
enum wts_stream_state wts_stream_read(struct wts_stream *stream);

/*
 * The frame at the front of the input: 1 with header and payload, which live until wts_stream_skip(); 0 when
 * it is not complete yet; -1 when no frame begins so: the stream must end.
 */
int wts_stream_frame(struct wts_stream *stream, struct wts_frame *frame, uint8_t **payload);

/* Takes the frame at the front away and wipes it. */
void wts_stream_skip(struct wts_stream *stream, const struct wts_frame *frame);

/* Adds bytes to the output. False: no memory. */
bool wts_stream_put(struct wts_stream *stream, const void *data, size_t length);

/* Writes the payload of one frame. Called twice, to measure and to fill: it writes the same both times. */
typedef void wts_stream_fill(struct wts_frame_writer *writer, const void *what);

/* Adds a frame to the output; `fill` NULL: without a payload. False: no memory, or a value beyond its limit.
 */
bool wts_stream_put_frame(struct wts_stream *stream, struct wts_frame frame, wts_stream_fill *fill,
                          const void *what);

/* Sends what the socket takes. */
enum wts_stream_state wts_stream_write(struct wts_stream *stream);

/* Bytes that wait to be sent. */
size_t wts_stream_waiting(const struct wts_stream *stream);

/* Wipes and frees the buffers and closes the socket. Harmless when done twice. */
void wts_stream_close(struct wts_stream *stream);

#endif

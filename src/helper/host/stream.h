/*
 * One end of a stream socket that carries frames, with a buffer for each direction. Never blocks and never
 * changes the socket's own flags, which another process may share. What was in a buffer is wiped before it is
 * freed or used again: what users send to a server must not stay readable. Towards the DLL, and in a worker
 * from it, a pipe may stand beside the socket; see helper/frame.h.
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
    bool is_pipe; /* that is read: it is no socket, and is set not to block */
    struct wts_buffer in;
    struct wts_buffer out;
    bool has_pipe; /* what is put goes through the pipe, but for the payloads of long frames */
    int pipe;      /* has_pipe: where whole frames are written; set not to block */
    struct wts_buffer pipe_out;
};

enum wts_stream_state {
    WTS_STREAM_OPEN,
    WTS_STREAM_ENDED /* end of file, a socket error; no memory: errno is ENOMEM */
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

/* Adds a frame that was received, with its payload. False: no memory. */
bool wts_stream_pass(struct wts_stream *stream, struct wts_frame frame, const uint8_t *payload);

/* Writes the payload of one frame. Called twice, to measure and to fill: it writes the same both times. */
typedef void wts_stream_fill(struct wts_frame_writer *writer, const void *what);

/* Adds a frame to the output; `fill` NULL: without a payload. False: no memory, or a value beyond its limit.
 */
bool wts_stream_put_frame(struct wts_stream *stream, struct wts_frame frame, wts_stream_fill *fill,
                          const void *what);

/* Sends what the socket and the pipe take. */
enum wts_stream_state wts_stream_write(struct wts_stream *stream);

/*
 * Writes the output, one frame of at most WTS_FRAME_MAX_DIRECT bytes, into a pipe instead of the socket. When
 * the pipe is full, it still waits.
 */
enum wts_stream_state wts_stream_write_to_pipe(struct wts_stream *stream, int pipe);

/* Bytes that wait to be sent, and of them those for the pipe. */
size_t wts_stream_waiting(const struct wts_stream *stream);
size_t wts_stream_waiting_for_pipe(const struct wts_stream *stream);

/* From now on has_pipe. The stream closes it. */
void wts_stream_set_pipe(struct wts_stream *stream, int pipe);

/* Whether it has a buffer: it has none while nothing waits in it. */
bool wts_stream_holds(const struct wts_stream *stream);

/* Wipes and frees the buffers and closes socket and pipe. Harmless when done twice. */
void wts_stream_close(struct wts_stream *stream);

#endif

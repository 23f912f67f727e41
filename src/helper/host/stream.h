/*
 * One end of a stream socket that carries frames, with a buffer for each direction. Never blocks and never
 * changes the socket's own flags, which another process may share. A buffer is wiped before it is freed or
 * reused, because data that users send to a server must not stay readable. A pipe may supplement the socket
 * to the DLL, and in a worker the socket from it; see helper/frame.h.
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
    bool is_pipe; /* the descriptor that is read is a pipe that does not block, not a socket */
    struct wts_buffer in;
    struct wts_buffer out;
    bool has_pipe; /* output goes through the pipe, except the payloads of long frames */
    int pipe;      /* has_pipe: for writing whole frames; does not block */
    struct wts_buffer pipe_out;
};

enum wts_stream_state {
    WTS_STREAM_OPEN,
    WTS_STREAM_ENDED /* end of file, a socket error, or no memory (errno is ENOMEM) */
};

/* Reads available bytes, at most to the end of the current frame. Then call wts_stream_frame() until it
 * returns none. */
enum wts_stream_state wts_stream_read(struct wts_stream *stream);

/*
 * The frame at the front of the input: 1 with header and payload, which live until wts_stream_skip(); 0 when
 * it is not complete yet; -1 when it is not a valid frame: the stream must end.
 */
int wts_stream_frame(struct wts_stream *stream, struct wts_frame *frame, uint8_t **payload);

/* Removes the frame at the front and wipes it. */
void wts_stream_skip(struct wts_stream *stream, const struct wts_frame *frame);

/* Adds a frame that was received, with its payload. False: no memory. */
bool wts_stream_pass(struct wts_stream *stream, struct wts_frame frame, const uint8_t *payload);

/* Writes the payload of one frame. Called twice, to measure and to fill: it writes the same both times. */
typedef void wts_stream_fill(struct wts_frame_writer *writer, const void *what);

/* Adds a frame to the output; `fill` NULL: without a payload. False: no memory, or a value beyond its limit.
 */
bool wts_stream_put_frame(struct wts_stream *stream, struct wts_frame frame, wts_stream_fill *fill,
                          const void *what);

/* Sends as much as the socket and the pipe accept. */
enum wts_stream_state wts_stream_write(struct wts_stream *stream);

/*
 * Writes the output, one frame of at most WTS_FRAME_MAX_DIRECT bytes, into a pipe instead of the socket. When
 * the pipe is full, the frame stays in the output.
 */
enum wts_stream_state wts_stream_write_to_pipe(struct wts_stream *stream, int pipe);

/* The number of bytes that wait to be sent, and of those for the pipe. */
size_t wts_stream_waiting(const struct wts_stream *stream);
size_t wts_stream_waiting_for_pipe(const struct wts_stream *stream);

/* Sets has_pipe. The stream closes the pipe. */
void wts_stream_set_pipe(struct wts_stream *stream, int pipe);

/* Whether it holds a buffer; an empty one is freed. */
bool wts_stream_holds(const struct wts_stream *stream);

/* Wipes and frees the buffers and closes socket and pipe. Harmless when done twice. */
void wts_stream_close(struct wts_stream *stream);

#endif

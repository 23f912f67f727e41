/*
 * Framed stream sockets; see stream.h.
 */
#include "helper/host/stream.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

static const size_t min_size = 4096;

static void release(struct wts_buffer *buffer)
{
    if (buffer->data != NULL)
        explicit_bzero(buffer->data, buffer->size);
    free(buffer->data);
    *buffer = (struct wts_buffer){0};
}

/* Makes room for `length` more bytes at the end. Not by realloc(), which could leave a copy behind. */
static bool reserve(struct wts_buffer *buffer, size_t length)
{
    if (length <= buffer->size - buffer->end)
        return true;
    const size_t used = buffer->end - buffer->begin;
    size_t size = buffer->size < min_size ? min_size : buffer->size;
    while (size - used < length)
        size *= 2;
    uint8_t *data = malloc(size);
    if (data == NULL)
        return false;
    if (used != 0)
        memcpy(data, buffer->data + buffer->begin, used);
    release(buffer);
    *buffer = (struct wts_buffer){.data = data, .size = size, .end = used};
    return true;
}

/* Takes bytes from the front. An empty buffer is freed, because each new worker would have to wipe, and so to
 * copy, the buffers of idle channels. */
static void consume(struct wts_buffer *buffer, size_t length)
{
    explicit_bzero(buffer->data + buffer->begin, length);
    buffer->begin += length;
    if (buffer->begin == buffer->end)
        release(buffer);
}

/* How many bytes complete the current frame; at least one, and never far into the next frame. */
static size_t missing(const struct wts_stream *stream)
{
    const size_t have = stream->in.end - stream->in.begin;
    struct wts_frame frame;
    if (have < WTS_FRAME_HEADER_LENGTH)
        return min_size - have;
    if (!wts_frame_get_header(stream->in.data + stream->in.begin, &frame))
        return 1;
    const size_t whole = WTS_FRAME_HEADER_LENGTH + (size_t)frame.length;
    return whole > have ? whole - have : 1;
}

enum wts_stream_state wts_stream_read(struct wts_stream *stream)
{
    if (!reserve(&stream->in, missing(stream))) {
        errno = ENOMEM;
        return WTS_STREAM_ENDED;
    }
    uint8_t *end = stream->in.data + stream->in.end;
    const size_t room = stream->in.size - stream->in.end;
    const ssize_t got =
        stream->is_pipe ? read(stream->fd, end, room) : recv(stream->fd, end, room, MSG_DONTWAIT);
    if (got > 0) {
        stream->in.end += (size_t)got;
        return WTS_STREAM_OPEN;
    }
    return got < 0 && (errno == EAGAIN || errno == EINTR) ? WTS_STREAM_OPEN : WTS_STREAM_ENDED;
}

int wts_stream_frame(struct wts_stream *stream, struct wts_frame *frame, uint8_t **payload)
{
    const size_t have = stream->in.end - stream->in.begin;
    if (have < WTS_FRAME_HEADER_LENGTH)
        return 0;
    uint8_t *front = stream->in.data + stream->in.begin;
    if (!wts_frame_get_header(front, frame))
        return -1;
    *payload = front + WTS_FRAME_HEADER_LENGTH;
    return have - WTS_FRAME_HEADER_LENGTH >= frame->length ? 1 : 0;
}

void wts_stream_skip(struct wts_stream *stream, const struct wts_frame *frame)
{
    consume(&stream->in, WTS_FRAME_HEADER_LENGTH + (size_t)frame->length);
}

static bool is_short(size_t length)
{
    return length <= WTS_FRAME_MAX_DIRECT;
}

/* Puts the header of a long frame into the pipe; its payload follows on the socket. */
static bool put_apart(struct wts_stream *stream, struct wts_frame frame, size_t length)
{
    struct wts_buffer *out = &stream->pipe_out;
    if (!reserve(out, WTS_FRAME_HEADER_LENGTH))
        return false;
    frame.length = (uint32_t)(length - WTS_FRAME_HEADER_LENGTH);
    frame.flags |= WTS_FRAME_APART;
    wts_frame_put_header(out->data + out->end, &frame);
    out->end += WTS_FRAME_HEADER_LENGTH;
    return true;
}

/* A frame to be made: its payload is `payload`, or written by `fill`. */
struct made {
    struct wts_frame frame;
    const uint8_t *payload;
    wts_stream_fill *fill;
    const void *what;
};

/* Adds a frame of `length` bytes, without the first `skipped` ones. */
static bool put_made(struct wts_buffer *out, const struct made *made, size_t length, size_t skipped)
{
    if (!reserve(out, length))
        return false;
    uint8_t *place = out->data + out->end;
    struct wts_frame_writer writer = wts_frame_begin(place, length);
    if (made->fill != NULL)
        made->fill(&writer, made->what);
    else
        wts_frame_put_bytes(&writer, made->payload, made->frame.length);
    wts_frame_finish(&writer, made->frame);
    if (skipped != 0)
        memmove(place, place + skipped, length - skipped);
    out->end += length - skipped;
    return true;
}

/* Puts a frame into the output for the socket, or, if there is a pipe, for the pipe, except the payload of a
 * long one. */
static bool put_where_due(struct wts_stream *stream, const struct made *made, size_t length)
{
    if (!stream->has_pipe)
        return put_made(&stream->out, made, length, 0);
    if (is_short(length))
        return put_made(&stream->pipe_out, made, length, 0);
    return put_apart(stream, made->frame, length) &&
           put_made(&stream->out, made, length, WTS_FRAME_HEADER_LENGTH);
}

bool wts_stream_pass(struct wts_stream *stream, struct wts_frame frame, const uint8_t *payload)
{
    const struct made made = {.frame = frame, .payload = payload};
    return put_where_due(stream, &made, WTS_FRAME_HEADER_LENGTH + (size_t)frame.length);
}

bool wts_stream_put_frame(struct wts_stream *stream, struct wts_frame frame, wts_stream_fill *fill,
                          const void *what)
{
    const struct made made = {.frame = frame, .fill = fill, .what = what};
    struct wts_frame_writer measure = wts_frame_begin(NULL, 0);
    if (fill != NULL)
        fill(&measure, what);
    const size_t length = wts_frame_finish(&measure, frame);
    return length != 0 && put_where_due(stream, &made, length);
}

static size_t in_use(const struct wts_buffer *buffer)
{
    return buffer->end - buffer->begin;
}

/* The state after a failed write to a socket or a pipe. */
static enum wts_stream_state after_failure(void)
{
    return errno == EAGAIN || errno == EINTR ? WTS_STREAM_OPEN : WTS_STREAM_ENDED;
}

/* Writes one frame at a time, because the system then takes it whole or not at all. */
static enum wts_stream_state write_frames(struct wts_buffer *buffer, int pipe)
{
    while (in_use(buffer) != 0) {
        struct wts_frame frame;
        const uint8_t *front = buffer->data + buffer->begin;
        if (!wts_frame_get_header(front, &frame))
            return WTS_STREAM_ENDED;
        const size_t length =
            WTS_FRAME_HEADER_LENGTH + (frame.flags & WTS_FRAME_APART ? 0 : (size_t)frame.length);
        if (write(pipe, front, length) < 0)
            return after_failure();
        consume(buffer, length);
    }
    return WTS_STREAM_OPEN;
}

enum wts_stream_state wts_stream_write_to_pipe(struct wts_stream *stream, int pipe)
{
    return write_frames(&stream->out, pipe);
}

enum wts_stream_state wts_stream_write(struct wts_stream *stream)
{
    if (stream->has_pipe && write_frames(&stream->pipe_out, stream->pipe) == WTS_STREAM_ENDED)
        return WTS_STREAM_ENDED;
    if (in_use(&stream->out) == 0)
        return WTS_STREAM_OPEN;
    const ssize_t sent = send(stream->fd, stream->out.data + stream->out.begin, in_use(&stream->out),
                              MSG_DONTWAIT | MSG_NOSIGNAL);
    if (sent < 0)
        return after_failure();
    consume(&stream->out, (size_t)sent);
    return WTS_STREAM_OPEN;
}

size_t wts_stream_waiting(const struct wts_stream *stream)
{
    return in_use(&stream->out) + in_use(&stream->pipe_out);
}

size_t wts_stream_waiting_for_pipe(const struct wts_stream *stream)
{
    return in_use(&stream->pipe_out);
}

void wts_stream_set_pipe(struct wts_stream *stream, int pipe)
{
    stream->has_pipe = true;
    stream->pipe = pipe;
}

bool wts_stream_holds(const struct wts_stream *stream)
{
    return stream->in.data != NULL || stream->out.data != NULL || stream->pipe_out.data != NULL;
}

void wts_stream_close(struct wts_stream *stream)
{
    release(&stream->in);
    release(&stream->out);
    release(&stream->pipe_out);
    if (stream->fd >= 0)
        close(stream->fd);
    stream->fd = -1;
    if (stream->has_pipe)
        close(stream->pipe);
    stream->has_pipe = false;
}

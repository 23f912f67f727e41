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

/* Makes room for `length` more bytes at the end. realloc() would leave a copy behind. */
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

/* Takes bytes from the front. A large buffer that ran empty is given back. */
static void consume(struct wts_buffer *buffer, size_t length)
{
    explicit_bzero(buffer->data + buffer->begin, length);
    buffer->begin += length;
    if (buffer->begin < buffer->end)
        return;
    buffer->begin = buffer->end = 0;
    if (buffer->size > min_size)
        release(buffer);
}

/* How many bytes complete the frame at hand; at least one, and never far into a next frame of another size.
 */
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
    if (!reserve(&stream->in, missing(stream)))
        return WTS_STREAM_ENDED;
    const ssize_t got =
        recv(stream->fd, stream->in.data + stream->in.end, stream->in.size - stream->in.end, MSG_DONTWAIT);
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

bool wts_stream_put(struct wts_stream *stream, const void *data, size_t length)
{
    if (!reserve(&stream->out, length))
        return false;
    memcpy(stream->out.data + stream->out.end, data, length);
    stream->out.end += length;
    return true;
}

bool wts_stream_put_frame(struct wts_stream *stream, struct wts_frame frame, wts_stream_fill *fill,
                          const void *what)
{
    struct wts_frame_writer measure = wts_frame_begin(NULL, 0);
    if (fill != NULL)
        fill(&measure, what);
    const size_t length = wts_frame_finish(&measure, frame);
    if (length == 0 || !reserve(&stream->out, length))
        return false;
    struct wts_frame_writer writer = wts_frame_begin(stream->out.data + stream->out.end, length);
    if (fill != NULL)
        fill(&writer, what);
    stream->out.end += wts_frame_finish(&writer, frame);
    return true;
}

enum wts_stream_state wts_stream_write(struct wts_stream *stream)
{
    if (wts_stream_waiting(stream) == 0)
        return WTS_STREAM_OPEN;
    const ssize_t sent = send(stream->fd, stream->out.data + stream->out.begin, wts_stream_waiting(stream),
                              MSG_DONTWAIT | MSG_NOSIGNAL);
    if (sent < 0)
        return errno == EAGAIN || errno == EINTR ? WTS_STREAM_OPEN : WTS_STREAM_ENDED;
    consume(&stream->out, (size_t)sent);
    return WTS_STREAM_OPEN;
}

size_t wts_stream_waiting(const struct wts_stream *stream)
{
    return stream->out.end - stream->out.begin;
}

void wts_stream_close(struct wts_stream *stream)
{
    release(&stream->in);
    release(&stream->out);
    if (stream->fd >= 0)
        close(stream->fd);
    stream->fd = -1;
}

/*
 * The parent's side of one channel; see channel.h.
 */
#include "helper/host/channel.h"

#include <stdlib.h>
#include <sys/mman.h>
#include <unistd.h>

#include "core/error.h"
#include "helper/host/process.h"

static const uint32_t io_timeout = 0xC00000B5; /* the NTSTATUS */

struct wts_channel *wts_channel_new(uint32_t number, const struct wts_duty *duty)
{
    struct wts_channel *channel = calloc(1, sizeof *channel);
    if (channel == NULL)
        return NULL;
    void *marks =
        mmap(NULL, sizeof *channel->marks, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    if (marks == MAP_FAILED) {
        free(channel);
        return NULL;
    }
    channel->number = number;
    channel->duty = duty;
    channel->marks = marks;
    channel->state = WTS_CHANNEL_BROKEN;
    channel->deadline = INT64_MAX;
    channel->stream.fd = -1;
    channel->requests = -1;
    return channel;
}

void wts_channel_free(struct wts_channel *channel)
{
    wts_stream_close(&channel->stream);
    if (channel->requests >= 0)
        close(channel->requests);
    munmap(channel->marks, sizeof *channel->marks);
    free(channel);
}

void wts_channel_set_deadline(struct wts_channel *channel, uint32_t timeout_ms)
{
    channel->deadline = timeout_ms == UINT32_MAX ? INT64_MAX : wts_process_milliseconds() + timeout_ms;
}

static const char *words_of(enum wts_channel_end end)
{
    switch (end) {
    case WTS_END_LATE:
        return "no answer in time";
    case WTS_END_CANCELLED:
        return "cancelled";
    default:
        return "the helper's process of this channel ended";
    }
}

struct given_up {
    const struct wts_channel *channel;
    struct wts_frame_outcome outcome;
    const char *reason;
};

static void fill_opened(struct wts_frame_writer *writer, const void *what)
{
    const struct given_up *given_up = what;
    const struct wts_duty *duty = given_up->channel->duty;
    wts_frame_put_outcome(writer, &given_up->outcome);
    if (duty->put_given_up != NULL)
        duty->put_given_up(writer, given_up->channel->marks, given_up->reason);
}

static bool put_opened(const struct wts_channel *channel, uint32_t error, uint32_t status, const char *reason,
                       struct wts_stream *dll)
{
    /* Read once, because the worker may still change it between measuring and filling. */
    const struct given_up given_up = {
        .channel = channel,
        .outcome = {.error = error, .step = channel->marks->step, .status = status},
        .reason = reason};
    const struct wts_frame frame = {
        .type = WTS_FRAME_OPENED, .flags = WTS_FRAME_BROKEN, .channel = channel->number};
    return wts_stream_put_frame(dll, frame, fill_opened, &given_up);
}

static void fill_outcome(struct wts_frame_writer *writer, const void *what)
{
    wts_frame_put_outcome(writer, what);
}

static bool put_reply(const struct wts_channel *channel, enum wts_channel_end end, struct wts_stream *dll)
{
    const bool is_late = end == WTS_END_LATE;
    const bool did_not_run = end == WTS_END_CLOSED || !channel->is_handed_over;
    const struct wts_frame_outcome outcome = {.error = is_late ? channel->duty->request_late
                                                               : channel->duty->request_lost,
                                              .progress = did_not_run ? WTS_NOT_EXECUTED : WTS_MAYBE_EXECUTED,
                                              .status = is_late ? io_timeout : 0};
    const struct wts_frame frame = {.type = WTS_FRAME_REPLY,
                                    .flags = WTS_FRAME_BROKEN,
                                    .channel = channel->number,
                                    .serial = channel->serial};
    return wts_stream_put_frame(dll, frame, fill_outcome, &outcome);
}

/* A worker that still runs may take another request after its mark is read. */
static uint32_t last_taken(const struct wts_channel *channel, enum wts_channel_end end)
{
    if (!channel->has_pipe)
        return 0;
    return end == WTS_END_WORKER ? channel->marks->taken : WTS_FRAME_ANY_SERIAL;
}

static bool put_close(const struct wts_channel *channel, enum wts_channel_end end, struct wts_stream *dll)
{
    const struct wts_frame_outcome outcome = {.error = channel->duty->request_lost};
    const struct wts_frame frame = {
        .type = WTS_FRAME_CLOSE, .channel = channel->number, .serial = last_taken(channel, end)};
    return wts_stream_put_frame(dll, frame, fill_outcome, &outcome);
}

bool wts_channel_end(struct wts_channel *channel, enum wts_channel_end end, struct wts_stream *dll)
{
    const enum wts_channel_state was = channel->state;
    wts_stream_close(&channel->stream);
    channel->state = WTS_CHANNEL_BROKEN;
    channel->deadline = INT64_MAX;
    switch (was) {
    case WTS_CHANNEL_OPENING:
        return put_opened(channel, channel->duty->open_lost, end == WTS_END_LATE ? io_timeout : 0,
                          words_of(end), dll);
    case WTS_CHANNEL_REQUESTED:
        return put_reply(channel, end, dll);
    case WTS_CHANNEL_IDLE:
        return put_close(channel, end, dll);
    default:
        return true;
    }
}

bool wts_channel_refuse(struct wts_channel *channel, struct wts_stream *dll)
{
    return put_opened(channel, ERROR_NOT_ENOUGH_MEMORY, 0, "no process is left for this channel", dll);
}

bool wts_channel_write(struct wts_channel *channel)
{
    const size_t before = wts_stream_waiting(&channel->stream);
    if (before == 0) /* Not writing to an idle channel avoids a copy of its page in each worker. */
        return true;
    if (wts_stream_write(&channel->stream) == WTS_STREAM_ENDED)
        return false;
    const size_t sent = before - wts_stream_waiting(&channel->stream);
    if (sent > channel->ahead)
        channel->is_handed_over = true;
    channel->ahead -= sent < channel->ahead ? sent : channel->ahead;
    return true;
}

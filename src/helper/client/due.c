/*
 * Which frames of a helper are due, and their effects; see helper.h and the rules in helper/frame.h. A helper
 * that violates the rules is not trusted any more, because an answer must never be taken for that of another
 * request.
 */
#include <stdlib.h>

#include "core/error.h"
#include "core/trace.h"
#include "helper/client/helper.h"

static struct wts_channel *find_channel(const struct wts_helper *helper, uint32_t number)
{
    struct wts_channel *channel = helper->channels;
    while (channel != NULL && channel->number != number)
        channel = channel->next;
    return channel;
}

/* Keeps the answer of an open or a request; takes the payload. False: it is malformed. */
static bool keep_answer(struct wts_channel *channel, const struct wts_frame *frame, uint8_t **payload)
{
    struct wts_channel_answer answer = {.is_from_helper = true, .block = *payload};
    answer.payload = (struct wts_frame_reader){.data = *payload, .left = frame->length};
    if (!wts_frame_get_outcome(&answer.payload, &answer.outcome))
        return false;
    answer.is_broken = (frame->flags & WTS_FRAME_BROKEN) != 0 ||
                       (frame->type == WTS_FRAME_OPENED && answer.outcome.error != ERROR_SUCCESS);
    channel->answer = answer;
    channel->state = answer.is_broken ? WTS_CHANNEL_BROKEN : WTS_CHANNEL_OPEN;
    wts_condition_wake_all(&channel->changed);
    *payload = NULL;
    return true;
}

static bool take_opened(struct wts_channel *channel, const struct wts_frame *frame, uint8_t **payload)
{
    if (channel->state != WTS_CHANNEL_OPENING || !keep_answer(channel, frame, payload))
        return false;
    if (wts_places_opened(&channel->helper->places, channel->number))
        wts_helper_wake_channels(channel->helper);
    return true;
}

/* A process that has a pipe writes answers directly, while its events and windows go by way of its parent:
 * they may come after the answer that broke the channel. Its answers may come after its parent's CLOSE. */
static bool may_come_late(const struct wts_channel *channel)
{
    return channel->state == WTS_CHANNEL_BROKEN && channel->descriptor != 0;
}

static bool take_reply(struct wts_channel *channel, const struct wts_frame *frame, uint8_t **payload)
{
    if (may_come_late(channel))
        return true;
    if (channel->state != WTS_CHANNEL_OPEN || !channel->is_in_flight || frame->serial != channel->serial)
        return false;
    channel->is_in_flight = false;
    return keep_answer(channel, frame, payload);
}

/*
 * The channel broke by itself. A request that was on its way then did not run; nor did one in the pipe, if
 * another one was the last that the process had taken.
 */
static bool take_close(struct wts_channel *channel, const struct wts_frame *frame)
{
    const bool may_have_run =
        channel->is_direct && (frame->serial == channel->serial || frame->serial == WTS_FRAME_ANY_SERIAL);
    if (channel->state != WTS_CHANNEL_OPEN)
        return may_come_late(channel);
    channel->state = WTS_CHANNEL_BROKEN;
    channel->met_close = channel->is_in_flight && !may_have_run;
    channel->is_in_flight = false;
    wts_channel_report_end(channel);
    wts_condition_wake_all(&channel->changed);
    return true;
}

/* Names the pipe of a channel that is being opened. */
static bool take_direct(struct wts_channel *channel, const struct wts_frame *frame, const uint8_t *payload)
{
    struct wts_frame_reader reader = {.data = payload, .left = frame->length};
    return channel->state == WTS_CHANNEL_OPENING && channel->helper->has_pipe && channel->descriptor == 0 &&
           wts_frame_get_direct(&reader, &channel->descriptor) && channel->descriptor != 0;
}

static bool take_event(const struct wts_channel *channel, const struct wts_frame *frame,
                       const uint8_t *payload)
{
    if (channel->state != WTS_CHANNEL_OPEN)
        return may_come_late(channel);
    return channel->listener.event == NULL ||
           channel->listener.event(channel->listener.context, payload, frame->length);
}

static bool take_window(struct wts_channel *channel, const struct wts_frame *frame, const uint8_t *payload)
{
    struct wts_frame_reader reader = {.data = payload, .left = frame->length};
    uint32_t credit;
    if (!wts_frame_get_window(&reader, &credit))
        return false;
    return may_come_late(channel) || wts_channel_take_window(channel, credit);
}

static bool take_of_channel(struct wts_channel *channel, const struct wts_frame *frame, uint8_t **payload)
{
    switch (frame->type) {
    case WTS_FRAME_OPENED:
        return take_opened(channel, frame, payload);
    case WTS_FRAME_REPLY:
        return take_reply(channel, frame, payload);
    case WTS_FRAME_CLOSE:
        return take_close(channel, frame);
    case WTS_FRAME_DIRECT:
        return take_direct(channel, frame, *payload);
    case WTS_FRAME_EVENT:
        return take_event(channel, frame, *payload);
    case WTS_FRAME_DATA:
        return may_come_late(channel) || wts_channel_take_data(channel, frame->length, payload);
    case WTS_FRAME_WINDOW:
        return take_window(channel, frame, *payload);
    default:
        return false;
    }
}

static void trace_last_word(const struct wts_helper *helper, const struct wts_frame *frame,
                            const uint8_t *payload)
{
    struct wts_frame_reader reader = {.data = payload, .left = frame->length};
    struct wts_frame_text reason;
    if (wts_frame_get_last_word(&reader, &reason))
        wts_trace(WTS_TRACE_ERRORS, "%s: its last word: %.*s", helper->kind->program, (int)reason.length,
                  reason.data);
}

bool wts_helper_take_frame(struct wts_helper *helper, const struct wts_frame *frame, uint8_t *payload)
{
    bool is_due = true;
    helper->heard_at_ms = wts_clock_ms();
    if (helper->is_doubtful) {
        helper->is_doubtful = false;
        wts_helper_wake_channels(helper);
    }
    if (frame->type == WTS_FRAME_CLOSE && frame->channel == 0) {
        trace_last_word(helper, frame, payload);
        free(payload);
        return false;
    }
    struct wts_channel *channel = find_channel(helper, frame->channel);
    if (channel != NULL)
        is_due = take_of_channel(channel, frame, &payload);
    else if (frame->channel == 0 || frame->channel > helper->last_channel)
        is_due = false;
    /* Else the channel is closed here, and the frame was sent before the helper knew. */
    if (!is_due)
        wts_trace(WTS_TRACE_ERRORS, "%s: a frame of type %u on channel %lu is malformed or not due",
                  helper->kind->program, frame->type, (unsigned long)frame->channel);
    free(payload);
    return is_due;
}

/*
 * Channels to a helper; see client.h.
 */
#include <stdlib.h>

#include "core/deadline.h"
#include "core/error.h"
#include "helper/client/helper.h"

/* The helper gets this much less time than the caller has, so that a live helper always answers in time. */
#define MIN_GRACE_MS 25U
#define MAX_GRACE_MS 1000U

struct wts_channel *wts_channel_create(struct wts_helper_kind *kind, uint32_t duty,
                                       const struct wts_channel_listener *listener)
{
    struct wts_channel *channel = calloc(1, sizeof *channel);
    if (channel == NULL)
        return NULL;
    channel->kind = kind;
    channel->duty = duty;
    if (listener != NULL)
        channel->listener = *listener;
    channel->received_end = &channel->received;
    channel->requests = WTS_NO_PIPE;
    wts_condition_initialize(&channel->changed);
    return channel;
}

/* Divides the time until `deadline_ms`: returns the helper's part; *grace_ms is the rest. */
static uint32_t time_for_helper(uint64_t deadline_ms, uint32_t *grace_ms)
{
    const uint32_t left_ms = wts_deadline_left(deadline_ms);
    *grace_ms = 0;
    if (left_ms == UINT32_MAX)
        return left_ms;
    *grace_ms = left_ms / 8;
    if (*grace_ms < MIN_GRACE_MS)
        *grace_ms = MIN_GRACE_MS;
    if (*grace_ms > MAX_GRACE_MS)
        *grace_ms = MAX_GRACE_MS;
    if (*grace_ms > left_ms / 2)
        *grace_ms = left_ms / 2;
    return left_ms - *grace_ms;
}

static struct wts_channel_answer failed(uint32_t error, enum wts_progress progress)
{
    return (struct wts_channel_answer){.outcome = {.error = error, .progress = progress}, .is_broken = true};
}

/* A frame of the channel, in `small`, or in allocated memory if it is longer. */
struct frame {
    uint8_t *data;
    size_t length;
    uint8_t small[1024];
};

struct content {
    struct wts_frame header;
    struct wts_frame_open open;       /* for OPEN */
    struct wts_frame_request request; /* for REQUEST */
    wts_channel_put_open put_open;
    wts_channel_put put;
    const void *arguments;
    uint32_t secret_offset;
};

static size_t write_frame(uint8_t *data, size_t size, const struct content *content)
{
    struct wts_frame_writer writer = wts_frame_begin(data, size);
    if (content->header.type == WTS_FRAME_OPEN) {
        wts_frame_put_open(&writer, &content->open);
        if (content->put_open != NULL)
            content->put_open(&writer, content->arguments, content->secret_offset);
    } else {
        wts_frame_put_request(&writer, &content->request);
        if (content->put != NULL)
            content->put(&writer, content->arguments);
    }
    return wts_frame_finish(&writer, content->header);
}

static void free_frame(struct frame *frame)
{
    if (frame->data != frame->small)
        free(frame->data);
}

/* False: memory is exhausted; nothing has to be freed. */
static bool make_frame(struct frame *frame, const struct content *content)
{
    frame->data = frame->small;
    frame->length = write_frame(frame->small, sizeof frame->small, content);
    if (frame->length > sizeof frame->small) {
        frame->data = malloc(frame->length);
        if (frame->data == NULL)
            return false;
        frame->length = write_frame(frame->data, frame->length, content);
    }
    if (frame->length == 0)
        free_frame(frame);
    return frame->length > 0;
}

/* Waits while `is_pending`; false: the deadline has passed. Call under the lock, like everything below. */
static bool wait_while(struct wts_channel *channel, bool (*is_pending)(const struct wts_channel *channel),
                       uint64_t deadline_ms)
{
    bool in_time = true;
    while (in_time && is_pending(channel))
        in_time = wts_condition_wait(&channel->changed, &channel->kind->lock, deadline_ms);
    return in_time || !is_pending(channel);
}

static bool is_starting(const struct wts_channel *channel)
{
    return wts_channel_is_usable(channel) && channel->helper->state == WTS_HELPER_STARTING;
}

static bool is_unanswered(const struct wts_channel *channel)
{
    return wts_channel_is_usable(channel) && channel->answer.block == NULL &&
           channel->state != WTS_CHANNEL_BROKEN;
}

static void attach(struct wts_channel *channel, struct wts_helper *helper)
{
    channel->helper = helper;
    channel->next = helper->channels;
    helper->channels = channel;
}

static void detach(struct wts_channel *channel)
{
    struct wts_helper *helper = channel->helper;
    struct wts_channel **place = &helper->channels;
    while (*place != channel)
        place = &(*place)->next;
    *place = channel->next;
    channel->helper = NULL;
    if (channel->duty != helper->kind->brief_duty)
        helper->used_at_ms = wts_clock_ms();
    wts_helper_release(helper);
}

static struct wts_channel_answer take_answer(struct wts_channel *channel)
{
    const struct wts_channel_answer answer = channel->answer;
    channel->answer = (struct wts_channel_answer){.block = NULL};
    return answer;
}

/* An answer that crossed its CANCEL: the helper ends the channel nevertheless, and its CLOSE is on the
 * way. */
static struct wts_channel_answer take_late_answer(struct wts_channel *channel)
{
    struct wts_channel_answer answer = take_answer(channel);
    answer.is_last = true;
    return answer;
}

/* Writes the secret to a place in the secret area; releases the lock in the meantime. */
static uint32_t place_secret(struct wts_channel *channel, struct wts_channel_secret secret,
                             uint64_t deadline_ms, unsigned *place)
{
    struct wts_helper *helper = channel->helper;
    *place = WTS_NO_PLACE;
    if (secret.length == 0)
        return ERROR_SUCCESS;
    if (secret.length > WTS_CHANNEL_MAX_SECRET || helper->ready.secret_length < WTS_PLACE_LENGTH)
        return ERROR_NO_SUCH_LOGON_SESSION;
    bool in_time = true;
    while (in_time && wts_channel_is_usable(channel) &&
           (*place = wts_places_reserve(&helper->places, helper->ready.secret_length)) == WTS_NO_PLACE)
        in_time = wts_condition_wait(&channel->changed, &channel->kind->lock, deadline_ms);
    if (*place == WTS_NO_PLACE)
        return ERROR_SUCCESS; /* too late, cancelled or dead: the caller checks */
    wts_lock_release(&channel->kind->lock);
    const bool is_written = wts_wire_write_secret(helper->wire, &helper->ready, *place * WTS_PLACE_LENGTH,
                                                  secret.data, secret.length);
    wts_lock_acquire(&channel->kind->lock);
    return is_written ? ERROR_SUCCESS : ERROR_NO_SUCH_LOGON_SESSION;
}

/* Releases a place that no OPEN will name, and erases the secret in it, if any. */
static void give_back_place(struct wts_channel *channel, unsigned place)
{
    static uint8_t nothing[WTS_PLACE_LENGTH]; /* not const, because a constant would take space in the file */
    struct wts_helper *helper = channel->helper;
    if (place == WTS_NO_PLACE)
        return;
    wts_lock_release(&channel->kind->lock);
    wts_wire_write_secret(helper->wire, &helper->ready, place * WTS_PLACE_LENGTH, nothing, sizeof nothing);
    wts_lock_acquire(&channel->kind->lock);
    wts_places_note(&helper->places, place, 0);
}

/* Sends OPEN and waits. The place stays reserved until the helper has read it. */
static struct wts_channel_answer send_open(struct wts_channel *channel, struct content *content,
                                           unsigned place, uint64_t deadline_ms)
{
    struct wts_helper *helper = channel->helper;
    struct frame frame;
    uint32_t grace_ms;
    content->header = (struct wts_frame){.type = WTS_FRAME_OPEN, .channel = helper->last_channel + 1};
    content->open = (struct wts_frame_open){time_for_helper(deadline_ms, &grace_ms), channel->duty};
    if (!make_frame(&frame, content)) {
        give_back_place(channel, place);
        return failed(ERROR_NOT_ENOUGH_MEMORY, WTS_NOT_EXECUTED);
    }
    wts_helper_send(helper, frame.data, frame.length);
    free_frame(&frame);
    channel->number = ++helper->last_channel;
    channel->state = WTS_CHANNEL_OPENING;
    wts_places_note(&helper->places, place, channel->number);
    const bool in_time = wait_while(channel, is_unanswered, deadline_ms);
    if (channel->answer.block != NULL)
        return take_answer(channel);
    if (channel->is_cancelled)
        return failed(RPC_S_CALL_FAILED, WTS_NOT_EXECUTED);
    if (!in_time)
        wts_helper_missed_deadline(helper, grace_ms);
    return failed(RPC_S_SERVER_UNAVAILABLE, WTS_NOT_EXECUTED);
}

/* Opens the pipe that the helper offered for the channel; releases the lock in the meantime. */
static void open_requests(struct wts_channel *channel)
{
    struct wts_helper *helper = channel->helper;
    if (channel->descriptor == 0 || channel->state != WTS_CHANNEL_OPEN)
        return;
    wts_lock_release(&channel->kind->lock);
    const wts_wire_pipe requests = wts_wire_open_requests(&helper->ready, channel->descriptor);
    const uint32_t serial = wts_wire_random();
    wts_lock_acquire(&channel->kind->lock);
    if (requests == WTS_NO_PIPE)
        return;
    channel->requests = requests;
    channel->serial = serial;
    wts_helper_send_header(helper, WTS_FRAME_DIRECT, channel->number, 0);
}

/* Opens the channel on the helper that it is attached to. */
static struct wts_channel_answer open_on_helper(struct wts_channel *channel, struct content *content,
                                                struct wts_channel_secret secret, uint64_t deadline_ms)
{
    struct wts_helper *helper = channel->helper;
    unsigned place = WTS_NO_PLACE;
    uint32_t error = ERROR_SUCCESS;
    bool in_time = wait_while(channel, is_starting, deadline_ms);
    if (in_time && wts_channel_is_usable(channel))
        error = place_secret(channel, secret, deadline_ms, &place);
    if (error == ERROR_SUCCESS && wts_channel_is_usable(channel) &&
        (place != WTS_NO_PLACE || secret.length == 0) && in_time) {
        content->secret_offset = place != WTS_NO_PLACE ? place * WTS_PLACE_LENGTH : 0;
        const struct wts_channel_answer answer = send_open(channel, content, place, deadline_ms);
        open_requests(channel);
        return answer;
    }
    give_back_place(channel, place);
    if (error != ERROR_SUCCESS)
        return failed(error, WTS_NOT_EXECUTED);
    if (channel->is_cancelled)
        return failed(RPC_S_CALL_FAILED, WTS_NOT_EXECUTED);
    if (helper->state == WTS_HELPER_STARTING)
        wts_helper_declare_dead(helper, "it did not serve in time; it is given up");
    return failed(helper->ready.version == 0 ? helper->start_error : RPC_S_SERVER_UNAVAILABLE,
                  WTS_NOT_EXECUTED);
}

struct wts_channel_answer wts_channel_open(struct wts_channel *channel, wts_channel_put_open put,
                                           const void *arguments, struct wts_channel_secret secret,
                                           uint64_t deadline_ms)
{
    struct content content = {.put_open = put, .arguments = arguments};
    struct wts_channel_answer answer = failed(RPC_S_CALL_FAILED, WTS_NOT_EXECUTED);
    wts_lock_acquire(&channel->kind->lock);
    while (!channel->is_cancelled) {
        struct wts_helper *running = channel->kind->current;
        struct wts_helper *helper = wts_helper_acquire(channel->kind);
        if (helper == NULL) {
            answer = failed(ERROR_NOT_ENOUGH_MEMORY, WTS_NOT_EXECUTED);
            break;
        }
        attach(channel, helper);
        answer = open_on_helper(channel, &content, secret, deadline_ms);
        /* A helper that was already running may have died before this open; then a new one is tried. */
        if (answer.is_from_helper || channel->is_cancelled || helper != running ||
            helper->state != WTS_HELPER_DEAD || wts_deadline_left(deadline_ms) == 0)
            break;
        detach(channel);
        channel->state = WTS_CHANNEL_NEW;
        channel->number = 0;
        channel->descriptor = 0;
    }
    wts_lock_release(&channel->kind->lock);
    return answer;
}

/* The outcome of a request without an answer. A request that is still in the pipe is taken back. */
static struct wts_channel_answer lost(const struct wts_channel *channel)
{
    const struct wts_helper *helper = channel->helper;
    const bool was_sent =
        channel->is_direct
            ? channel->has_sent_data || !wts_wire_take_back(channel->requests, channel->direct_length)
            : channel->sent_to <= helper->sent;
    const bool did_not_run = channel->met_close || (!was_sent && !channel->is_cancelled);
    return failed(RPC_S_CALL_FAILED, did_not_run ? WTS_NOT_EXECUTED : WTS_MAYBE_EXECUTED);
}

/* The next serial, which is neither 0 nor WTS_FRAME_ANY_SERIAL. */
static uint32_t next_serial(uint32_t serial)
{
    serial++;
    return serial == 0 || serial == WTS_FRAME_ANY_SERIAL ? 1 : serial;
}

/* The frame of the next request, with the time that the helper gets for it. False: no memory. */
static bool make_request(struct wts_channel *channel, struct content *content, uint64_t deadline_ms,
                         struct frame *frame, uint32_t *grace_ms)
{
    channel->serial = next_serial(channel->serial);
    content->header =
        (struct wts_frame){.type = WTS_FRAME_REQUEST, .channel = channel->number, .serial = channel->serial};
    content->request.timeout_ms = time_for_helper(deadline_ms, grace_ms);
    return make_frame(frame, content);
}

/*
 * Waits for the answer to the request that was sent. The helper's parent watches the deadline of requests
 * that it knows. For a request in the pipe this function does, after `timeout_ms`, and tells the parent to
 * give it up at the same moment.
 */
static struct wts_channel_answer await_reply(struct wts_channel *channel, uint32_t timeout_ms,
                                             uint32_t grace_ms, uint64_t deadline_ms)
{
    const bool is_late =
        channel->is_direct && !wait_while(channel, is_unanswered, wts_deadline_after(timeout_ms));
    if (is_late)
        wts_helper_send_header(channel->helper, WTS_FRAME_CANCEL, channel->number, channel->serial);
    const bool in_time = wait_while(channel, is_unanswered, deadline_ms);
    if (channel->answer.block != NULL)
        return is_late ? take_late_answer(channel) : take_answer(channel);
    if (in_time && is_late && channel->state == WTS_CHANNEL_BROKEN && !channel->is_cancelled)
        return failed(RPC_S_CALL_CANCELLED, WTS_MAYBE_EXECUTED);
    if (in_time)
        return lost(channel);
    wts_helper_missed_deadline(channel->helper, grace_ms);
    return failed(RPC_S_CALL_CANCELLED, WTS_MAYBE_EXECUTED);
}

/*
 * A short request goes through the channel's pipe, which is empty. A longer one, or any if the process is
 * gone, goes through the helper's parent, which then reports that.
 */
struct wts_channel_answer wts_channel_request(struct wts_channel *channel, uint32_t verb, wts_channel_put put,
                                              const void *arguments, uint64_t deadline_ms)
{
    struct content content = {.put = put, .arguments = arguments, .request = {.verb = verb}};
    struct wts_channel_answer answer;
    struct frame frame;
    uint32_t grace_ms;
    wts_lock_acquire(&channel->kind->lock);
    if (channel->state != WTS_CHANNEL_OPEN || !wts_channel_is_usable(channel) ||
        !wts_helper_takes_work(channel->helper)) {
        answer = failed(RPC_S_CALL_FAILED, WTS_NOT_EXECUTED);
    } else if (!make_request(channel, &content, deadline_ms, &frame, &grace_ms)) {
        answer = failed(ERROR_NOT_ENOUGH_MEMORY, WTS_NOT_EXECUTED);
    } else {
        channel->is_direct = channel->requests != WTS_NO_PIPE &&
                             frame.length <= (size_t)WTS_FRAME_MAX_DIRECT &&
                             wts_wire_write_request(channel->requests, frame.data, frame.length);
        if (!channel->is_direct)
            wts_helper_send(channel->helper, frame.data, frame.length);
        channel->direct_length = frame.length;
        channel->sent_to = channel->helper->queued;
        channel->is_in_flight = true;
        free_frame(&frame);
        answer = await_reply(channel, content.request.timeout_ms, grace_ms, deadline_ms);
    }
    wts_lock_release(&channel->kind->lock);
    return answer;
}

static bool is_uncertain(const struct wts_channel *channel)
{
    return wts_channel_is_usable(channel) && channel->state == WTS_CHANNEL_OPEN &&
           channel->helper->is_doubtful;
}

void wts_channel_wait_for_helper(struct wts_channel *channel, uint64_t deadline_ms)
{
    wts_lock_acquire(&channel->kind->lock);
    wait_while(channel, is_uncertain, deadline_ms);
    wts_lock_release(&channel->kind->lock);
}

void wts_channel_cancel(struct wts_channel *channel)
{
    wts_lock_acquire(&channel->kind->lock);
    channel->is_cancelled = true;
    if (channel->state == WTS_CHANNEL_OPENING || channel->is_in_flight)
        wts_helper_send_header(channel->helper, WTS_FRAME_CANCEL, channel->number,
                               channel->is_in_flight && channel->is_direct ? channel->serial : 0);
    wts_condition_wake_all(&channel->changed);
    wts_lock_release(&channel->kind->lock);
}

void wts_channel_close(struct wts_channel *channel)
{
    struct wts_lock *lock = &channel->kind->lock;
    wts_lock_acquire(lock);
    if (channel->helper != NULL) {
        if (channel->number != 0)
            wts_helper_send_header(channel->helper, WTS_FRAME_CLOSE, channel->number, 0);
        detach(channel);
    }
    wts_lock_release(lock);
    wts_wire_close_requests(channel->requests);
    wts_channel_drop_data(channel);
    free(channel->answer.block);
    free(channel);
}

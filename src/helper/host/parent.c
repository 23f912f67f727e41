/*
 * The effect of each frame; see parent.h.
 */
#include "helper/host/parent.h"

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "core/error.h"
#include "helper/host/environment.h"
#include "helper/host/process.h"
#include "helper/host/secret.h"
#include "helper/host/worker.h"

static bool refuse_frame(struct wts_parent *parent, const struct wts_frame *frame, const char *why)
{
    snprintf(parent->reason, sizeof parent->reason, "a frame of type %u on channel %u is %s", frame->type,
             frame->channel, why);
    return false;
}

static bool is_without_memory(struct wts_parent *parent)
{
    snprintf(parent->reason, sizeof parent->reason, "no memory");
    return false;
}

static struct wts_channel *find(const struct wts_parent *parent, uint32_t number)
{
    struct wts_channel *channel = parent->channels;
    while (channel != NULL && channel->number != number)
        channel = channel->next;
    return channel;
}

/* Makes a worker leave, and remembers it until it has left. Without memory for that it is killed at once. */
static void dismiss(struct wts_parent *parent, pid_t worker)
{
    if (worker == 0)
        return;
    struct wts_leaving *leaving = malloc(sizeof *leaving);
    if (leaving == NULL) {
        wts_worker_kill(worker);
        return;
    }
    *leaving = (struct wts_leaving){.next = parent->leaving,
                                    .worker = worker,
                                    .deadline = wts_process_milliseconds() + WTS_WORKER_GOODBYE_MS};
    parent->leaving = leaving;
    wts_worker_dismiss(worker);
}

static void dismiss_worker_of(struct wts_parent *parent, struct wts_channel *channel)
{
    dismiss(parent, channel->worker);
    channel->worker = 0;
}

bool wts_parent_end_channel(struct wts_parent *parent, struct wts_channel *channel, enum wts_channel_end end)
{
    dismiss_worker_of(parent, channel);
    return wts_channel_end(channel, end, &parent->dll);
}

static void fill_ready(struct wts_frame_writer *writer, const void *what)
{
    wts_frame_put_ready(writer, what);
}

static bool say_ready(struct wts_parent *parent, uint32_t error, const char *text)
{
    const bool has_secrets = error == 0 && parent->secrets >= 0;
    const struct wts_frame_ready ready = {.version = WTS_FRAME_VERSION,
                                          .error = error,
                                          .process_id = (uint32_t)getpid(),
                                          .secret_descriptor = has_secrets ? (uint32_t)parent->secrets : 0,
                                          .secret_length = has_secrets ? WTS_SECRET_AREA_LENGTH : 0,
                                          .replies_descriptor =
                                              parent->replies[0] >= 0 ? (uint32_t)parent->replies[0] : 0,
                                          .text = {text, strlen(text)}};
    parent->is_ready = error == 0;
    if (!wts_stream_put_frame(&parent->dll, (struct wts_frame){.type = WTS_FRAME_READY}, fill_ready, &ready))
        return is_without_memory(parent);
    return error == 0;
}

static const char *start_duties(const struct wts_duty *const *duties)
{
    for (; *duties != NULL; duties++) {
        const char *why = (*duties)->start != NULL ? (*duties)->start() : NULL;
        if (why != NULL)
            return why;
    }
    return NULL;
}

static bool take_hello(struct wts_parent *parent, const struct wts_frame *frame,
                       struct wts_frame_reader *payload)
{
    struct wts_frame_hello hello;
    if (parent->is_ready)
        return refuse_frame(parent, frame, "not due");
    if (!wts_frame_get_hello(payload, &hello))
        return refuse_frame(parent, frame, "malformed");
    if (hello.version != WTS_FRAME_VERSION)
        return say_ready(parent, RPC_S_PROTSEQ_NOT_SUPPORTED,
                         "the DLL and the helper are of different builds");
    if (!wts_environment_set(parent->duties, &hello))
        return is_without_memory(parent);
    const char *why = start_duties(parent->duties);
    if (why != NULL)
        return say_ready(parent, RPC_S_SERVER_UNAVAILABLE, why);
    parent->secrets = wts_secret_create();
    return say_ready(parent, 0, "");
}

static const struct wts_duty *find_duty(const struct wts_parent *parent, uint32_t number)
{
    for (const struct wts_duty *const *duty = parent->duties; *duty != NULL; duty++)
        if ((*duty)->number == number)
            return *duty;
    return NULL;
}

/* Called in a new worker: removes all data of other channels and of the DLL from its memory. An idle channel
 * holds no data and is not written to, because that would copy its page into each worker. Descriptors are
 * closed all at once, later. */
static void forget_channels(void *held)
{
    struct wts_parent *parent = held;
    wts_stream_close(&parent->dll);
    for (struct wts_channel *channel = parent->channels; channel != NULL; channel = channel->next)
        if (wts_stream_holds(&channel->stream))
            wts_stream_close(&channel->stream);
}

/*
 * Makes the pipe of a channel's requests, one page long, because the DLL writes one request at a time. [out]
 * worker: the end that the worker reads; -1: the channel has no pipe.
 */
static void make_requests(const struct wts_parent *parent, struct wts_channel *channel, int *worker)
{
    int ends[2];
    const bool has_data = channel->duty->data != NULL;
    const int length = has_data ? (int)channel->duty->data_pipe_length : WTS_FRAME_MAX_DIRECT;
    *worker = -1;
    if (!parent->dll.has_pipe || pipe2(ends, O_CLOEXEC | O_NONBLOCK) != 0)
        return;
    /* The system limits a user's memory in pipes; beyond that limit DATA go over the socket. */
    if (fcntl(ends[1], F_SETPIPE_SZ, length) < length && has_data) {
        close(ends[0]);
        close(ends[1]);
        return;
    }
    *worker = ends[0];
    channel->requests = ends[1];
    channel->has_pipe = true;
}

/*
 * The secret is read and its place erased before anything else, whether or not the open succeeds, so that the
 * place is free when the DLL's next frame is read.
 */
static bool start_worker(struct wts_parent *parent, struct wts_channel *channel,
                         const struct wts_frame_reader *payload, struct wts_secret_place place)
{
    char secret[WTS_DUTY_MAX_SECRET + 1];
    pid_t worker = -1;
    int requests;
    make_requests(parent, channel, &requests);
    if (wts_secret_take(parent->secrets, place, secret)) {
        const struct wts_worker_order order = {.duty = channel->duty,
                                               .channel = channel->number,
                                               .payload = *payload,
                                               .secret = secret,
                                               .secret_length = place.length,
                                               .marks = channel->marks,
                                               .requests = requests,
                                               .replies = parent->dll.has_pipe ? parent->dll.pipe : -1};
        worker = wts_worker_start(&order, forget_channels, parent, &channel->stream.fd);
    }
    explicit_bzero(secret, sizeof secret);
    if (requests >= 0)
        close(requests);
    if (worker < 0)
        return false;
    channel->worker = worker;
    channel->state = WTS_CHANNEL_OPENING;
    return true;
}

static bool take_open(struct wts_parent *parent, const struct wts_frame *frame,
                      struct wts_frame_reader *payload)
{
    struct wts_frame_open open;
    if (find(parent, frame->channel) != NULL)
        return refuse_frame(parent, frame, "not due");
    const struct wts_duty *duty = wts_frame_get_open(payload, &open) ? find_duty(parent, open.duty) : NULL;
    const struct wts_frame_reader duty_payload = *payload;
    struct wts_secret_place place = {0, 0};
    if (duty == NULL || !duty->check_open(payload, &place) || !wts_secret_is_place(parent->secrets, place))
        return refuse_frame(parent, frame, "malformed");
    struct wts_channel *channel = wts_channel_new(frame->channel, duty);
    if (channel == NULL)
        return is_without_memory(parent);
    const bool is_started = start_worker(parent, channel, &duty_payload, place);
    channel->next = parent->channels;
    parent->channels = channel;
    parent->count++;
    if (is_started)
        wts_channel_set_deadline(channel, open.timeout_ms);
    return is_started || wts_channel_refuse(channel, &parent->dll) || is_without_memory(parent);
}

static bool pass_to_worker(struct wts_parent *parent, struct wts_channel *channel,
                           const struct wts_frame *frame, const uint8_t *payload)
{
    return wts_stream_pass(&channel->stream, *frame, payload) || is_without_memory(parent);
}

static bool take_request(struct wts_parent *parent, struct wts_channel *channel,
                         const struct wts_frame *frame, const uint8_t *payload)
{
    struct wts_frame_request request;
    struct wts_frame_reader reader = {.data = payload, .left = frame->length};
    if (channel->state != WTS_CHANNEL_IDLE)
        return refuse_frame(parent, frame, "not due");
    if (!wts_frame_get_request(&reader, &request))
        return refuse_frame(parent, frame, "malformed");
    channel->state = WTS_CHANNEL_REQUESTED;
    channel->serial = frame->serial;
    channel->ahead = wts_stream_waiting(&channel->stream);
    channel->is_handed_over = false;
    wts_channel_set_deadline(channel, request.timeout_ms);
    return pass_to_worker(parent, channel, frame, payload);
}

/* Whether the DLL has opened the channel's pipe: DATA then go through pipes only, and are not seen here. */
static bool is_direct(const struct wts_channel *channel)
{
    return channel->has_pipe && channel->requests < 0;
}

static bool take_data(struct wts_parent *parent, struct wts_channel *channel, const struct wts_frame *frame,
                      const uint8_t *payload)
{
    if (is_direct(channel))
        return refuse_frame(parent, frame, "not due");
    if (frame->length > channel->dll_credit)
        return refuse_frame(parent, frame, "beyond the credit");
    channel->dll_credit -= frame->length;
    return pass_to_worker(parent, channel, frame, payload);
}

/* Adds the credit of a WINDOW to *credit, if the parent counts it. False: it exceeds the limit. */
static bool add_credit(uint32_t *credit, const struct wts_frame *frame, const uint8_t *payload)
{
    uint32_t more;
    struct wts_frame_reader reader = {.data = payload, .left = frame->length};
    if (!wts_frame_get_window(&reader, &more) || (credit != NULL && more > WTS_FRAME_MAX_CREDIT - *credit))
        return false;
    if (credit != NULL)
        *credit += more;
    return true;
}

static bool take_window(struct wts_parent *parent, struct wts_channel *channel, const struct wts_frame *frame,
                        const uint8_t *payload)
{
    if (channel->state == WTS_CHANNEL_OPENING)
        return refuse_frame(parent, frame, "not due");
    /* A worker with a pipe and the DLL count it themselves, because DATA then bypass the parent. */
    if (!add_credit(channel->has_pipe ? NULL : &channel->worker_credit, frame, payload))
        return refuse_frame(parent, frame, "malformed");
    return pass_to_worker(parent, channel, frame, payload);
}

static bool take_cancel(struct wts_parent *parent, struct wts_channel *channel, const struct wts_frame *frame)
{
    const bool is_of_pipe = frame->serial != 0 && channel->state == WTS_CHANNEL_IDLE;
    if (channel->state == WTS_CHANNEL_OPENING || channel->state == WTS_CHANNEL_REQUESTED || is_of_pipe)
        return wts_parent_end_channel(parent, channel, WTS_END_CANCELLED) || is_without_memory(parent);
    return true;
}

/* The DLL has opened the pipe of the helper's answers: from now on everything goes there. */
static bool take_direct(struct wts_parent *parent, const struct wts_frame *frame)
{
    if (parent->replies[0] < 0)
        return refuse_frame(parent, frame, "not due");
    close(parent->replies[0]);
    parent->replies[0] = -1;
    wts_stream_set_pipe(&parent->dll, parent->replies[1]);
    return true;
}

/* The same for the requests of a channel. */
static bool take_channel_direct(struct wts_parent *parent, struct wts_channel *channel,
                                const struct wts_frame *frame)
{
    /* It is offered with OPENED. */
    if (channel->requests < 0 || channel->state == WTS_CHANNEL_OPENING)
        return refuse_frame(parent, frame, "not due");
    close(channel->requests);
    channel->requests = -1;
    return true;
}

static void remove_channel(struct wts_parent *parent, struct wts_channel *channel)
{
    struct wts_channel **link = &parent->channels;
    while (*link != channel)
        link = &(*link)->next;
    *link = channel->next;
    parent->count--;
    dismiss_worker_of(parent, channel);
    wts_channel_free(channel);
}

static bool take_close(struct wts_parent *parent, const struct wts_frame *frame)
{
    struct wts_channel *channel = find(parent, frame->channel);
    if (frame->length != 0)
        return refuse_frame(parent, frame, "malformed");
    if (frame->channel == 0) {
        parent->is_left = true;
        return false;
    }
    if (channel == NULL)
        return refuse_frame(parent, frame, "not due");
    remove_channel(parent, channel);
    return true;
}

/* Frames for a broken channel are dropped. */
static bool take_channel_frame(struct wts_parent *parent, const struct wts_frame *frame,
                               const uint8_t *payload)
{
    struct wts_channel *channel = find(parent, frame->channel);
    if (channel == NULL)
        return refuse_frame(parent, frame, "not due");
    const bool is_dropped = channel->state == WTS_CHANNEL_BROKEN;
    switch (frame->type) {
    case WTS_FRAME_REQUEST:
        return is_dropped || take_request(parent, channel, frame, payload);
    case WTS_FRAME_DATA:
        return is_dropped || take_data(parent, channel, frame, payload);
    case WTS_FRAME_WINDOW:
        return is_dropped || take_window(parent, channel, frame, payload);
    case WTS_FRAME_CANCEL:
        return take_cancel(parent, channel, frame);
    case WTS_FRAME_DIRECT:
        return take_channel_direct(parent, channel, frame);
    default:
        return refuse_frame(parent, frame, "not due");
    }
}

bool wts_parent_take_frame(struct wts_parent *parent, const struct wts_frame *frame, const uint8_t *payload)
{
    struct wts_frame_reader reader = {.data = payload, .left = frame->length};
    const bool is_cancel = frame->type == WTS_FRAME_CANCEL;
    const bool is_request = frame->type == WTS_FRAME_REQUEST;
    /* Only a helper sends the other types with flags or serials. */
    if (frame->flags != 0 || (frame->serial != 0 && !is_request && !is_cancel) ||
        (frame->type == WTS_FRAME_DIRECT && frame->length != 0))
        return refuse_frame(parent, frame, "malformed");
    if (frame->type == WTS_FRAME_HELLO)
        return take_hello(parent, frame, &reader);
    if (!parent->is_ready)
        return refuse_frame(parent, frame, "not due");
    if (frame->type == WTS_FRAME_OPEN)
        return take_open(parent, frame, &reader);
    if (frame->type == WTS_FRAME_CLOSE)
        return take_close(parent, frame);
    if (frame->type == WTS_FRAME_DIRECT && frame->channel == 0)
        return take_direct(parent, frame);
    return take_channel_frame(parent, frame, payload);
}

static bool get_outcome(const struct wts_frame *frame, const uint8_t *payload,
                        struct wts_frame_outcome *outcome)
{
    struct wts_frame_reader reader = {.data = payload, .left = frame->length};
    return wts_frame_get_outcome(&reader, outcome);
}

/* The effect of a worker's frame on its channel. */
enum verdict {
    VERDICT_WRONG, /* it is not due, or malformed */
    VERDICT_PASS,  /* to be passed on */
    VERDICT_BREAKS /* to be passed on, and it breaks the channel */
};

static enum verdict judge_opened(struct wts_channel *channel, const struct wts_frame *frame,
                                 const uint8_t *payload)
{
    struct wts_frame_outcome outcome;
    if (channel->state != WTS_CHANNEL_OPENING || !get_outcome(frame, payload, &outcome))
        return VERDICT_WRONG;
    channel->state = WTS_CHANNEL_IDLE;
    return outcome.error != 0 || (frame->flags & WTS_FRAME_BROKEN) ? VERDICT_BREAKS : VERDICT_PASS;
}

static enum verdict judge_reply(struct wts_channel *channel, const struct wts_frame *frame,
                                const uint8_t *payload)
{
    struct wts_frame_outcome outcome;
    const bool is_requested = channel->state == WTS_CHANNEL_REQUESTED && frame->serial == channel->serial;
    /* A long answer to a request that only the DLL knows. */
    const bool is_of_pipe = channel->state == WTS_CHANNEL_IDLE && channel->has_pipe;
    if ((!is_requested && !is_of_pipe) || !get_outcome(frame, payload, &outcome))
        return VERDICT_WRONG;
    channel->state = WTS_CHANNEL_IDLE;
    return frame->flags & WTS_FRAME_BROKEN ? VERDICT_BREAKS : VERDICT_PASS;
}

static enum verdict judge_data(struct wts_channel *channel, const struct wts_frame *frame)
{
    if (frame->length > channel->worker_credit)
        return VERDICT_WRONG;
    channel->worker_credit -= frame->length;
    return VERDICT_PASS;
}

static enum verdict judge(struct wts_channel *channel, const struct wts_frame *frame, const uint8_t *payload)
{
    struct wts_frame_outcome outcome;
    const bool is_open = channel->state == WTS_CHANNEL_IDLE || channel->state == WTS_CHANNEL_REQUESTED;
    if (frame->channel != channel->number || (frame->flags & WTS_FRAME_APART))
        return VERDICT_WRONG;
    switch (frame->type) {
    case WTS_FRAME_OPENED:
        return judge_opened(channel, frame, payload);
    case WTS_FRAME_REPLY:
        return judge_reply(channel, frame, payload);
    case WTS_FRAME_EVENT:
        return is_open ? VERDICT_PASS : VERDICT_WRONG;
    case WTS_FRAME_DATA:
        return judge_data(channel, frame);
    case WTS_FRAME_WINDOW:
        return is_open && add_credit(is_direct(channel) ? NULL : &channel->dll_credit, frame, payload)
                   ? VERDICT_PASS
                   : VERDICT_WRONG;
    case WTS_FRAME_CLOSE:
        return is_open && get_outcome(frame, payload, &outcome) ? VERDICT_BREAKS : VERDICT_WRONG;
    default:
        return VERDICT_WRONG;
    }
}

static void fill_direct(struct wts_frame_writer *writer, const void *what)
{
    const int *descriptor = what;
    wts_frame_put_direct(writer, (uint32_t)*descriptor);
}

/* Sent before the OPENED of a channel that has a pipe for its requests. */
static bool offer_requests(struct wts_parent *parent, const struct wts_channel *channel)
{
    return channel->requests < 0 ||
           wts_stream_put_frame(&parent->dll,
                                (struct wts_frame){.type = WTS_FRAME_DIRECT, .channel = channel->number},
                                fill_direct, &channel->requests);
}

bool wts_parent_take_worker_frame(struct wts_parent *parent, struct wts_channel *channel,
                                  const struct wts_frame *frame, const uint8_t *payload)
{
    const enum verdict verdict = judge(channel, frame, payload);
    if (verdict == VERDICT_WRONG)
        return wts_parent_end_channel(parent, channel, WTS_END_PROTOCOL);
    /* The worker closed the channel before it read the request, which still gets its reply. */
    if (frame->type == WTS_FRAME_CLOSE && channel->state == WTS_CHANNEL_REQUESTED)
        return wts_parent_end_channel(parent, channel, WTS_END_CLOSED);
    if (channel->state == WTS_CHANNEL_IDLE)
        channel->deadline = INT64_MAX;
    const bool is_offered =
        frame->type != WTS_FRAME_OPENED || verdict != VERDICT_PASS || offer_requests(parent, channel);
    const bool is_passed = is_offered && wts_stream_pass(&parent->dll, *frame, payload);
    if (verdict == VERDICT_BREAKS) {
        channel->state = WTS_CHANNEL_BROKEN; /* the answer that was due has been sent */
        return wts_parent_end_channel(parent, channel, WTS_END_PROTOCOL) && is_passed;
    }
    return is_passed;
}

static void kill_late_ones(struct wts_parent *parent, int64_t now)
{
    for (struct wts_leaving *leaving = parent->leaving; leaving != NULL; leaving = leaving->next)
        if (leaving->deadline <= now) {
            wts_worker_kill(leaving->worker);
            leaving->deadline = INT64_MAX;
        }
}

bool wts_parent_check_deadlines(struct wts_parent *parent, int64_t now)
{
    kill_late_ones(parent, now);
    for (struct wts_channel *channel = parent->channels; channel != NULL; channel = channel->next)
        if (channel->deadline <= now && !wts_parent_end_channel(parent, channel, WTS_END_LATE))
            return is_without_memory(parent);
    return true;
}

int64_t wts_parent_next_deadline(const struct wts_parent *parent, int64_t limit)
{
    for (const struct wts_channel *channel = parent->channels; channel != NULL; channel = channel->next)
        if (channel->deadline < limit)
            limit = channel->deadline;
    for (const struct wts_leaving *leaving = parent->leaving; leaving != NULL; leaving = leaving->next)
        if (leaving->deadline < limit)
            limit = leaving->deadline;
    return limit;
}

void wts_parent_forget_process(struct wts_parent *parent, pid_t process)
{
    for (struct wts_channel *channel = parent->channels; channel != NULL; channel = channel->next)
        if (channel->worker == process)
            channel->worker = 0;
    for (struct wts_leaving **link = &parent->leaving; *link != NULL; link = &(*link)->next)
        if ((*link)->worker == process) {
            struct wts_leaving *leaving = *link;
            *link = leaving->next;
            free(leaving);
            return;
        }
}

static void fill_last_word(struct wts_frame_writer *writer, const void *what)
{
    wts_frame_put_last_word(writer, (struct wts_frame_text){what, strlen(what)});
}

void wts_parent_say_last_word(struct wts_parent *parent)
{
    if (parent->reason[0])
        wts_stream_put_frame(&parent->dll, (struct wts_frame){.type = WTS_FRAME_CLOSE}, fill_last_word,
                             parent->reason);
}

void wts_parent_close_channels(struct wts_parent *parent)
{
    while (parent->channels != NULL)
        remove_channel(parent, parent->channels);
}

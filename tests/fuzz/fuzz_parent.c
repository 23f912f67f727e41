/*
 * Fuzzes what the parent process of a helper knows (helper/host/parent.h): the input is a script of frames of
 * the DLL, frames of workers, ends of workers and time that passes. Workers, clock, environment and secrets
 * are doubles. After each step the frames for the DLL are judged as a strict DLL judges them: well formed,
 * due, one answer for each question, DATA within the credit. At the end no worker is left that was not
 * dismissed.
 */
#include "fuzz.h"

#include <fcntl.h>
#include <unistd.h>

#include "helper/host/environment.h"
#include "helper/host/parent.h"
#include "helper/host/process.h"
#include "helper/host/secret.h"
#include "helper/host/worker.h"

enum { DUTY = 1, CHANNELS = 6, MAX_WORKERS = 4096, PLACES = 4 };

/* The doubles. */

enum worker_state { WORKER_NONE, WORKER_RUNS, WORKER_DISMISSED, WORKER_KILLED, WORKER_GONE };

static enum worker_state workers[MAX_WORKERS];
static int last_worker;
static int64_t now_ms;
static bool has_processes;
static bool is_place_full[PLACES];

int64_t wts_process_milliseconds(void)
{
    return now_ms;
}

pid_t wts_worker_start(const struct wts_worker_order *order, void (*forget)(void *held), void *held,
                       int *socket)
{
    (void)forget;
    (void)held;
    require(order->duty->number == DUTY && order->secret[order->secret_length] == 0);
    if (!has_processes || last_worker + 1 == MAX_WORKERS)
        return -1;
    *socket = -1;
    workers[++last_worker] = WORKER_RUNS;
    return last_worker;
}

void wts_worker_dismiss(pid_t worker)
{
    require(workers[worker] == WORKER_RUNS);
    workers[worker] = WORKER_DISMISSED;
}

void wts_worker_kill(pid_t worker)
{
    require(workers[worker] == WORKER_DISMISSED);
    workers[worker] = WORKER_KILLED;
}

bool wts_environment_set(const struct wts_duty *const *duties, const struct wts_frame_hello *hello)
{
    (void)duties;
    return hello->count <= WTS_FRAME_MAX_VARIABLES;
}

int wts_secret_create(void)
{
    return 3;
}

bool wts_secret_is_place(int area, struct wts_secret_place place)
{
    return place.length == 0 || (area == 3 && place.offset < PLACES && place.length == 1);
}

bool wts_secret_take(int area, struct wts_secret_place place, char *secret)
{
    require(wts_secret_is_place(area, place));
    memset(secret, 's', place.length);
    secret[place.length] = 0;
    if (place.length != 0)
        is_place_full[place.offset] = false;
    return true;
}

static bool check_open(struct wts_frame_reader *payload, struct wts_secret_place *secret)
{
    secret->offset = wts_frame_get_u16(payload);
    secret->length = wts_frame_get_u16(payload);
    return wts_frame_reader_ended(payload);
}

static void put_given_up(struct wts_frame_writer *writer, const struct wts_duty_marks *marks,
                         const char *reason)
{
    wts_frame_put_u32(writer, marks->values[0]);
    wts_frame_put_text(writer, (struct wts_frame_text){reason, strlen(reason)});
}

static const struct wts_duty duty = {.number = DUTY,
                                     .open_lost = 1,
                                     .request_late = 2,
                                     .request_lost = 3,
                                     .check_open = check_open,
                                     .put_given_up = put_given_up};

/* The DLL, as strict as it may be. */

struct seen {
    bool is_open; /* OPEN was sent and CLOSE was not */
    bool is_opening;
    bool is_broken;
    bool is_requested;
    bool has_pipe;  /* the parent need not know of a request, nor of the worker's DATA */
    bool is_direct; /* nor of the DLL's */
    uint32_t serial;
    uint32_t credit;  /* that the DLL gave */
    uint32_t allowed; /* that the worker gave */
};

static struct seen seen[CHANNELS + 1];
static bool is_ready;

static bool is_usable(const struct seen *channel)
{
    return channel->is_open && !channel->is_opening && !channel->is_broken;
}

/* What the DLL sends, once the parent has taken it. */
static void note_sent(const struct wts_frame *frame, const uint8_t *payload)
{
    struct seen *channel = frame->channel <= CHANNELS ? &seen[frame->channel] : NULL;
    struct wts_frame_reader reader = {.data = payload, .left = frame->length};
    uint32_t credit = 0;
    if (frame->channel == 0)
        return;
    require(channel != NULL);
    switch (frame->type) {
    case WTS_FRAME_OPEN:
        require(!channel->is_open);
        *channel = (struct seen){.is_open = true, .is_opening = true};
        break;
    case WTS_FRAME_REQUEST:
        if (is_usable(channel)) {
            require(!channel->is_requested);
            channel->is_requested = true;
            channel->serial = frame->serial;
        }
        break;
    case WTS_FRAME_WINDOW:
        if (is_usable(channel) && !channel->has_pipe && wts_frame_get_window(&reader, &credit))
            channel->credit += credit;
        require(channel->credit <= WTS_FRAME_MAX_CREDIT);
        break;
    case WTS_FRAME_DIRECT:
        channel->is_direct = channel->has_pipe;
        break;
    case WTS_FRAME_DATA:
        require(!is_usable(channel) || !channel->is_direct);
        if (is_usable(channel)) {
            require(frame->length <= channel->allowed);
            channel->allowed -= frame->length;
        }
        break;
    case WTS_FRAME_CLOSE:
        *channel = (struct seen){.is_open = false};
        break;
    default:
        break;
    }
}

static void judge(const struct wts_frame *frame, const uint8_t *payload)
{
    struct wts_frame_reader reader = {.data = payload, .left = frame->length};
    struct wts_frame_outcome outcome;
    struct wts_frame_ready ready;
    uint32_t credit = 0;
    uint32_t descriptor = 0;
    if (frame->type == WTS_FRAME_READY) {
        require(!is_ready && wts_frame_get_ready(&reader, &ready));
        is_ready = true;
        return;
    }
    require(is_ready && frame->channel >= 1 && frame->channel <= CHANNELS);
    struct seen *channel = &seen[frame->channel];
    require(channel->is_open && !channel->is_broken);
    switch (frame->type) {
    case WTS_FRAME_OPENED:
        require(channel->is_opening && wts_frame_get_outcome(&reader, &outcome));
        channel->is_opening = false;
        channel->is_broken = outcome.error != 0 || (frame->flags & WTS_FRAME_BROKEN);
        break;
    case WTS_FRAME_REPLY:
        require((channel->is_requested && frame->serial == channel->serial) ||
                (channel->has_pipe && !channel->is_requested));
        require(wts_frame_get_outcome(&reader, &outcome));
        channel->is_requested = false;
        channel->is_broken = frame->flags & WTS_FRAME_BROKEN;
        break;
    case WTS_FRAME_CLOSE:
        require(!channel->is_opening && !channel->is_requested && wts_frame_get_outcome(&reader, &outcome));
        require(frame->serial == 0 || channel->has_pipe);
        channel->is_broken = true;
        break;
    case WTS_FRAME_DIRECT:
        require(channel->is_opening && !channel->has_pipe && wts_frame_get_direct(&reader, &descriptor));
        channel->has_pipe = true;
        break;
    case WTS_FRAME_DATA:
        require(!channel->is_opening && frame->length <= channel->credit);
        channel->credit -= frame->length;
        break;
    case WTS_FRAME_WINDOW:
        require(!channel->is_opening && wts_frame_get_window(&reader, &credit));
        if (!channel->is_direct)
            channel->allowed += credit;
        require(channel->allowed <= WTS_FRAME_MAX_CREDIT);
        break;
    default:
        require(!channel->is_opening && frame->type == WTS_FRAME_EVENT);
    }
}

/* The next bytes of a buffer, which has to have so many. */
static const uint8_t *take(struct wts_buffer *buffer, size_t length)
{
    require(buffer->end - buffer->begin >= length);
    const uint8_t *at = buffer->data + buffer->begin;
    buffer->begin += length;
    return at;
}

static void judge_frames(struct wts_buffer *headers, struct wts_buffer *apart)
{
    while (headers->end != headers->begin) {
        struct wts_frame frame;
        require(wts_frame_get_header(take(headers, WTS_FRAME_HEADER_LENGTH), &frame));
        const bool is_apart = frame.flags & WTS_FRAME_APART;
        const bool is_long = WTS_FRAME_HEADER_LENGTH + (size_t)frame.length > WTS_FRAME_MAX_DIRECT;
        require(is_apart ? apart != NULL && is_long : apart == NULL || !is_long);
        judge(&frame, take(is_apart ? apart : headers, frame.length));
    }
}

static void judge_output(struct wts_parent *parent)
{
    if (parent->dll.has_pipe)
        judge_frames(&parent->dll.pipe_out, &parent->dll.out);
    else
        judge_frames(&parent->dll.out, NULL);
    require(wts_stream_waiting(&parent->dll) == 0);
}

/* The script. */

struct script {
    const uint8_t *data;
    size_t left;
};

static unsigned next(struct script *script)
{
    if (script->left == 0)
        return 0;
    script->left--;
    return *script->data++;
}

/*
 * A frame, in memory of exactly its length behind its header. Most are made from few bytes, so that a short
 * script reaches far; some are whatever follows in the script. Returns NULL when no header may say that.
 */
static uint8_t *make_frame(struct script *script, struct wts_frame *frame)
{
    static const uint8_t long_text[32];
    uint8_t content[64 + 256 * sizeof long_text];
    struct wts_frame_writer writer = {.data = content, .size = sizeof content};
    *frame = (struct wts_frame){.type = (uint16_t)next(script), .channel = next(script) % (CHANNELS + 1)};
    const unsigned kind = next(script);
    switch (frame->type) {
    case WTS_FRAME_HELLO:
        wts_frame_put_hello(&writer, &(struct wts_frame_hello){.version = WTS_FRAME_VERSION + (kind == 255)});
        break;
    case WTS_FRAME_OPEN:
        wts_frame_put_open(&writer,
                           &(struct wts_frame_open){kind & 1 ? UINT32_MAX : kind, DUTY + (kind == 254)});
        wts_frame_put_u16(&writer, (uint16_t)(kind >> 4));
        wts_frame_put_u16(&writer, kind >> 3 & 1);
        break;
    case WTS_FRAME_REQUEST:
        wts_frame_put_request(&writer, &(struct wts_frame_request){kind & 1 ? UINT32_MAX : kind, kind});
        frame->serial = next(script) % 4;
        break;
    case WTS_FRAME_CANCEL:
        frame->serial = kind % 4;
        break;
    case WTS_FRAME_DIRECT:
        if (kind == 255)
            wts_frame_put_direct(&writer, kind);
        break;
    case WTS_FRAME_EVENT: /* some are long */
        for (unsigned i = kind; i > 0; i--)
            wts_frame_put_bytes(&writer, long_text, sizeof long_text);
        break;
    case WTS_FRAME_OPENED:
    case WTS_FRAME_REPLY:
        wts_frame_put_outcome(&writer, &(struct wts_frame_outcome){
                                           .error = kind & 3, .progress = (enum wts_progress)(kind % 3)});
        frame->flags = kind >> 4 & 1;
        frame->serial = frame->type == WTS_FRAME_REPLY ? next(script) % 4 : 0;
        break;
    case WTS_FRAME_WINDOW:
        wts_frame_put_u32(&writer, kind & 0x80 ? kind << 13 : kind); /* little, so that it is used up */
        break;
    case WTS_FRAME_CLOSE:
        if (kind & 1)
            wts_frame_put_outcome(&writer, &(struct wts_frame_outcome){.error = kind});
        break;
    default:
        for (unsigned i = kind % 64; i > 0; i--)
            wts_frame_put_bytes(&writer, "x", 1);
    }
    frame->length = (uint32_t)writer.used;
    /* Now and then, something is wrong with it. */
    if (next(script) % 16 == 15)
        frame->length = frame->length * next(script) / 256;
    uint8_t *bytes = malloc(WTS_FRAME_HEADER_LENGTH + frame->length);
    require(bytes != NULL && !writer.failed);
    wts_frame_put_header(bytes, frame);
    memcpy(bytes + WTS_FRAME_HEADER_LENGTH, content, frame->length);
    if (wts_frame_get_header(bytes, frame))
        return bytes;
    free(bytes);
    return NULL;
}

static struct wts_channel *channel_with_worker(const struct wts_parent *parent, unsigned number)
{
    struct wts_channel *channel = parent->channels;
    while (channel && channel->number != number)
        channel = channel->next;
    return channel && channel->state != WTS_CHANNEL_BROKEN ? channel : NULL;
}

static bool step_dll(struct wts_parent *parent, struct script *script)
{
    struct wts_frame frame;
    uint8_t *bytes = make_frame(script, &frame);
    if (!bytes)
        return true;
    if (frame.type == WTS_FRAME_OPEN)
        memset(is_place_full, true, sizeof is_place_full);
    const bool is_good = wts_parent_take_frame(parent, &frame, bytes + WTS_FRAME_HEADER_LENGTH);
    if (is_good) {
        note_sent(&frame, bytes + WTS_FRAME_HEADER_LENGTH);
        if (frame.type == WTS_FRAME_OPEN && bytes[WTS_FRAME_HEADER_LENGTH + 10] == 1)
            require(!is_place_full[bytes[WTS_FRAME_HEADER_LENGTH + 8]]);
    }
    free(bytes);
    return is_good;
}

static void step_worker(struct wts_parent *parent, struct script *script)
{
    struct wts_frame frame;
    uint8_t *bytes = make_frame(script, &frame);
    if (!bytes)
        return;
    const unsigned number = next(script) % 8 == 7 ? next(script) % (CHANNELS + 1) : frame.channel;
    struct wts_channel *channel = channel_with_worker(parent, number);
    if (channel)
        require(wts_parent_take_worker_frame(parent, channel, &frame, bytes + WTS_FRAME_HEADER_LENGTH));
    free(bytes);
}

/* The worker's socket takes some of what waits. */
static void step_write(struct wts_channel *channel, unsigned length)
{
    const size_t waiting = wts_stream_waiting(&channel->stream);
    const size_t sent = length < waiting ? length : waiting;
    channel->stream.out.begin += sent;
    if (sent > channel->ahead)
        channel->is_handed_over = true;
    channel->ahead -= sent < channel->ahead ? sent : channel->ahead;
}

static void step_process_ends(struct wts_parent *parent, unsigned choice)
{
    if (last_worker == 0)
        return;
    const int worker = 1 + (int)(choice % (unsigned)last_worker);
    if (workers[worker] == WORKER_GONE)
        return;
    /* Its socket ends first. */
    for (struct wts_channel *channel = parent->channels; channel; channel = channel->next)
        if (channel->worker == worker) {
            require(wts_parent_end_channel(parent, channel, WTS_END_WORKER));
            break;
        }
    workers[worker] = WORKER_GONE;
    wts_parent_forget_process(parent, worker);
}

static bool step(struct wts_parent *parent, struct script *script)
{
    struct wts_channel *channel;
    switch (next(script) % 8) {
    case 0:
    case 1:
    case 2:
        return step_dll(parent, script);
    case 3:
    case 4:
        step_worker(parent, script);
        return true;
    case 5:
        step_process_ends(parent, next(script));
        return true;
    case 6:
        now_ms += next(script) * 4;
        return wts_parent_check_deadlines(parent, now_ms);
    default:
        channel = channel_with_worker(parent, next(script) % (CHANNELS + 1));
        if (channel)
            step_write(channel, next(script));
        has_processes = next(script) % 8 != 7;
        return true;
    }
}

static void require_nothing_left(struct wts_parent *parent)
{
    now_ms += WTS_WORKER_GOODBYE_MS;
    require(wts_parent_check_deadlines(parent, now_ms));
    for (int worker = 1; worker <= last_worker; worker++) {
        require(workers[worker] == WORKER_KILLED || workers[worker] == WORKER_GONE);
        if (workers[worker] == WORKER_KILLED)
            wts_parent_forget_process(parent, worker);
    }
    require(parent->leaving == NULL && parent->channels == NULL && parent->count == 0);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t length)
{
    static const struct wts_duty *const duties[] = {&duty, NULL};
    struct wts_parent parent = {.duties = duties, .dll = {.fd = -1}, .secrets = -1, .replies = {-1, -1}};
    struct script script = {data, length};
    bool goes_on = true;
    memset(seen, 0, sizeof seen);
    memset(workers, 0, sizeof workers);
    last_worker = 0;
    now_ms = 1000;
    has_processes = true;
    is_ready = false;
    if (next(&script) % 2 == 1)
        parent.replies[0] = open("/dev/null", O_RDONLY | O_CLOEXEC);
    if (parent.replies[0] >= 0)
        parent.replies[1] = open("/dev/null", O_WRONLY | O_CLOEXEC);
    while (script.left != 0 && goes_on) {
        goes_on = step(&parent, &script);
        judge_output(&parent);
    }
    require(goes_on || parent.is_left || parent.reason[0] != 0 || (is_ready && !parent.is_ready));
    wts_parent_close_channels(&parent);
    require_nothing_left(&parent);
    if (!parent.dll.has_pipe && parent.replies[1] >= 0)
        close(parent.replies[1]);
    if (parent.replies[0] >= 0)
        close(parent.replies[0]);
    wts_stream_close(&parent.dll);
    return 0;
}

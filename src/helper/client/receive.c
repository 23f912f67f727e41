/*
 * The thread that receives what a helper sends; see helper.h. Before READY there may be text: the line of the
 * start step, and messages of a shell or a loader about a program that cannot start (wire.h).
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/trace.h"
#include "helper/client/helper.h"

static size_t count_received(const struct wts_helper *helper)
{
    return helper->received_to - helper->received_from;
}

/* Receives from the pipe, once the helper has one, else from the socket. */
static size_t receive(struct wts_helper *helper, void *data, size_t size)
{
    return helper->has_pipe ? wts_wire_receive_reply(helper->wire, data, size)
                            : wts_wire_receive(helper->wire, data, size);
}

/* Receives until `count` bytes wait to be read, at most the buffer's size. False: it ended before. */
static bool fill(struct wts_helper *helper, size_t count)
{
    if (count_received(helper) < count) {
        memmove(helper->received, helper->received + helper->received_from, count_received(helper));
        helper->received_to = count_received(helper);
        helper->received_from = 0;
    }
    while (count_received(helper) < count) {
        const size_t part = receive(helper, helper->received + helper->received_to,
                                    sizeof helper->received - helper->received_to);
        if (part == 0)
            return false;
        helper->received_to += part;
    }
    return true;
}

/* Reads `length` bytes; those beyond the buffer are received directly into `data`. */
static bool read_bytes(struct wts_helper *helper, uint8_t *data, size_t length)
{
    const size_t waiting = count_received(helper);
    const size_t buffered = waiting < length ? waiting : length;
    memcpy(data, helper->received + helper->received_from, buffered);
    helper->received_from += buffered;
    for (size_t done = buffered; done < length;) {
        const size_t part = receive(helper, data + done, length - done);
        if (part == 0)
            return false;
        done += part;
    }
    return true;
}

/* Reads `length` bytes from the socket, while everything else comes through the pipe. */
static bool read_apart(struct wts_helper *helper, uint8_t *data, size_t length)
{
    for (size_t done = 0; done < length;) {
        const size_t part = wts_wire_receive(helper->wire, data + done, length - done);
        if (part == 0)
            return false;
        done += part;
    }
    return true;
}

/* Reads the payload of a frame whose header was read. */
static bool read_payload(struct wts_helper *helper, struct wts_frame *frame, uint8_t *payload)
{
    if ((frame->flags & WTS_FRAME_APART) == 0)
        return read_bytes(helper, payload, frame->length);
    frame->flags &= (uint16_t)~WTS_FRAME_APART;
    return helper->has_pipe && read_apart(helper, payload, frame->length);
}

static const uint8_t *find_line_end(const struct wts_helper *helper)
{
    return memchr(helper->received + helper->received_from, '\n', count_received(helper));
}

/* Reads one line, or a part of it at the end or if it is too long. False: there are no more bytes. */
static bool read_line(struct wts_helper *helper, const char **line, size_t *length)
{
    const uint8_t *end = find_line_end(helper);
    while (end == NULL && count_received(helper) < sizeof helper->received &&
           fill(helper, count_received(helper) + 1))
        end = find_line_end(helper);
    *line = (const char *)helper->received + helper->received_from;
    *length = end != NULL ? (size_t)(end - (const uint8_t *)*line) : count_received(helper);
    helper->received_from += *length + (end != NULL);
    return *length > 0 || end != NULL;
}

/* The process number of the start step's line; 0: it is another line. */
static uint32_t process_of_line(const char *line, size_t length)
{
    char text[32];
    unsigned process_id = 0;
    snprintf(text, sizeof text, "%.*s", (int)(length < sizeof text ? length : sizeof text - 1), line);
    return sscanf(text, "process %u", &process_id) == 1 ? process_id : 0;
}

/* Whether the header of READY comes next. Two bytes of its length are zero, which no text contains, so a line
 * that is shorter than a header is recognised without waiting for more. */
static bool is_ready_next(struct wts_helper *helper, struct wts_frame *frame)
{
    if (!fill(helper, 4))
        return false;
    const uint8_t *next = helper->received + helper->received_from;
    return next[2] == 0 && next[3] == 0 && fill(helper, WTS_FRAME_HEADER_LENGTH) &&
           wts_frame_get_header(helper->received + helper->received_from, frame) &&
           frame->type == WTS_FRAME_READY;
}

/* Reads text up to READY; notes the process number, and writes everything else to the trace. */
static bool read_greeting(struct wts_helper *helper)
{
    struct wts_frame frame;
    bool is_first = true;
    while (!is_ready_next(helper, &frame)) {
        const char *line;
        size_t length;
        if (!read_line(helper, &line, &length))
            return false;
        const uint32_t process_id = is_first ? process_of_line(line, length) : 0;
        if (process_id != 0) {
            wts_lock_acquire(&helper->kind->lock);
            wts_wire_note_process(helper->wire, process_id);
            wts_lock_release(&helper->kind->lock);
        } else {
            wts_trace(WTS_TRACE_ERRORS, "%s: says: %.*s", helper->kind->program, (int)length, line);
        }
        is_first = false;
    }
    return true;
}

/* Receives a frame. NULL: it ended or is malformed, or there is no memory. */
static uint8_t *receive_frame(struct wts_helper *helper, struct wts_frame *frame)
{
    uint8_t header[WTS_FRAME_HEADER_LENGTH];
    if (!fill(helper, sizeof header) || !read_bytes(helper, header, sizeof header))
        return NULL;
    if (!wts_frame_get_header(header, frame)) {
        wts_trace(WTS_TRACE_ERRORS, "%s: sent a malformed frame", helper->kind->program);
        return NULL;
    }
    uint8_t *payload = malloc(frame->length + 1U);
    if (payload != NULL && !read_payload(helper, frame, payload)) {
        free(payload);
        payload = NULL;
    }
    return payload;
}

static bool take_ready(struct wts_helper *helper)
{
    struct wts_frame frame;
    struct wts_frame_ready ready;
    uint8_t *payload = receive_frame(helper, &frame);
    if (payload == NULL)
        return false;
    struct wts_frame_reader reader = {.data = payload, .left = frame.length};
    bool is_good = wts_frame_get_ready(&reader, &ready);
    if (is_good && ready.error != 0) {
        wts_trace(WTS_TRACE_ERRORS, "%s: it does not serve: %.*s, error %lu", helper->kind->program,
                  (int)ready.text.length, ready.text.data, (unsigned long)ready.error);
    } else if (is_good && ready.version != WTS_FRAME_VERSION) {
        wts_trace(WTS_TRACE_ERRORS, "%s: it is of another version", helper->kind->program);
        is_good = false;
    }
    const bool has_pipe = is_good && ready.error == 0 && wts_wire_open_replies(helper->wire, &ready);
    wts_lock_acquire(&helper->kind->lock);
    if (is_good && ready.error != 0) {
        helper->start_error = ready.error;
        is_good = false;
    }
    if (is_good && helper->state == WTS_HELPER_STARTING) {
        helper->ready = ready;
        helper->ready.text = (struct wts_frame_text){NULL, 0};
        helper->has_pipe = has_pipe;
        if (has_pipe) /* before any OPEN, so that its answer comes through the pipe */
            wts_helper_send_header(helper, WTS_FRAME_DIRECT, 0, 0);
    }
    if (is_good && helper->state == WTS_HELPER_STARTING) {
        helper->state = WTS_HELPER_SERVING;
        helper->heard_at_ms = wts_clock_ms();
        wts_helper_wake_channels(helper);
    }
    wts_lock_release(&helper->kind->lock);
    free(payload);
    return is_good;
}

static bool take_frame(struct wts_helper *helper)
{
    struct wts_frame frame;
    uint8_t *payload = receive_frame(helper, &frame);
    if (payload == NULL)
        return false;
    wts_lock_acquire(&helper->kind->lock);
    const bool is_due = wts_helper_take_frame(helper, &frame, payload);
    wts_lock_release(&helper->kind->lock);
    return is_due;
}

void wts_helper_receive(void *argument)
{
    struct wts_helper *helper = argument;
    struct wts_lock *lock = &helper->kind->lock;
    if (read_greeting(helper) && take_ready(helper)) {
        while (take_frame(helper)) {
        }
    }
    wts_lock_acquire(lock);
    wts_helper_declare_dead(helper,
                            helper->state == WTS_HELPER_STARTING ? "it ended before it served" : "it ended");
    wts_helper_release(helper);
    wts_lock_release(lock);
}

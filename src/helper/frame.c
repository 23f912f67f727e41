/*
 * The codec of the frames; see frame.h. Reading and writing use a position that never passes the end of its
 * buffer.
 */
#include "helper/frame.h"

#include <string.h>

static const uint32_t text_absent = UINT32_MAX;

/* The valid headers of each type. */
enum channel_rule { CHANNEL_ZERO, CHANNEL_NUMBER, CHANNEL_ANY };

static const struct type_rule {
    uint32_t min_length;
    uint32_t max_length;
    enum channel_rule channel;
    uint16_t flags; /* that may be set */
    bool has_serial;
} type_rules[WTS_FRAME_TYPE_COUNT] = {
    [WTS_FRAME_HELLO] = {8, WTS_FRAME_MAX_PAYLOAD, CHANNEL_ZERO, 0, false},
    [WTS_FRAME_READY] = {WTS_FRAME_READY_LENGTH, WTS_FRAME_MAX_PAYLOAD, CHANNEL_ZERO, 0, false},
    [WTS_FRAME_OPEN] = {8, WTS_FRAME_MAX_PAYLOAD, CHANNEL_NUMBER, 0, false},
    [WTS_FRAME_OPENED] = {16, WTS_FRAME_MAX_PAYLOAD, CHANNEL_NUMBER, WTS_FRAME_BROKEN | WTS_FRAME_APART,
                          false},
    [WTS_FRAME_REQUEST] = {8, WTS_FRAME_MAX_PAYLOAD, CHANNEL_NUMBER, 0, true},
    [WTS_FRAME_REPLY] = {16, WTS_FRAME_MAX_PAYLOAD, CHANNEL_NUMBER, WTS_FRAME_BROKEN | WTS_FRAME_APART, true},
    [WTS_FRAME_EVENT] = {0, WTS_FRAME_MAX_PAYLOAD, CHANNEL_NUMBER, WTS_FRAME_APART, false},
    [WTS_FRAME_DATA] = {1, WTS_FRAME_MAX_DATA, CHANNEL_NUMBER, WTS_FRAME_APART, false},
    [WTS_FRAME_WINDOW] = {4, 4, CHANNEL_NUMBER, 0, false},
    [WTS_FRAME_CANCEL] = {0, 0, CHANNEL_NUMBER, 0, true},
    [WTS_FRAME_CLOSE] = {0, WTS_FRAME_MAX_PAYLOAD, CHANNEL_ANY, WTS_FRAME_APART, true},
    [WTS_FRAME_DIRECT] = {0, 4, CHANNEL_ANY, 0, false},
};

void wts_frame_put_bytes(struct wts_frame_writer *writer, const void *data, size_t length)
{
    if (length > WTS_FRAME_MAX_PAYLOAD) {
        writer->failed = true;
        return;
    }
    if (length != 0 && writer->used <= writer->size && length <= writer->size - writer->used)
        memcpy(writer->data + writer->used, data, length);
    writer->used += length;
}

void wts_frame_put_u16(struct wts_frame_writer *writer, uint16_t value)
{
    const uint8_t bytes[2] = {(uint8_t)value, (uint8_t)(value >> 8)};
    wts_frame_put_bytes(writer, bytes, sizeof bytes);
}

void wts_frame_put_u32(struct wts_frame_writer *writer, uint32_t value)
{
    wts_frame_put_u16(writer, (uint16_t)value);
    wts_frame_put_u16(writer, (uint16_t)(value >> 16));
}

void wts_frame_put_text(struct wts_frame_writer *writer, struct wts_frame_text text)
{
    if (text.data == NULL) {
        wts_frame_put_u32(writer, text_absent);
        return;
    }
    if (text.length > WTS_FRAME_MAX_TEXT || memchr(text.data, 0, text.length) != NULL) {
        writer->failed = true;
        return;
    }
    wts_frame_put_u32(writer, (uint32_t)text.length);
    wts_frame_put_bytes(writer, text.data, text.length);
}

const uint8_t *wts_frame_get_bytes(struct wts_frame_reader *reader, size_t length)
{
    if (reader->failed || length > reader->left) {
        reader->failed = true;
        return NULL;
    }
    const uint8_t *at = reader->data;
    if (length != 0)
        reader->data += length;
    reader->left -= length;
    return at;
}

uint16_t wts_frame_get_u16(struct wts_frame_reader *reader)
{
    const uint8_t *at = wts_frame_get_bytes(reader, 2);
    return (uint16_t)(at != NULL ? at[0] | (unsigned)at[1] << 8 : 0U);
}

uint32_t wts_frame_get_u32(struct wts_frame_reader *reader)
{
    const uint8_t *at = wts_frame_get_bytes(reader, 4);
    return at != NULL ? at[0] | (uint32_t)at[1] << 8 | (uint32_t)at[2] << 16 | (uint32_t)at[3] << 24 : 0;
}

struct wts_frame_text wts_frame_get_text(struct wts_frame_reader *reader)
{
    const struct wts_frame_text absent = {NULL, 0};
    const uint32_t length = wts_frame_get_u32(reader);
    if (reader->failed || length == text_absent)
        return absent;
    const char *data =
        length <= WTS_FRAME_MAX_TEXT ? (const char *)wts_frame_get_bytes(reader, length) : NULL;
    if (data != NULL && memchr(data, 0, length) == NULL)
        return (struct wts_frame_text){data, length};
    reader->failed = true;
    return absent;
}

bool wts_frame_reader_ended(const struct wts_frame_reader *reader)
{
    return !reader->failed && reader->left == 0;
}

struct wts_frame_writer wts_frame_begin(uint8_t *buffer, size_t size)
{
    return (struct wts_frame_writer){.data = buffer, .size = size, .used = WTS_FRAME_HEADER_LENGTH};
}

size_t wts_frame_finish(struct wts_frame_writer *writer, struct wts_frame frame)
{
    if (writer->failed || writer->used - WTS_FRAME_HEADER_LENGTH > WTS_FRAME_MAX_PAYLOAD)
        return 0;
    frame.length = (uint32_t)(writer->used - WTS_FRAME_HEADER_LENGTH);
    if (writer->used <= writer->size)
        wts_frame_put_header(writer->data, &frame);
    return writer->used;
}

void wts_frame_put_header(uint8_t *out, const struct wts_frame *frame)
{
    struct wts_frame_writer writer = {.data = out, .size = WTS_FRAME_HEADER_LENGTH};
    wts_frame_put_u32(&writer, frame->length);
    wts_frame_put_u16(&writer, frame->type);
    wts_frame_put_u16(&writer, frame->flags);
    wts_frame_put_u32(&writer, frame->channel);
    wts_frame_put_u32(&writer, frame->serial);
}

static bool is_channel_allowed(enum channel_rule rule, uint32_t channel)
{
    return rule == CHANNEL_ANY || (rule == CHANNEL_ZERO) == (channel == 0);
}

bool wts_frame_get_header(const uint8_t *in, struct wts_frame *frame)
{
    struct wts_frame_reader reader = {.data = in, .left = WTS_FRAME_HEADER_LENGTH};
    frame->length = wts_frame_get_u32(&reader);
    frame->type = wts_frame_get_u16(&reader);
    frame->flags = wts_frame_get_u16(&reader);
    frame->channel = wts_frame_get_u32(&reader);
    frame->serial = wts_frame_get_u32(&reader);
    if (frame->type < WTS_FRAME_HELLO || frame->type >= WTS_FRAME_TYPE_COUNT)
        return false;
    const struct type_rule *rule = &type_rules[frame->type];
    return frame->length >= rule->min_length && frame->length <= rule->max_length &&
           (frame->flags & ~rule->flags) == 0 && (frame->serial == 0 || rule->has_serial) &&
           is_channel_allowed(rule->channel, frame->channel);
}

/* Whether setenv() can take the name. */
static bool is_variable_name(struct wts_frame_text name)
{
    return name.data != NULL && name.length != 0 && memchr(name.data, '=', name.length) == NULL;
}

void wts_frame_put_hello(struct wts_frame_writer *writer, const struct wts_frame_hello *hello)
{
    if (hello->count > WTS_FRAME_MAX_VARIABLES) {
        writer->failed = true;
        return;
    }
    wts_frame_put_u32(writer, hello->version);
    wts_frame_put_u32(writer, hello->count);
    for (uint32_t i = 0; i < hello->count; i++) {
        const struct wts_frame_variable *variable = &hello->variables[i];
        if (!is_variable_name(variable->name) || variable->value.data == NULL)
            writer->failed = true;
        wts_frame_put_text(writer, variable->name);
        wts_frame_put_text(writer, variable->value);
    }
}

bool wts_frame_get_hello(struct wts_frame_reader *reader, struct wts_frame_hello *hello)
{
    hello->version = wts_frame_get_u32(reader);
    hello->count = wts_frame_get_u32(reader);
    if (hello->count > WTS_FRAME_MAX_VARIABLES)
        return false;
    for (uint32_t i = 0; i < hello->count; i++) {
        struct wts_frame_variable *variable = &hello->variables[i];
        variable->name = wts_frame_get_text(reader);
        variable->value = wts_frame_get_text(reader);
        if (!is_variable_name(variable->name) || variable->value.data == NULL)
            return false;
    }
    return wts_frame_reader_ended(reader);
}

void wts_frame_put_ready(struct wts_frame_writer *writer, const struct wts_frame_ready *ready)
{
    if (ready->text.data == NULL)
        writer->failed = true;
    wts_frame_put_u32(writer, ready->version);
    wts_frame_put_u32(writer, ready->error);
    wts_frame_put_u32(writer, ready->process_id);
    wts_frame_put_u32(writer, ready->secret_descriptor);
    wts_frame_put_u32(writer, ready->secret_length);
    wts_frame_put_u32(writer, ready->replies_descriptor);
    wts_frame_put_text(writer, ready->text);
}

bool wts_frame_get_ready(struct wts_frame_reader *reader, struct wts_frame_ready *ready)
{
    ready->version = wts_frame_get_u32(reader);
    ready->error = wts_frame_get_u32(reader);
    ready->process_id = wts_frame_get_u32(reader);
    ready->secret_descriptor = wts_frame_get_u32(reader);
    ready->secret_length = wts_frame_get_u32(reader);
    ready->replies_descriptor = wts_frame_get_u32(reader);
    ready->text = wts_frame_get_text(reader);
    return ready->text.data != NULL && wts_frame_reader_ended(reader);
}

void wts_frame_put_open(struct wts_frame_writer *writer, const struct wts_frame_open *open)
{
    wts_frame_put_u32(writer, open->timeout_ms);
    wts_frame_put_u32(writer, open->duty);
}

bool wts_frame_get_open(struct wts_frame_reader *reader, struct wts_frame_open *open)
{
    open->timeout_ms = wts_frame_get_u32(reader);
    open->duty = wts_frame_get_u32(reader);
    return !reader->failed;
}

void wts_frame_put_request(struct wts_frame_writer *writer, const struct wts_frame_request *request)
{
    wts_frame_put_u32(writer, request->timeout_ms);
    wts_frame_put_u32(writer, request->verb);
}

bool wts_frame_get_request(struct wts_frame_reader *reader, struct wts_frame_request *request)
{
    request->timeout_ms = wts_frame_get_u32(reader);
    request->verb = wts_frame_get_u32(reader);
    return !reader->failed;
}

void wts_frame_put_outcome(struct wts_frame_writer *writer, const struct wts_frame_outcome *outcome)
{
    wts_frame_put_u32(writer, outcome->error);
    wts_frame_put_u32(writer, (uint32_t)outcome->progress);
    wts_frame_put_u32(writer, outcome->step);
    wts_frame_put_u32(writer, outcome->status);
}

bool wts_frame_get_outcome(struct wts_frame_reader *reader, struct wts_frame_outcome *outcome)
{
    outcome->error = wts_frame_get_u32(reader);
    const uint32_t progress = wts_frame_get_u32(reader);
    outcome->progress = progress <= WTS_EXECUTED ? (enum wts_progress)progress : WTS_MAYBE_EXECUTED;
    outcome->step = wts_frame_get_u32(reader);
    outcome->status = wts_frame_get_u32(reader);
    return !reader->failed && progress <= WTS_EXECUTED;
}

void wts_frame_put_window(struct wts_frame_writer *writer, uint32_t credit)
{
    if (credit == 0 || credit > WTS_FRAME_MAX_CREDIT)
        writer->failed = true;
    wts_frame_put_u32(writer, credit);
}

bool wts_frame_get_window(struct wts_frame_reader *reader, uint32_t *credit)
{
    *credit = wts_frame_get_u32(reader);
    return wts_frame_reader_ended(reader) && *credit != 0 && *credit <= WTS_FRAME_MAX_CREDIT;
}

void wts_frame_put_direct(struct wts_frame_writer *writer, uint32_t descriptor)
{
    wts_frame_put_u32(writer, descriptor);
}

bool wts_frame_get_direct(struct wts_frame_reader *reader, uint32_t *descriptor)
{
    *descriptor = wts_frame_get_u32(reader);
    return wts_frame_reader_ended(reader);
}

void wts_frame_put_last_word(struct wts_frame_writer *writer, struct wts_frame_text reason)
{
    if (reason.data == NULL)
        writer->failed = true;
    wts_frame_put_text(writer, reason);
}

bool wts_frame_get_last_word(struct wts_frame_reader *reader, struct wts_frame_text *reason)
{
    *reason = wts_frame_get_text(reader);
    return reason->data != NULL && wts_frame_reader_ended(reader);
}

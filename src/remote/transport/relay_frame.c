/*
 * The frame codec; see relay_frame.h. A cursor that never passes the end of its buffer does the reading and
 * the writing; writing past the end only counts, so that the same code measures and fills.
 */
#include "remote/transport/relay_frame.h"

#include <string.h>

static const uint32_t text_absent = UINT32_MAX;

/* Writing: `used` may grow beyond `size`; only what fits is stored. */
struct writer {
    uint8_t *data;
    size_t size;
    size_t used;
    bool refused;
};

static void put_bytes(struct writer *out, const void *data, size_t length)
{
    if (length != 0 && out->used <= out->size && length <= out->size - out->used)
        memcpy(out->data + out->used, data, length);
    out->used += length;
}

static void put16(struct writer *out, uint16_t value)
{
    const uint8_t bytes[2] = {(uint8_t)value, (uint8_t)(value >> 8)};
    put_bytes(out, bytes, sizeof bytes);
}

static void put32(struct writer *out, uint32_t value)
{
    put16(out, (uint16_t)value);
    put16(out, (uint16_t)(value >> 16));
}

static void put_text(struct writer *out, struct wts_frame_text text)
{
    if (!text.data) {
        put32(out, text_absent);
        return;
    }
    if (text.length > WTS_FRAME_TEXT_LIMIT || memchr(text.data, 0, text.length)) {
        out->refused = true;
        return;
    }
    put32(out, (uint32_t)text.length);
    put_bytes(out, text.data, text.length);
}

/* A stub is the rest of the payload. */
static void put_stub(struct writer *out, const uint8_t *data, size_t length)
{
    if (length > WTS_FRAME_STUB_LIMIT)
        out->refused = true;
    else
        put_bytes(out, data, length);
}

/* Room for the header is left; it is put last, when the length is known. */
static struct writer begin(uint8_t *buffer, size_t size)
{
    return (struct writer){.data = buffer, .size = size, .used = WTS_FRAME_HEADER_LENGTH};
}

/* Puts the header before the payload that was written. Returns the frame's length, or 0 when refused. */
static size_t finish(struct writer *out, struct wts_frame frame)
{
    if (out->refused)
        return 0;
    frame.length = (uint32_t)(out->used - WTS_FRAME_HEADER_LENGTH);
    if (out->used <= out->size)
        wts_relay_frame_put_header(out->data, &frame);
    return out->used;
}

void wts_relay_frame_put_header(uint8_t *out, const struct wts_frame *frame)
{
    struct writer writer = {.data = out, .size = WTS_FRAME_HEADER_LENGTH};
    put32(&writer, frame->length);
    put16(&writer, frame->type);
    put16(&writer, frame->opnum);
    put32(&writer, frame->connection);
    put32(&writer, frame->call);
}

/* Reading: once anything was wrong, `bad` stays and every value reads as 0. */
struct reader {
    const uint8_t *data;
    size_t left;
    bool bad;
};

static const uint8_t *get_bytes(struct reader *in, size_t length)
{
    if (in->bad || length > in->left) {
        in->bad = true;
        return NULL;
    }
    const uint8_t *at = in->data;
    in->data += length;
    in->left -= length;
    return at;
}

static uint16_t get16(struct reader *in)
{
    const uint8_t *at = get_bytes(in, 2);
    return (uint16_t)(at != NULL ? at[0] | (unsigned)at[1] << 8 : 0U);
}

static uint32_t get32(struct reader *in)
{
    const uint32_t low = get16(in);
    return low | (uint32_t)get16(in) << 16;
}

static struct wts_frame_text get_text(struct reader *in)
{
    const uint32_t length = get32(in);
    if (length == text_absent || in->bad)
        return (struct wts_frame_text){NULL, 0};
    if (length > WTS_FRAME_TEXT_LIMIT)
        in->bad = true;
    const char *data = (const char *)get_bytes(in, length);
    if (data && length != 0 && memchr(data, 0, length))
        in->bad = true;
    return (struct wts_frame_text){data, length};
}

/* Text that must be there. */
static struct wts_frame_text get_present_text(struct reader *in)
{
    const struct wts_frame_text text = get_text(in);
    if (!text.data)
        in->bad = true;
    return text;
}

/* A 32-bit field that may hold 0 ... limit - 1. */
static uint32_t get_choice(struct reader *in, uint32_t limit)
{
    const uint32_t value = get32(in);
    if (value >= limit) {
        in->bad = true;
        return 0;
    }
    return value;
}

static bool all_read(const struct reader *in)
{
    return !in->bad && in->left == 0;
}

bool wts_relay_frame_get_header(const uint8_t *in, struct wts_frame *frame)
{
    struct reader reader = {in, WTS_FRAME_HEADER_LENGTH, false};
    frame->length = get32(&reader);
    frame->type = get16(&reader);
    frame->opnum = get16(&reader);
    frame->connection = get32(&reader);
    frame->call = get32(&reader);
    if (frame->type == WTS_FRAME_CANCEL || frame->type == WTS_FRAME_CLOSE)
        return frame->length == 0;
    return frame->type >= WTS_FRAME_HELLO && frame->type <= WTS_FRAME_CLOSE &&
           frame->length <= WTS_FRAME_PAYLOAD_LIMIT;
}

size_t wts_relay_frame_put_hello(uint8_t *buffer, size_t size, const struct wts_frame_hello *hello)
{
    struct writer out = begin(buffer, size);
    put32(&out, hello->version);
    put_text(&out, hello->home);
    put_text(&out, hello->krb5_cache);
    put_text(&out, hello->krb5_config);
    return finish(&out, (struct wts_frame){.type = WTS_FRAME_HELLO});
}

bool wts_relay_frame_get_hello(const uint8_t *payload, size_t length, struct wts_frame_hello *hello)
{
    struct reader in = {payload, length, false};
    hello->version = get32(&in);
    hello->home = get_text(&in);
    hello->krb5_cache = get_text(&in);
    hello->krb5_config = get_text(&in);
    return all_read(&in);
}

size_t wts_relay_frame_put_ready(uint8_t *buffer, size_t size, const struct wts_frame_ready *ready)
{
    struct writer out = begin(buffer, size);
    put32(&out, ready->version);
    put32(&out, ready->error);
    put_text(&out, ready->text);
    return finish(&out, (struct wts_frame){.type = WTS_FRAME_READY});
}

bool wts_relay_frame_get_ready(const uint8_t *payload, size_t length, struct wts_frame_ready *ready)
{
    struct reader in = {payload, length, false};
    ready->version = get32(&in);
    ready->error = get32(&in);
    ready->text = get_present_text(&in);
    return all_read(&in);
}

size_t wts_relay_frame_put_connect(uint8_t *buffer, size_t size, uint32_t connection,
                                   const struct wts_frame_connect *connect)
{
    struct writer out = begin(buffer, size);
    put16(&out, connect->version_major);
    put16(&out, connect->version_minor);
    put32(&out, connect->timeout_ms);
    put_text(&out, connect->server);
    put_text(&out, connect->uuid);
    put_text(&out, connect->pipe);
    put_text(&out, connect->domain);
    put_text(&out, connect->user);
    put_text(&out, connect->password);
    return finish(&out, (struct wts_frame){.type = WTS_FRAME_CONNECT, .connection = connection});
}

bool wts_relay_frame_get_connect(const uint8_t *payload, size_t length, struct wts_frame_connect *connect)
{
    struct reader in = {payload, length, false};
    connect->version_major = get16(&in);
    connect->version_minor = get16(&in);
    connect->timeout_ms = get32(&in);
    connect->server = get_present_text(&in);
    connect->uuid = get_present_text(&in);
    connect->pipe = get_present_text(&in);
    connect->domain = get_text(&in);
    connect->user = get_text(&in);
    connect->password = get_text(&in);
    return all_read(&in);
}

size_t wts_relay_frame_put_connected(uint8_t *buffer, size_t size, uint32_t connection,
                                     const struct wts_frame_connected *connected)
{
    struct writer out = begin(buffer, size);
    put32(&out, connected->error);
    put32(&out, connected->status);
    put32(&out, (uint32_t)connected->step);
    for (size_t step = 0; step < WTS_STEP_COUNT; step++)
        put32(&out, connected->microseconds[step]);
    put_text(&out, connected->text);
    return finish(&out, (struct wts_frame){.type = WTS_FRAME_CONNECTED, .connection = connection});
}

bool wts_relay_frame_get_connected(const uint8_t *payload, size_t length,
                                   struct wts_frame_connected *connected)
{
    struct reader in = {payload, length, false};
    connected->error = get32(&in);
    connected->status = get32(&in);
    connected->step = (enum wts_step)get_choice(&in, WTS_STEP_COUNT);
    for (size_t step = 0; step < WTS_STEP_COUNT; step++)
        connected->microseconds[step] = get32(&in);
    connected->text = get_present_text(&in);
    return all_read(&in);
}

size_t wts_relay_frame_put_call(uint8_t *buffer, size_t size, uint32_t connection, uint32_t call,
                                uint16_t opnum, const struct wts_frame_call *request)
{
    struct writer out = begin(buffer, size);
    put32(&out, request->timeout_ms);
    put_stub(&out, request->request, request->request_length);
    return finish(&out, (struct wts_frame){
                            .type = WTS_FRAME_CALL, .opnum = opnum, .connection = connection, .call = call});
}

bool wts_relay_frame_get_call(const uint8_t *payload, size_t length, struct wts_frame_call *call)
{
    struct reader in = {payload, length, false};
    call->timeout_ms = get32(&in);
    call->request_length = in.left;
    call->request = get_bytes(&in, in.left);
    return all_read(&in) && call->request_length <= WTS_FRAME_STUB_LIMIT;
}

size_t wts_relay_frame_put_result(uint8_t *buffer, size_t size, uint32_t connection, uint32_t call,
                                  const struct wts_frame_result *result)
{
    struct writer out = begin(buffer, size);
    put32(&out, result->result.error);
    put32(&out, (uint32_t)result->result.progress);
    put32(&out, result->result.broken ? 1 : 0);
    put32(&out, result->status);
    put32(&out, result->fault);
    put32(&out, (uint32_t)result->step);
    put_stub(&out, result->response, result->response_length);
    return finish(&out, (struct wts_frame){.type = WTS_FRAME_RESULT, .connection = connection, .call = call});
}

bool wts_relay_frame_get_result(const uint8_t *payload, size_t length, struct wts_frame_result *result)
{
    struct reader in = {payload, length, false};
    result->result.error = get32(&in);
    result->result.progress = (enum wts_progress)get_choice(&in, WTS_EXECUTED + 1);
    result->result.broken = get_choice(&in, 2) != 0;
    result->status = get32(&in);
    result->fault = get32(&in);
    result->step = (enum wts_step)get_choice(&in, WTS_STEP_COUNT);
    result->response_length = in.left;
    result->response = get_bytes(&in, in.left);
    return all_read(&in) && result->response_length <= WTS_FRAME_STUB_LIMIT &&
           (result->result.error == 0 || result->response_length == 0);
}

const char *wts_step_name(enum wts_step step)
{
    static const char *const names[WTS_STEP_COUNT] = {"none", "name", "tcp", "logon", "pipe", "bind", "call"};
    return (unsigned)step < WTS_STEP_COUNT ? names[step] : "?";
}

/*
 * The payloads of the duty RPC; see payload.h.
 */
#include "helper/rpc/payload.h"

/* Puts a text that must be present. */
static void put_present(struct wts_frame_writer *writer, struct wts_frame_text text)
{
    if (text.data == NULL)
        writer->failed = true;
    wts_frame_put_text(writer, text);
}

static struct wts_frame_text get_present(struct wts_frame_reader *reader)
{
    const struct wts_frame_text text = wts_frame_get_text(reader);
    if (text.data == NULL)
        reader->failed = true;
    return text;
}

void wts_rpc_put_open(struct wts_frame_writer *writer, const struct wts_rpc_open *open)
{
    if (open->password_length > WTS_RPC_MAX_PASSWORD)
        writer->failed = true;
    wts_frame_put_u16(writer, open->version_major);
    wts_frame_put_u16(writer, open->version_minor);
    put_present(writer, open->server);
    put_present(writer, open->uuid);
    put_present(writer, open->pipe);
    wts_frame_put_text(writer, open->domain);
    wts_frame_put_text(writer, open->user);
    wts_frame_put_u32(writer, open->password_offset);
    wts_frame_put_u32(writer, open->password_length);
}

bool wts_rpc_get_open(struct wts_frame_reader *reader, struct wts_rpc_open *open)
{
    open->version_major = wts_frame_get_u16(reader);
    open->version_minor = wts_frame_get_u16(reader);
    open->server = get_present(reader);
    open->uuid = get_present(reader);
    open->pipe = get_present(reader);
    open->domain = wts_frame_get_text(reader);
    open->user = wts_frame_get_text(reader);
    open->password_offset = wts_frame_get_u32(reader);
    open->password_length = wts_frame_get_u32(reader);
    return wts_frame_reader_ended(reader) && open->password_length <= WTS_RPC_MAX_PASSWORD;
}

void wts_rpc_put_opened(struct wts_frame_writer *writer, const struct wts_rpc_opened *opened)
{
    for (size_t step = 0; step < WTS_CONNECT_STEP_COUNT; step++)
        wts_frame_put_u32(writer, opened->microseconds[step]);
    put_present(writer, opened->text);
}

bool wts_rpc_get_opened(struct wts_frame_reader *reader, struct wts_rpc_opened *opened)
{
    for (size_t step = 0; step < WTS_CONNECT_STEP_COUNT; step++)
        opened->microseconds[step] = wts_frame_get_u32(reader);
    opened->text = get_present(reader);
    return wts_frame_reader_ended(reader);
}

void wts_rpc_put_stub(struct wts_frame_writer *writer, const uint8_t *stub, size_t length)
{
    if (length > WTS_RPC_MAX_STUB)
        writer->failed = true;
    wts_frame_put_bytes(writer, stub, length);
}

void wts_rpc_put_reply(struct wts_frame_writer *writer, const struct wts_rpc_reply *reply)
{
    wts_frame_put_u32(writer, reply->fault);
    wts_rpc_put_stub(writer, reply->stub, reply->stub_length);
}

bool wts_rpc_get_reply(struct wts_frame_reader *reader, struct wts_rpc_reply *reply)
{
    const bool is_empty = wts_frame_reader_ended(reader);
    reply->fault = is_empty ? 0 : wts_frame_get_u32(reader);
    reply->stub_length = reader->left;
    reply->stub = wts_frame_get_bytes(reader, reader->left);
    return wts_frame_reader_ended(reader) && reply->stub_length <= WTS_RPC_MAX_STUB;
}

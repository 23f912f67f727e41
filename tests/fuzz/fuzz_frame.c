/*
 * Fuzzes the frames between the DLL and its helpers, as either side reads them: the input is what came from a
 * socket. Each header that is accepted is written back as it was; each payload is read by every function that
 * could be asked for it, from memory of exactly its length; what was read is written back to the same bytes,
 * where its form leaves no choice.
 */
#include "fuzz.h"

#include "helper/frame.h"
#include "helper/rpc/payload.h"

static struct wts_frame_reader reader_of(const uint8_t *payload, size_t length)
{
    return (struct wts_frame_reader){.data = payload, .left = length};
}

/* What `writer` holds is the beginning of the payload. */
static void require_same(const struct wts_frame_writer *writer, const uint8_t *payload)
{
    require(!writer->failed && writer->used <= writer->size);
    require(memcmp(writer->data, payload, writer->used) == 0);
}

static uint8_t written[1 << 20];

static struct wts_frame_writer writer_of_all(void)
{
    return (struct wts_frame_writer){.data = written, .size = sizeof written};
}

static void read_hello(const uint8_t *payload, size_t length)
{
    struct wts_frame_hello hello;
    struct wts_frame_reader reader = reader_of(payload, length);
    struct wts_frame_writer writer = writer_of_all();
    if (!wts_frame_get_hello(&reader, &hello))
        return;
    wts_frame_put_hello(&writer, &hello);
    require(writer.used == length);
    require_same(&writer, payload);
}

static void read_ready(const uint8_t *payload, size_t length)
{
    struct wts_frame_ready ready;
    struct wts_frame_reader reader = reader_of(payload, length);
    struct wts_frame_writer writer = writer_of_all();
    if (!wts_frame_get_ready(&reader, &ready))
        return;
    wts_frame_put_ready(&writer, &ready);
    require(writer.used == length);
    require_same(&writer, payload);
}

static void read_open(const uint8_t *payload, size_t length)
{
    struct wts_frame_open open;
    struct wts_rpc_open rpc;
    struct wts_frame_reader reader = reader_of(payload, length);
    struct wts_frame_writer writer = writer_of_all();
    if (!wts_frame_get_open(&reader, &open))
        return;
    wts_frame_put_open(&writer, &open);
    if (wts_rpc_get_open(&reader, &rpc)) {
        wts_rpc_put_open(&writer, &rpc);
        require(writer.used == length);
    }
    require_same(&writer, payload);
}

static void read_request(const uint8_t *payload, size_t length)
{
    struct wts_frame_request request;
    struct wts_frame_reader reader = reader_of(payload, length);
    struct wts_frame_writer writer = writer_of_all();
    if (!wts_frame_get_request(&reader, &request))
        return;
    wts_frame_put_request(&writer, &request);
    require_same(&writer, payload);
}

static void read_outcome(const uint8_t *payload, size_t length)
{
    struct wts_frame_outcome outcome;
    struct wts_rpc_opened opened;
    struct wts_rpc_reply reply;
    struct wts_frame_reader reader = reader_of(payload, length);
    if (!wts_frame_get_outcome(&reader, &outcome))
        return;
    struct wts_frame_writer writer = writer_of_all();
    struct wts_frame_reader behind = reader;
    wts_frame_put_outcome(&writer, &outcome);
    if (wts_rpc_get_opened(&behind, &opened)) {
        wts_rpc_put_opened(&writer, &opened);
        require(writer.used == length);
    }
    require_same(&writer, payload);
    behind = reader;
    if (wts_rpc_get_reply(&behind, &reply))
        require(reply.stub_length == 0 || reply.stub + reply.stub_length == payload + length);
}

static void read_rest(const uint8_t *payload, size_t length)
{
    uint32_t credit;
    uint32_t descriptor;
    struct wts_frame_text reason;
    struct wts_frame_reader reader = reader_of(payload, length);
    if (wts_frame_get_window(&reader, &credit))
        require(length == 4 && credit != 0 && credit <= WTS_FRAME_MAX_CREDIT);
    reader = reader_of(payload, length);
    if (wts_frame_get_direct(&reader, &descriptor))
        require(length == 4);
    reader = reader_of(payload, length);
    if (wts_frame_get_last_word(&reader, &reason))
        require(reason.data == (const char *)payload + 4 && reason.length == length - 4);
}

static void read_payload(const uint8_t *data, size_t length)
{
    uint8_t *payload = malloc(length ? length : 1);
    require(payload != NULL);
    if (length != 0)
        memcpy(payload, data, length);
    read_hello(payload, length);
    read_ready(payload, length);
    read_open(payload, length);
    read_request(payload, length);
    read_outcome(payload, length);
    read_rest(payload, length);
    free(payload);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t length)
{
    struct wts_frame frame;
    uint8_t header[WTS_FRAME_HEADER_LENGTH];
    while (length >= WTS_FRAME_HEADER_LENGTH && wts_frame_get_header(data, &frame)) {
        wts_frame_put_header(header, &frame);
        require(memcmp(header, data, sizeof header) == 0);
        data += WTS_FRAME_HEADER_LENGTH;
        length -= WTS_FRAME_HEADER_LENGTH;
        const size_t here = frame.length < length ? frame.length : length;
        read_payload(data, here);
        data += here;
        length -= here;
    }
    return 0;
}

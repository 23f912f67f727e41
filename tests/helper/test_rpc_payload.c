/*
 * The payloads of the duty RPC: there and back, cut at every byte, every byte bent, and what neither side may
 * say. A payload under test ends where its memory ends, so that a sanitizer sees a read beyond.
 */
#include "native_test.h"

#include "helper/rpc/payload.h"

enum { BUFFER = 512 };
enum part { OPEN, OPENED, REPLY, PART_COUNT };

static const uint8_t stub[] = {1, 0, 2, 0, 3};

static const struct wts_rpc_open an_open = {.version_major = 1,
                                            .version_minor = 0x0203,
                                            .server = {"rdsh01.\xC3\xA4", 9},
                                            .uuid = {"5ca4a760-ebb1-11cf-8611-00a0245420ed", 36},
                                            .pipe = {"Ctx_WinStation_API_service", 26},
                                            .domain = {NULL, 0},
                                            .user = {"games", 5},
                                            .password_offset = 4096,
                                            .password_length = 8};
static const struct wts_rpc_opened an_opened = {.microseconds = {0, 11, 22, UINT32_MAX, 0, 0, 0},
                                                .text = {"refused", 7}};
static const struct wts_rpc_reply a_reply = {.fault = 0x1C010003, .stub = stub, .stub_length = sizeof stub};

static size_t put(enum part part, uint8_t *buffer, size_t size)
{
    struct wts_frame_writer writer = {.data = buffer, .size = size};
    if (part == OPEN)
        wts_rpc_put_open(&writer, &an_open);
    else if (part == OPENED)
        wts_rpc_put_opened(&writer, &an_opened);
    else
        wts_rpc_put_reply(&writer, &a_reply);
    return writer.failed ? 0 : writer.used;
}

static bool get(enum part part, const uint8_t *data, size_t length)
{
    union {
        struct wts_rpc_open open;
        struct wts_rpc_opened opened;
        struct wts_rpc_reply reply;
    } out;
    uint8_t *copy = malloc(length ? length : 1);
    assert_non_null(copy);
    memcpy(copy, data, length);
    struct wts_frame_reader reader = {.data = copy, .left = length};
    const bool good = part == OPEN     ? wts_rpc_get_open(&reader, &out.open)
                      : part == OPENED ? wts_rpc_get_opened(&reader, &out.opened)
                                       : wts_rpc_get_reply(&reader, &out.reply);
    free(copy);
    return good;
}

static void assert_text(struct wts_frame_text got, struct wts_frame_text wanted)
{
    assert_int_equal(got.data == NULL, wanted.data == NULL);
    assert_int_equal(got.length, wanted.length);
    if (wanted.length != 0)
        assert_memory_equal(got.data, wanted.data, wanted.length);
}

static void there_and_back(void **state)
{
    (void)state;
    uint8_t buffer[BUFFER];
    struct wts_rpc_open open;
    struct wts_rpc_opened opened;
    struct wts_rpc_reply reply;
    struct wts_frame_reader reader = {.data = buffer, .left = put(OPEN, buffer, BUFFER)};
    assert_true(wts_rpc_get_open(&reader, &open));
    assert_int_equal(open.version_major, an_open.version_major);
    assert_int_equal(open.version_minor, an_open.version_minor);
    assert_text(open.server, an_open.server);
    assert_text(open.uuid, an_open.uuid);
    assert_text(open.pipe, an_open.pipe);
    assert_text(open.domain, an_open.domain);
    assert_text(open.user, an_open.user);
    assert_int_equal(open.password_offset, an_open.password_offset);
    assert_int_equal(open.password_length, an_open.password_length);
    reader = (struct wts_frame_reader){.data = buffer, .left = put(OPENED, buffer, BUFFER)};
    assert_true(wts_rpc_get_opened(&reader, &opened));
    assert_memory_equal(opened.microseconds, an_opened.microseconds, sizeof opened.microseconds);
    assert_text(opened.text, an_opened.text);
    reader = (struct wts_frame_reader){.data = buffer, .left = put(REPLY, buffer, BUFFER)};
    assert_true(wts_rpc_get_reply(&reader, &reply));
    assert_int_equal(reply.fault, a_reply.fault);
    assert_int_equal(reply.stub_length, sizeof stub);
    assert_memory_equal(reply.stub, stub, sizeof stub);
}

/* A REPLY may end after its fault, and one of the chassis before it; nothing else may be cut. */
static void cut_at_every_byte(void **state)
{
    (void)state;
    for (enum part part = OPEN; part < PART_COUNT; part++) {
        uint8_t buffer[BUFFER];
        const size_t length = put(part, buffer, BUFFER);
        for (size_t cut = 0; cut < length; cut++)
            assert_int_equal(get(part, buffer, cut), part == REPLY && (cut == 0 || cut >= 4));
        assert_true(get(part, buffer, length));
        buffer[length] = 0;
        assert_int_equal(get(part, buffer, length + 1), part == REPLY);
    }
}

static void a_bent_byte_reads_nothing_beyond(void **state)
{
    (void)state;
    for (enum part part = OPEN; part < PART_COUNT; part++) {
        uint8_t buffer[BUFFER];
        const size_t length = put(part, buffer, BUFFER);
        for (size_t at = 0; at < length; at++)
            for (unsigned flip = 1; flip < 256; flip++) {
                buffer[at] ^= (uint8_t)flip;
                get(part, buffer, length);
                buffer[at] ^= (uint8_t)flip;
            }
    }
}

static void the_empty_reply_of_the_chassis(void **state)
{
    (void)state;
    struct wts_rpc_reply reply;
    struct wts_frame_reader reader = {.data = NULL, .left = 0};
    assert_true(wts_rpc_get_reply(&reader, &reply));
    assert_int_equal(reply.fault, 0);
    assert_int_equal(reply.stub_length, 0);
}

static bool open_is_written(struct wts_rpc_open open)
{
    struct wts_frame_writer writer = {.size = 0};
    wts_rpc_put_open(&writer, &open);
    return !writer.failed;
}

static void what_cannot_be_said(void **state)
{
    (void)state;
    struct wts_rpc_open open = an_open;
    open.server.data = NULL;
    assert_false(open_is_written(open));
    open = an_open;
    open.uuid.data = NULL;
    assert_false(open_is_written(open));
    open = an_open;
    open.pipe.data = NULL;
    assert_false(open_is_written(open));
    open = an_open;
    open.password_length = WTS_RPC_MAX_PASSWORD;
    assert_true(open_is_written(open));
    open.password_length++;
    assert_false(open_is_written(open));
    struct wts_frame_writer writer = {.size = 0};
    wts_rpc_put_opened(&writer, &(struct wts_rpc_opened){.text = {NULL, 0}});
    assert_true(writer.failed);
    writer = (struct wts_frame_writer){.size = 0};
    wts_rpc_put_stub(&writer, stub, (size_t)WTS_RPC_MAX_STUB + 1);
    assert_true(writer.failed);
}

/* A password longer than any put function writes. */
static void a_long_password_is_not_read(void **state)
{
    (void)state;
    uint8_t buffer[BUFFER];
    const size_t length = put(OPEN, buffer, BUFFER);
    buffer[length - 4] = 1;
    buffer[length - 3] = WTS_RPC_MAX_PASSWORD / 256;
    assert_false(get(OPEN, buffer, length));
    buffer[length - 4] = 0;
    assert_true(get(OPEN, buffer, length));
}

static void every_step_has_a_name_and_advice(void **state)
{
    (void)state;
    static const char *const names[] = {"none", "name", "tcp", "logon", "pipe", "bind", "call", "relay"};
    for (uint32_t step = 0; step < WTS_CONNECT_STEP_COUNT; step++) {
        assert_string_equal(wts_connect_step_name(step), names[step]);
        assert_int_equal(wts_connect_step_advice(step, 0) == NULL, step == WTS_CONNECT_NONE);
    }
    assert_string_equal(wts_connect_step_name(WTS_CONNECT_STEP_COUNT), "?");
    assert_null(wts_connect_step_advice(WTS_CONNECT_STEP_COUNT, 0));
    assert_non_null(strstr(wts_connect_step_advice(WTS_CONNECT_LOGON, 0xC00000B5), "silent"));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(there_and_back),
        cmocka_unit_test(cut_at_every_byte),
        cmocka_unit_test(a_bent_byte_reads_nothing_beyond),
        cmocka_unit_test(the_empty_reply_of_the_chassis),
        cmocka_unit_test(what_cannot_be_said),
        cmocka_unit_test(a_long_password_is_not_read),
        cmocka_unit_test(every_step_has_a_name_and_advice),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

/*
 * The frames between the DLL and wts-relay: every frame there and back, cut at every byte, every byte and
 * every length bent. The payload under test always ends where its memory ends, so that a sanitizer sees a
 * read beyond.
 */
#include "native_test.h"

#include "remote/transport/relay_frame.h"

enum { BUFFER = 1024 };

static struct wts_frame_text text_of(const char *text)
{
    return (struct wts_frame_text){text, strlen(text)};
}

static void assert_text(struct wts_frame_text got, struct wts_frame_text wanted)
{
    assert_int_equal(got.data == NULL, wanted.data == NULL);
    assert_int_equal(got.length, wanted.length);
    if (wanted.length != 0)
        assert_memory_equal(got.data, wanted.data, wanted.length);
}

static const uint8_t stub[] = {1, 0, 2, 0, 3};

static struct wts_frame_hello a_hello(void)
{
    return (struct wts_frame_hello){.version = WTS_FRAME_VERSION,
                                    .home = text_of("/home/of"),
                                    .krb5_cache = {NULL, 0},
                                    .krb5_config = text_of("")};
}

static struct wts_frame_ready a_ready(void)
{
    return (struct wts_frame_ready){.version = 0x01020304, .error = 1722, .text = text_of("why")};
}

static struct wts_frame_connect a_connect(void)
{
    return (struct wts_frame_connect){.version_major = 1,
                                      .version_minor = 0x0203,
                                      .timeout_ms = UINT32_MAX,
                                      .server = text_of("rdsh01.\xC3\xA4"),
                                      .uuid = text_of("5ca4a760-ebb1-11cf-8611-00a0245420ed"),
                                      .pipe = text_of("Ctx_WinStation_API_service"),
                                      .domain = {NULL, 0},
                                      .user = text_of("games"),
                                      .password = text_of("")};
}

static struct wts_frame_connected a_connected(void)
{
    return (struct wts_frame_connected){.error = 1326,
                                        .status = 0xC000006D,
                                        .step = WTS_STEP_LOGON,
                                        .microseconds = {0, 11, 22, UINT32_MAX, 0, 0, 0},
                                        .text = text_of("refused")};
}

static struct wts_frame_call a_call(void)
{
    return (struct wts_frame_call){.timeout_ms = 30000, .request = stub, .request_length = sizeof stub};
}

static struct wts_frame_result a_result(void)
{
    return (struct wts_frame_result){.result = {.error = 0, .progress = WTS_EXECUTED, .broken = false},
                                     .response = stub,
                                     .response_length = sizeof stub};
}

/* One sample of each type, as a whole frame; its length. */
static size_t put_sample(enum wts_frame_type type, uint8_t *buffer, size_t size)
{
    const struct wts_frame_hello hello = a_hello();
    const struct wts_frame_ready ready = a_ready();
    const struct wts_frame_connect connect = a_connect();
    const struct wts_frame_connected connected = a_connected();
    const struct wts_frame_call call = a_call();
    const struct wts_frame_result result = a_result();
    switch (type) {
    case WTS_FRAME_HELLO:
        return wts_relay_frame_put_hello(buffer, size, &hello);
    case WTS_FRAME_READY:
        return wts_relay_frame_put_ready(buffer, size, &ready);
    case WTS_FRAME_CONNECT:
        return wts_relay_frame_put_connect(buffer, size, 7, &connect);
    case WTS_FRAME_CONNECTED:
        return wts_relay_frame_put_connected(buffer, size, 7, &connected);
    case WTS_FRAME_CALL:
        return wts_relay_frame_put_call(buffer, size, 7, 9, 37, &call);
    default:
        return wts_relay_frame_put_result(buffer, size, 7, 9, &result);
    }
}

static bool get_any(enum wts_frame_type type, const uint8_t *payload, size_t length)
{
    union {
        struct wts_frame_hello hello;
        struct wts_frame_ready ready;
        struct wts_frame_connect connect;
        struct wts_frame_connected connected;
        struct wts_frame_call call;
        struct wts_frame_result result;
    } out;
    switch (type) {
    case WTS_FRAME_HELLO:
        return wts_relay_frame_get_hello(payload, length, &out.hello);
    case WTS_FRAME_READY:
        return wts_relay_frame_get_ready(payload, length, &out.ready);
    case WTS_FRAME_CONNECT:
        return wts_relay_frame_get_connect(payload, length, &out.connect);
    case WTS_FRAME_CONNECTED:
        return wts_relay_frame_get_connected(payload, length, &out.connected);
    case WTS_FRAME_CALL:
        return wts_relay_frame_get_call(payload, length, &out.call);
    default:
        return wts_relay_frame_get_result(payload, length, &out.result);
    }
}

/* The payload of `data`, in memory of exactly its length; what the get function says. */
static bool get_copy(enum wts_frame_type type, const uint8_t *data, size_t length)
{
    uint8_t *copy = malloc(length ? length : 1);
    assert_non_null(copy);
    memcpy(copy, data, length);
    const bool good = get_any(type, copy, length);
    free(copy);
    return good;
}

static void header_there_and_back(void **state)
{
    (void)state;
    static const uint8_t wanted[WTS_FRAME_HEADER_LENGTH] = {4,    3,    2,    0,    5,    0,    0x25, 0,
                                                            0x0D, 0x0C, 0x0B, 0x0A, 0x44, 0x33, 0x22, 0x11};
    const struct wts_frame frame = {.length = 0x00020304,
                                    .type = WTS_FRAME_CALL,
                                    .opnum = 37,
                                    .connection = 0x0A0B0C0D,
                                    .call = 0x11223344};
    struct wts_frame got;
    uint8_t out[WTS_FRAME_HEADER_LENGTH];
    wts_relay_frame_put_header(out, &frame);
    assert_memory_equal(out, wanted, sizeof wanted);
    assert_true(wts_relay_frame_get_header(out, &got));
    assert_memory_equal(&got, &frame, sizeof frame);
}

static bool is_header(uint16_t type, uint32_t length)
{
    uint8_t out[WTS_FRAME_HEADER_LENGTH];
    struct wts_frame got;
    wts_relay_frame_put_header(out, &(struct wts_frame){.type = type, .length = length});
    return wts_relay_frame_get_header(out, &got);
}

static void headers_that_are_none(void **state)
{
    (void)state;
    assert_false(is_header(0, 0));
    assert_false(is_header(WTS_FRAME_CLOSE + 1, 0));
    assert_false(is_header(UINT16_MAX, 0));
    assert_false(is_header(WTS_FRAME_CANCEL, 1));
    assert_false(is_header(WTS_FRAME_CLOSE, 1));
    assert_true(is_header(WTS_FRAME_CANCEL, 0));
    assert_true(is_header(WTS_FRAME_CLOSE, 0));
    assert_true(is_header(WTS_FRAME_CALL, WTS_FRAME_PAYLOAD_LIMIT));
    assert_false(is_header(WTS_FRAME_CALL, WTS_FRAME_PAYLOAD_LIMIT + 1));
    assert_false(is_header(WTS_FRAME_CALL, UINT32_MAX));
}

static void greeting_there_and_back(void **state)
{
    (void)state;
    uint8_t frame[BUFFER];
    struct wts_frame_hello hello;
    struct wts_frame_ready ready;
    size_t length = put_sample(WTS_FRAME_HELLO, frame, sizeof frame);
    assert_true(wts_relay_frame_get_hello(frame + 16, length - 16, &hello));
    assert_int_equal(hello.version, WTS_FRAME_VERSION);
    assert_text(hello.home, a_hello().home);
    assert_text(hello.krb5_cache, a_hello().krb5_cache);
    assert_text(hello.krb5_config, a_hello().krb5_config);
    length = put_sample(WTS_FRAME_READY, frame, sizeof frame);
    assert_true(wts_relay_frame_get_ready(frame + 16, length - 16, &ready));
    assert_int_equal(ready.version, 0x01020304);
    assert_int_equal(ready.error, 1722);
    assert_text(ready.text, a_ready().text);
}

static void connect_there_and_back(void **state)
{
    (void)state;
    uint8_t frame[BUFFER];
    const struct wts_frame_connect wanted = a_connect();
    struct wts_frame_connect got;
    struct wts_frame header;
    const size_t length = put_sample(WTS_FRAME_CONNECT, frame, sizeof frame);
    assert_true(wts_relay_frame_get_header(frame, &header));
    assert_int_equal(header.type, WTS_FRAME_CONNECT);
    assert_int_equal(header.connection, 7);
    assert_int_equal(header.length, length - 16);
    assert_true(wts_relay_frame_get_connect(frame + 16, length - 16, &got));
    assert_int_equal(got.version_major, 1);
    assert_int_equal(got.version_minor, 0x0203);
    assert_true(got.timeout_ms == UINT32_MAX);
    assert_text(got.server, wanted.server);
    assert_text(got.uuid, wanted.uuid);
    assert_text(got.pipe, wanted.pipe);
    assert_text(got.domain, wanted.domain);
    assert_text(got.user, wanted.user);
    assert_text(got.password, wanted.password);
}

static void connected_there_and_back(void **state)
{
    (void)state;
    uint8_t frame[BUFFER];
    const struct wts_frame_connected wanted = a_connected();
    struct wts_frame_connected got;
    const size_t length = put_sample(WTS_FRAME_CONNECTED, frame, sizeof frame);
    assert_true(wts_relay_frame_get_connected(frame + 16, length - 16, &got));
    assert_int_equal(got.error, 1326);
    assert_true(got.status == 0xC000006D);
    assert_int_equal(got.step, WTS_STEP_LOGON);
    assert_memory_equal(got.microseconds, wanted.microseconds, sizeof got.microseconds);
    assert_text(got.text, wanted.text);
}

static void call_there_and_back(void **state)
{
    (void)state;
    uint8_t frame[BUFFER];
    struct wts_frame header;
    struct wts_frame_call call;
    const size_t length = put_sample(WTS_FRAME_CALL, frame, sizeof frame);
    assert_true(wts_relay_frame_get_header(frame, &header));
    assert_int_equal(header.opnum, 37);
    assert_int_equal(header.connection, 7);
    assert_int_equal(header.call, 9);
    assert_true(wts_relay_frame_get_call(frame + 16, length - 16, &call));
    assert_int_equal(call.timeout_ms, 30000);
    assert_int_equal(call.request_length, sizeof stub);
    assert_memory_equal(call.request, stub, sizeof stub);
}

static void result_there_and_back(void **state)
{
    (void)state;
    uint8_t frame[BUFFER];
    struct wts_frame_result got;
    size_t length = put_sample(WTS_FRAME_RESULT, frame, sizeof frame);
    assert_true(wts_relay_frame_get_result(frame + 16, length - 16, &got));
    assert_int_equal(got.result.error, 0);
    assert_int_equal(got.result.progress, WTS_EXECUTED);
    assert_false(got.result.broken);
    assert_int_equal(got.response_length, sizeof stub);
    assert_memory_equal(got.response, stub, sizeof stub);

    const struct wts_frame_result lost = {
        .result = {.error = 1726, .progress = WTS_MAYBE_EXECUTED, .broken = true},
        .status = 0xC000020C,
        .fault = 0x1C00001A,
        .step = WTS_STEP_CALL};
    length = wts_relay_frame_put_result(frame, sizeof frame, 7, 9, &lost);
    assert_true(wts_relay_frame_get_result(frame + 16, length - 16, &got));
    assert_int_equal(got.result.error, 1726);
    assert_int_equal(got.result.progress, WTS_MAYBE_EXECUTED);
    assert_true(got.result.broken);
    assert_true(got.status == 0xC000020C);
    assert_true(got.fault == 0x1C00001A);
    assert_int_equal(got.step, WTS_STEP_CALL);
    assert_int_equal(got.response_length, 0);
}

/* A stub is the rest of its frame, so a cut one is a shorter stub; only what is before it can be missing. */
static size_t least_payload(enum wts_frame_type type, size_t length)
{
    return type == WTS_FRAME_CALL || type == WTS_FRAME_RESULT ? length - sizeof stub : length;
}

static void cut_at_every_byte(void **state)
{
    (void)state;
    for (enum wts_frame_type type = WTS_FRAME_HELLO; type <= WTS_FRAME_RESULT; type++) {
        uint8_t frame[BUFFER];
        const size_t length = put_sample(type, frame, sizeof frame) - 16;
        for (size_t cut = 0; cut < length; cut++)
            assert_int_equal(get_copy(type, frame + 16, cut), cut >= least_payload(type, length));
        assert_true(get_copy(type, frame + 16, length));
        if (least_payload(type, length) == length)
            assert_false(get_copy(type, frame + 16, length + 1));
    }
}

/* Every 32 bits of every frame become large, small and off by one: right or refused, never beyond the end. */
static void bent_at_every_byte(void **state)
{
    (void)state;
    static const uint32_t values[] = {
        0, 1, 2, 3, 7, 8, 4095, 4096, 4097, 0x7FFFFFFF, 0x80000000, UINT32_MAX - 1, UINT32_MAX};
    for (enum wts_frame_type type = WTS_FRAME_HELLO; type <= WTS_FRAME_RESULT; type++) {
        uint8_t frame[BUFFER];
        uint8_t bent[BUFFER];
        const size_t length = put_sample(type, frame, sizeof frame) - 16;
        for (size_t at = 0; at + 4 <= length; at++) {
            for (size_t i = 0; i < sizeof values / sizeof values[0]; i++) {
                memcpy(bent, frame + 16, length);
                memcpy(bent + at, &values[i], 4);
                (void)get_copy(type, bent, length);
            }
        }
    }
}

static void values_that_do_not_exist(void **state)
{
    (void)state;
    uint8_t frame[BUFFER];
    size_t length = put_sample(WTS_FRAME_RESULT, frame, sizeof frame) - 16;
    static const struct {
        size_t at;
        uint8_t value;
    } bends[] = {{4, WTS_EXECUTED + 1}, {8, 2}, {20, WTS_STEP_COUNT}, {0, 1 /* error with a response */}};
    for (size_t i = 0; i < sizeof bends / sizeof bends[0]; i++) {
        (void)put_sample(WTS_FRAME_RESULT, frame, sizeof frame);
        frame[16 + bends[i].at] = bends[i].value;
        assert_false(get_copy(WTS_FRAME_RESULT, frame + 16, length));
    }
    length = put_sample(WTS_FRAME_CONNECTED, frame, sizeof frame) - 16;
    frame[16 + 8] = WTS_STEP_COUNT;
    assert_false(get_copy(WTS_FRAME_CONNECTED, frame + 16, length));
}

static void texts_have_limits(void **state)
{
    (void)state;
    static char longest[WTS_FRAME_TEXT_LIMIT + 1];
    memset(longest, 'x', sizeof longest);
    struct wts_frame_ready ready = {.text = {longest, WTS_FRAME_TEXT_LIMIT}};
    assert_int_equal(wts_relay_frame_put_ready(NULL, 0, &ready), 16 + 12 + WTS_FRAME_TEXT_LIMIT);
    ready.text.length++;
    assert_int_equal(wts_relay_frame_put_ready(NULL, 0, &ready), 0);
    ready.text = (struct wts_frame_text){"a\0b", 3};
    assert_int_equal(wts_relay_frame_put_ready(NULL, 0, &ready), 0);

    uint8_t frame[BUFFER];
    const size_t length = put_sample(WTS_FRAME_READY, frame, sizeof frame) - 16;
    frame[16 + 12 + 1] = 0; /* a NUL inside "why" */
    assert_false(get_copy(WTS_FRAME_READY, frame + 16, length));
}

static void texts_that_must_be_there(void **state)
{
    (void)state;
    uint8_t frame[BUFFER];
    for (int missing = 0; missing < 3; missing++) {
        struct wts_frame_connect connect = a_connect();
        struct wts_frame_text *const texts[] = {&connect.server, &connect.uuid, &connect.pipe};
        texts[missing]->data = NULL;
        const size_t length = wts_relay_frame_put_connect(frame, sizeof frame, 1, &connect) - 16;
        assert_false(get_copy(WTS_FRAME_CONNECT, frame + 16, length));
    }
}

static void stubs_have_limits(void **state)
{
    (void)state;
    uint8_t *large = calloc(1, WTS_FRAME_PAYLOAD_LIMIT + 64);
    assert_non_null(large);
    struct wts_frame_call call = {.request = large, .request_length = WTS_FRAME_STUB_LIMIT};
    struct wts_frame_result result = {.response = large, .response_length = WTS_FRAME_STUB_LIMIT};
    size_t length = wts_relay_frame_put_call(NULL, 0, 1, 1, 1, &call);
    assert_true(length >= WTS_FRAME_STUB_LIMIT && length <= WTS_FRAME_PAYLOAD_LIMIT + 16);
    length = wts_relay_frame_put_result(NULL, 0, 1, 1, &result);
    assert_true(length >= WTS_FRAME_STUB_LIMIT && length <= WTS_FRAME_PAYLOAD_LIMIT + 16);
    assert_true(wts_relay_frame_get_call(large, WTS_FRAME_STUB_LIMIT + 4, &call));
    assert_false(wts_relay_frame_get_call(large, WTS_FRAME_STUB_LIMIT + 5, &call));
    assert_true(wts_relay_frame_get_result(large, WTS_FRAME_STUB_LIMIT + 24, &result));
    assert_false(wts_relay_frame_get_result(large, WTS_FRAME_STUB_LIMIT + 25, &result));
    call.request_length = result.response_length = WTS_FRAME_STUB_LIMIT + 1;
    assert_int_equal(wts_relay_frame_put_call(NULL, 0, 1, 1, 1, &call), 0);
    assert_int_equal(wts_relay_frame_put_result(NULL, 0, 1, 1, &result), 0);
    free(large);
}

/* Every buffer that is too small says how large it must be, and nothing is written beyond it. */
static void buffers_of_every_size(void **state)
{
    (void)state;
    for (enum wts_frame_type type = WTS_FRAME_HELLO; type <= WTS_FRAME_RESULT; type++) {
        const size_t length = put_sample(type, NULL, 0);
        assert_true(length >= 17 && length <= BUFFER);
        for (size_t size = 0; size <= length; size++) {
            uint8_t *buffer = malloc(size ? size : 1);
            assert_non_null(buffer);
            assert_int_equal(put_sample(type, buffer, size), length);
            free(buffer);
        }
    }
}

static void steps_have_names(void **state)
{
    (void)state;
    assert_string_equal(wts_step_name(WTS_STEP_NAME), "name");
    assert_string_equal(wts_step_name(WTS_STEP_CALL), "call");
    assert_string_equal(wts_step_name(WTS_STEP_COUNT), "?");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(header_there_and_back),    cmocka_unit_test(headers_that_are_none),
        cmocka_unit_test(greeting_there_and_back),  cmocka_unit_test(connect_there_and_back),
        cmocka_unit_test(connected_there_and_back), cmocka_unit_test(call_there_and_back),
        cmocka_unit_test(result_there_and_back),    cmocka_unit_test(cut_at_every_byte),
        cmocka_unit_test(bent_at_every_byte),       cmocka_unit_test(values_that_do_not_exist),
        cmocka_unit_test(texts_have_limits),        cmocka_unit_test(texts_that_must_be_there),
        cmocka_unit_test(stubs_have_limits),        cmocka_unit_test(buffers_of_every_size),
        cmocka_unit_test(steps_have_names),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

/*
 * The frames between the DLL and its helpers: their bytes, every fixed part there and back, cut at every
 * byte, every byte bent, and the header rules of every type. A payload under test ends where its memory ends,
 * so that a sanitizer sees a read beyond.
 */
#include "native_test.h"

#include "helper/frame.h"

enum { BUFFER = 1024 };

static struct wts_frame_text text_of(const char *text)
{
    return (struct wts_frame_text){text, strlen(text)};
}

static void assert_text(struct wts_frame_text got, const char *wanted)
{
    assert_non_null(got.data);
    assert_int_equal(got.length, strlen(wanted));
    assert_memory_equal(got.data, wanted, got.length);
}

static struct wts_frame_reader reader_of(const uint8_t *data, size_t length)
{
    return (struct wts_frame_reader){.data = data, .left = length};
}

static const struct wts_frame_ready a_ready = {.version = 0x01020304,
                                               .error = 1722,
                                               .process_id = 4711,
                                               .secret_descriptor = 3,
                                               .secret_length = 65536,
                                               .replies_descriptor = 5,
                                               .text = {"why", 3}};
static const struct wts_frame_outcome an_outcome = {
    .error = 1726, .progress = WTS_MAYBE_EXECUTED, .step = 6, .status = 0xC00000B5};
static const struct wts_frame_open an_open = {.timeout_ms = UINT32_MAX, .duty = 1};
static const struct wts_frame_request a_request = {.timeout_ms = 30000, .verb = 37};

static struct wts_frame_hello a_hello(void)
{
    struct wts_frame_hello hello = {.version = WTS_FRAME_VERSION, .count = 2};
    hello.variables[0] = (struct wts_frame_variable){text_of("HOME"), text_of("/home/\xC3\xA4")};
    hello.variables[1] = (struct wts_frame_variable){text_of("KRB5CCNAME"), text_of("")};
    return hello;
}

/* The fixed parts, and the type whose header fits them. */
enum part { HELLO, READY, OPEN, REQUEST, OUTCOME, WINDOW, DIRECT, LAST_WORD, PART_COUNT };

static const struct wts_frame frame_of_part[PART_COUNT] = {
    [HELLO] = {.type = WTS_FRAME_HELLO},
    [READY] = {.type = WTS_FRAME_READY},
    [OPEN] = {.type = WTS_FRAME_OPEN, .channel = 1},
    [REQUEST] = {.type = WTS_FRAME_REQUEST, .channel = 1, .serial = 2},
    [OUTCOME] = {.type = WTS_FRAME_REPLY, .channel = 1, .serial = 2},
    [WINDOW] = {.type = WTS_FRAME_WINDOW, .channel = 1},
    [DIRECT] = {.type = WTS_FRAME_DIRECT, .channel = 1},
    [LAST_WORD] = {.type = WTS_FRAME_CLOSE},
};

static size_t put_part(enum part part, uint8_t *buffer, size_t size)
{
    struct wts_frame_writer writer = wts_frame_begin(buffer, size);
    const struct wts_frame_hello hello = a_hello();
    switch (part) {
    case HELLO:
        wts_frame_put_hello(&writer, &hello);
        break;
    case READY:
        wts_frame_put_ready(&writer, &a_ready);
        break;
    case OPEN:
        wts_frame_put_open(&writer, &an_open);
        break;
    case REQUEST:
        wts_frame_put_request(&writer, &a_request);
        break;
    case OUTCOME:
        wts_frame_put_outcome(&writer, &an_outcome);
        break;
    case WINDOW:
        wts_frame_put_window(&writer, 0x00010203);
        break;
    case DIRECT:
        wts_frame_put_direct(&writer, 0x00040506);
        break;
    default:
        wts_frame_put_last_word(&writer, text_of("enough"));
        break;
    }
    return wts_frame_finish(&writer, frame_of_part[part]);
}

/* Reads a part from memory of exactly its length; true only when it is read to its end. */
static bool get_part(enum part part, const uint8_t *data, size_t length)
{
    union {
        struct wts_frame_hello hello;
        struct wts_frame_ready ready;
        struct wts_frame_open open;
        struct wts_frame_request request;
        struct wts_frame_outcome outcome;
        struct wts_frame_text reason;
        uint32_t credit;
        uint32_t descriptor;
    } out;
    uint8_t *copy = malloc(length ? length : 1);
    assert_non_null(copy);
    memcpy(copy, data, length);
    struct wts_frame_reader reader = reader_of(copy, length);
    bool good;
    switch (part) {
    case HELLO:
        good = wts_frame_get_hello(&reader, &out.hello);
        break;
    case READY:
        good = wts_frame_get_ready(&reader, &out.ready);
        break;
    case OPEN:
        good = wts_frame_get_open(&reader, &out.open);
        break;
    case REQUEST:
        good = wts_frame_get_request(&reader, &out.request);
        break;
    case OUTCOME:
        good = wts_frame_get_outcome(&reader, &out.outcome);
        break;
    case WINDOW:
        good = wts_frame_get_window(&reader, &out.credit);
        break;
    case DIRECT:
        good = wts_frame_get_direct(&reader, &out.descriptor);
        break;
    default:
        good = wts_frame_get_last_word(&reader, &out.reason);
        break;
    }
    good = good && wts_frame_reader_ended(&reader);
    free(copy);
    return good;
}

static void the_bytes_of_a_frame(void **state)
{
    (void)state;
    static const uint8_t wanted[] = {11,   0,    0, 0, 5, 0, 0,  0, 0x0D, 0x0C, 0x0B, 0x0A, 0x44, 0x33,
                                     0x22, 0x11, 4, 3, 2, 1, 37, 0, 0,    0,    'a',  'b',  'c'};
    uint8_t out[sizeof wanted];
    struct wts_frame_writer writer = wts_frame_begin(out, sizeof out);
    wts_frame_put_request(&writer, &(struct wts_frame_request){.timeout_ms = 0x01020304, .verb = 37});
    wts_frame_put_bytes(&writer, "abc", 3);
    const struct wts_frame frame = {.type = WTS_FRAME_REQUEST, .channel = 0x0A0B0C0D, .serial = 0x11223344};
    assert_int_equal(wts_frame_finish(&writer, frame), sizeof wanted);
    assert_memory_equal(out, wanted, sizeof wanted);
    struct wts_frame got;
    assert_true(wts_frame_get_header(out, &got));
    assert_int_equal(got.length, 11);
    assert_int_equal(got.type, WTS_FRAME_REQUEST);
    assert_int_equal(got.flags, 0);
    assert_int_equal(got.channel, frame.channel);
    assert_int_equal(got.serial, frame.serial);
}

static void parts_there_and_back(void **state)
{
    (void)state;
    uint8_t buffer[BUFFER];
    struct wts_frame_hello hello;
    struct wts_frame_ready ready;
    struct wts_frame_outcome outcome;
    struct wts_frame_text reason;
    uint32_t credit;
    uint32_t descriptor;
    struct wts_frame_reader reader = reader_of(buffer + 16, put_part(HELLO, buffer, BUFFER) - 16);
    assert_true(wts_frame_get_hello(&reader, &hello));
    assert_int_equal(hello.version, WTS_FRAME_VERSION);
    assert_int_equal(hello.count, 2);
    assert_text(hello.variables[0].name, "HOME");
    assert_text(hello.variables[0].value, "/home/\xC3\xA4");
    assert_text(hello.variables[1].value, "");
    reader = reader_of(buffer + 16, put_part(READY, buffer, BUFFER) - 16);
    assert_true(wts_frame_get_ready(&reader, &ready));
    assert_int_equal(ready.version, a_ready.version);
    assert_int_equal(ready.error, a_ready.error);
    assert_int_equal(ready.process_id, a_ready.process_id);
    assert_int_equal(ready.secret_descriptor, a_ready.secret_descriptor);
    assert_int_equal(ready.secret_length, a_ready.secret_length);
    assert_int_equal(ready.replies_descriptor, a_ready.replies_descriptor);
    assert_text(ready.text, "why");
    reader = reader_of(buffer + 16, put_part(OUTCOME, buffer, BUFFER) - 16);
    assert_true(wts_frame_get_outcome(&reader, &outcome));
    assert_int_equal(outcome.error, an_outcome.error);
    assert_int_equal(outcome.progress, an_outcome.progress);
    assert_int_equal(outcome.step, an_outcome.step);
    assert_int_equal(outcome.status, an_outcome.status);
    reader = reader_of(buffer + 16, put_part(WINDOW, buffer, BUFFER) - 16);
    assert_true(wts_frame_get_window(&reader, &credit));
    assert_int_equal(credit, 0x00010203);
    reader = reader_of(buffer + 16, put_part(DIRECT, buffer, BUFFER) - 16);
    assert_true(wts_frame_get_direct(&reader, &descriptor));
    assert_int_equal(descriptor, 0x00040506);
    reader = reader_of(buffer + 16, put_part(LAST_WORD, buffer, BUFFER) - 16);
    assert_true(wts_frame_get_last_word(&reader, &reason));
    assert_text(reason, "enough");
}

/* OPEN and REQUEST leave the reader at the first byte of the duty's payload. */
static void prefixes_end_where_the_duty_begins(void **state)
{
    (void)state;
    static const uint8_t bytes[] = {0xFF, 0xFF, 0xFF, 0xFF, 9, 0, 0, 0, 'd', 'u'};
    struct wts_frame_open open;
    struct wts_frame_request request;
    struct wts_frame_reader reader = reader_of(bytes, sizeof bytes);
    assert_true(wts_frame_get_open(&reader, &open));
    assert_int_equal(open.timeout_ms, UINT32_MAX);
    assert_int_equal(open.duty, 9);
    assert_int_equal(reader.left, 2);
    assert_ptr_equal(wts_frame_get_bytes(&reader, 2), bytes + 8);
    reader = reader_of(bytes, sizeof bytes);
    assert_true(wts_frame_get_request(&reader, &request));
    assert_int_equal(request.timeout_ms, UINT32_MAX);
    assert_int_equal(request.verb, 9);
    assert_false(wts_frame_reader_ended(&reader));
}

static void a_cut_part_is_refused(void **state)
{
    (void)state;
    for (enum part part = HELLO; part < PART_COUNT; part++) {
        uint8_t buffer[BUFFER];
        const size_t length = put_part(part, buffer, BUFFER) - WTS_FRAME_HEADER_LENGTH;
        struct wts_frame frame;
        assert_true(wts_frame_get_header(buffer, &frame));
        assert_int_equal(frame.length, length);
        for (size_t cut = 0; cut < length; cut++)
            assert_false(get_part(part, buffer + WTS_FRAME_HEADER_LENGTH, cut));
        assert_true(get_part(part, buffer + WTS_FRAME_HEADER_LENGTH, length));
        buffer[WTS_FRAME_HEADER_LENGTH + length] = 0;
        assert_false(get_part(part, buffer + WTS_FRAME_HEADER_LENGTH, length + 1));
    }
}

/* Whatever a byte becomes, nothing beyond the payload is read: the sanitizer watches. */
static void a_bent_byte_reads_nothing_beyond(void **state)
{
    (void)state;
    for (enum part part = HELLO; part < PART_COUNT; part++) {
        uint8_t buffer[BUFFER];
        const size_t length = put_part(part, buffer, BUFFER) - WTS_FRAME_HEADER_LENGTH;
        for (size_t at = 0; at < length; at++)
            for (unsigned flip = 1; flip < 256; flip++) {
                buffer[WTS_FRAME_HEADER_LENGTH + at] ^= (uint8_t)flip;
                get_part(part, buffer + WTS_FRAME_HEADER_LENGTH, length);
                buffer[WTS_FRAME_HEADER_LENGTH + at] ^= (uint8_t)flip;
            }
    }
}

static void measuring_needs_no_buffer(void **state)
{
    (void)state;
    for (enum part part = HELLO; part < PART_COUNT; part++) {
        uint8_t buffer[BUFFER];
        uint8_t exact[BUFFER];
        const size_t length = put_part(part, NULL, 0);
        assert_true(length > WTS_FRAME_HEADER_LENGTH);
        assert_int_equal(put_part(part, buffer, BUFFER), length);
        memset(exact, 0xEE, sizeof exact);
        assert_int_equal(put_part(part, exact, length), length);
        assert_memory_equal(exact, buffer, length);
        assert_int_equal(exact[length], 0xEE);
        memset(exact, 0xEE, sizeof exact);
        assert_int_equal(put_part(part, exact, length - 1), length);
        assert_int_equal(exact[length - 1], 0xEE);
    }
}

static void what_cannot_be_said_is_not_written(void **state)
{
    (void)state;
    static char long_text[WTS_FRAME_MAX_TEXT + 1];
    memset(long_text, 'x', sizeof long_text);
    const struct wts_frame_text texts[] = {{long_text, sizeof long_text}, {"a\0b", 3}};
    for (size_t i = 0; i < sizeof texts / sizeof texts[0]; i++) {
        struct wts_frame_writer writer = wts_frame_begin(NULL, 0);
        wts_frame_put_last_word(&writer, texts[i]);
        assert_int_equal(wts_frame_finish(&writer, frame_of_part[LAST_WORD]), 0);
    }
    struct wts_frame_writer writer = wts_frame_begin(NULL, 0);
    wts_frame_put_last_word(&writer, (struct wts_frame_text){NULL, 0});
    assert_int_equal(wts_frame_finish(&writer, frame_of_part[LAST_WORD]), 0);
    static const uint32_t credits[] = {0, WTS_FRAME_MAX_CREDIT + 1, UINT32_MAX};
    for (size_t i = 0; i < sizeof credits / sizeof credits[0]; i++) {
        writer = wts_frame_begin(NULL, 0);
        wts_frame_put_window(&writer, credits[i]);
        assert_int_equal(wts_frame_finish(&writer, frame_of_part[WINDOW]), 0);
    }
    static const struct wts_frame_variable wrong[] = {
        {{"", 0}, {"x", 1}}, {{NULL, 0}, {"x", 1}}, {{"A=B", 3}, {"x", 1}}, {{"A", 1}, {NULL, 0}}};
    for (size_t i = 0; i < sizeof wrong / sizeof wrong[0]; i++) {
        struct wts_frame_hello hello = {.version = WTS_FRAME_VERSION, .count = 1, .variables = {wrong[i]}};
        writer = wts_frame_begin(NULL, 0);
        wts_frame_put_hello(&writer, &hello);
        assert_int_equal(wts_frame_finish(&writer, frame_of_part[HELLO]), 0);
    }
    struct wts_frame_hello hello = {.count = WTS_FRAME_MAX_VARIABLES + 1};
    writer = wts_frame_begin(NULL, 0);
    wts_frame_put_hello(&writer, &hello);
    assert_int_equal(wts_frame_finish(&writer, frame_of_part[HELLO]), 0);
    writer = wts_frame_begin(NULL, 0);
    wts_frame_put_bytes(&writer, NULL, (size_t)WTS_FRAME_MAX_PAYLOAD + 1);
    assert_int_equal(wts_frame_finish(&writer, frame_of_part[OUTCOME]), 0);
    writer = wts_frame_begin(NULL, 0);
    wts_frame_put_bytes(&writer, NULL, WTS_FRAME_MAX_PAYLOAD);
    wts_frame_put_u32(&writer, 1);
    assert_int_equal(wts_frame_finish(&writer, frame_of_part[OUTCOME]), 0);
}

/* What a sender with bad intentions could put where a put function refuses. */
static void what_cannot_be_said_is_not_read(void **state)
{
    (void)state;
    static const uint8_t unnamed[] = {2, 0, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0, 1, 0, 0, 0, 'x'};
    static const uint8_t equals[] = {2, 0, 0, 0, 1, 0, 0, 0, 1, 0, 0, 0, '=', 1, 0, 0, 0, 'x'};
    static const uint8_t absent[] = {2, 0, 0, 0, 1, 0, 0, 0, 1, 0, 0, 0, 'A', 255, 255, 255, 255};
    static const uint8_t many[] = {2, 0, 0, 0, 33, 0, 0, 0};
    static const uint8_t nul[] = {3, 0, 0, 0, 'a', 0, 'b'};
    static const uint8_t longer[] = {0xFF, 0xFF, 0xFF, 0x7F, 'a'};
    static const uint8_t none[] = {0xFF, 0xFF, 0xFF, 0xFF};
    static const uint8_t zero[] = {0, 0, 0, 0};
    static const uint8_t much[] = {1, 0, 16, 0};
    static const uint8_t progress[] = {0, 0, 0, 0, 3, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0};
    assert_false(get_part(HELLO, unnamed, sizeof unnamed));
    assert_false(get_part(HELLO, equals, sizeof equals));
    assert_false(get_part(HELLO, absent, sizeof absent));
    assert_false(get_part(HELLO, many, sizeof many));
    assert_false(get_part(LAST_WORD, nul, sizeof nul));
    assert_false(get_part(LAST_WORD, longer, sizeof longer));
    assert_false(get_part(LAST_WORD, none, sizeof none));
    assert_false(get_part(WINDOW, zero, sizeof zero));
    assert_false(get_part(WINDOW, much, sizeof much));
    assert_false(get_part(OUTCOME, progress, sizeof progress));
}

static void texts_of_every_length(void **state)
{
    (void)state;
    static char long_text[WTS_FRAME_MAX_TEXT];
    static uint8_t buffer[WTS_FRAME_MAX_TEXT + 64];
    memset(long_text, 'x', sizeof long_text);
    for (size_t length = 0; length <= WTS_FRAME_MAX_TEXT; length += length < 64 ? 1 : 63) {
        struct wts_frame_writer writer = {.data = buffer, .size = sizeof buffer};
        wts_frame_put_text(&writer, (struct wts_frame_text){long_text, length});
        wts_frame_put_text(&writer, (struct wts_frame_text){NULL, 0});
        wts_frame_put_u16(&writer, 0xABCD);
        assert_false(writer.failed);
        assert_int_equal(writer.used, length + 10);
        struct wts_frame_reader reader = reader_of(buffer, writer.used);
        const struct wts_frame_text text = wts_frame_get_text(&reader);
        assert_non_null(text.data);
        assert_int_equal(text.length, length);
        assert_null(wts_frame_get_text(&reader).data);
        assert_int_equal(wts_frame_get_u16(&reader), 0xABCD);
        assert_true(wts_frame_reader_ended(&reader));
    }
}

static void a_failed_reader_stays_so(void **state)
{
    (void)state;
    static const uint8_t bytes[8] = {1, 2, 3, 4, 5, 6, 7, 8};
    struct wts_frame_reader reader = reader_of(bytes, sizeof bytes);
    assert_null(wts_frame_get_bytes(&reader, 9));
    assert_int_equal(wts_frame_get_u32(&reader), 0);
    assert_int_equal(wts_frame_get_u16(&reader), 0);
    assert_null(wts_frame_get_text(&reader).data);
    assert_false(wts_frame_reader_ended(&reader));
}

static bool is_header(uint32_t length, unsigned type, unsigned flags, uint32_t channel, uint32_t serial)
{
    uint8_t bytes[WTS_FRAME_HEADER_LENGTH];
    struct wts_frame frame = {.length = length,
                              .type = (uint16_t)type,
                              .flags = (uint16_t)flags,
                              .channel = channel,
                              .serial = serial};
    wts_frame_put_header(bytes, &frame);
    return wts_frame_get_header(bytes, &frame);
}

static void header_rules(void **state)
{
    (void)state;
    enum { NO, YES, EITHER };
    static const struct {
        unsigned type;
        uint32_t min;
        uint32_t max;
        int number; /* whether a channel number stands in it */
        bool broken;
        bool serial;
        bool apart;
    } rules[] = {
        {WTS_FRAME_HELLO, 8, WTS_FRAME_MAX_PAYLOAD, NO, false, false, false},
        {WTS_FRAME_READY, 28, WTS_FRAME_MAX_PAYLOAD, NO, false, false, false},
        {WTS_FRAME_OPEN, 8, WTS_FRAME_MAX_PAYLOAD, YES, false, false, false},
        {WTS_FRAME_OPENED, 16, WTS_FRAME_MAX_PAYLOAD, YES, true, false, true},
        {WTS_FRAME_REQUEST, 8, WTS_FRAME_MAX_PAYLOAD, YES, false, true, false},
        {WTS_FRAME_REPLY, 16, WTS_FRAME_MAX_PAYLOAD, YES, true, true, true},
        {WTS_FRAME_EVENT, 0, WTS_FRAME_MAX_PAYLOAD, YES, false, false, true},
        {WTS_FRAME_DATA, 1, WTS_FRAME_MAX_DATA, YES, false, false, true},
        {WTS_FRAME_WINDOW, 4, 4, YES, false, false, false},
        {WTS_FRAME_CANCEL, 0, 0, YES, false, true, false},
        {WTS_FRAME_CLOSE, 0, WTS_FRAME_MAX_PAYLOAD, EITHER, false, true, true},
        {WTS_FRAME_DIRECT, 0, 4, EITHER, false, false, false},
    };
    for (size_t i = 0; i < sizeof rules / sizeof rules[0]; i++) {
        const unsigned type = rules[i].type;
        const uint32_t channel = rules[i].number == NO ? 0 : 7;
        assert_true(is_header(rules[i].min, type, 0, channel, 0));
        assert_true(is_header(rules[i].max, type, 0, channel, 0));
        if (rules[i].min > 0)
            assert_false(is_header(rules[i].min - 1, type, 0, channel, 0));
        assert_false(is_header(rules[i].max + 1, type, 0, channel, 0));
        assert_false(is_header(UINT32_MAX, type, 0, channel, 0));
        assert_int_equal(is_header(rules[i].min, type, 0, channel ? 0 : 7, 0), rules[i].number == EITHER);
        assert_int_equal(is_header(rules[i].min, type, WTS_FRAME_BROKEN, channel, 0), rules[i].broken);
        assert_int_equal(is_header(rules[i].min, type, WTS_FRAME_APART, channel, 0), rules[i].apart);
        for (unsigned bit = 2; bit < 16; bit++)
            assert_false(is_header(rules[i].min, type, 1U << bit, channel, 0));
        assert_int_equal(is_header(rules[i].min, type, 0, channel, 1), rules[i].serial);
        assert_true(is_header(rules[i].min, type, 0, rules[i].number == NO ? 0 : UINT32_MAX, 0));
    }
    assert_int_equal(sizeof rules / sizeof rules[0], WTS_FRAME_TYPE_COUNT - 1);
    assert_false(is_header(0, 0, 0, 0, 0));
    assert_false(is_header(16, WTS_FRAME_TYPE_COUNT, 0, 1, 0));
    assert_false(is_header(16, 0xFFFF, 0, 1, 0));
    assert_false(is_header(16, WTS_FRAME_OPENED | 0x100, 0, 1, 0));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_bytes_of_a_frame),
        cmocka_unit_test(parts_there_and_back),
        cmocka_unit_test(prefixes_end_where_the_duty_begins),
        cmocka_unit_test(a_cut_part_is_refused),
        cmocka_unit_test(a_bent_byte_reads_nothing_beyond),
        cmocka_unit_test(measuring_needs_no_buffer),
        cmocka_unit_test(what_cannot_be_said_is_not_written),
        cmocka_unit_test(what_cannot_be_said_is_not_read),
        cmocka_unit_test(texts_of_every_length),
        cmocka_unit_test(a_failed_reader_stays_so),
        cmocka_unit_test(header_rules),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

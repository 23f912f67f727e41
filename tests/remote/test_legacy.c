/*
 * The Legacy coders against the vectors, both directions, and against responses of a server that lies: cut at
 * every byte, every field bent. Stubs are heap copies of the exact size, so that a read past the end is seen
 * by ASan and valgrind.
 */
#include "native_test.h"

#include "remote/tsts/legacy.h"
#include "vectors.h"

typedef bool (*decoder)(const uint8_t *stub, size_t length, struct wts_legacy_result *out);

/* Where the fields of a response stand. */
struct layout {
    uint16_t opnum;
    decoder decode;
    size_t length;        /* bytes */
    size_t error_offset;  /* of pResult */
    size_t result_offset; /* of the BOOLEAN */
    int context_offset;   /* -1: none */
};

static const struct layout layouts[] = {
    {WTS_LEGACY_OPEN_SERVER, wts_legacy_get_open_server, 25, 0, 24, 4},
    {WTS_LEGACY_TERMINATE_PROCESS, wts_legacy_get_terminate_process, 5, 0, 4, -1},
    {WTS_LEGACY_CLOSE_SERVER_EX, wts_legacy_get_close_server_ex, 25, 20, 24, 0},
};
enum { LAYOUT_COUNT = sizeof layouts / sizeof layouts[0] };

static uint8_t *exact_copy(const uint8_t *stub, size_t length)
{
    uint8_t *copy = malloc(length);
    assert_true(copy != NULL || length == 0);
    if (length > 0)
        memcpy(copy, stub, length);
    return copy;
}

/* Decodes an exact copy of the stub into *out, which is poisoned before. */
static bool decode(decoder function, const uint8_t *stub, size_t length, struct wts_legacy_result *out)
{
    uint8_t *copy = exact_copy(stub, length);
    memset(out, 0xA5, sizeof *out);
    const bool good = function(copy, length, out);
    free(copy);
    return good;
}

static void assert_untouched(const struct wts_legacy_result *out)
{
    struct wts_legacy_result poison;
    memset(&poison, 0xA5, sizeof poison);
    assert_memory_equal(out, &poison, sizeof poison);
}

static void encode(const struct vector *vector, struct wts_ndr_writer *writer)
{
    if (vector->opnum == WTS_LEGACY_OPEN_SERVER)
        wts_legacy_put_open_server(writer);
    else if (vector->opnum == WTS_LEGACY_TERMINATE_PROCESS)
        wts_legacy_put_terminate_process(writer, &vector->context, vector->process_id, vector->exit_code);
    else
        wts_legacy_put_close_server_ex(writer, &vector->context);
}

static void requests_are_those_of_the_vectors(void **state)
{
    (void)state;
    unsigned seen = 0;
    for (size_t i = 0; i < legacy_vector_count; i++) {
        const struct vector *vector = &legacy_vectors[i];
        if (vector->response || (vector->opnum != 0 && vector->opnum != 37 && vector->opnum != 60))
            continue;
        uint8_t stub[WTS_LEGACY_REQUEST_LENGTH];
        struct wts_ndr_writer writer;
        wts_ndr_writer_init(&writer, stub, sizeof stub);
        encode(vector, &writer);
        assert_true(wts_ndr_writer_ok(&writer));
        assert_int_equal(writer.length, vector->length);
        if (vector->length > 0)
            assert_memory_equal(stub, vector->stub, vector->length);
        seen++;
    }
    assert_int_equal(seen, 3);
}

static void a_request_without_room_fails_and_writes_nothing_behind(void **state)
{
    (void)state;
    const struct vector terminate = {.opnum = WTS_LEGACY_TERMINATE_PROCESS};
    for (size_t room = 0; room < WTS_LEGACY_REQUEST_LENGTH; room++) {
        uint8_t *stub = malloc(room);
        struct wts_ndr_writer writer;
        wts_ndr_writer_init(&writer, stub, room);
        encode(&terminate, &writer);
        assert_false(wts_ndr_writer_ok(&writer));
        free(stub);
    }
}

static void responses_are_read_as_the_vectors_say(void **state)
{
    (void)state;
    unsigned seen = 0;
    for (size_t i = 0; i < legacy_vector_count; i++) {
        const struct vector *vector = &legacy_vectors[i];
        for (size_t k = 0; vector->response && k < LAYOUT_COUNT; k++) {
            if (layouts[k].opnum != vector->opnum)
                continue;
            struct wts_legacy_result out;
            assert_true(decode(layouts[k].decode, vector->stub, vector->length, &out));
            assert_int_equal(out.result, vector->result);
            assert_int_equal(out.error, vector->error);
            assert_memory_equal(&out.context, &vector->context, sizeof out.context);
            seen++;
        }
    }
    assert_int_equal(seen, 7);
}

static void a_response_cut_anywhere_is_malformed(void **state)
{
    (void)state;
    const uint8_t stub[25] = {1};
    for (size_t k = 0; k < LAYOUT_COUNT; k++) {
        for (size_t length = 0; length < layouts[k].length; length++) {
            struct wts_legacy_result out;
            assert_false(decode(layouts[k].decode, stub, length, &out));
            assert_untouched(&out);
        }
    }
}

static void bytes_behind_a_response_are_ignored(void **state)
{
    (void)state;
    uint8_t stub[64];
    memset(stub, 0xFF, sizeof stub);
    for (size_t k = 0; k < LAYOUT_COUNT; k++) {
        for (size_t length = layouts[k].length; length <= sizeof stub; length++) {
            struct wts_legacy_result out;
            assert_true(decode(layouts[k].decode, stub, length, &out));
            assert_int_equal(out.result, 0xFF);
            assert_int_equal(out.error, UINT32_MAX);
        }
    }
}

/* Sets the four bytes at `offset` to `value`, and gives what the decoder makes of it. */
static struct wts_legacy_result bend(const struct layout *layout, size_t offset, uint32_t value)
{
    uint8_t stub[25] = {0};
    for (size_t i = 0; i < 4; i++)
        stub[offset + i] = (uint8_t)(value >> (8 * i));
    struct wts_legacy_result out;
    assert_true(decode(layout->decode, stub, layout->length, &out));
    return out;
}

static void every_value_of_every_field_arrives(void **state)
{
    (void)state;
    const uint32_t values[] = {0, 1, UINT32_MAX, UINT32_MAX - 1, 0x80000000, 0xC0000022};
    for (size_t k = 0; k < LAYOUT_COUNT; k++) {
        for (size_t i = 0; i < sizeof values / sizeof values[0]; i++) {
            const struct layout *layout = &layouts[k];
            assert_int_equal(bend(layout, layout->error_offset, values[i]).error, values[i]);
            for (int word = 0; layout->context_offset >= 0 && word < 5; word++) {
                const size_t place = (size_t)(layout->context_offset + 4 * word);
                const struct wts_legacy_result out = bend(layout, place, values[i]);
                assert_int_equal(wts_context_handle_is_null(&out.context), values[i] == 0);
                assert_int_equal(out.error, 0);
                assert_int_equal(out.result, 0);
            }
        }
    }
}

static void every_non_zero_byte_is_success(void **state)
{
    (void)state;
    uint8_t stub[25] = {0};
    for (size_t k = 0; k < LAYOUT_COUNT; k++) {
        for (unsigned value = 0; value <= 255; value++) {
            stub[layouts[k].result_offset] = (uint8_t)value;
            struct wts_legacy_result out;
            assert_true(decode(layouts[k].decode, stub, layouts[k].length, &out));
            assert_int_equal(out.result, value);
        }
        memset(stub, 0, sizeof stub);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(requests_are_those_of_the_vectors),
        cmocka_unit_test(a_request_without_room_fails_and_writes_nothing_behind),
        cmocka_unit_test(responses_are_read_as_the_vectors_say),
        cmocka_unit_test(a_response_cut_anywhere_is_malformed),
        cmocka_unit_test(bytes_behind_a_response_are_ignored),
        cmocka_unit_test(every_value_of_every_field_arrives),
        cmocka_unit_test(every_non_zero_byte_is_success),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

/*
 * The NDR writer: alignment with zero padding, referents, arrays and strings, and a buffer that is too small
 * at every length.
 */
#include "native_test.h"

#include "remote/ndr/reader.h"
#include "remote/ndr/writer.h"

static const uint16_t text[] = {'h', 'o', 's', 't', 0};

/* One of everything. */
static void put_all(struct wts_ndr_writer *writer)
{
    const struct wts_context_handle handle = {{1, 2, 3, 4}};
    wts_ndr_put_u8(writer, 0xFE);
    wts_ndr_put_u16(writer, 0x0102);
    wts_ndr_put_u8(writer, 0xFD);
    wts_ndr_put_u64(writer, 0x0807060504030201);
    wts_ndr_put_pointer(writer, true);
    wts_ndr_put_pointer(writer, false);
    wts_ndr_put_pointer(writer, true);
    wts_ndr_put_bytes(writer, (const uint8_t *)"xyz", 3);
    wts_ndr_put_context(writer, &handle);
    wts_ndr_put_string(writer, text);
    wts_ndr_put_array(writer, 3);
    wts_ndr_put_zeros(writer, 3);
}
enum { ALL_LENGTH = 83 };

static void what_is_put_stands_aligned_with_zero_padding(void **state)
{
    (void)state;
    const uint8_t expected[ALL_LENGTH] = {
        0xFE, 0, 2, 1, 0xFD, 0, 0, 0, 1, 2, 3, 4, 5,   6,   7,   8,                 /* integers */
        0,    0, 2, 0, 0,    0, 0, 0, 4, 0, 2, 0, 'x', 'y', 'z', 0,                 /* pointers, bytes */
        1,    2, 3, 4, 0,    0, 0, 0, 0, 0, 0, 0, 0,   0,   0,   0, 0,   0, 0,   0, /* handle */
        5,    0, 0, 0, 0,    0, 0, 0, 5, 0, 0, 0, 'h', 0,   'o', 0, 's', 0, 't', 0, 0, 0, /* string */
        0,    0, 3, 0, 0,    0, 0, 0, 0,                                                  /* array */
    };
    uint8_t data[128];
    memset(data, 0xA5, sizeof data);
    struct wts_ndr_writer writer;
    wts_ndr_writer_init(&writer, data, sizeof data);
    put_all(&writer);
    assert_true(wts_ndr_writer_ok(&writer));
    assert_int_equal(writer.length, ALL_LENGTH);
    assert_memory_equal(data, expected, ALL_LENGTH);
    assert_int_equal(data[ALL_LENGTH], 0xA5);
}

static void a_buffer_too_small_fails_at_every_length(void **state)
{
    (void)state;
    for (size_t room = 0; room <= ALL_LENGTH; room++) {
        uint8_t *data = malloc(room);
        struct wts_ndr_writer writer;
        wts_ndr_writer_init(&writer, data, room);
        put_all(&writer);
        assert_int_equal(wts_ndr_writer_ok(&writer), room == ALL_LENGTH);
        assert_true(writer.length <= room);
        assert_int_equal(writer.needed, ALL_LENGTH);
        free(data);
    }
}

static void an_error_sticks(void **state)
{
    (void)state;
    uint8_t data[8];
    struct wts_ndr_writer writer;
    wts_ndr_writer_init(&writer, data, 6);
    wts_ndr_put_u64(&writer, 1);
    assert_false(wts_ndr_writer_ok(&writer));
    wts_ndr_put_u8(&writer, 1);
    wts_ndr_put_zeros(&writer, 0);
    assert_int_equal(writer.length, 0);
    assert_false(wts_ndr_writer_ok(&writer));
    wts_ndr_writer_init(&writer, data, sizeof data);
    wts_ndr_put_bytes(&writer, data, SIZE_MAX);
    wts_ndr_put_bytes(&writer, data, SIZE_MAX);
    assert_false(wts_ndr_writer_ok(&writer));
    wts_ndr_writer_init(&writer, data, sizeof data);
    wts_ndr_put_utf16(&writer, (const uint16_t[]){1}, SIZE_MAX);
    assert_false(wts_ndr_writer_ok(&writer));
}

static void counts_that_cannot_be_right_fail(void **state)
{
    (void)state;
    uint8_t data[32];
    struct wts_ndr_writer writer;
    wts_ndr_writer_init(&writer, data, sizeof data);
    wts_ndr_put_varying_array(&writer, 1, 2);
    assert_false(wts_ndr_writer_ok(&writer));
    wts_ndr_writer_init(&writer, data, sizeof data);
    wts_ndr_put_array(&writer, SIZE_MAX);
    assert_false(wts_ndr_writer_ok(&writer));
}

static void the_reader_reads_what_the_writer_wrote(void **state)
{
    (void)state;
    uint8_t data[128];
    struct wts_ndr_writer writer;
    struct wts_ndr_reader reader;
    struct wts_ndr_arena arena;
    struct wts_context_handle handle;
    wts_ndr_arena_init(&arena, 1024);
    wts_ndr_writer_init(&writer, data, sizeof data);
    put_all(&writer);
    wts_ndr_reader_init(&reader, data, writer.length);
    assert_int_equal(wts_ndr_get_u8(&reader), 0xFE);
    assert_int_equal(wts_ndr_get_u16(&reader), 0x0102);
    assert_int_equal(wts_ndr_get_u8(&reader), 0xFD);
    assert_true(wts_ndr_get_u64(&reader) == 0x0807060504030201);
    assert_true(wts_ndr_get_pointer(&reader));
    assert_false(wts_ndr_get_pointer(&reader));
    assert_true(wts_ndr_get_pointer(&reader));
    assert_memory_equal(wts_ndr_get_bytes(&reader, 3), "xyz", 3);
    wts_ndr_get_context(&reader, &handle);
    assert_int_equal(handle.bytes[3], 4);
    assert_memory_equal(wts_ndr_get_string(&reader, &arena), text, sizeof text);
    assert_int_equal(wts_ndr_get_array(&reader, 1), 3);
    assert_non_null(wts_ndr_get_bytes(&reader, 3));
    assert_int_equal(reader.status, WTS_NDR_OK);
    assert_int_equal(reader.offset, reader.length);
    wts_ndr_arena_free(&arena);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_is_put_stands_aligned_with_zero_padding),
        cmocka_unit_test(a_buffer_too_small_fails_at_every_length),
        cmocka_unit_test(an_error_sticks),
        cmocka_unit_test(counts_that_cannot_be_right_fail),
        cmocka_unit_test(the_reader_reads_what_the_writer_wrote),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

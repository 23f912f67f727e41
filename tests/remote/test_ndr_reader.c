/*
 * The NDR reader: alignment, byte order, sticky errors, and counts of a peer that lies. Stubs are heap copies
 * of the exact size, so that a read past the end is seen by ASan and valgrind.
 */
#include "native_test.h"

#include "remote/ndr/reader.h"

enum { LIMIT = 4096 };

static uint8_t *stub; /* of the case that runs */
static struct wts_ndr_arena arena;

static int set_up(void **state)
{
    (void)state;
    stub = NULL;
    wts_ndr_arena_init(&arena, LIMIT);
    return 0;
}

static int tear_down(void **state)
{
    (void)state;
    free(stub);
    wts_ndr_arena_free(&arena);
    return 0;
}

static struct wts_ndr_reader read_bytes(const uint8_t *bytes, size_t length)
{
    struct wts_ndr_reader reader;
    free(stub);
    stub = malloc(length);
    assert_non_null(stub);
    memcpy(stub, bytes, length);
    wts_ndr_reader_init(&reader, stub, length);
    return reader;
}

/* A reader over 32 bit words. */
static struct wts_ndr_reader read_words(const uint32_t *words, size_t count)
{
    uint8_t bytes[64];
    assert_true(count <= sizeof bytes / 4);
    for (size_t i = 0; i < 4 * count; i++)
        bytes[i] = (uint8_t)(words[i / 4] >> (8 * (i % 4)));
    return read_bytes(bytes, 4 * count);
}
#define WORDS(...) read_words((const uint32_t[]){__VA_ARGS__}, sizeof((const uint32_t[]){__VA_ARGS__}) / 4)

static void integers_are_little_endian_and_aligned_from_the_start(void **state)
{
    (void)state;
    uint8_t bytes[33];
    for (size_t i = 0; i < sizeof bytes; i++)
        bytes[i] = (uint8_t)i;
    struct wts_ndr_reader reader = read_bytes(bytes, sizeof bytes);
    assert_int_equal(wts_ndr_get_u8(&reader), 0x00);
    assert_int_equal(wts_ndr_get_u16(&reader), 0x0302);
    assert_int_equal(wts_ndr_get_u8(&reader), 0x04);
    assert_int_equal(wts_ndr_get_u32(&reader), 0x0B0A0908);
    assert_int_equal(wts_ndr_get_u8(&reader), 0x0C);
    assert_true(wts_ndr_get_u64(&reader) == 0x1716151413121110);
    assert_true(wts_ndr_get_u64(&reader) == 0x1F1E1D1C1B1A1918);
    assert_int_equal(wts_ndr_get_u8(&reader), 0x20);
    assert_int_equal(reader.status, WTS_NDR_OK);
    assert_int_equal(reader.offset, sizeof bytes);
}

static void the_first_error_sticks_and_reads_give_nothing(void **state)
{
    (void)state;
    struct wts_context_handle handle;
    memset(&handle, 0xFF, sizeof handle);
    struct wts_ndr_reader reader = WORDS(0x01010101, 0x02020202);
    assert_int_equal(wts_ndr_get_u32(&reader), 0x01010101);
    assert_true(wts_ndr_get_u64(&reader) == 0);
    assert_int_equal(reader.status, WTS_NDR_MALFORMED);
    assert_int_equal(wts_ndr_get_u8(&reader), 0);
    assert_int_equal(wts_ndr_get_u16(&reader), 0);
    assert_int_equal(wts_ndr_get_u32(&reader), 0);
    assert_false(wts_ndr_get_pointer(&reader));
    assert_null(wts_ndr_get_bytes(&reader, 0));
    assert_int_equal(wts_ndr_get_array(&reader, 1), 0);
    assert_null(wts_ndr_get_utf16(&reader, &arena, 0));
    assert_null(wts_ndr_get_string(&reader, &arena));
    wts_ndr_get_context(&reader, &handle);
    assert_true(wts_context_handle_is_null(&handle));
    assert_int_equal(reader.offset, 4);
    assert_int_equal(reader.status, WTS_NDR_MALFORMED);
}

static void padding_that_is_not_there_is_malformed(void **state)
{
    (void)state;
    for (size_t length = 1; length < 16; length++) {
        const uint8_t bytes[16] = {0};
        struct wts_ndr_reader reader = read_bytes(bytes, length);
        wts_ndr_get_u8(&reader);
        wts_ndr_get_u64(&reader);
        assert_int_equal(reader.status, WTS_NDR_MALFORMED);
    }
}

static void an_empty_stub_has_nothing_to_read(void **state)
{
    (void)state;
    struct wts_ndr_reader reader;
    wts_ndr_reader_init(&reader, NULL, 0);
    assert_int_equal(reader.status, WTS_NDR_OK);
    assert_int_equal(wts_ndr_get_u8(&reader), 0);
    assert_int_equal(reader.status, WTS_NDR_MALFORMED);
}

static void bytes_are_bounded_by_what_is_left(void **state)
{
    (void)state;
    struct wts_ndr_reader reader = WORDS(1, 2);
    wts_ndr_get_u32(&reader);
    assert_ptr_equal(wts_ndr_get_bytes(&reader, 4), stub + 4);
    assert_non_null(wts_ndr_get_bytes(&reader, 0));
    assert_int_equal(reader.status, WTS_NDR_OK);
    reader = WORDS(1, 2);
    wts_ndr_get_u8(&reader);
    assert_null(wts_ndr_get_bytes(&reader, SIZE_MAX));
    assert_int_equal(reader.status, WTS_NDR_MALFORMED);
}

static void a_count_is_bounded_by_what_is_left(void **state)
{
    (void)state;
    const uint32_t lies[] = {3, 0x40000000, 0x80000000, UINT32_MAX - 1, UINT32_MAX};
    struct wts_ndr_reader reader = WORDS(2, 10, 11);
    assert_int_equal(wts_ndr_get_array(&reader, 4), 2);
    assert_int_equal(reader.status, WTS_NDR_OK);
    for (size_t i = 0; i < sizeof lies / sizeof lies[0]; i++) {
        reader = WORDS(lies[i], 10, 11);
        assert_int_equal(wts_ndr_get_array(&reader, 4), 0);
        assert_int_equal(reader.status, WTS_NDR_MALFORMED);
    }
}

static void varying_counts_must_agree(void **state)
{
    (void)state;
    uint32_t room = 7;
    struct wts_ndr_reader reader = WORDS(UINT32_MAX, 0, 2, 0x00620061);
    assert_int_equal(wts_ndr_get_varying_array(&reader, 2, &room), 2);
    assert_int_equal(room, UINT32_MAX);
    assert_int_equal(reader.status, WTS_NDR_OK);
    const uint32_t lies[][3] = {{1, 0, 2}, {2, 1, 1}, {2, UINT32_MAX, 2}, {UINT32_MAX, 0, UINT32_MAX},
                                {3, 0, 3}, {0, 0, 1}, {2, 1, 2}};
    for (size_t i = 0; i < sizeof lies / sizeof lies[0]; i++) {
        reader = WORDS(lies[i][0], lies[i][1], lies[i][2], 0x00620061);
        assert_int_equal(wts_ndr_get_varying_array(&reader, 2, &room), 0);
        assert_int_equal(room, 0);
        assert_int_equal(reader.status, WTS_NDR_MALFORMED);
    }
}

static void strings_are_copied_and_end_in_nul(void **state)
{
    (void)state;
    struct wts_ndr_reader reader = WORDS(2, 0, 2, 0x00000061, 0xFFFF5A5A);
    const uint16_t *text = wts_ndr_get_string(&reader, &arena);
    assert_non_null(text);
    assert_int_equal(text[0], 'a');
    assert_int_equal(text[1], 0);
    const uint16_t *counted = wts_ndr_get_utf16(&reader, &arena, 2);
    assert_non_null(counted);
    assert_int_equal(counted[0], 0x5A5A);
    assert_int_equal(counted[1], 0xFFFF);
    assert_int_equal(counted[2], 0);
    assert_int_equal(reader.status, WTS_NDR_OK);
}

static void code_units_are_bounded_by_what_is_left(void **state)
{
    (void)state;
    const uint32_t lies[] = {3, 0x7FFFFFFF, 0x80000000, UINT32_MAX};
    for (size_t i = 0; i < sizeof lies / sizeof lies[0]; i++) {
        struct wts_ndr_reader reader = WORDS(0x00620061);
        assert_null(wts_ndr_get_utf16(&reader, &arena, lies[i]));
        assert_int_equal(reader.status, WTS_NDR_MALFORMED);
    }
}

static void a_string_without_nul_is_malformed(void **state)
{
    (void)state;
    struct wts_ndr_reader reader = WORDS(2, 0, 2, 0x00620061);
    assert_null(wts_ndr_get_string(&reader, &arena));
    assert_int_equal(reader.status, WTS_NDR_MALFORMED);
    reader = WORDS(2, 0, 0);
    assert_null(wts_ndr_get_string(&reader, &arena));
    assert_int_equal(reader.status, WTS_NDR_MALFORMED);
}

static void an_arena_that_is_full_is_no_memory(void **state)
{
    (void)state;
    struct wts_ndr_arena none;
    wts_ndr_arena_init(&none, 0);
    struct wts_ndr_reader reader = WORDS(1, 0, 1, 0);
    assert_null(wts_ndr_get_string(&reader, &none));
    assert_int_equal(reader.status, WTS_NDR_NO_MEMORY);
    wts_ndr_reader_reject(&reader);
    assert_int_equal(reader.status, WTS_NDR_NO_MEMORY);
}

static void pointers_and_contexts_are_read(void **state)
{
    (void)state;
    struct wts_context_handle handle;
    struct wts_ndr_reader reader = WORDS(0, 0xFFFFFFFF, 1, 0, 0, 0, 0x09000000);
    assert_false(wts_ndr_get_pointer(&reader));
    assert_true(wts_ndr_get_pointer(&reader));
    wts_ndr_get_context(&reader, &handle);
    assert_int_equal(handle.bytes[0], 1);
    assert_int_equal(handle.bytes[19], 9);
    assert_int_equal(reader.status, WTS_NDR_OK);
    reader = WORDS(1, 2, 3, 4);
    wts_ndr_get_context(&reader, &handle);
    assert_true(wts_context_handle_is_null(&handle));
    assert_int_equal(reader.status, WTS_NDR_MALFORMED);
}

#define CASE(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

int main(void)
{
    const struct CMUnitTest tests[] = {
        CASE(integers_are_little_endian_and_aligned_from_the_start),
        CASE(the_first_error_sticks_and_reads_give_nothing),
        CASE(padding_that_is_not_there_is_malformed),
        CASE(an_empty_stub_has_nothing_to_read),
        CASE(bytes_are_bounded_by_what_is_left),
        CASE(a_count_is_bounded_by_what_is_left),
        CASE(varying_counts_must_agree),
        CASE(strings_are_copied_and_end_in_nul),
        CASE(code_units_are_bounded_by_what_is_left),
        CASE(a_string_without_nul_is_malformed),
        CASE(an_arena_that_is_full_is_no_memory),
        CASE(pointers_and_contexts_are_read),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

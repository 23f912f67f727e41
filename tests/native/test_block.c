/*
 * Packing of results in both forms. The native ANSI code page of the tests takes one byte for a character
 * below 0x80 and two for others, like the East Asian ones of Windows.
 */
#include "native_test.h"

#include "core/block.h"
#include "core/error.h"
#include "core/platform.h"

/* Structures as Windows has them, one per form: numbers, a string, a fixed array, a SID. */
struct resultW {
    uint32_t number;
    uint16_t *text;
    uint16_t array[5];
    uint64_t wide;
    uint8_t *sid;
};

struct resultA {
    uint32_t number;
    char *text;
    char array[5];
    uint64_t wide;
    uint8_t *sid;
};

struct record {
    uint32_t number;
    uint64_t wide;
    struct wts_text text;
    struct wts_text array;
    const uint8_t *sid;
};

#define FIELD(kind, source, target) WTS_FIELD(kind, struct record, source, struct result, target)

static const struct wts_field fields[] = {
    FIELD(NUMBER, number, number), FIELD(TEXT, text, text), FIELD(ARRAY, array, array),
    FIELD(NUMBER, wide, wide),     FIELD(SID, sid, sid),
};

static const struct wts_layout layout = WTS_LAYOUT(fields, struct record, struct result);

static const uint8_t short_sid[8 + 4] = {1, 1, 0, 0, 0, 0, 0, 5, 18, 0, 0, 0};
static const uint8_t long_sid[8 + 4 * 15] = {1, 15, 0, 0, 0, 0, 0, 5, [67] = 0x77};

/* Allocations of results: counted, the n-th refused, the length asked for kept. Linked in place of the
 * platform's by --wrap. */
static unsigned allocations;
static unsigned failing_allocation; /* 0: none */
static size_t allocated_length;

void *__real_wts_result_allocate(size_t length);
void *__wrap_wts_result_allocate(size_t length);

void *__wrap_wts_result_allocate(size_t length)
{
    allocations++;
    allocated_length = length;
    return allocations == failing_allocation ? NULL : __real_wts_result_allocate(length);
}

static int start(void **state)
{
    (void)state;
    allocations = 0;
    failing_allocation = 0;
    return 0;
}

static void *pack(enum wts_form form, const struct record *records, uint32_t count, size_t *length)
{
    void *block = &allocations; /* anything that is not the answer */
    assert_int_equal(wts_block_pack(&layout, form, records, count, &block, length), ERROR_SUCCESS);
    return block;
}

static struct wts_text text(const uint16_t *units, uint32_t count)
{
    return (struct wts_text){.units = units, .count = count};
}

static size_t units_before_nul(const uint16_t *units)
{
    return wts_text_of(units).count;
}

static void no_records_make_no_block(void **state)
{
    size_t length = 77;
    (void)state;
    assert_null(pack(WTS_FORM_UTF16, NULL, 0, &length));
    assert_int_equal(length, 0);
    length = 77;
    assert_null(pack(WTS_FORM_ANSI, NULL, 0, &length));
    assert_int_equal(length, 0);
    assert_int_equal(allocations, 0);
}

static void absent_text_is_null_and_empty_text_is_empty(void **state)
{
    const struct record records[] = {{.number = 1}, {.number = 2, .text = wts_text_empty()}};
    size_t length;
    (void)state;
    struct resultW *wide = pack(WTS_FORM_UTF16, records, 2, &length);
    assert_int_equal(length, 2 * sizeof *wide + sizeof(uint16_t));
    assert_null(wide[0].text);
    assert_null(wide[0].sid);
    assert_int_equal(wide[0].array[0], 0);
    assert_ptr_equal(wide[1].text, &wide[2]);
    assert_int_equal(wide[1].text[0], 0);
    free(wide);
    struct resultA *narrow = pack(WTS_FORM_ANSI, records, 2, &length);
    assert_int_equal(length, 2 * sizeof *narrow + 1);
    assert_null(narrow[0].text);
    assert_string_equal(narrow[1].text, "");
    free(narrow);
}

static void both_forms_come_from_one_description(void **state)
{
    static const uint16_t name[] = {'n', 0xE4, 'm', 'e'};
    static const uint16_t array[] = {'a', 'b'};
    const struct record records[] = {
        {.number = 0xFFFFFFFF, .wide = 0x123456789ABCDEF0, .text = text(name, 4), .array = text(array, 2)},
        {.number = 7, .text = text(name, 2), .sid = short_sid},
    };
    size_t length;
    (void)state;
    struct resultW *wide = pack(WTS_FORM_UTF16, records, 2, &length);
    assert_int_equal(length, allocated_length);
    assert_int_equal(wide[0].number, 0xFFFFFFFF);
    assert_true(wide[0].wide == 0x123456789ABCDEF0);
    assert_int_equal(units_before_nul(wide[0].text), 4);
    assert_memory_equal(wide[0].text, name, sizeof name);
    assert_int_equal(units_before_nul(wide[0].array), 2);
    assert_int_equal(units_before_nul(wide[1].text), 2);
    assert_memory_equal(wide[1].sid, short_sid, sizeof short_sid);
    free(wide);
    struct resultA *narrow = pack(WTS_FORM_ANSI, records, 2, &length);
    assert_int_equal(narrow[0].number, 0xFFFFFFFF);
    assert_true(narrow[0].wide == 0x123456789ABCDEF0);
    assert_string_equal(narrow[0].text, "n\x80\xE4me");
    assert_string_equal(narrow[0].array, "ab");
    assert_string_equal(narrow[1].text, "n\x80\xE4");
    assert_memory_equal(narrow[1].sid, short_sid, sizeof short_sid);
    free(narrow);
}

static void every_sid_is_whole_and_on_a_multiple_of_four(void **state)
{
    static const uint16_t units[] = {'a', 'b', 'c', 'd'};
    struct record records[9];
    size_t length;
    (void)state;
    /* Texts of every length in front, so that a SID would start anywhere. */
    for (uint32_t i = 0; i < 9; i++)
        records[i] = (struct record){.text = text(units, i % 5), .sid = i % 2 == 0 ? long_sid : short_sid};
    for (int form = 0; form < WTS_FORM_COUNT; form++) {
        uint8_t *block = pack((enum wts_form)form, records, 9, &length);
        for (uint32_t i = 0; i < 9; i++) {
            const uint8_t *sid = form == WTS_FORM_UTF16 ? ((struct resultW *)(void *)block)[i].sid
                                                        : ((struct resultA *)(void *)block)[i].sid;
            assert_int_equal((uintptr_t)sid % 4, 0);
            assert_memory_equal(sid, records[i].sid, 8 + 4 * (size_t)records[i].sid[1]);
            assert_true(sid + 8 + 4 * (size_t)sid[1] <= block + length);
        }
        free(block);
    }
}

/* What an array of 5 characters becomes of `count` units, in both forms. */
static void check_array(const uint16_t *units, uint32_t count, uint32_t wide_count, const char *narrow_text)
{
    const struct record record = {.array = text(units, count)};
    size_t length;
    struct resultW *wide = pack(WTS_FORM_UTF16, &record, 1, &length);
    assert_int_equal(units_before_nul(wide->array), wide_count);
    assert_memory_equal(wide->array, units, wide_count * sizeof *units);
    free(wide);
    struct resultA *narrow = pack(WTS_FORM_ANSI, &record, 1, &length);
    assert_string_equal(narrow->array, narrow_text);
    free(narrow);
}

static void arrays_are_cut_between_characters(void **state)
{
    static const uint16_t plain[] = {'a', 'b', 'c', 'd', 'e', 'f'};
    static const uint16_t pair_at_3[] = {'a', 'b', 'c', 0xD83D, 0xDE00, 'f'};
    static const uint16_t pair_at_2[] = {'a', 'b', 0xD83D, 0xDE00, 'e'};
    static const uint16_t two_bytes[] = {'a', 0xE4, 0xE5, 'd'};
    static const uint16_t two_bytes_at_3[] = {'a', 'b', 'c', 0xE4};
    static const uint16_t pairs[] = {0xD83D, 0xDE00, 0xD83D, 0xDE00, 0xD83D, 0xDE00};
    static const uint16_t lowest_half[] = {'a', 'b', 0xD800, 0xDC00, 'e'};
    static const uint16_t half[] = {'a', 0xD83D};
    (void)state;
    check_array(plain, 4, 4, "abcd");
    check_array(plain, 5, 4, "abcd");
    check_array(plain, 6, 4, "abcd");
    check_array(pair_at_3, 6, 3, "abc"); /* the pair would be halved */
    check_array(pair_at_2, 4, 4, "ab");  /* fits in UTF-16; four bytes in the code page do not */
    check_array(pair_at_2, 5, 4, "ab");
    check_array(lowest_half, 5, 4, "ab"); /* the pair is whole where the cut is */
    check_array(two_bytes, 4, 4, "a\x80\xE4");
    check_array(two_bytes_at_3, 4, 4, "abc");
    check_array(pairs, 6, 4, "\xD8\x3D\xDE"); /* the second half ends in a byte 0 in this code page */
    check_array(half, 2, 2, "a\xD8\x3D");     /* it came so: nothing was cut */
}

static void an_array_far_too_long_is_cut_at_once(void **state)
{
    const uint32_t count = 100000;
    uint16_t *units = calloc(count, sizeof *units);
    (void)state;
    for (uint32_t i = 0; i < count; i++)
        units[i] = 'x';
    check_array(units, count, 4, "xxxx");
    free(units);
}

struct constantsW {
    uint16_t before;
    uint32_t constant;
    uint8_t after;
};

struct constantsA {
    uint8_t constant;
    uint16_t before;
    uint8_t after;
};

/* A constant is the low `size` bytes of `source`, with nothing of it beside them. */
static void a_constant_is_written_in_its_own_width(void **state)
{
    static const struct wts_field constants[] = {
        {.kind = WTS_FIELD_CONSTANT,
         .source = 0x1234,
         .target = {offsetof(struct constantsW, constant), offsetof(struct constantsA, constant)},
         .size = 1},
        {.kind = WTS_FIELD_CONSTANT,
         .source = 0xABCD,
         .target = {offsetof(struct constantsW, before), offsetof(struct constantsA, before)},
         .size = 2},
    };
    static const struct wts_layout constant_layout = {
        .fields = constants,
        .field_count = 2,
        .record_length = 1,
        .structure_length = {sizeof(struct constantsW), sizeof(struct constantsA)}};
    const uint8_t record = 0xFF;
    void *block;
    size_t length;
    (void)state;
    assert_int_equal(wts_block_pack(&constant_layout, WTS_FORM_UTF16, &record, 1, &block, &length), 0);
    const struct constantsW *wide = block;
    assert_int_equal(length, sizeof *wide);
    assert_int_equal(wide->before, 0xABCD);
    assert_int_equal(wide->constant, 0x34);
    assert_int_equal(wide->after, 0);
    free(block);
    assert_int_equal(wts_block_pack(&constant_layout, WTS_FORM_ANSI, &record, 1, &block, &length), 0);
    const struct constantsA *narrow = block;
    assert_int_equal(length, sizeof *narrow);
    assert_int_equal(narrow->before, 0xABCD);
    assert_int_equal(narrow->constant, 0x34);
    assert_int_equal(narrow->after, 0);
    free(block);
}

static void gaps_are_zero(void **state)
{
    static const uint16_t name[] = {'n', 'a', 'm'};
    const struct record record = {.number = UINT32_MAX,
                                  .wide = UINT64_MAX,
                                  .text = text(name, 3),
                                  .array = text(name, 1),
                                  .sid = short_sid};
    size_t length;
    (void)state;
    struct resultW *wide = pack(WTS_FORM_UTF16, &record, 1, &length);
    const uint8_t *bytes = (const uint8_t *)wide;
    uint8_t used[512] = {0};
    assert_true(length <= sizeof used);
    memset(used + offsetof(struct resultW, number), 1, sizeof wide->number);
    memset(used + offsetof(struct resultW, text), 1, sizeof(void *));
    memset(used + offsetof(struct resultW, array), 1, sizeof *name);
    memset(used + offsetof(struct resultW, wide), 1, sizeof wide->wide);
    memset(used + offsetof(struct resultW, sid), 1, sizeof(void *));
    memset(used + ((const uint8_t *)wide->text - bytes), 1, sizeof name);
    memset(used + (wide->sid - bytes), 1, sizeof short_sid);
    for (size_t i = 0; i < length; i++) {
        if (used[i] == 0)
            assert_int_equal(bytes[i], 0);
    }
    free(wide);
}

static void a_refused_allocation_leaves_the_outputs_alone(void **state)
{
    static const uint16_t name[] = {'n'};
    const struct record record = {.text = text(name, 1)};
    void *block = &allocations;
    size_t length = 77;
    (void)state;
    for (int form = 0; form < WTS_FORM_COUNT; form++) {
        failing_allocation = allocations + 1;
        assert_int_equal(wts_block_pack(&layout, (enum wts_form)form, &record, 1, &block, &length),
                         ERROR_NOT_ENOUGH_MEMORY);
        failing_allocation = allocations + 1;
        assert_int_equal(wts_block_pack_text((enum wts_form)form, record.text, &block, &length),
                         ERROR_NOT_ENOUGH_MEMORY);
    }
    assert_int_equal(allocations, 4);
    assert_ptr_equal(block, &allocations);
    assert_int_equal(length, 77);
}

/* Nothing is read of records and texts whose results could not be had anyway. */
static void huge_counts_are_refused_before_anything_is_read(void **state)
{
    static const uint16_t name[] = {'n'};
    const struct wts_layout wide_layout = {.structure_length = {SIZE_MAX / 2 + 1, SIZE_MAX / 2 + 1}};
    const struct record record = {.text = text(name, UINT32_MAX)};
    void *block = &allocations;
    size_t length = 77;
    (void)state;
    assert_int_equal(wts_block_pack(&wide_layout, WTS_FORM_UTF16, NULL, 2, &block, &length),
                     ERROR_NOT_ENOUGH_MEMORY);
    for (int form = 0; form < WTS_FORM_COUNT; form++) {
        assert_int_equal(wts_block_pack(&layout, (enum wts_form)form, &record, 1, &block, &length),
                         ERROR_NOT_ENOUGH_MEMORY);
        assert_int_equal(wts_block_pack_text((enum wts_form)form, record.text, &block, &length),
                         ERROR_NOT_ENOUGH_MEMORY);
    }
    assert_int_equal(allocations, 0);
    assert_ptr_equal(block, &allocations);
    assert_int_equal(length, 77);
}

static void a_text_is_a_block_with_its_nul(void **state)
{
    static const uint16_t name[] = {'n', 0xE4};
    void *block;
    size_t length;
    (void)state;
    assert_int_equal(wts_block_pack_text(WTS_FORM_UTF16, text(name, 2), &block, &length), ERROR_SUCCESS);
    assert_int_equal(length, 6);
    assert_memory_equal(block, ((const uint16_t[]){'n', 0xE4, 0}), 6);
    free(block);
    assert_int_equal(wts_block_pack_text(WTS_FORM_ANSI, text(name, 2), &block, &length), ERROR_SUCCESS);
    assert_int_equal(length, 4);
    assert_string_equal(block, "n\x80\xE4");
    free(block);
}

static void no_text_is_a_block_of_one_nul(void **state)
{
    void *block;
    size_t length;
    (void)state;
    assert_int_equal(wts_block_pack_text(WTS_FORM_UTF16, text(NULL, 0), &block, &length), ERROR_SUCCESS);
    assert_int_equal(length, 2);
    assert_memory_equal(block, "\0", 2);
    free(block);
    assert_int_equal(wts_block_pack_text(WTS_FORM_ANSI, wts_text_empty(), &block, &length), ERROR_SUCCESS);
    assert_int_equal(length, 1);
    assert_string_equal(block, "");
    free(block);
}

#define CASE(test) cmocka_unit_test_setup(test, start)

int main(void)
{
    const struct CMUnitTest tests[] = {
        CASE(no_records_make_no_block),
        CASE(absent_text_is_null_and_empty_text_is_empty),
        CASE(both_forms_come_from_one_description),
        CASE(every_sid_is_whole_and_on_a_multiple_of_four),
        CASE(arrays_are_cut_between_characters),
        CASE(an_array_far_too_long_is_cut_at_once),
        CASE(a_constant_is_written_in_its_own_width),
        CASE(gaps_are_zero),
        CASE(a_refused_allocation_leaves_the_outputs_alone),
        CASE(huge_counts_are_refused_before_anything_is_read),
        CASE(a_text_is_a_block_with_its_nul),
        CASE(no_text_is_a_block_of_one_nul),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

/*
 * The process lists against the vectors, and against a server that lies: cut at every byte, every word bent,
 * every memory limit. Stubs are heap copies of the exact size.
 */
#include "native_test.h"

#include "remote/tsts/process_list.h"
#include "vectors.h"

enum { LIMIT = 1 << 16 };

static const struct wts_procedure *procedure_of(uint16_t opnum)
{
    return opnum == WTS_LEGACY_GET_ALL_PROCESSES_NT6 ? &wts_legacy_get_all_processes_nt6
                                                     : &wts_legacy_get_all_processes;
}

static enum wts_ndr_status decode(uint16_t opnum, const uint8_t *stub, size_t length,
                                  struct wts_ndr_arena *arena, struct wts_process_list *list)
{
    uint8_t *copy = malloc(length);
    assert_true(copy != NULL || length == 0);
    if (length > 0)
        memcpy(copy, stub, length);
    memset(list, 0xA5, sizeof *list);
    const enum wts_ndr_status status = wts_procedure_read(procedure_of(opnum), copy, length, arena, list);
    free(copy);
    return status;
}

/* The vector of a whole list (`length` above 100) or of a refusal. */
static const struct vector *find(uint16_t opnum, bool whole)
{
    for (size_t i = 0; i < legacy_vector_count; i++) {
        const struct vector *vector = &legacy_vectors[i];
        if (vector->opnum == opnum && vector->response && (vector->length > 100) == whole)
            return vector;
    }
    fail();
    return NULL;
}

static void assert_name(const uint16_t *name, const char *expected)
{
    assert_non_null(name);
    for (size_t i = 0; i <= strlen(expected); i++)
        assert_int_equal(name[i], expected[i]);
}

/* Every value of the vectors' two processes. */
static void assert_records(const struct wts_process_record *record)
{
    const uint8_t system_sid[] = {1, 1, 0, 0, 0, 0, 0, 5, 18, 0, 0, 0};
    assert_int_equal(record[0].process_id, 4);
    assert_int_equal(record[0].parent_id, 0);
    assert_int_equal(record[0].session_id, 0);
    assert_name(record[0].image_name, "System");
    assert_int_equal(record[0].sid_length, sizeof system_sid);
    assert_memory_equal(record[0].sid, system_sid, sizeof system_sid);
    assert_int_equal(record[1].process_id, 4660);
    assert_int_equal(record[1].parent_id, 4);
    assert_int_equal(record[1].session_id, 1);
    assert_name(record[1].image_name, "notepad.exe");
    assert_int_equal(record[1].sid_length, 28);
    for (int i = 0; i < 2; i++) {
        assert_int_equal(record[i].thread_count, 7);
        assert_int_equal(record[i].handle_count, 100);
        assert_true(record[i].create_time == 0x01DA000000000010);
        assert_true(record[i].user_time == 0x20 && record[i].kernel_time == 0x30);
        assert_int_equal(record[i].peak_working_set, 0x4000);
        assert_int_equal(record[i].working_set, 0x5000);
        assert_int_equal(record[i].page_file, 10);
        assert_int_equal(record[i].peak_page_file, 11);
    }
}

static const uint16_t opnums[] = {WTS_LEGACY_GET_ALL_PROCESSES, WTS_LEGACY_GET_ALL_PROCESSES_NT6};

static void lists_are_read_as_the_vectors_say(void **state)
{
    (void)state;
    for (int i = 0; i < 2; i++) {
        struct wts_ndr_arena arena;
        struct wts_process_list list;
        const struct vector *vector = find(opnums[i], true);
        wts_ndr_arena_init(&arena, LIMIT);
        assert_int_equal(decode(opnums[i], vector->stub, vector->length, &arena, &list), WTS_NDR_OK);
        assert_int_equal(list.end.result, 1);
        assert_int_equal(list.end.error, 0);
        assert_int_equal(list.count, 2);
        assert_records(list.records);
        wts_ndr_arena_free(&arena);
        vector = find(opnums[i], false);
        assert_int_equal(decode(opnums[i], vector->stub, vector->length, &arena, &list), WTS_NDR_OK);
        assert_int_equal(list.end.result, 0);
        assert_int_equal(list.end.error, 0xC0000022);
        assert_int_equal(list.count, 0);
        assert_null(list.records);
    }
}

static void requests_are_those_of_the_vectors(void **state)
{
    (void)state;
    unsigned seen = 0;
    for (size_t i = 0; i < legacy_vector_count; i++) {
        const struct vector *vector = &legacy_vectors[i];
        if (vector->response || (vector->opnum != opnums[0] && vector->opnum != opnums[1]))
            continue;
        uint8_t stub[28];
        struct wts_ndr_writer writer;
        wts_ndr_writer_init(&writer, stub, sizeof stub);
        procedure_of(vector->opnum)->put(&writer, &vector->context, NULL);
        assert_true(wts_ndr_writer_ok(&writer));
        assert_int_equal(writer.length, vector->length);
        assert_memory_equal(stub, vector->stub, vector->length);
        seen++;
    }
    assert_int_equal(seen, 2);
}

static void a_list_cut_anywhere_is_malformed(void **state)
{
    (void)state;
    for (int i = 0; i < 2; i++) {
        const struct vector *vector = find(opnums[i], true);
        for (size_t length = 0; length < vector->length; length++) {
            struct wts_ndr_arena arena;
            struct wts_process_list list;
            wts_ndr_arena_init(&arena, LIMIT);
            assert_int_equal(decode(opnums[i], vector->stub, length, &arena, &list), WTS_NDR_MALFORMED);
            wts_ndr_arena_free(&arena);
        }
    }
}

/* Decodes the vector of a list with one word set; walks what comes out when it is accepted. */
static enum wts_ndr_status bend(uint16_t opnum, size_t offset, uint32_t value)
{
    struct wts_ndr_arena arena;
    struct wts_process_list list;
    const struct vector *vector = find(opnum, true);
    uint8_t *stub = malloc(vector->length);
    assert_non_null(stub);
    memcpy(stub, vector->stub, vector->length);
    for (size_t i = 0; i < 4; i++)
        stub[offset + i] = (uint8_t)(value >> (8 * i));
    wts_ndr_arena_init(&arena, LIMIT);
    const enum wts_ndr_status status = decode(opnum, stub, vector->length, &arena, &list);
    for (uint32_t i = 0; status == WTS_NDR_OK && i < list.count; i++) {
        const struct wts_process_record *record = &list.records[i];
        for (size_t k = 0; record->image_name != NULL && record->image_name[k] != 0; k++)
            assert_true(k < 0x8000);
        assert_true(record->sid == NULL || record->sid_length == 8 + 4u * record->sid[1]);
    }
    wts_ndr_arena_free(&arena);
    free(stub);
    return status;
}

static void every_bent_word_has_a_defined_end(void **state)
{
    (void)state;
    const uint32_t values[] = {0, 1, UINT32_MAX, UINT32_MAX - 1, 0x7FFFFFFF, 0x80000000};
    for (int i = 0; i < 2; i++) {
        const size_t length = find(opnums[i], true)->length;
        unsigned refused = 0;
        for (size_t offset = 0; offset + 4 <= length; offset += 4) {
            for (size_t k = 0; k < sizeof values / sizeof values[0]; k++)
                refused += bend(opnums[i], offset, values[k]) == WTS_NDR_MALFORMED;
        }
        assert_true(refused > 50);
    }
}

static void counts_and_lengths_must_agree(void **state)
{
    (void)state;
    const struct {
        size_t offset;
        uint32_t value;
    } lies[] = {
        {4, 1},           /* pNumberOfProcesses, not max_count */
        {8, 0},           /* no list, yet two processes */
        {12, 1},          /* max_count, not pNumberOfProcesses */
        {16, 0},          /* an element without process information */
        {20, 13},         /* SizeOfSid, not max_count */
        {96, 0x000E000A}, /* Length / 2, not actual_count */
        {96, 0x0010000C}, /* MaximumLength / 2, not max_count */
        {176, 6},         /* max_count of the name, not MaximumLength / 2 */
        {180, 1},         /* an offset */
        {184, 5},         /* actual_count of the name, not Length / 2 */
        {200, 11},        /* max_count of the SID, not SizeOfSid */
    };
    assert_int_equal(bend(WTS_LEGACY_GET_ALL_PROCESSES_NT6, 20, 12), WTS_NDR_OK);
    for (size_t i = 0; i < sizeof lies / sizeof lies[0]; i++)
        assert_int_equal(bend(WTS_LEGACY_GET_ALL_PROCESSES_NT6, lies[i].offset, lies[i].value),
                         WTS_NDR_MALFORMED);
}

static void a_sid_longer_than_its_bytes_is_malformed(void **state)
{
    (void)state;
    assert_int_equal(bend(WTS_LEGACY_GET_ALL_PROCESSES_NT6, 204, 0x00000101), WTS_NDR_OK);
    assert_int_equal(bend(WTS_LEGACY_GET_ALL_PROCESSES_NT6, 204, 0x00000F01), WTS_NDR_MALFORMED);
    assert_int_equal(bend(WTS_LEGACY_GET_ALL_PROCESSES_NT6, 204, 0x00000001), WTS_NDR_MALFORMED);
    assert_int_equal(bend(WTS_LEGACY_GET_ALL_PROCESSES_NT6, 204, 0x00000102), WTS_NDR_MALFORMED);
}

/* Decodes a list of `count` nameless processes without SIDs. */
static enum wts_ndr_status decode_many(uint32_t count)
{
    const size_t room = 64 + (size_t)count * 148;
    uint8_t *stub = malloc(room);
    struct wts_ndr_writer writer;
    struct wts_ndr_arena arena;
    struct wts_process_list list;
    assert_non_null(stub);
    wts_ndr_writer_init(&writer, stub, room);
    wts_ndr_put_u32(&writer, 0);
    wts_ndr_put_u32(&writer, count);
    wts_ndr_put_pointer(&writer, true);
    wts_ndr_put_array(&writer, count);
    for (uint32_t i = 0; i < count; i++) {
        wts_ndr_put_pointer(&writer, true);
        wts_ndr_put_zeros(&writer, 8); /* no SID */
    }
    wts_ndr_put_zeros(&writer, (size_t)count * 136 + 4);
    wts_ndr_put_u8(&writer, 1);
    assert_true(wts_ndr_writer_ok(&writer));
    wts_ndr_arena_init(&arena, 1 << 24);
    const enum wts_ndr_status status =
        decode(WTS_LEGACY_GET_ALL_PROCESSES_NT6, stub, writer.length, &arena, &list);
    assert_true(status != WTS_NDR_OK || list.count == count);
    wts_ndr_arena_free(&arena);
    free(stub);
    return status;
}

static void more_processes_than_the_range_allows_are_malformed(void **state)
{
    (void)state;
    assert_int_equal(decode_many(0), WTS_NDR_OK);
    assert_int_equal(decode_many(3), WTS_NDR_OK);
    assert_int_equal(decode_many(WTS_MAX_PROCESSES), WTS_NDR_OK);
    assert_int_equal(decode_many(WTS_MAX_PROCESSES + 1), WTS_NDR_MALFORMED);
}

static void a_full_arena_is_no_memory(void **state)
{
    (void)state;
    const struct vector *vector = find(WTS_LEGACY_GET_ALL_PROCESSES_NT6, true);
    size_t limit = 0;
    enum wts_ndr_status status = WTS_NDR_NO_MEMORY;
    for (; status != WTS_NDR_OK && limit < LIMIT; limit += 16) {
        struct wts_ndr_arena arena;
        struct wts_process_list list;
        wts_ndr_arena_init(&arena, limit);
        status = decode(WTS_LEGACY_GET_ALL_PROCESSES_NT6, vector->stub, vector->length, &arena, &list);
        assert_true(status == WTS_NDR_OK || status == WTS_NDR_NO_MEMORY);
        wts_ndr_arena_free(&arena);
    }
    assert_true(limit > 16 && limit < 1024);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(lists_are_read_as_the_vectors_say),
        cmocka_unit_test(requests_are_those_of_the_vectors),
        cmocka_unit_test(a_list_cut_anywhere_is_malformed),
        cmocka_unit_test(every_bent_word_has_a_defined_end),
        cmocka_unit_test(counts_and_lengths_must_agree),
        cmocka_unit_test(a_sid_longer_than_its_bytes_is_malformed),
        cmocka_unit_test(more_processes_than_the_range_allows_are_malformed),
        cmocka_unit_test(a_full_arena_is_no_memory),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

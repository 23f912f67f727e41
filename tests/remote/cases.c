/*
 * See cases.h.
 */
#include "cases.h"

#include <ctype.h>
#include <stdio.h>

enum { LIMIT = 1 << 20, SHOWN = 8192, LONGEST = 8192 };

const struct wts_context_handle sample_context = {{0,    0,    0,    0,    0x44, 0x33, 0x22, 0x11, 0x66, 0x55,
                                                   0x88, 0x77, 0x99, 0xaa, 0xbb, 0xcc, 0xdd, 0xee, 0xff, 0}};

/* The linker puts these between the arena and the C library (--wrap). -1: no allocation fails. */
static int allocations_until_failure = -1;
void *__real_calloc(size_t count, size_t size);
void *__wrap_calloc(size_t count, size_t size);

void *__wrap_calloc(size_t count, size_t size)
{
    if (allocations_until_failure == 0)
        return NULL;
    if (allocations_until_failure > 0)
        allocations_until_failure--;
    return __real_calloc(count, size);
}

/* A stub on the heap. */
struct bytes {
    uint8_t *data;
    size_t length;
};

static struct bytes copy_of(const uint8_t *data, size_t length)
{
    struct bytes copy = {malloc(length), length};
    assert_true(copy.data != NULL || length == 0);
    if (length > 0)
        memcpy(copy.data, data, length);
    return copy;
}

static struct bytes from_hex(const char *hex)
{
    uint8_t data[LONGEST];
    size_t count = 0;
    while (*hex != 0) {
        unsigned value;
        if (isspace((unsigned char)*hex)) {
            hex++;
            continue;
        }
        assert_true(count < LONGEST);
        assert_int_equal(sscanf(hex, "%2x", &value), 1);
        data[count++] = (uint8_t)value;
        hex += 2;
    }
    return copy_of(data, count);
}

static const struct vector *find_vector(const struct vectors *vectors, uint16_t opnum, bool response,
                                        unsigned which)
{
    for (size_t i = 0; i < vectors->count; i++) {
        const struct vector *vector = &vectors->rows[i];
        if (vector->opnum == opnum && vector->response == response && which-- == 0)
            return vector;
    }
    return NULL;
}

static struct bytes stub_of(const struct coders *coders, uint16_t opnum, bool response, unsigned which,
                            const char *hex)
{
    if (hex != NULL)
        return from_hex(hex);
    const struct vector *vector = find_vector(coders->vectors, opnum, response, which);
    assert_non_null(vector);
    return copy_of(vector->stub, vector->length);
}

static struct bytes response_stub(const struct coders *coders, const struct response_case *row)
{
    return stub_of(coders, row->opnum, true, row->which, row->hex);
}

static bool is_last(const struct response_case *row)
{
    return row->hex == NULL && row->shown == NULL;
}

static const struct response *find_response(const struct coders *coders, uint16_t opnum)
{
    const struct response *response = coders->responses;
    while (!response_is_last(response) && response_number(response) != opnum)
        response++;
    assert_false(response_is_last(response));
    return response;
}

/* Decodes an exact copy of the stub, with at most `limit` bytes of memory, and shows it in `text`. */
static enum wts_ndr_status decode(const struct coders *coders, uint16_t opnum, const uint8_t *data,
                                  size_t length, size_t limit, char *text)
{
    struct show show = {.text = text, .capacity = SHOWN};
    struct wts_ndr_arena arena;
    struct bytes copy = copy_of(data, length);
    text[0] = 0;
    wts_ndr_arena_init(&arena, limit);
    const enum wts_ndr_status status =
        response_read(find_response(coders, opnum), copy.data, copy.length, &arena, &show);
    wts_ndr_arena_free(&arena);
    free(copy.data);
    return status;
}

static void assert_shown(const struct coders *coders, const struct response_case *row, const uint8_t *data,
                         size_t length)
{
    char text[SHOWN];
    const enum wts_ndr_status status = decode(coders, row->opnum, data, length, LIMIT, text);
    assert_int_equal(status, row->shown == NULL ? WTS_NDR_MALFORMED : WTS_NDR_OK);
    assert_string_equal(text, row->shown == NULL ? "" : row->shown);
}

static void put_u32(uint8_t *place, uint32_t value)
{
    for (int i = 0; i < 4; i++)
        place[i] = (uint8_t)(value >> (8 * i));
}

void requests_are_those_of_the_vectors(void **state)
{
    const struct coders *coders = *state;
    for (const struct request_case *row = coders->requests; row->procedure != NULL; row++) {
        struct bytes expected = stub_of(coders, row->procedure->opnum, false, row->which, row->hex);
        uint8_t stub[LONGEST];
        struct wts_ndr_writer writer;
        memset(stub, 0xA5, sizeof stub);
        wts_ndr_writer_init(&writer, stub, expected.length);
        row->procedure->put(&writer, &sample_context, row->arguments);
        assert_true(wts_ndr_writer_ok(&writer));
        assert_int_equal(writer.length, expected.length);
        if (expected.length > 0)
            assert_memory_equal(stub, expected.data, expected.length);
        free(expected.data);
    }
}

void a_request_without_room_fails(void **state)
{
    const struct coders *coders = *state;
    for (const struct request_case *row = coders->requests; row->procedure != NULL; row++) {
        struct bytes expected = stub_of(coders, row->procedure->opnum, false, row->which, row->hex);
        for (size_t room = 0; room < expected.length; room++) {
            struct bytes stub = {malloc(room), room};
            struct wts_ndr_writer writer;
            wts_ndr_writer_init(&writer, stub.data, room);
            row->procedure->put(&writer, &sample_context, row->arguments);
            assert_false(wts_ndr_writer_ok(&writer));
            assert_int_equal(writer.needed, expected.length);
            free(stub.data);
        }
        free(expected.data);
    }
}

void responses_are_shown_as_expected(void **state)
{
    const struct coders *coders = *state;
    for (const struct response_case *row = coders->cases; !is_last(row); row++) {
        struct bytes stub = response_stub(coders, row);
        assert_shown(coders, row, stub.data, stub.length);
        free(stub.data);
    }
}

void responses_cut_anywhere_are_malformed(void **state)
{
    const struct coders *coders = *state;
    for (const struct response_case *row = coders->cases; !is_last(row); row++) {
        struct bytes stub = response_stub(coders, row);
        for (size_t length = 0; length < stub.length; length++) {
            char text[SHOWN];
            assert_int_equal(decode(coders, row->opnum, stub.data, length, LIMIT, text), WTS_NDR_MALFORMED);
        }
        free(stub.data);
    }
}

void bytes_behind_a_response_are_ignored(void **state)
{
    const struct coders *coders = *state;
    for (const struct response_case *row = coders->cases; !is_last(row); row++) {
        struct bytes stub = response_stub(coders, row);
        uint8_t longer[LONGEST + 9];
        if (stub.length > 0)
            memcpy(longer, stub.data, stub.length);
        for (size_t more = 1; row->shown != NULL && more <= 9; more++) {
            longer[stub.length + more - 1] = (uint8_t)(0xF0 + more);
            assert_shown(coders, row, longer, stub.length + more);
        }
        free(stub.data);
    }
}

/* Four bytes at any place: counts, lengths, levels, referents, texts. Any end but a crash and "no memory". */
void every_bent_word_has_a_defined_end(void **state)
{
    const struct coders *coders = *state;
    const uint32_t values[] = {0, 1, 2, UINT32_MAX, UINT32_MAX - 1, 0x7FFFFFFF, 0x80000000, 0x10001};
    for (const struct response_case *row = coders->cases; !is_last(row); row++) {
        struct bytes stub = response_stub(coders, row);
        const size_t step = stub.length < 1000 ? 1 : 5;
        for (size_t offset = 0; offset + 4 <= stub.length; offset += step) {
            uint8_t kept[4];
            memcpy(kept, stub.data + offset, 4);
            for (size_t k = 0; k < sizeof values / sizeof values[0]; k++) {
                char text[SHOWN];
                put_u32(stub.data + offset, values[k]);
                const enum wts_ndr_status status =
                    decode(coders, row->opnum, stub.data, stub.length, LIMIT, text);
                assert_true(status == WTS_NDR_OK || status == WTS_NDR_MALFORMED);
            }
            memcpy(stub.data + offset, kept, 4);
        }
        free(stub.data);
    }
}

/* Reads the next mark of kind `kind`: true, with its offset and its length (1 unless "+" says it). */
static bool next_mark(const char **marks, char kind, size_t *offset, size_t *length)
{
    while (*marks != NULL && **marks != 0) {
        const char found = **marks;
        char *end;
        *offset = strtoul(*marks + 1, &end, 10);
        *length = *end == '+' ? strtoul(end + 1, &end, 10) : 1;
        *marks = *end == ' ' ? end + 1 : end;
        if (found == kind)
            return true;
        assert_true(found == 'p' || found == 'r');
    }
    return false;
}

void padding_may_hold_anything(void **state)
{
    const struct coders *coders = *state;
    unsigned noise = 1;
    for (const struct response_case *row = coders->cases; !is_last(row); row++) {
        for (int round = 0; round < 8; round++) {
            struct bytes stub = response_stub(coders, row);
            const char *marks = row->marks;
            size_t offset;
            size_t length;
            while (next_mark(&marks, 'p', &offset, &length)) {
                assert_true(length <= stub.length && offset <= stub.length - length);
                for (size_t i = 0; i < length; i++) {
                    noise = noise * 1103515245 + 12345;
                    stub.data[offset + i] = round == 0 ? 0xFF : (uint8_t)(noise >> 16);
                }
            }
            assert_shown(coders, row, stub.data, stub.length);
            free(stub.data);
        }
    }
}

void referents_may_be_anything(void **state)
{
    const struct coders *coders = *state;
    const uint32_t values[] = {1, UINT32_MAX, 0x20000};
    for (const struct response_case *row = coders->cases; !is_last(row); row++) {
        for (size_t k = 0; k < sizeof values / sizeof values[0]; k++) {
            struct bytes stub = response_stub(coders, row);
            const char *marks = row->marks;
            size_t offset;
            size_t length;
            while (next_mark(&marks, 'r', &offset, &length)) {
                uint8_t *place = stub.data + offset;
                assert_true(offset + 4 <= stub.length);
                assert_int_not_equal(place[0] | place[1] | place[2] | place[3], 0);
                put_u32(place, values[k]);
            }
            assert_shown(coders, row, stub.data, stub.length);
            free(stub.data);
        }
    }
}

void every_memory_limit_is_no_memory(void **state)
{
    const struct coders *coders = *state;
    for (const struct response_case *row = coders->cases; !is_last(row); row++) {
        struct bytes stub = response_stub(coders, row);
        enum wts_ndr_status status = WTS_NDR_NO_MEMORY;
        for (size_t limit = 0; row->shown != NULL && status != WTS_NDR_OK; limit += 8) {
            char text[SHOWN];
            assert_true(limit <= LIMIT);
            status = decode(coders, row->opnum, stub.data, stub.length, limit, text);
            assert_true(status == WTS_NDR_OK || status == WTS_NDR_NO_MEMORY);
        }
        free(stub.data);
    }
}

void every_failed_allocation_is_no_memory(void **state)
{
    const struct coders *coders = *state;
    for (const struct response_case *row = coders->cases; !is_last(row); row++) {
        struct bytes stub = response_stub(coders, row);
        enum wts_ndr_status status = WTS_NDR_NO_MEMORY;
        for (int good = 0; row->shown != NULL && status != WTS_NDR_OK; good++) {
            char text[SHOWN];
            assert_true(good < 100);
            allocations_until_failure = good;
            status = decode(coders, row->opnum, stub.data, stub.length, LIMIT, text);
            allocations_until_failure = -1;
            assert_true(status == WTS_NDR_OK || status == WTS_NDR_NO_MEMORY);
        }
        free(stub.data);
    }
}

/* How many rows take vector `which` of `opnum`. */
static unsigned uses_of(const struct coders *coders, uint16_t opnum, bool response, unsigned which)
{
    unsigned uses = 0;
    for (const struct response_case *row = coders->cases; response && !is_last(row); row++)
        uses += row->hex == NULL && row->opnum == opnum && row->which == which;
    for (const struct request_case *row = coders->requests; !response && row->procedure != NULL; row++)
        uses += row->hex == NULL && row->procedure->opnum == opnum && row->which == which;
    return uses;
}

void every_decoder_and_every_vector_has_a_case(void **state)
{
    const struct coders *coders = *state;
    for (const struct response *response = coders->responses; !response_is_last(response); response++) {
        unsigned cases = 0;
        unsigned requests = 0;
        for (const struct response_case *row = coders->cases; !is_last(row); row++)
            cases += row->opnum == response_number(response) && row->shown != NULL;
        for (const struct request_case *row = coders->requests; row->procedure != NULL; row++)
            requests += row->procedure->opnum == response_number(response);
        assert_true(cases > 0 && requests > 0);
        for (unsigned which = 0; find_vector(coders->vectors, response_number(response), true, which) != NULL;
             which++)
            assert_int_equal(uses_of(coders, response_number(response), true, which), 1);
        for (unsigned which = 0;
             find_vector(coders->vectors, response_number(response), false, which) != NULL; which++)
            assert_int_equal(uses_of(coders, response_number(response), false, which), 1);
    }
}

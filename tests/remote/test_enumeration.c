/*
 * The coders of TermSrvEnumeration by tables; what is done to the rows stands in cases.h.
 */
#include "cases.h"

#include "remote/tsts/enumeration.h"

#define NO_TYPE_HEX "00000000000000000000000000000000"

static const uint32_t one = 1;
static const uint32_t two = 2;

static const struct request_case requests[] = {
    {&wts_lsm_open_enum, .arguments = NULL},           {&wts_lsm_close_enum, .arguments = NULL},
    {&wts_lsm_get_enum_result, .arguments = &one},     {&wts_lsm_get_all_sessions, .arguments = &two},
    {&wts_lsm_get_all_sessions_ex, .arguments = &one}, {NULL, .arguments = NULL},
};

/* 33 code units: "A", and the rest. */
#define ZEROS_32 "0000000000000000000000000000000000000000000000000000000000000000"
#define NAME_A "4100" ZEROS_32 ZEROS_32
#define NAME_B "4200" ZEROS_32 ZEROS_32

static const struct response_case cases[] = {
    {.opnum = 0, .shown = "context=" HANDLE_HEX " good=0"},
    {.opnum = 1, .shown = "good=0"},
    {.opnum = 5,
     .shown = "id=0 state=4 name=\"Services\" id=1 state=0 name=\"Console\" good=0",
     .marks = "r0 p90+2 p174+2"},
    {.opnum = 5, .which = 1, .shown = "id=1 state=0 name=\"Console\" good=0", .marks = "r0 p90+2"},
    /* Records of different levels, each with what its own level has. */
    {.opnum = 5,
     .hex = "00000200 02000000 01000000 01000000 07000000 03000000" NAME_A "0000"
            "02000000 02000000 08000000 05000000" NAME_B "0000 01000000 00000000" NO_TYPE_HEX
            "02000000 00000000",
     .shown = "id=7 state=3 name=\"A\" id=8 state=5 name=\"B\" good=0",
     .marks = "r0 p90+2 p174+2"},
    {.opnum = 5, .hex = "00000000 00000000 05000780", .shown = "failed=0x80070005"},
    {.opnum = 5, .hex = "00000000 00000000 00000000", .shown = "good=0"},
    {.opnum = 5, .hex = "00000000 01000000 00000000"}, /* one, but none there */
    {.opnum = 5,
     .hex = "00000200 01000000 01000000 01000000 07000000 03000000" NAME_A "0000 02000000 00000000"},
    {.opnum = 5,
     .hex = "00000200 01000000 01000000 02000000 07000000 03000000" NAME_A "0000 01000000 00000000"},
    {.opnum = 5,
     .hex = "00000200 01000000 00000000 00000000 07000000 03000000" NAME_A "0000 01000000 00000000"},
    {.opnum = 5, /* level 3 is the other call's */
     .hex = "00000200 01000000 03000000 03000000 07000000 03000000" NAME_A
            "0000 00000000 01000000" NO_TYPE_HEX "00000000 00000000 01000000 00000000"},
    {.opnum = 10,
     .shown = "given=2 level=2 environment=1 state=0 session=1 name=\"Console\" host=\"SRV\" user=\"alice\" "
              "domain=\"DOM\" farm=\"\" good=0",
     .marks = "r4 p94+2"},
    {.opnum = 10,
     .hex = "01000000 00000200 01000000 01000000 01000000 09000000 04000000" NAME_A "0000 01000000 00000000",
     .shown = "given=1 level=1 environment=9 state=4 session=9 name=\"A\" host=none user=none domain=none "
              "farm=none "
              "good=0",
     .marks = "r4 p94+2"},
    {.opnum = 10, .hex = "02000000 00000000 00000000 05000780", .shown = "given=2 failed=0x80070005"},
    {.opnum = 10, /* a level that there is none of */
     .hex = "03000000 00000200 01000000 03000000 03000000 09000000 04000000" NAME_A "0000 01000000 00000000"},
    {.opnum = 10,
     .hex = "00000000 00000200 01000000 00000000 00000000 09000000 04000000" NAME_A "0000 01000000 00000000"},
    {.opnum = 11,
     .shown = "given=1 level=1 environment=1 state=0 session=1 name=\"Console\" host=\"SRV\" user=\"alice\" "
              "domain=\"DOM\" farm=\"\" good=0",
     .marks = "r0 r28 r32 r36 r40 r44 p154+2"},
    /* Two records: texts come behind both, in the order of the pointers; most are absent. */
    {.opnum = 11,
     .hex = "00000200 02000000"
            "01000000 01000000 01000000 04000000 02000000 00000000 00000000 04000200 00000000 00000000"
            "01000000 01000000 03000000 00000000 04000000 08000200 00000000 00000000 00000000 0c000200"
            "02000000 00000000 02000000 61000000 01010000 00000000 02000000 62000000"
            "01010000 00000000 02000000 63000000 02000000 00000000",
     .shown = "given=1 level=1 environment=1 state=4 session=2 name=none host=none user=\"a\" domain=none "
              "farm=none "
              "level=1 environment=3 state=0 session=4 name=\"b\" host=none user=none domain=none farm=\"c\" "
              "good=0",
     .marks = "r0 r36 r68 r84"},
    {.opnum = 11, .hex = "00000000 00000000 05000780", .shown = "given=1 failed=0x80070005"},
    {.opnum = 11, /* level 2 is the other call's */
     .hex =
         "00000200 01000000 02000000 02000000 01000000 04000000 02000000 00000000 00000000 00000000 00000000"
         "00000000 01000000 00000000"},
    {0},
};

static const struct coders coders = {&vectors_enumeration, enumeration_responses, requests, cases};

/* A server of as many sessions as the stub has room for: each takes its own bytes, so that memory stays
 * small. */
static void a_list_of_thousands_is_read(void **state)
{
    (void)state;
    enum { COUNT = 5000, STRIDE = 84, LENGTH = 8 + COUNT * STRIDE + 8 };
    uint8_t *stub = malloc(LENGTH);
    struct wts_ndr_writer writer;
    struct wts_ndr_arena arena;
    struct wts_lsm_enum_result out;
    assert_non_null(stub);
    wts_ndr_writer_init(&writer, stub, LENGTH);
    wts_ndr_put_pointer(&writer, true);
    wts_ndr_put_array(&writer, COUNT);
    for (uint32_t i = 0; i < COUNT; i++) {
        const uint32_t words[] = {1, 1, i, i % 10};
        for (int k = 0; k < 4; k++)
            wts_ndr_put_u32(&writer, words[k]);
        wts_ndr_put_zeros(&writer, 68);
    }
    wts_ndr_put_u32(&writer, COUNT);
    wts_ndr_put_u32(&writer, 0);
    assert_true(wts_ndr_writer_ok(&writer) && writer.length == LENGTH);
    wts_ndr_arena_init(&arena, 1 << 20);
    assert_int_equal(wts_procedure_read(&wts_lsm_get_enum_result, stub, LENGTH, &arena, &out), WTS_NDR_OK);
    assert_int_equal(out.count, COUNT);
    for (uint32_t i = 0; i < COUNT; i++) {
        assert_int_equal(out.sessions[i].session_id, i);
        assert_int_equal(out.sessions[i].state, i % 10);
    }
    wts_ndr_arena_free(&arena);
    free(stub);
}

int main(void)
{
    const struct CMUnitTest tests[] = {CODER_TESTS(&coders), cmocka_unit_test(a_list_of_thousands_is_read)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}

/*
 * The coders of RCMPublic by tables; what is done to the rows stands in cases.h.
 */
#include "cases.h"

#include "remote/tsts/rcm_public.h"

static void put_client(struct wts_ndr_writer *writer, const struct wts_context_handle *context)
{
    (void)context;
    wts_rcm_put_get_client_data(writer, 2);
}

static void put_config(struct wts_ndr_writer *writer, const struct wts_context_handle *context)
{
    (void)context;
    wts_rcm_put_get_config_data(writer, 2);
}

static void put_status(struct wts_ndr_writer *writer, const struct wts_context_handle *context)
{
    (void)context;
    wts_rcm_put_get_protocol_status(writer, 2, WTS_RCM_STATUS_EXTENDED);
}

static void put_time(struct wts_ndr_writer *writer, const struct wts_context_handle *context)
{
    (void)context;
    wts_rcm_put_get_last_input_time(writer, 2);
}

static void put_address(struct wts_ndr_writer *writer, const struct wts_context_handle *context)
{
    (void)context;
    wts_rcm_put_get_remote_address(writer, 2);
}

static void put_listeners(struct wts_ndr_writer *writer, const struct wts_context_handle *context)
{
    (void)context;
    wts_rcm_put_get_all_listeners(writer);
}

static void put_status_and_time(struct wts_ndr_writer *writer, const struct wts_context_handle *context)
{
    (void)context;
    wts_rcm_put_get_session_protocol_last_input_time(writer, 2, WTS_RCM_STATUS_BASIC);
}

static const struct wts_rcm_session_query channel = {.session_id = 2,
                                                     .type = WTS_RCM_SESSION_VIRTUAL_DATA,
                                                     .input = (const uint8_t *)"CLIPR",
                                                     .input_length = 5,
                                                     .capacity = 8};
static const struct wts_rcm_session_query module = {.session_id = 3,
                                                    .capacity = WTS_RCM_SESSION_DATA_MAXIMUM};

static void put_query(struct wts_ndr_writer *writer, const struct wts_context_handle *context)
{
    (void)context;
    wts_rcm_put_query_session_data(writer, &channel);
}

static void put_query_without_input(struct wts_ndr_writer *writer, const struct wts_context_handle *context)
{
    (void)context;
    wts_rcm_put_query_session_data(writer, &module);
}

static const struct request_case requests[] = {
    {.opnum = 0, .put = put_client},
    {.opnum = 1, .put = put_config},
    {.opnum = 2, .put = put_status},
    {.opnum = 3, .put = put_time},
    {.opnum = 4, .put = put_address},
    {.opnum = 8, .put = put_listeners},
    {.opnum = 9, .hex = "02000000 0000", .put = put_status_and_time},
    {.opnum = 11,
     .hex = "02000000 0200 0000 00000200 05000000 434c495052 000000 05000000 08000000",
     .put = put_query,
     .room = 32},
    {.opnum = 11,
     .hex = "03000000 0000 0000 00000000 00000000 00200000",
     .put = put_query_without_input,
     .room = 27},
    {0},
};

#define ZEROS_32 "0000000000000000000000000000000000000000000000000000000000000000"
#define NAME_A "4100" ZEROS_32 ZEROS_32

static const struct response_case cases[] = {
    {.opnum = 0, .shown = "data=0001020304050607 good=0", .marks = "r0"},
    {.opnum = 0, .which = 1, .shown = "data=none failed=0x80070005"},
    {.opnum = 0, .hex = "00000000 08000000 05000780", .shown = "data=none failed=0x80070005"},
    {.opnum = 0, .hex = "00000000 08000000 00000000"},                   /* eight bytes, but none there */
    {.opnum = 0, .hex = "00000200 04000000 01020304 05000000 00000000"}, /* five, but four there */
    {.opnum = 1,
     .hex = "00000200 05000000 0102030405 000000 05000000 00000000",
     .shown = "data=0102030405 good=0",
     .marks = "r0 p13+3"},
    {.opnum = 2, .hex = "00000200 00000000 00000000 00000000", .shown = "data= good=0", .marks = "r0"},
    {.opnum = 3, .shown = "time=0x1da000000000003 good=0"},
    {.opnum = 4,
     .shown = "family=2 port=50000 address=c0000207000000000000000000000000 flow=0 scope=0 good=0",
     .marks = "p2+2 p6+2 p12+8"},
    {.opnum = 4,
     .hex = "1700 0000 0d3d 0000 78563412 20010db8000000000000000000000001 04030201 00000000",
     .shown = "family=23 port=3389 address=20010db8000000000000000000000001 flow=0x12345678 scope=0x1020304 "
              "good=0",
     .marks = "p2+2 p6+2"},
    {.opnum = 4,
     .hex = "0000 0000 16000780",
     .shown = "family=0 port=0 address=00000000000000000000000000000000 flow=0 scope=0 failed=0x80070016",
     .marks = "p2+2"},
    {.opnum = 4, .hex = "0000 0000 00000000"}, /* a success without an address */
    {.opnum = 4, .hex = "1100 1100 00000000"}, /* or with one of no known family */
    {.opnum = 8, .shown = "id=0x10000 listening=1 name=\"RDP-Tcp\" good=0", .marks = "r0 p90+2"},
    {.opnum = 8,
     .hex = "00000200 02000000 01000000 01000000 00000100 00000000" NAME_A "0000"
            "01000000 01000000 01000100 01000000" NAME_A "0000 02000000 00000000",
     .shown = "id=0x10000 listening=0 name=\"A\" id=0x10001 listening=1 name=\"A\" good=0",
     .marks = "r0 p90+2 p174+2"},
    {.opnum = 8, .hex = "00000000 00000000 05000780", .shown = "failed=0x80070005"},
    {.opnum = 8,
     .hex = "00000200 01000000 02000000 02000000 00000100 00000000" NAME_A "0000 01000000 00000000"},
    {.opnum = 8,
     .hex = "00000200 01000000 01000000 02000000 00000100 00000000" NAME_A "0000 01000000 00000000"},
    {.opnum = 8,
     .hex = "00000200 01000000 02000000 01000000 00000100 00000000" NAME_A "0000 01000000 00000000"},
    {.opnum = 9,
     .hex = "00000200 03000000 aabbcc 00 03000000 0700000000000000 00000000",
     .shown = "data=aabbcc time=7 good=0",
     .marks = "r0 p11+1"},
    {.opnum = 9,
     .hex = "00000200 08000000 0001020304050607 08000000 00000000 0700000000000000 00000000",
     .shown = "data=0001020304050607 time=7 good=0",
     .marks = "r0 p20+4"},
    {.opnum = 9,
     .hex = "00000000 00000000 0000000000000000 05000780",
     .shown = "data=none time=0 failed=0x80070005"},
    {.opnum = 9, .hex = "00000200 03000000 aabbcc 00 04000000 0700000000000000 00000000"},
    {.opnum = 11,
     .hex = "08000000 00000000 05000000 0102030405 000000 05000000 05000000 00000000",
     .shown = "data=0102030405 needed=5 good=0",
     .marks = "p17+3"},
    {.opnum = 11,
     .hex = "08000000 00000000 00000000 00000000 40000000 7a000780",
     .shown = "data=none needed=64 failed=0x8007007a"},
    {.opnum = 11,
     .hex = "08000000 00000000 00000000 00000000 00000000 00000000",
     .shown = "data=none needed=0 good=0"},
    {.opnum = 11, /* more than was asked for */
     .hex = "09000000 00000000 09000000 010203040506070809 000000 09000000 09000000 00000000"},
    {.opnum = 11,
     .hex = "08000000 00000000 04000000 01020304 05000000 05000000 00000000"}, /* five, but four */
    {.opnum = 11, .hex = "04000000 00000000 08000000 0102030405060708 08000000 08000000 00000000"},
    {0},
};

static const struct coders coders = {&vectors_rcm_public, rcm_public_responses, requests, cases};

static void lengths_are_bounds(void **state)
{
    (void)state;
    assert_int_equal(wts_rcm_query_session_data_length(&channel), 32);
    assert_int_equal(wts_rcm_query_session_data_length(&module), 27);
}

int main(void)
{
    const struct CMUnitTest tests[] = {CODER_TESTS(&coders), cmocka_unit_test(lengths_are_bounds)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}

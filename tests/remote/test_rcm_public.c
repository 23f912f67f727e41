/*
 * The coders of RCMPublic by tables; what is done to the rows stands in cases.h.
 */
#include "cases.h"

#include "remote/tsts/rcm_public.h"

static const uint32_t two = 2;

static const struct request_case requests[] = {
    {&wts_rcm_get_client_data, .arguments = &two},
    {&wts_rcm_get_config_data, .arguments = &two},
    {&wts_rcm_get_remote_address, .arguments = &two},
    {&wts_rcm_get_all_listeners, .arguments = NULL},
    {&wts_rcm_get_session_protocol_last_input_time, .arguments = &two, .hex = "02000000 0000"},
    {NULL, .arguments = NULL},
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
    {.opnum = 1,
     .hex = "00000200 01000000 aa 000000 01000000 00000000",
     .shown = "data=aa good=0",
     .marks = "r0 p9+3"},
    {.opnum = 1, .hex = "00000200 00000000 00000000 00000000", .shown = "data= good=0", .marks = "r0"},
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
    {0},
};

static const struct coders coders = {&vectors_rcm_public, rcm_public_responses, requests, cases};

int main(void)
{
    const struct CMUnitTest tests[] = {CODER_TESTS(&coders)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}

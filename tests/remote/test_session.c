/*
 * The coders of TermSrvSession by tables; what is done to the rows stands in cases.h.
 */
#include "cases.h"

#include "remote/tsts/session.h"

static const uint16_t hi[] = {'H', 'i'};
static const uint16_t hello[] = {'H', 'e', 'l', 'l', 'o', 0, 'x'}; /* sent up to the NUL */
static const struct wts_lsm_message_box box = {
    .session_id = 2, .title = {hi, 2}, .message = {hello, 7}, .style = 64, .timeout_s = 30, .waits = true};
static const struct wts_lsm_message_box empty_box = {.title = {NULL, 0}, .message = {hi, 0}};
static const uint32_t one = 1;
static const uint32_t two = 2;

static const struct request_case requests[] = {
    {&wts_lsm_open_session, .arguments = &two},
    {&wts_lsm_close_session, .arguments = NULL},
    {&wts_lsm_disconnect, .arguments = &two},
    {&wts_lsm_logoff, .arguments = &two},
    {&wts_lsm_get_user_name, .arguments = &two, .hex = HANDLE_HEX},
    {&wts_lsm_get_terminal_name, .arguments = &two, .hex = HANDLE_HEX},
    {&wts_lsm_get_state, .arguments = &two},
    {&wts_lsm_show_message_box, .arguments = &box},
    {&wts_lsm_show_message_box, .arguments = &empty_box,
     .hex = HANDLE_HEX "010000000000000001000000 0000 0000 010000000000000001000000 0000 0000"
                       "000000000000000001000000"},
    {&wts_lsm_get_session_information, .arguments = &one},
    {&wts_lsm_get_session_information_ex, .arguments = &one},
    {NULL, .arguments = NULL},
};

/* Eleven times the letter A. */
#define A11 "4100410041004100410041004100410041004100 4100"
#define SHOWN_A11 "AAAAAAAAAAA"

static const struct response_case cases[] = {
    {.opnum = 0, .shown = "context=" HANDLE_HEX " good=0"},
    {.opnum = 0, .which = 1, .shown = "failed=0x80070002"},
    {.opnum = 1, .shown = "good=0"},
    {.opnum = 3, .shown = "failed=0x80070005"},
    {.opnum = 3, .hex = "01000000", .shown = "good=1"},
    {.opnum = 4, .shown = "failed=0x80070005"},
    {.opnum = 4, .hex = "00000010", .shown = "good=0x10000000"},
    {.opnum = 5, .shown = "user=\"alice\" domain=\"DOM\" good=0", .marks = "r0 r28"},
    {.opnum = 5, .hex = "00000000 00000000 05000780", .shown = "user=none domain=none failed=0x80070005"},
    /* A name of an odd count, one with a NUL inside, one with more room than characters. */
    {.opnum = 5,
     .hex = "00000200 03000000 00000000 03000000 61006c000000 0000"
            "04000200 08000000 00000000 04000000 4400000041000000 00000000",
     .shown = "user=\"al\" domain=\"D\" good=0",
     .marks = "r0 p22+2 r24"},
    {.opnum = 5, .hex = "00000200 02000000 00000000 02000000 61006c00 00000000 00000000"}, /* no NUL */
    {.opnum = 5, .hex = "00000200 02000000 00000000 00000000 00000000 00000000"},          /* no characters */
    {.opnum = 5, .hex = "00000200 01000000 00000000 02000000 61000000 00000000 00000000"}, /* too many */
    {.opnum = 5, .hex = "00000200 02000000 01000000 01000000 0000 0000 00000000 00000000"}, /* an offset */
    {.opnum = 6, .shown = "name=\"Console\" good=0", .marks = "r0"},
    {.opnum = 6, .hex = "00000000 02000780", .shown = "name=none failed=0x80070002"},
    {.opnum = 7, .shown = "value=4 good=0"},
    {.opnum = 9, .shown = "value=32001 good=0"},
    {.opnum = 12,
     .shown =
         "user=\"alice\" domain=\"DOM\" terminal=\"Console\" state=0 locked=1 connect=1 disconnect=2 logon=3 "
         "good=0",
     .marks = "r0 r4 r8 p20+4"},
    {.opnum = 12,
     .hex = "000000000000000000000000 04000000 00000000 00000000 "
            "000000000000000000000000000000000000000000000000"
            "02000780",
     .shown = "user=none domain=none terminal=none state=4 locked=0 connect=0 disconnect=0 logon=0 "
              "failed=0x80070002",
     .marks = "p20+4"},
    {.opnum = 17,
     .shown = "state=0 flags=1 name=\"Console\" domain=\"DOM\" user=\"alice\" connect=1 disconnect=2 logon=3 "
              "input=4 "
              "data=01020304 good=0",
     .marks = "r196"},
    /* Names that fill their arrays, so that no NUL is there; no protocol data. */
    {.opnum = 17,
     .hex = "01000000 01000000 04000000 ffffffff" A11 A11 A11 A11 "41004100410041004100 4100 4100" A11
            "41004100410041004100 4100410041004100 4100"
            "0100000000000000 0200000000000000 0300000000000000 0400000000000000 00000000 00000000 00000000",
     .shown = "state=4 flags=0xffffffff name=\"" SHOWN_A11 SHOWN_A11 SHOWN_A11 "\" domain=\"" SHOWN_A11
              "AAAAAAA\" user=\"" SHOWN_A11
              "AAAAAAAAAA\" connect=1 disconnect=2 logon=3 input=4 data=none good=0"},
    {.opnum = 17,
     .hex = "00000000 00000000 02000780",
     .shown =
         "state=0 flags=0 name=none domain=none user=none connect=0 disconnect=0 logon=0 input=0 data=none "
         "failed=0x80070002"},
    {.opnum = 17, .hex = "00000000 00000000 00000000"}, /* no arm, yet a success */
    {.opnum = 17, .hex = "02000000 01000000 02000780"}, /* two levels */
    {0},
};

static const struct coders coders = {&vectors_session, session_responses, requests, cases};

/* Protocol data must be as long as the member before it says. */
static void protocol_data_and_its_length_must_agree(void **state)
{
    (void)state;
    uint8_t stub[212] = {1, 0, 0, 0, 1};
    struct wts_lsm_session_information_ex out;
    struct wts_ndr_arena arena;
    stub[200] = 4; /* max_count */
    for (uint8_t length = 3; length <= 5; length++) {
        stub[192] = length;
        stub[196] = 1;
        wts_ndr_arena_init(&arena, 4096);
        assert_int_equal(
            wts_procedure_read(&wts_lsm_get_session_information_ex, stub, sizeof stub, &arena, &out),
            length == 4 ? WTS_NDR_OK : WTS_NDR_MALFORMED);
        stub[196] = 0; /* NULL, though there are bytes */
        assert_int_equal(
            wts_procedure_read(&wts_lsm_get_session_information_ex, stub, sizeof stub, &arena, &out),
            WTS_NDR_MALFORMED);
        wts_ndr_arena_free(&arena);
    }
}

static void only_the_sign_bit_is_failure(void **state)
{
    (void)state;
    const uint32_t values[] = {0, 1, 0x10000000, 0x7FFFFFFF, 0x80000000, 0x80070005, UINT32_MAX};
    for (size_t i = 0; i < sizeof values / sizeof values[0]; i++) {
        const struct wts_tsts_result result = {.hresult = values[i]};
        assert_int_equal(wts_tsts_failed(&result), i >= 4);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        CODER_TESTS(&coders),
        cmocka_unit_test(protocol_data_and_its_length_must_agree),
        cmocka_unit_test(only_the_sign_bit_is_failure),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

/*
 * The coders of RCMListener by tables; what is done to the rows stands in cases.h.
 */
#include "cases.h"

#include "remote/tsts/rcm_listener.h"

static const uint16_t rdp_tcp[] = {'R', 'D', 'P', '-', 'T', 'c', 'p', 0};
static const struct wts_text name = {rdp_tcp, 7};

enum { OPEN_ROOM = 3 + 12 + 16 };

static void put_open(struct wts_ndr_writer *writer, const struct wts_context_handle *context)
{
    (void)context;
    wts_rcm_put_open_listener(writer, &name);
}

static const struct request_case requests[] = {
    {.opnum = 0, .put = put_open, .room = OPEN_ROOM},
    {.opnum = 1, .hex = HANDLE_HEX, .put = wts_rcm_put_close_listener},
    {.opnum = 4, .hex = HANDLE_HEX, .put = wts_rcm_put_is_listening},
    {0},
};

static const struct response_case cases[] = {
    {.opnum = 0, .shown = "context=" HANDLE_HEX " good=0"},
    {.opnum = 0, .hex = NULL_HANDLE_HEX "02000780", .shown = "failed=0x80070002"},
    {.opnum = 1, .shown = "good=0"},
    {.opnum = 4, .shown = "listening=1 good=0"},
    {.opnum = 4, .hex = "00000000 00000000", .shown = "listening=0 good=0"},
    {.opnum = 4, .hex = "00010000 00000000", .shown = "listening=1 good=0"}, /* all four bytes count */
    {0},
};

static const struct coders coders = {&vectors_rcm_listener, rcm_listener_responses, requests, cases};

static void lengths_are_bounds(void **state)
{
    (void)state;
    assert_int_equal(wts_rcm_open_listener_length(&name), OPEN_ROOM);
}

int main(void)
{
    const struct CMUnitTest tests[] = {CODER_TESTS(&coders), cmocka_unit_test(lengths_are_bounds)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}

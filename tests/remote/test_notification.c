/*
 * The coders of TermSrvNotification by tables; what is done to the rows stands in cases.h.
 */
#include "cases.h"

#include "remote/tsts/notification.h"

static void put_wait_for_state(struct wts_ndr_writer *writer, const struct wts_context_handle *context)
{
    (void)context;
    wts_lsm_put_wait_for_session_state(writer, 2, 0, 5000);
}

static void put_register(struct wts_ndr_writer *writer, const struct wts_context_handle *context)
{
    (void)context;
    wts_lsm_put_register_async_notification(writer, UINT32_MAX, WTS_LSM_NOTIFY_ALL);
}

static const struct request_case requests[] = {
    {.opnum = 0, .put = put_wait_for_state},
    {.opnum = 1, .put = put_register},
    {.opnum = 2, .put = wts_lsm_put_wait_async_notification},
    {.opnum = 3, .put = wts_lsm_put_unregister_async_notification},
    {0},
};

static const struct response_case cases[] = {
    {.opnum = 0, .hex = "00000000", .shown = "good=0"},
    {.opnum = 0, .hex = "b4050780", .shown = "failed=0x800705b4"},
    {.opnum = 1, .shown = "context=" HANDLE_HEX " good=0"},
    {.opnum = 2, .shown = "session=2 event=8 good=0", .marks = "r0"},
    {.opnum = 2,
     .hex = "00000200 02000000 01000000 00040000 ffffffff 00080000 02000000 00000000",
     .shown = "session=1 event=1024 session=0xffffffff event=2048 good=0",
     .marks = "r0"},
    {.opnum = 2, .hex = "00000200 00000000 00000000 00000000", .shown = "good=0", .marks = "r0"},
    {.opnum = 2, .hex = "00000000 00000000 e3030780", .shown = "failed=0x800703e3"},
    {.opnum = 2, .hex = "00000000 05000000 e3030780", .shown = "failed=0x800703e3"},
    {.opnum = 2, .hex = "00000000 05000000 00000000"},                            /* five, but none there */
    {.opnum = 2, .hex = "00000200 01000000 01000000 00040000 02000000 00000000"}, /* two, but one there */
    {.opnum = 2, .hex = "00000200 01000000 01000000 00040000 02000000 05000780"}, /* nor when it failed */
    {.opnum = 3, .shown = "good=0"},
    {0},
};

static const struct coders coders = {&vectors_notification, notification_responses, requests, cases};

int main(void)
{
    const struct CMUnitTest tests[] = {CODER_TESTS(&coders)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}

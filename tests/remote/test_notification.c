/*
 * The coders of TermSrvNotification by tables; what is done to the rows stands in cases.h.
 */
#include "cases.h"

#include "remote/tsts/notification.h"

static const struct wts_lsm_events all = {.session_id = UINT32_MAX, .mask = UINT32_MAX};

static const struct request_case requests[] = {
    {&wts_lsm_register_async_notification, .arguments = &all},
    {&wts_lsm_wait_async_notification, .arguments = NULL},
    {&wts_lsm_unregister_async_notification, .arguments = NULL},
    {NULL, .arguments = NULL},
};

static const struct response_case cases[] = {
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

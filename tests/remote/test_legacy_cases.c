/*
 * Calls of the Legacy interface by tables: shutdown, events, processes, the user of one. What is done to the
 * rows stands in cases.h.
 */
#include "cases.h"

#include "remote/tsts/process_list.h"

static void put_shutdown(struct wts_ndr_writer *writer, const struct wts_context_handle *context)
{
    wts_legacy_put_shutdown_system(writer, context, 2 | 4);
}

static void put_wait(struct wts_ndr_writer *writer, const struct wts_context_handle *context)
{
    wts_legacy_put_wait_system_event(writer, context, 0x7FFFFFFF);
}

static void put_sid(struct wts_ndr_writer *writer, const struct wts_context_handle *context)
{
    wts_legacy_put_get_process_sid(writer, context, 4660, 0x01DA000000000010, 28);
}

static void put_sid_of_no_room(struct wts_ndr_writer *writer, const struct wts_context_handle *context)
{
    wts_legacy_put_get_process_sid(writer, context, 4660, 0x01DA000000000010, 0);
}

static const struct request_case requests[] = {
    {.opnum = 15, .put = put_shutdown, .room = WTS_LEGACY_REQUEST_LENGTH},
    {.opnum = 16, .put = put_wait, .room = WTS_LEGACY_REQUEST_LENGTH},
    {.opnum = 43, .put = wts_legacy_put_get_all_processes, .room = WTS_LEGACY_REQUEST_LENGTH},
    {.opnum = 70, .put = wts_legacy_put_get_all_processes, .room = WTS_LEGACY_REQUEST_LENGTH},
    {.opnum = 44, .put = put_sid, .room = WTS_LEGACY_PROCESS_SID_REQUEST_LENGTH},
    {.opnum = 44, .which = 1, .put = put_sid_of_no_room, .room = WTS_LEGACY_PROCESS_SID_REQUEST_LENGTH},
    {0},
};

#define SID_HEX "010500000000000515000000010000000200000003000000f4010000"

/* The two processes that both lists of the vectors hold. */
#define COUNTS_SHOWN                                                                                         \
    " threads=7 handles=100 peak=16384 set=20480 page=10 peak_page=11 created=0x1da000000000010 user=32 "    \
    "kernel=48 "
#define PROCESSES_SHOWN                                                                                      \
    "id=4 parent=0 session=0" COUNTS_SHOWN "name=\"System\" sid=010100000000000512000000 "                   \
    "id=4660 parent=4 session=1" COUNTS_SHOWN "name=\"notepad.exe\" sid=" SID_HEX " result=1 error=0"

static const struct response_case cases[] = {
    {.opnum = 15, .shown = "result=1 error=0"},
    {.opnum = 15, .hex = "220000c0 00", .shown = "result=0 error=0xc0000022"},
    {.opnum = 16, .shown = "events=96 result=1 error=0"},
    {.opnum = 16, .hex = "010000c0 00000000 00", .shown = "events=0 result=0 error=0xc0000001"},
    /* The older list sends each name with as many bytes behind it, which are anything. */
    {.opnum = 43, .shown = PROCESSES_SHOWN, .marks = "r8 r16 r24 r28 r36 r100 p200+12 p228+4 r292 p402+22"},
    {.opnum = 43, .which = 1, .shown = "result=0 error=0xc0000022"},
    {.opnum = 70, .shown = PROCESSES_SHOWN, .marks = "r8 r16 r24 r28 r36 r100 r276 p386+2"},
    {.opnum = 70, .which = 1, .shown = "result=0 error=0xc0000022"},
    {.opnum = 44, .shown = "sid=" SID_HEX " needed=28 result=1 error=0", .marks = "r4"},
    {.opnum = 44, .which = 1, .shown = "sid=none needed=28 result=0 error=0x8007007a"},
    /* More room than the SID takes: what is behind it is anything. */
    {.opnum = 44,
     .hex = "00000000 00000200 20000000" SID_HEX "ffffffff 1c000000 01",
     .shown = "sid=" SID_HEX " needed=28 result=1 error=0",
     .marks = "r4 p40+4"},
    /* A refusal may bring the buffer back as it was. */
    {.opnum = 44,
     .hex = "220000c0 00000200 08000000 0000000000000000 00000000 00",
     .shown = "sid=none needed=0 result=0 error=0xc0000022",
     .marks = "r4 p12+8"},
    {.opnum = 44, .hex = "00000000 00000000 1c000000 01"},                           /* no SID */
    {.opnum = 44, .hex = "00000000 00000200 08000000 0101000000000005 08000000 01"}, /* cut */
    {.opnum = 44, .hex = "00000000 00000200 08000000 0200000000000005 08000000 01"}, /* revision 2 */
    {.opnum = 44, .hex = "00000000 00000200 04000000 01000000 04000000 01"},         /* less than any */
    {.opnum = 44, .hex = "00000000 00000200 00000000 00000000 01"},
    {.opnum = 44, .hex = "00000000 00000200 08000000 01ff000000000005 08000000 01"}, /* 255 parts */
    {0},
};

static const struct coders coders = {&vectors_legacy, legacy_responses, requests, cases};

int main(void)
{
    const struct CMUnitTest tests[] = {CODER_TESTS(&coders)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}

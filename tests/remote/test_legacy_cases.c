/*
 * The procedures of the Legacy interface by tables; what is done to the rows stands in cases.h.
 */
#include "cases.h"

#include "remote/tsts/process_list.h"

static const uint32_t flags = 2 | 4;
static const uint32_t mask = 0x7FFFFFFF;
static const struct wts_legacy_target target = {.process_id = 4660, .exit_code = 1};

static const struct request_case requests[] = {
    {&wts_legacy_open_server, .arguments = NULL},
    {&wts_legacy_shutdown_system, .arguments = &flags},
    {&wts_legacy_wait_system_event, .arguments = &mask},
    {&wts_legacy_terminate_process, .arguments = &target},
    {&wts_legacy_get_all_processes, .arguments = NULL},
    {&wts_legacy_close_server_ex, .arguments = NULL},
    {&wts_legacy_get_all_processes_nt6, .arguments = NULL},
    {NULL, .arguments = NULL},
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
    {.opnum = 0, .shown = "context=" HANDLE_HEX " result=1 error=0"},
    {.opnum = 0, .which = 1, .shown = "result=0 error=0xc0000120"},
    {.opnum = 15, .shown = "result=1 error=0"},
    {.opnum = 15, .hex = "220000c0 00", .shown = "result=0 error=0xc0000022"},
    {.opnum = 16, .shown = "events=96 result=1 error=0"},
    {.opnum = 16, .hex = "010000c0 00000000 00", .shown = "events=0 result=0 error=0xc0000001"},
    /* The older list sends each name with as many bytes behind it, which are anything. */
    {.opnum = 43, .shown = PROCESSES_SHOWN, .marks = "r8 r16 r24 r28 r36 r100 p200+12 p228+4 r292 p402+22"},
    {.opnum = 43, .which = 1, .shown = "result=0 error=0xc0000022"},
    {.opnum = 70, .shown = PROCESSES_SHOWN, .marks = "r8 r16 r24 r28 r36 r100 r276 p386+2"},
    {.opnum = 70, .which = 1, .shown = "result=0 error=0xc0000022"},
    {.opnum = 37, .shown = "result=1 error=0"},
    {.opnum = 37, .which = 1, .shown = "result=0 error=0xc0000022"},
    {.opnum = 37, .which = 2, .shown = "result=0 error=0xc000000d"},
    {.opnum = 37, .which = 3, .shown = "result=0 error=0xc000010a"},
    {.opnum = 37, .hex = "ffffffff ff", .shown = "result=255 error=0xffffffff"}, /* every byte arrives */
    {.opnum = 37, .hex = "feffff7f 80", .shown = "result=128 error=0x7ffffffe"},
    {.opnum = 60, .shown = "result=1 error=0"},
    {.opnum = 60,
     .hex = HANDLE_HEX "010000c0 00",
     .shown = "context=" HANDLE_HEX " result=0 error=0xc0000001"},
    {0},
};

static const struct coders coders = {&vectors_legacy, legacy_responses, requests, cases};

static void the_outcome_of_a_false_is_never_success(void **state)
{
    static const struct {
        uint32_t result, error, outcome;
    } rows[] = {{1, 0, 0},  {255, 0xC0000022, 0}, {0, 0xC0000022, 5},
                {0, 0, 31}, {0, 0xC0000017, 8},   {0, 0xC000000D, 87}};
    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        const struct wts_legacy_result result = {.result = rows[i].result, .error = rows[i].error};
        assert_int_equal(wts_legacy_outcome(&result), rows[i].outcome);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {CODER_TESTS(&coders),
                                       cmocka_unit_test(the_outcome_of_a_false_is_never_success)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}

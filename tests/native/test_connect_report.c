/*
 * The record of connecting: what the DLL writes, core/connect_report.h, is what wts.exe reads,
 * cli/check_record.h. The environment is read once, so each case is a process.
 */
#include "native_test.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "cli/check_record.h"
#include "core/connect_report.h"
#include "core/trace.h"

static const uint32_t times[WTS_CONNECT_STEP_COUNT] = {
    [WTS_CONNECT_NAME] = 11, [WTS_CONNECT_TCP] = 222, [WTS_CONNECT_LOGON] = 4294967295U};

/* The line that a report becomes at `level`, in the file that `variable` names; "" for none. */
static void write_to(const char *variable, const struct wts_connect_report *report, const char *level,
                     char *line, size_t capacity)
{
    char path[] = "/tmp/wts_report_XXXXXX";
    const int file = mkstemp(path);
    assert_true(file >= 0);
    const pid_t child = fork();
    if (child == 0) {
        setenv("WTSAPI32_TRACE", level, 1);
        setenv("WTSAPI32_TRACE_FILE", "/dev/null", 1);
        setenv(variable, path, 1);
        wts_trace(WTS_TRACE_WIRE, "x"); /* has the environment read */
        wts_connect_report(report);
        _exit(0);
    }
    int status = -1;
    waitpid(child, &status, 0);
    assert_int_equal(status, 0);
    const ssize_t length = read(file, line, capacity - 1);
    assert_true(length >= 0);
    line[length] = '\0';
    close(file);
    unlink(path);
    char *second = strstr(line, "wire x\n");
    if (second != NULL)
        memmove(line, second + 7, strlen(second + 7) + 1);
    assert_true(strchr(line, '\n') == NULL || strchr(line, '\n')[1] == '\0');
    line[strcspn(line, "\n")] = '\0';
}

static void write_line(const struct wts_connect_report *report, const char *level, char *line,
                       size_t capacity)
{
    write_to("WTSAPI32_TRACE_FILE", report, level, line, capacity);
}

static struct wts_connect_report report_of(const char *server, uint32_t step, const char *text)
{
    return (struct wts_connect_report){.transport = "relay",
                                       .server = server,
                                       .step = step,
                                       .error = 1326,
                                       .status = 0xC000006D,
                                       .microseconds = times,
                                       .text = text,
                                       .text_length = strlen(text)};
}

static void assert_read(const struct wts_connect_report *report, const char *text)
{
    char line[4096];
    struct check_record record;
    const char *advice = wts_connect_step_advice(report->step, report->status);
    write_line(report, "wire", line, sizeof line);
    assert_true(check_record_read(line, &record));
    assert_string_equal(record.server, report->server);
    assert_string_equal(record.transport, report->transport);
    assert_string_equal(record.step, wts_connect_step_name(report->step));
    assert_int_equal(record.error, report->error);
    assert_int_equal(record.status, report->status);
    assert_string_equal(record.advice, advice != NULL ? advice : "");
    assert_string_equal(record.text, text);
    assert_null(check_record_note(line));
    for (unsigned i = 0; i < CHECK_TIMES; i++)
        assert_int_equal(record.microseconds[i], report->microseconds != NULL
                                                     ? (long)report->microseconds[WTS_CONNECT_NAME + i]
                                                     : -1);
}

static void what_is_written_is_read_back_for_every_step(void **state)
{
    (void)state;
    for (uint32_t step = 0; step < WTS_CONNECT_STEP_COUNT; step++) {
        const struct wts_connect_report report = report_of("rdsh01", step, "Logon failure");
        assert_read(&report, "Logon failure");
    }
}

static void a_transport_without_clocks_gives_no_times(void **state)
{
    struct wts_connect_report report = report_of("rdsh01", WTS_CONNECT_TCP, "");
    (void)state;
    report.microseconds = NULL;
    report.status = 0;
    report.transport = "rpcrt4";
    assert_read(&report, "");
}

/* Neither can pretend to be the end of a field, or another line. */
static void texts_of_others_bend_nothing(void **state)
{
    const struct wts_connect_report quoted =
        report_of("a: connect: over x, step none", WTS_CONNECT_NAME, "b");
    const struct wts_connect_report text =
        report_of("rdsh01", WTS_CONNECT_LOGON, "said \"no\", text \"x\nwtsapi32: 1.1 errors forged\x1B[2J\"");
    char line[4096];
    struct check_record record;
    (void)state;
    assert_read(&text, "said \"no\", text \"x\\x0awtsapi32: 1.1 errors forged\\x1b[2J\"");
    write_line(&quoted, "wire", line, sizeof line);
    if (check_record_read(line, &record))
        assert_string_equal(record.step, "name");
}

static void a_text_that_fills_the_line_is_cut(void **state)
{
    char text[4000];
    char line[8192];
    struct check_record record;
    (void)state;
    memset(text, 'x', sizeof text - 1);
    text[sizeof text - 1] = '\0';
    const struct wts_connect_report report = report_of("rdsh01", WTS_CONNECT_PIPE, text);
    write_line(&report, "wire", line, sizeof line);
    assert_true(check_record_read(line, &record));
    assert_string_equal(record.step, "pipe");
    assert_int_equal(strspn(record.text, "x"), strlen(record.text));
}

static void a_failure_is_an_error_and_a_success_is_not(void **state)
{
    const struct wts_connect_report failed = report_of("rdsh01", WTS_CONNECT_BIND, "");
    const struct wts_connect_report done = report_of("rdsh01", WTS_CONNECT_NONE, "");
    char line[4096];
    (void)state;
    write_line(&failed, "errors", line, sizeof line);
    assert_non_null(strstr(line, " errors rdsh01: connect: "));
    write_line(&done, "errors", line, sizeof line);
    assert_string_equal(line, "");
    write_line(&done, "wire", line, sizeof line);
    assert_non_null(strstr(line, " wire rdsh01: connect: "));
}

static void a_file_for_connections_gets_each_at_any_level(void **state)
{
    static const char *const levels[] = {"", "errors", "wire"};
    const struct wts_connect_report reports[] = {report_of("rdsh01", WTS_CONNECT_BIND, "x"),
                                                 report_of("rdsh01", WTS_CONNECT_NONE, "x")};
    char line[4096];
    struct check_record record;
    (void)state;
    for (unsigned i = 0; i < 2 * sizeof levels / sizeof *levels; i++) {
        write_to("WTSAPI32_CONNECT_FILE", &reports[i % 2], levels[i / 2], line, sizeof line);
        assert_true(check_record_read(line, &record));
        assert_string_equal(record.step, wts_connect_step_name(reports[i % 2].step));
    }
}

static void other_lines_are_no_record(void **state)
{
    static const char *const lines[] = {"",
                                        "a: connect: over relay, step none",
                                        "wtsapi32: 1.2 wire opnum 3: error 0",
                                        "wtsapi32: 1.2 wire a: connect: ",
                                        "wtsapi32: 1.2 wire a: connect: over relay, step none",
                                        "wtsapi32: 1.2 errors wts-relay: no program wts-relay"};
    struct check_record record;
    (void)state;
    for (unsigned i = 0; i < sizeof lines / sizeof *lines; i++)
        assert_false(check_record_read(lines[i], &record));
    assert_string_equal(check_record_note(lines[5]), "wts-relay: no program wts-relay");
    assert_null(check_record_note(lines[2]));
    assert_null(check_record_note(lines[0]));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_is_written_is_read_back_for_every_step),
        cmocka_unit_test(a_transport_without_clocks_gives_no_times),
        cmocka_unit_test(texts_of_others_bend_nothing),
        cmocka_unit_test(a_text_that_fills_the_line_is_cut),
        cmocka_unit_test(a_failure_is_an_error_and_a_success_is_not),
        cmocka_unit_test(a_file_for_connections_gets_each_at_any_level),
        cmocka_unit_test(other_lines_are_no_record),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

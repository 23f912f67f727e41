/*
 * The trace switch: levels, the file, the line's form. The environment is read once, so each case is a
 * process.
 */
#include "native_test.h"

#include <stdio.h>
#include <sys/wait.h>
#include <unistd.h>

#include "channel_double.h"
#include "core/trace.h"

static void run_child(const char *level, const char *path)
{
    const pid_t child = fork();
    if (child == 0) {
        setenv("WTSAPI32_TRACE", level, 1);
        setenv("WTSAPI32_TRACE_FILE", path, 1);
        wts_trace(WTS_TRACE_ERRORS, "first %d", 1);
        wts_trace(WTS_TRACE_CALLS, "second");
        wts_trace(WTS_TRACE_WIRE, "third");
        _exit(0);
    }
    int status = -1;
    waitpid(child, &status, 0);
    assert_int_equal(status, 0);
}

static unsigned count_lines(const char *level, char *text, size_t capacity)
{
    char path[] = "/tmp/wts_trace_XXXXXX";
    unsigned lines = 0;
    const int file = mkstemp(path);
    assert_true(file >= 0);
    run_child(level, path);
    const ssize_t length = read(file, text, capacity - 1);
    assert_true(length >= 0);
    text[length] = '\0';
    close(file);
    unlink(path);
    for (const char *at = text; *at != '\0'; at++)
        lines += *at == '\n';
    return lines;
}

static void each_level_includes_the_ones_before(void **state)
{
    char text[1024];
    (void)state;
    assert_int_equal(count_lines("", text, sizeof text), 0);
    assert_int_equal(count_lines("nonsense", text, sizeof text), 0);
    assert_int_equal(count_lines("errors", text, sizeof text), 1);
    assert_int_equal(count_lines("calls", text, sizeof text), 2);
    assert_int_equal(count_lines("wire", text, sizeof text), 3);
    assert_non_null(strstr(text, " errors first 1\n"));
    assert_non_null(strstr(text, " calls second\n"));
    assert_memory_equal(text, "wtsapi32: ", 10);
}

static void a_long_line_is_cut_and_still_ends(void **state)
{
    char path[] = "/tmp/wts_trace_XXXXXX";
    char text[4096];
    char longer[3000];
    (void)state;
    memset(longer, 'x', sizeof longer - 1);
    longer[sizeof longer - 1] = '\0';
    const int file = mkstemp(path);
    const pid_t child = fork();
    if (child == 0) {
        setenv("WTSAPI32_TRACE", "errors", 1);
        setenv("WTSAPI32_TRACE_FILE", path, 1);
        wts_trace(WTS_TRACE_ERRORS, "%s", longer);
        _exit(0);
    }
    waitpid(child, NULL, 0);
    const ssize_t length = read(file, text, sizeof text);
    close(file);
    unlink(path);
    assert_true(length > 1900 && length <= 2200);
    assert_int_equal(text[length - 1], '\n');
}

/* A text of somebody else stays in its line, whatever it holds. */
static void hostile_text_forges_no_line(void **state)
{
    static const char hostile[] = "a\nwtsapi32: 1.1 errors forged\x1b[31m\xc2\x9b\xe2\x80\xae\x9b end";
    char path[] = "/tmp/wts_trace_XXXXXX";
    char text[4096];
    (void)state;
    const int file = mkstemp(path);
    const pid_t child = fork();
    if (child == 0) {
        setenv("WTSAPI32_TRACE", "errors", 1);
        setenv("WTSAPI32_TRACE_FILE", path, 1);
        wts_trace(WTS_TRACE_ERRORS, "%s", hostile);
        _exit(0);
    }
    waitpid(child, NULL, 0);
    const ssize_t length = read(file, text, sizeof text - 1);
    close(file);
    unlink(path);
    assert_true(length > 0);
    text[length] = '\0';
    assert_ptr_equal(strchr(text, '\n'), text + length - 1);
    assert_non_null(strstr(text, "errors a\\x0awtsapi32: 1.1 errors forged\\x1b[31m\\x9b\\u202e\\x9b end\n"));
}

/* Runs in a child, because the switches are read once. Returns what it exits with. */
static int run_in_child(int (*body)(void))
{
    const pid_t child = fork();
    if (child == 0)
        _exit(body());
    int status = -1;
    waitpid(child, &status, 0);
    return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
}

static int write_all_levels_for_wine(void)
{
    unsetenv("WTSAPI32_TRACE");
    channel_double.classes = 1U << WTS_DEBUG_FIXME | 1U << WTS_DEBUG_WARN | 1U << WTS_DEBUG_TRACE;
    wts_trace(WTS_TRACE_MISSING, "one");
    if (channel_double.count != 1 || channel_double.last_class != WTS_DEBUG_FIXME)
        return 1;
    wts_trace(WTS_TRACE_ERRORS, "two");
    if (channel_double.count != 2 || channel_double.last_class != WTS_DEBUG_WARN)
        return 2;
    wts_trace(WTS_TRACE_CALLS, "three %d", 3);
    if (channel_double.count != 3 || strcmp(channel_double.last_text, "three 3") != 0)
        return 3;
    wts_trace(WTS_TRACE_WIRE, "four");
    return channel_double.count == 3 ? 0 : 4;
}

static int write_what_is_not_implemented(void)
{
    unsetenv("WTSAPI32_TRACE");
    channel_double.classes = 1U << WTS_DEBUG_FIXME;
    wts_trace(WTS_TRACE_MISSING, "one");
    wts_trace(WTS_TRACE_ERRORS, "two");
    return channel_double.count == 1 && strcmp(channel_double.last_text, "one") == 0 ? 0 : 1;
}

static int write_the_wire_to_a_file_and_the_calls_to_wine(void)
{
    setenv("WTSAPI32_TRACE", "wire", 1);
    setenv("WTSAPI32_TRACE_FILE", "/dev/null", 1);
    channel_double.classes = 1U << WTS_DEBUG_FIXME | 1U << WTS_DEBUG_WARN | 1U << WTS_DEBUG_TRACE;
    wts_trace(WTS_TRACE_WIRE, "never in Wine's");
    wts_trace(WTS_TRACE_CALLS, "in both");
    return channel_double.count == 1 ? 0 : 1;
}

static void wine_gets_calls_and_failures_and_nothing_of_the_wire(void **state)
{
    (void)state;
    assert_int_equal(run_in_child(write_all_levels_for_wine), 0);
    assert_int_equal(run_in_child(write_what_is_not_implemented), 0);
    assert_int_equal(run_in_child(write_the_wire_to_a_file_and_the_calls_to_wine), 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(each_level_includes_the_ones_before),
        cmocka_unit_test(a_long_line_is_cut_and_still_ends),
        cmocka_unit_test(hostile_text_forges_no_line),
        cmocka_unit_test(wine_gets_calls_and_failures_and_nothing_of_the_wire),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

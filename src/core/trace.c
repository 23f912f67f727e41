/*
 * The trace; see trace.h. A line is made whole before it is written, so lines of several threads do not mix.
 */
#include "core/trace.h"

#include <stdarg.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>

#include "core/debug_channel.h"
#include "core/escape.h"
#include "core/platform.h"

_Atomic int wts_trace_current = WTS_TRACE_UNREAD;

/* A function that is not implemented fails, so WTSAPI32_TRACE shows it among the errors. */
static const char *const level_names[] = {"off", "errors", "errors", "calls", "wire"};
static _Atomic int output_level; /* what WTSAPI32_TRACE sets */
static struct wts_lock file_lock = WTS_LOCK_INITIALIZER;
static char file_path[512];
static char record_path[512];

/* The class of Wine's debug output, by level. Records of the wire level do not go there. */
static const struct {
    enum wts_trace_level level;
    enum wts_debug_class class;
} classes[] = {{WTS_TRACE_MISSING, WTS_DEBUG_FIXME},
               {WTS_TRACE_ERRORS, WTS_DEBUG_WARN},
               {WTS_TRACE_CALLS, WTS_DEBUG_TRACE}};

/* Several threads may be here at once; all of them read the same environment and store the same levels. */
static void read_environment(void)
{
    char value[16];
    int level = WTS_TRACE_OFF;
    wts_environment_get("WTSAPI32_TRACE", value, sizeof value);
    for (int i = WTS_TRACE_ERRORS; i <= WTS_TRACE_WIRE; i++) {
        if (strcmp(value, level_names[i]) == 0)
            level = i;
    }
    wts_lock_acquire(&file_lock);
    wts_environment_get("WTSAPI32_TRACE_FILE", file_path, sizeof file_path);
    wts_environment_get("WTSAPI32_CONNECT_FILE", record_path, sizeof record_path);
    wts_lock_release(&file_lock);
    atomic_store(&output_level, level);
    for (size_t i = 0; i < sizeof classes / sizeof *classes; i++) {
        if (wts_debug_channel_is_on(classes[i].class) && level < (int)classes[i].level)
            level = (int)classes[i].level;
    }
    atomic_store(&wts_trace_current, level);
}

/* Capacities of the prefix, the text and the line; the text is escaped, and cut where the line is full. */
enum { PREFIX_CAPACITY = 64, TEXT_CAPACITY = 2048, LINE_CAPACITY = 3072 };

static void write_line(const char *path, enum wts_trace_level level, const char *text)
{
    char line[LINE_CAPACITY];
    size_t length =
        (size_t)snprintf(line, PREFIX_CAPACITY, "wtsapi32: %u.%u %s ", (unsigned)wts_process_number(),
                         (unsigned)wts_thread_number(), level_names[level]);
    length += wts_escape(text, strlen(text), line + length, sizeof line - length - 1);
    line[length++] = '\n';
    wts_lock_acquire(&file_lock);
    wts_output_write(path, line, length);
    wts_lock_release(&file_lock);
}

/* A run time that is older than C99 leaves a long text without its NUL. */
static void make_text(char text[TEXT_CAPACITY], const char *format, va_list arguments)
{
    const int length_of_all = vsnprintf(text, TEXT_CAPACITY, format, arguments);
    text[length_of_all < 0 ? 0 : TEXT_CAPACITY - 1] = '\0';
}

static void write_where_switched_on(enum wts_trace_level level, const char *text)
{
    if (atomic_load(&output_level) >= (int)level)
        write_line(file_path, level, text);
    for (size_t i = 0; i < sizeof classes / sizeof *classes; i++) {
        if (classes[i].level == level)
            wts_debug_channel_write(classes[i].class, text);
    }
}

static bool is_on(enum wts_trace_level level)
{
    if (atomic_load(&wts_trace_current) == WTS_TRACE_UNREAD)
        read_environment();
    return atomic_load(&wts_trace_current) >= (int)level;
}

void wts_trace_write(enum wts_trace_level level, const char *format, ...)
{
    char text[TEXT_CAPACITY];
    va_list arguments;
    if (!is_on(level))
        return;
    va_start(arguments, format);
    make_text(text, format, arguments);
    va_end(arguments);
    write_where_switched_on(level, text);
}

void wts_trace_record(enum wts_trace_level level, const char *format, ...)
{
    char text[TEXT_CAPACITY];
    va_list arguments;
    if (!is_on(level) && record_path[0] == '\0')
        return;
    va_start(arguments, format);
    make_text(text, format, arguments);
    va_end(arguments);
    write_where_switched_on(level, text);
    if (record_path[0] != '\0')
        write_line(record_path, level, text);
}

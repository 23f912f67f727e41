/*
 * The trace switch; see trace.h. A line is made whole before it is written, so lines of several threads do
 * not mix.
 */
#include "core/trace.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "core/platform.h"

_Atomic int wts_trace_current = WTS_TRACE_UNREAD;

static const char *const level_names[] = {"off", "errors", "calls", "wire"};
static struct wts_lock file_lock = WTS_LOCK_INITIALIZER;
static char file_path[512];

/* Several threads may come here at once; all of them read the same environment and store the same answer. */
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
    wts_lock_release(&file_lock);
    atomic_store(&wts_trace_current, level);
}

void wts_trace_write(enum wts_trace_level level, const char *format, ...)
{
    char line[1024];
    va_list arguments;
    if (atomic_load(&wts_trace_current) == WTS_TRACE_UNREAD)
        read_environment();
    if (atomic_load(&wts_trace_current) < (int)level)
        return;
    const int start = snprintf(line, sizeof line, "wtsapi32: %u.%u %s ", (unsigned)wts_process_number(),
                               (unsigned)wts_thread_number(), level_names[level]);
    va_start(arguments, format);
    const int text = vsnprintf(line + start, sizeof line - (size_t)start - 1, format, arguments);
    va_end(arguments);
    if (text < 0)
        line[start] = '\0';
    size_t length = strlen(line);
    line[length++] = '\n';
    wts_lock_acquire(&file_lock);
    wts_output_write(file_path, line, length);
    wts_lock_release(&file_lock);
}

/*
 * Wine's debug output; see debug_channel.h. The layout of a channel and the numbers of the classes are
 * facts of Wine 8.0 and 10.0 (docs/wine.md#debug-channel).
 */
#include "core/debug_channel.h"

#include <string.h>

#include "core/escape.h"
#include "core/system.h"

enum { CLASS_FIXME, CLASS_WARN = 2, CLASS_TRACE };

/* Flag number 7 means that Wine has not looked into WINEDEBUG yet. */
struct wts_debug_channel {
    unsigned char flags;
    char name[15];
};

static struct wts_debug_channel channel = {1U << 7, "wtsapi"};

/*
 * Wine collects a line of a thread in 1,020 bytes and raises an exception where they do not suffice. Before
 * the text it puts time, process, thread, class, channel and function: 120 bytes, at most.
 */
enum { FUNCTION_CAPACITY = 64, TEXT_CAPACITY = 800 };

enum wts_trace_level wts_debug_channel_level(void)
{
    if (WTS_SYSTEM(__wine_dbg_get_channel_flags) == NULL || WTS_SYSTEM(__wine_dbg_header) == NULL ||
        WTS_SYSTEM(__wine_dbg_output) == NULL)
        return WTS_TRACE_OFF;
    const unsigned flags = WTS_SYSTEM(__wine_dbg_get_channel_flags)(&channel);
    if ((flags & 1U << CLASS_TRACE) != 0)
        return WTS_TRACE_CALLS;
    if ((flags & 1U << CLASS_WARN) != 0)
        return WTS_TRACE_ERRORS;
    return (flags & 1U << CLASS_FIXME) != 0 ? WTS_TRACE_MISSING : WTS_TRACE_OFF;
}

/* Copies the name that the text begins with, which may be empty, and returns where the rest begins. */
static const char *split(const char *text, char function[FUNCTION_CAPACITY])
{
    const size_t length =
        strspn(text, "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_-");
    function[0] = '\0';
    if (length >= FUNCTION_CAPACITY || strncmp(text + length, ": ", 2) != 0)
        return text;
    memcpy(function, text, length);
    function[length] = '\0';
    return text + length + 2;
}

void wts_debug_channel_write(enum wts_trace_level level, const char *text)
{
    const int class = level == WTS_TRACE_CALLS    ? CLASS_TRACE
                      : level == WTS_TRACE_ERRORS ? CLASS_WARN
                                                  : CLASS_FIXME;
    char function[FUNCTION_CAPACITY];
    char line[TEXT_CAPACITY];
    if (wts_debug_channel_level() < level)
        return;
    const char *rest = split(text, function);
    const size_t length = wts_escape(rest, strlen(rest), line, sizeof line - 1);
    memcpy(line + length, "\n", sizeof "\n");
    /* -1: this class is switched off. */
    if (WTS_SYSTEM(__wine_dbg_header)(class, &channel, function) != -1)
        WTS_SYSTEM(__wine_dbg_output)(line);
}

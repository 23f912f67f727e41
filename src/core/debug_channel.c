/*
 * Wine's debug output; see debug_channel.h. The layout of a channel and the numbers of the classes are
 * facts of Wine 8.0 and 10.0 (docs/wine.md#debug-channel).
 */
#include "core/debug_channel.h"

#include <string.h>

#include "core/escape.h"
#include "core/system.h"

/* Bit 7 of the flags means that Wine has not read WINEDEBUG yet. */
struct wts_debug_channel {
    unsigned char flags;
    char name[15];
};

static struct wts_debug_channel channel = {1U << 7, "wtsapi"};

/*
 * Wine collects a thread's line in 1,020 bytes and raises an exception when it is longer. In front of the
 * text it puts time, process, thread, class, channel and function: at most 120 bytes.
 */
enum { FUNCTION_CAPACITY = 64, TEXT_CAPACITY = 800 };

bool wts_debug_channel_is_on(enum wts_debug_class class)
{
    return WTS_SYSTEM(__wine_dbg_get_channel_flags) != NULL && WTS_SYSTEM(__wine_dbg_header) != NULL &&
           WTS_SYSTEM(__wine_dbg_output) != NULL &&
           (WTS_SYSTEM(__wine_dbg_get_channel_flags)(&channel) & 1U << class) != 0;
}

/* Copies the name that the text begins with, which may be empty, and returns where the rest begins. */
static const char *split(const char *text, char function[FUNCTION_CAPACITY])
{
    const size_t length = strspn(text, "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_-");
    function[0] = '\0';
    if (length >= FUNCTION_CAPACITY || strncmp(text + length, ": ", 2) != 0)
        return text;
    memcpy(function, text, length);
    function[length] = '\0';
    return text + length + 2;
}

void wts_debug_channel_write(enum wts_debug_class class, const char *text)
{
    char function[FUNCTION_CAPACITY];
    char line[TEXT_CAPACITY];
    if (!wts_debug_channel_is_on(class))
        return;
    const char *rest = split(text, function);
    const size_t length = wts_escape(rest, strlen(rest), line, sizeof line - 1);
    memcpy(line + length, "\n", sizeof "\n");
    /* -1: it has been switched off since. */
    if (WTS_SYSTEM(__wine_dbg_header)((int)class, &channel, function) != -1)
        WTS_SYSTEM(__wine_dbg_output)(line);
}

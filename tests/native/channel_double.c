/*
 * core/debug_channel.h natively: remembers the last record.
 */
#include "channel_double.h"

#include <stdio.h>

#include "core/debug_channel.h"

struct channel_double channel_double;

enum wts_trace_level wts_debug_channel_level(void)
{
    return channel_double.level;
}

void wts_debug_channel_write(enum wts_trace_level level, const char *text)
{
    channel_double.count++;
    channel_double.last_level = level;
    snprintf(channel_double.last_text, sizeof channel_double.last_text, "%s", text);
}

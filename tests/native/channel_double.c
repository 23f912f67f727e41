/*
 * core/debug_channel.h natively: remembers the last record.
 */
#include "channel_double.h"

#include <stdio.h>

struct channel_double channel_double;

bool wts_debug_channel_is_on(enum wts_debug_class class)
{
    return (channel_double.classes & 1U << class) != 0;
}

void wts_debug_channel_write(enum wts_debug_class class, const char *text)
{
    if (!wts_debug_channel_is_on(class))
        return;
    channel_double.count++;
    channel_double.last_class = class;
    snprintf(channel_double.last_text, sizeof channel_double.last_text, "%s", text);
}

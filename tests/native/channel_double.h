/*
 * What the double of Wine's debug output is set to, and what it was given.
 */
#ifndef WTS_TESTS_CHANNEL_DOUBLE_H
#define WTS_TESTS_CHANNEL_DOUBLE_H

#include "core/debug_channel.h"

struct channel_double {
    unsigned classes; /* what "Wine" wants to see, a bit for each; nothing at first */
    unsigned count;   /* records that came */
    enum wts_debug_class last_class;
    char last_text[256];
};

extern struct channel_double channel_double;

#endif

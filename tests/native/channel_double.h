/*
 * What the double of Wine's debug output is set to, and what it was given.
 */
#ifndef WTS_TESTS_CHANNEL_DOUBLE_H
#define WTS_TESTS_CHANNEL_DOUBLE_H

#include "core/trace.h"

struct channel_double {
    enum wts_trace_level level; /* what "Wine" wants to see; off at first */
    unsigned count;             /* records that came */
    enum wts_trace_level last_level;
    char last_text[256];
};

extern struct channel_double channel_double;

#endif

/*
 * Wine's own debug output as a place for the trace: the channel "wtsapi", which is also that of Wine's own
 * wtsapi32, switched by WINEDEBUG (docs/wine.md#debug-channel). Calls that are done are of Wine's class
 * trace, failing ones of warn, what is not implemented of fixme. Nothing of the wire goes there. Elsewhere
 * than under Wine nothing is written.
 */
#ifndef WTS_CORE_DEBUG_CHANNEL_H
#define WTS_CORE_DEBUG_CHANNEL_H

#include "core/trace.h"

/* The highest level that Wine wants to see of this process; WTS_TRACE_OFF where Wine is not. */
enum wts_trace_level wts_debug_channel_level(void);

/*
 * Writes one record (UTF-8, from wherever: escaped here, and cut to what Wine takes as one line), if its
 * class is switched on. What stands before ": " at the beginning is shown as the name of the function.
 */
void wts_debug_channel_write(enum wts_trace_level level, const char *text);

#endif

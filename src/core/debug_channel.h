/*
 * Wine's own debug output: the channel "wtsapi", which is also that of Wine's own wtsapi32, switched by
 * WINEDEBUG (docs/wine.md#debug-channel). Off everywhere but under Wine.
 */
#ifndef WTS_CORE_DEBUG_CHANNEL_H
#define WTS_CORE_DEBUG_CHANNEL_H

#include <stdbool.h>

/* Wine's numbers of its classes. */
enum wts_debug_class { WTS_DEBUG_FIXME = 0, WTS_DEBUG_WARN = 2, WTS_DEBUG_TRACE = 3 };

/* Whether Wine shows this process' records of this class. */
bool wts_debug_channel_is_on(enum wts_debug_class class);

/*
 * Writes one record, if its class is on. `text` is UTF-8 of any origin: it is escaped here, and cut to what
 * Wine accepts as one line. The text before a first ": " is shown as the name of the function.
 */
void wts_debug_channel_write(enum wts_debug_class class, const char *text);

#endif

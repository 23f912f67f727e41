/*
 * The pump: one connection to TermSrvNotification and one thread, which fetches what happens to the sessions
 * of an opened server and posts it to the windows registered at the handle (events.h), from the first
 * registration to the last. A lost connection is made anew, with growing pauses.
 * docs/wire.md#termsrv-notification. Portable.
 */
#ifndef WTS_REMOTE_PUMP_H
#define WTS_REMOTE_PUMP_H

#include <stdbool.h>
#include <stdint.h>

#include "remote/operation.h"

struct wts_link;
struct wts_pump;

/* Makes a connected pump without a thread. Returns 0, or why it is not connected. */
uint32_t wts_pump_make(struct wts_operation *operation, struct wts_pump **made);

/* Starts its thread, which owns it from then on and keeps the server. Under the lock of the windows, whose
 * pump it becomes. False: without memory. */
bool wts_pump_start(struct wts_pump *pump);

/* Under the lock of the windows: it is no longer theirs, and ends. Gives the link that is to be cut
 * (wts_pool_cut) without that lock, or NULL. */
struct wts_link *wts_pump_stop(struct wts_pump *pump);

/* The end of a pump that no thread works for; its server is notified, until `until_ms`. */
void wts_pump_discard(struct wts_pump *pump, uint64_t until_ms);

#endif

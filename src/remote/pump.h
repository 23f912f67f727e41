/*
 * The pump: one connection to TermSrvNotification and one thread, which fetches what happens to the sessions
 * of an opened server and posts it to the windows registered at the handle (events.h), from the first
 * registration to the end of the last. It reconnects after a loss, with growing pauses.
 * docs/wire.md#termsrv-notification. Portable.
 */
#ifndef WTS_REMOTE_PUMP_H
#define WTS_REMOTE_PUMP_H

#include <stdbool.h>
#include <stdint.h>

#include "remote/operation.h"

struct wts_link;
struct wts_pump;

/* Makes a connected pump without a thread. Returns 0, or the error of connecting. */
uint32_t wts_pump_make(struct wts_operation *operation, struct wts_pump **made);

/* Starts its thread, which owns it from then on and keeps the server. Call under the lock of the windows,
 * whose pump it becomes. False: memory is exhausted. */
bool wts_pump_start(struct wts_pump *pump);

/* Takes the pump away from its windows, and ends it. Call under the lock of the windows. Returns the link to
 * cut (wts_pool_cut) after the lock is released, or NULL. */
struct wts_link *wts_pump_stop(struct wts_pump *pump);

/* Frees a pump without a thread; unregisters at its server first, until `until_ms`. */
void wts_pump_discard(struct wts_pump *pump, uint64_t until_ms);

#endif

/*
 * Windows registered for WM_WTSSESSION_CHANGE at one server. Registrations are counted: a window gets the
 * message until it has been unregistered as often as it was registered, or is gone. Contract:
 * docs/contract.md#notifications. Portable.
 */
#ifndef WTS_CORE_REGISTRATIONS_H
#define WTS_CORE_REGISTRATIONS_H

#include <stdbool.h>
#include <stdint.h>

#include "core/platform.h"
#include "core/session_change.h"

struct wts_registration;

struct wts_registrations {
    struct wts_lock lock;
    struct wts_registration *rows;
    uint32_t count;
    uint32_t capacity;
};

#define WTS_REGISTRATIONS_INITIALIZER                                                                        \
    {                                                                                                        \
        .lock = WTS_LOCK_INITIALIZER                                                                         \
    }

/*
 * Registers `window` for changes of `session_id`, or of all sessions (WTS_SESSION_ANY). A second registration
 * of the same window only raises its count. Returns 1400 for a window that is gone, 8 when memory is
 * exhausted.
 */
uint32_t wts_registrations_add(struct wts_registrations *registrations, void *window, uint32_t session_id);

/* Takes one registration of `window` back; 87: it is not registered. */
uint32_t wts_registrations_remove(struct wts_registrations *registrations, void *window);

/* Posts `change` to every window that is registered for its session, and drops those that are gone. */
void wts_registrations_post(struct wts_registrations *registrations, enum wts_session_change change,
                            uint32_t session_id);

/* How many windows are registered; those that are gone do not count. */
uint32_t wts_registrations_count(struct wts_registrations *registrations);

/* Forgets all of them and frees the memory. */
void wts_registrations_clear(struct wts_registrations *registrations);

#endif

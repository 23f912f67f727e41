/*
 * The watch over the Linux session in which Wine runs: a thread that keeps a channel to the helper
 * wts-session and receives every change from it. It exists while a window is registered, somebody waits, or a
 * call came within the last 10 s; without a helper that can be started it ends at once.
 * docs/design.md#linux-session. Portable.
 */
#ifndef WTS_LOCAL_SESSION_LINUX_WATCH_H
#define WTS_LOCAL_SESSION_LINUX_WATCH_H

#include <stdbool.h>
#include <stdint.h>

#include "local/session/linux_picture.h"

/* Who watches. The functions are called on the thread of the watch, with no lock held. */
struct wts_linux_watcher {
    /* Takes a change of what is shown. */
    void (*changed)(const struct wts_linux_picture *before, const struct wts_linux_picture *after);

    /* Whether somebody still needs the watch. */
    bool (*is_needed)(void);

    /* The watch no longer receives changes; it goes on trying. */
    void (*is_lost)(void);
};

/*
 * Gives what is known of the session. Starts the watch if there is none, and then waits for it, 300 ms at
 * most; not when it was silent or failed within the last 10 s. While it is lost, *picture is what was known
 * last. False: nothing was ever known; *picture is untouched.
 */
bool wts_linux_watch_read(const struct wts_linux_watcher *watcher, struct wts_linux_picture *picture);

/* Starts the watch if there is none. Never waits. True: it receives changes already. */
bool wts_linux_watch_start(const struct wts_linux_watcher *watcher);

#endif

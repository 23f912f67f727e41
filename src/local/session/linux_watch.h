/*
 * The watch over the Linux session in which Wine runs: a thread that keeps a channel to the helper
 * wts-session and receives every change from it. It exists while a window is registered, a caller waits for
 * events, or within 10 s after a call; if no helper can be started it ends at once.
 * docs/design.md#linux-session. Portable.
 */
#ifndef WTS_LOCAL_SESSION_LINUX_WATCH_H
#define WTS_LOCAL_SESSION_LINUX_WATCH_H

#include <stdbool.h>
#include <stdint.h>

#include "local/session/linux_picture.h"

/* Who watches. The functions are called on the thread of the watch, with no lock held. */
struct wts_linux_watcher {
    /* Receives a change of the picture. */
    void (*changed)(const struct wts_linux_picture *before, const struct wts_linux_picture *after);

    /* Whether the watch is still needed. */
    bool (*is_needed)(void);

    /* The watch no longer receives changes; it goes on trying. */
    void (*is_lost)(void);
};

/*
 * Gives the current picture of the session. Starts the watch if there is none, and waits for it for at most
 * 300 ms; it does not wait when the watch was silent or failed within the last 10 s. While the watch is lost,
 * *picture is the last known one. False: nothing is known yet; *picture is untouched.
 */
bool wts_linux_watch_read(const struct wts_linux_watcher *watcher, struct wts_linux_picture *picture);

/* Starts the watch if there is none. Never waits. True: it receives changes already. */
bool wts_linux_watch_start(const struct wts_linux_watcher *watcher);

#endif

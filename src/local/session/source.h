/*
 * The sources of snapshots of the sessions, and of reports of their changes. The first source is the process
 * list, which every system has; a source that knows the caller's session better corrects its row. See
 * docs/design.md#sessions and docs/design.md#linux-session. Windows only.
 */
#ifndef WTS_LOCAL_SESSION_SOURCE_H
#define WTS_LOCAL_SESSION_SOURCE_H

#include "core/session_change.h"
#include "local/session/snapshot.h"

/* The receiver of changes. Lives as long as the process; the functions are called on any thread, with no lock
 * held. */
struct wts_session_watcher {
    /* Takes one change. */
    void (*changed)(enum wts_session_change change, uint32_t session_id);

    /* Whether a window is registered or a caller waits for events. */
    bool (*is_needed)(void);

    /* A source has stopped reporting by itself: callers that wait have to look again. */
    void (*look_again)(void);
};

struct wts_session_source {
    /*
     * Fills the snapshot, or corrects what the sources before it put there: states, names, users, lock,
     * times, clients. `parts` (bits of enum wts_session_part) are those that the caller will read: for others
     * a source does nothing that takes time. A source that cannot be reached changes nothing, which is not a
     * failure; 8.
     */
    uint32_t (*read)(struct wts_snapshot *snapshot, uint32_t session_id, uint32_t parts);

    /*
     * Lets a thread of the source's own report each change from now on, once, as long as the watcher is
     * needed. Never waits. True: it reports already. NULL: the source has no such thread.
     */
    bool (*watch)(const struct wts_session_watcher *watcher);

    /* Reports the changes since the previous call, for callers that wait while no source watches. NULL: the
     * source watches instead. */
    void (*look)(const struct wts_session_watcher *watcher);

    /* Frees the memory that is kept between calls, when the DLL is unloaded and no call is in flight. May be
     * NULL. */
    void (*forget)(void);
};

/* The process list, the console and the desktop: everything that the system shows without its session
 * manager. */
extern const struct wts_session_source wts_source_processes;

/* The Linux session in which Wine runs, where the helper wts-session knows it. */
extern const struct wts_session_source wts_source_linux;

/*
 * Takes a snapshot for a call about `session_id`: one id, WTS_SESSION_CURRENT, or WTS_SESSION_ANY for all
 * sessions. `parts`: the parts that the call needs, bits of enum wts_session_part; 0: only whether the
 * session exists. Rows of other sessions may be missing, but every snapshot has the caller's. The process
 * list is read once at most, and not at all for most calls about the caller's session. The caller frees the
 * snapshot with wts_snapshot_free. 8: the snapshot is empty then.
 */
uint32_t wts_snapshot_take(struct wts_snapshot *snapshot, uint32_t session_id, uint32_t parts);

/*
 * Finds a session: replaces WTS_SESSION_CURRENT by the id of the caller's session, and sets *is_own when the
 * session is the caller's and not that of services. 2: it does not exist; 8.
 */
uint32_t wts_session_look_up(uint32_t *session_id, bool *is_own);

/* Starts every source that can watch. True: one reports already. */
bool wts_sessions_watch(const struct wts_session_watcher *watcher);

/* Calls `look`, or `forget`, of every source. */
void wts_sessions_look(const struct wts_session_watcher *watcher);
void wts_sessions_forget(void);

#endif

/*
 * The sessions of this machine and their users at one moment. An exported call takes one snapshot (source.h)
 * and reads everything it needs to know about sessions from it. Windows only.
 */
#ifndef WTS_LOCAL_SESSION_SNAPSHOT_H
#define WTS_LOCAL_SESSION_SNAPSHOT_H

#include <stdbool.h>
#include <stdint.h>

#include "core/processes.h"
#include "core/sessions.h"

#define WTS_SESSION_SERVICES 0U      /* the session of services, which always exists */
#define WTS_SESSION_NONE 0xFFFFFFFFU /* as the console's session: the console shows none */

/* One session. Values that no source knows are zero, unless noted otherwise. */
struct wts_session_row {
    uint32_t session_id;
    uint32_t state;       /* WTS_CONNECTSTATE_CLASS */
    struct wts_text name; /* lives as long as the process */
    bool is_services;     /* nobody logs on to it: session 0, unless the console shows it */
    /* The oldest process of a person's account: its user is the session's user. NULL: nobody is logged on, or
     * the snapshot has no processes. */
    const struct wts_process *user_process;
    int32_t lock;          /* WTS_LOCK_* */
    uint64_t connect_time; /* FILETIMEs, UTC */
    uint64_t logon_time;
    uint64_t last_input_time;
    bool has_protocol; /* protocol_type and is_remote are known */
    bool is_remote;
    uint16_t protocol_type;                  /* WTS_PROTOCOL_* */
    const struct wts_session_client *client; /* zero and empty for a session without one; NULL: unknown */
};

struct wts_snapshot {
    uint64_t time; /* when it was taken, a FILETIME; with WTS_PART_STATUS only */
    uint32_t own_id;
    uint32_t console_id; /* or WTS_SESSION_NONE */
    uint32_t count;
    uint32_t capacity;
    struct wts_session_row *rows;
    struct wts_session_row first;         /* memory for a single row: most calls are about one session */
    struct wts_session_client own_client; /* the row of the caller's session may point to it */
    struct wts_processes processes;       /* `free` is NULL when they were not needed */
};

/* Makes an empty snapshot; members that it does not use yet are not written. */
void wts_snapshot_initialize(struct wts_snapshot *snapshot);

/* The row of a session, which is added at the end if there is none. It does not move until the next one is
 * added. NULL when memory is exhausted. */
struct wts_session_row *wts_snapshot_add(struct wts_snapshot *snapshot, uint32_t session_id);

/* The row of a session, WTS_SESSION_CURRENT being the caller's; NULL: the session does not exist. */
struct wts_session_row *wts_snapshot_find(const struct wts_snapshot *snapshot, uint32_t session_id);

/* Frees what the snapshot holds; an empty one holds nothing. A snapshot is not to be copied. */
void wts_snapshot_free(struct wts_snapshot *snapshot);

#endif

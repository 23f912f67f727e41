/*
 * The SIDs of the users of processes, read once per process: a SID is remembered by process id and creation
 * time as long as the process is in the list, so that a monitor that calls once a second does not read it
 * again. A refusal is not remembered. Differs: on Windows a service that may open every process reads them;
 * here the caller reads them with its own rights. Windows only.
 */
#ifndef WTS_LOCAL_SIDS_H
#define WTS_LOCAL_SIDS_H

#include <windows.h>

#include <stdint.h>

#include "local/nt_token.h"

struct wts_sid {
    DWORD process_id;
    uint32_t length; /* bytes; 0: unknown */
    int64_t create_time;
    uint8_t sid[WTS_SID_CAPACITY];
};

/* The SIDs of one process list, in its order. Shared by the list and by the cache for the next list. */
struct wts_sids {
    LONG users;
    uint32_t count;
    struct wts_sid rows[];
};

/* The remembered SIDs, with one more reference, which wts_sids_release gives back; NULL: none yet. */
struct wts_sids *wts_sids_remembered(void);
void wts_sids_release(struct wts_sids *sids);

/* Memory for `count` rows, with one reference; NULL when memory is exhausted. */
struct wts_sids *wts_sids_make(uint32_t count);

/*
 * Fills the row of process `process_id`, created at `create_time`: from `known` (may be NULL), where the
 * search begins at *hint, which moves behind the row found; else from the token of the process.
 */
void wts_sids_fill(struct wts_sid *row, DWORD process_id, int64_t create_time, const struct wts_sids *known,
                   uint32_t *hint);

/* Remembers `sids` instead of what was remembered before. */
void wts_sids_remember(struct wts_sids *sids);

/* Forgets the remembered SIDs. */
void wts_sids_forget(void);

#endif

/*
 * SIDs of processes; see sids.h.
 */
#include "local/sids.h"

#include <stdlib.h>

#include "core/platform.h"
#include "local/nt_process.h"

static struct wts_lock lock = WTS_LOCK_INITIALIZER;
static struct wts_sids *remembered;

struct wts_sids *wts_sids_remembered(void)
{
    wts_lock_acquire(&lock);
    struct wts_sids *sids = remembered;
    if (sids != NULL)
        InterlockedIncrement(&sids->users);
    wts_lock_release(&lock);
    return sids;
}

void wts_sids_release(struct wts_sids *sids)
{
    if (sids != NULL && InterlockedDecrement(&sids->users) == 0)
        free(sids);
}

struct wts_sids *wts_sids_make(uint32_t count)
{
    struct wts_sids *sids = malloc(sizeof *sids + count * sizeof sids->rows[0]);
    if (sids != NULL) {
        sids->users = 1;
        sids->count = 0;
    }
    return sids;
}

/* `sids` may be NULL. */
static void replace_remembered(struct wts_sids *sids)
{
    wts_lock_acquire(&lock);
    struct wts_sids *before = remembered;
    remembered = sids;
    wts_lock_release(&lock);
    wts_sids_release(before);
}

void wts_sids_remember(struct wts_sids *sids)
{
    InterlockedIncrement(&sids->users);
    replace_remembered(sids);
}

void wts_sids_forget(void)
{
    replace_remembered(NULL);
}

/* Consecutive lists have nearly the same order, so the row is nearly always found at the hint. */
static const struct wts_sid *find(const struct wts_sids *known, DWORD process_id, int64_t create_time,
                                  uint32_t *hint)
{
    for (uint32_t i = 0; i < known->count; i++) {
        const uint32_t at = (*hint + i) % known->count;
        const struct wts_sid *row = &known->rows[at];
        if (row->process_id == process_id && row->create_time == create_time) {
            *hint = at + 1;
            return row;
        }
    }
    return NULL;
}

/* Gives the SID of the user of a process and returns its length; 0: the process cannot be opened, has ended,
 * or its number now belongs to another. */
static uint32_t read_sid(DWORD process_id, int64_t create_time, uint8_t *sid)
{
    HANDLE process;
    uint32_t length = 0;
    if (process_id == 0 ||
        !NT_SUCCESS(wts_process_open(process_id, PROCESS_QUERY_LIMITED_INFORMATION, &process)))
        return 0;
    if (!wts_process_was_created_at(process, create_time) ||
        !NT_SUCCESS(wts_token_user(process, sid, &length)))
        length = 0;
    NtClose(process);
    return length;
}

void wts_sids_fill(struct wts_sid *row, DWORD process_id, int64_t create_time, const struct wts_sids *known,
                   uint32_t *hint)
{
    /* A SID that was refused is read again, because the next caller may have the right. */
    const struct wts_sid *found = known != NULL ? find(known, process_id, create_time, hint) : NULL;
    if (found != NULL && found->length > 0) {
        *row = *found;
        return;
    }
    row->process_id = process_id;
    row->create_time = create_time;
    row->length = read_sid(process_id, create_time, row->sid);
}

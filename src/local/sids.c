/*
 * SIDs of processes; see sids.h.
 */
#include "local/sids.h"

#include <winternl.h>

#include <stdlib.h>
#include <string.h>

#include "core/platform.h"
#include "local/native.h"

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

void wts_sids_remember(struct wts_sids *sids)
{
    InterlockedIncrement(&sids->users);
    wts_lock_acquire(&lock);
    struct wts_sids *before = remembered;
    remembered = sids;
    wts_lock_release(&lock);
    wts_sids_release(before);
}

/* Two lists in a row have nearly the same order: the row sought is nearly always the one at the hint. */
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

/* The user of the process' token; 0 for a process that is gone or may not be looked at. */
static uint32_t ask(DWORD process_id, uint8_t *sid)
{
    OBJECT_ATTRIBUTES attributes = {.Length = sizeof attributes};
    CLIENT_ID client = {.UniqueProcess = ULongToHandle(process_id)};
    union {
        TOKEN_USER user;
        uint8_t room[sizeof(TOKEN_USER) + WTS_SID_CAPACITY];
    } answer;
    HANDLE process;
    HANDLE token;
    ULONG length;
    uint32_t sid_length = 0;
    if (process_id == 0 ||
        !NT_SUCCESS(NtOpenProcess(&process, PROCESS_QUERY_LIMITED_INFORMATION, &attributes, &client)))
        return 0;
    if (NT_SUCCESS(NtOpenProcessToken(process, TOKEN_QUERY, &token))) {
        if (NT_SUCCESS(NtQueryInformationToken(token, TokenUser, &answer, sizeof answer, &length))) {
            sid_length = GetLengthSid(answer.user.User.Sid);
            memcpy(sid, answer.user.User.Sid, sid_length);
        }
        NtClose(token);
    }
    NtClose(process);
    return sid_length;
}

void wts_sids_fill(struct wts_sid *row, DWORD process_id, int64_t create_time, const struct wts_sids *known,
                   uint32_t *hint)
{
    const struct wts_sid *found = known != NULL ? find(known, process_id, create_time, hint) : NULL;
    if (found != NULL) {
        *row = *found;
        return;
    }
    row->process_id = process_id;
    row->create_time = create_time;
    row->length = ask(process_id, row->sid);
}

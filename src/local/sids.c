/*
 * SIDs of processes; see sids.h.
 */
#include "local/sids.h"

#include <winternl.h>

#include <stdbool.h>
#include <stddef.h>
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

/* Copies a SID of the system and returns its length; 0, and nothing is copied, for one of a kind that the row
 * has no room for: none has been made yet. */
static uint32_t copy_sid(uint8_t *to, const SID *sid)
{
    if (sid->Revision != SID_REVISION || sid->SubAuthorityCount > SID_MAX_SUB_AUTHORITIES)
        return 0;
    const uint32_t length = (uint32_t)(offsetof(SID, SubAuthority) + sid->SubAuthorityCount * sizeof(DWORD));
    memcpy(to, sid, length);
    return length;
}

/* The user of the process' token; 0 when it may not be looked at. */
static uint32_t ask_token(HANDLE process, uint8_t *sid)
{
    union {
        TOKEN_USER user;
        uint8_t room[sizeof(TOKEN_USER) + WTS_SID_CAPACITY];
    } answer;
    HANDLE token;
    ULONG length;
    uint32_t sid_length = 0;
    if (!NT_SUCCESS(NtOpenProcessToken(process, TOKEN_QUERY, &token)))
        return 0;
    if (NT_SUCCESS(NtQueryInformationToken(token, TokenUser, &answer, sizeof answer, &length)))
        sid_length = copy_sid(sid, answer.user.User.Sid);
    NtClose(token);
    return sid_length;
}

bool wts_sids_created_at(HANDLE process, int64_t create_time)
{
    KERNEL_USER_TIMES times;
    const NTSTATUS status = NtQueryInformationProcess(process, ProcessTimes, &times, sizeof times, NULL);
    return NT_SUCCESS(status) &&
           create_time == ((int64_t)times.CreateTime.dwHighDateTime << 32 | times.CreateTime.dwLowDateTime);
}

/* The same for a process by its number; 0 also when it is gone. */
static uint32_t ask(DWORD process_id, int64_t create_time, uint8_t *sid)
{
    OBJECT_ATTRIBUTES attributes = {.Length = sizeof attributes};
    CLIENT_ID client = {.UniqueProcess = ULongToHandle(process_id)};
    HANDLE process;
    if (process_id == 0 ||
        !NT_SUCCESS(NtOpenProcess(&process, PROCESS_QUERY_LIMITED_INFORMATION, &attributes, &client)))
        return 0;
    const uint32_t length = wts_sids_created_at(process, create_time) ? ask_token(process, sid) : 0;
    NtClose(process);
    return length;
}

void wts_sids_fill(struct wts_sid *row, DWORD process_id, int64_t create_time, const struct wts_sids *known,
                   uint32_t *hint)
{
    /* What was refused is asked again: the next caller may have the right. */
    const struct wts_sid *found = known != NULL ? find(known, process_id, create_time, hint) : NULL;
    if (found != NULL && found->length > 0) {
        *row = *found;
        return;
    }
    row->process_id = process_id;
    row->create_time = create_time;
    row->length = ask(process_id, create_time, row->sid);
}

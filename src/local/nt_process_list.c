/*
 * The processes of this machine, by one NtQuerySystemInformation; see nt_process_list.h.
 */
#include "local/nt_process_list.h"

#include <stdlib.h>

#include "core/error.h"
#include "local/nt.h"
#include "local/sids.h"

#define FIRST_CAPACITY 0x80000U  /* enough for some hundred processes */
#define MAX_CAPACITY 0x10000000U /* a hundred thousand processes take less */
#define MAX_TRIES 10

/* The length of the longest list so far, so that the first try nearly always fits. */
static volatile LONG usual_capacity = FIRST_CAPACITY;

/* Owns everything that the rows point to. */
struct listing {
    struct wts_sids *sids;
    uint8_t *records;
    struct wts_process rows[];
};

/* Both kinds of rows are shorter than a record. So their length times the number of records, which fitted
 * into memory, cannot overflow. */
_Static_assert(sizeof(struct wts_process) <= sizeof(SYSTEM_PROCESS_INFORMATION), "a row is shorter");
_Static_assert(sizeof(struct wts_sid) <= sizeof(SYSTEM_PROCESS_INFORMATION), "a row is shorter");

/* One try. Gives the list, or NULL and why in *error: ERROR_MORE_DATA when it needs *capacity bytes. */
static uint8_t *try_query(ULONG *capacity, uint32_t *error)
{
    ULONG needed = 0;
    uint8_t *records = malloc(*capacity);
    if (records == NULL) {
        *error = ERROR_NOT_ENOUGH_MEMORY;
        return NULL;
    }
    const NTSTATUS status = NtQuerySystemInformation(SystemProcessInformation, records, *capacity, &needed);
    if (NT_SUCCESS(status))
        return records;
    free(records);
    if (status == STATUS_INFO_LENGTH_MISMATCH) {
        /* An eighth more than was needed a moment ago: processes and threads start between two tries. */
        const ULONG base = needed > *capacity ? needed : *capacity;
        *capacity = base < MAX_CAPACITY ? base + base / 8 : MAX_CAPACITY;
        *error = ERROR_MORE_DATA;
    } else {
        *error = wts_error_from_status((uint32_t)status);
    }
    return NULL;
}

/* Gives the list, or NULL and why in *error. */
static uint8_t *query(uint32_t *error)
{
    const ULONG usual = (ULONG)usual_capacity;
    ULONG capacity = usual;
    uint8_t *records = NULL;
    *error = ERROR_MORE_DATA;
    for (int i = 0; i < MAX_TRIES && records == NULL && *error == ERROR_MORE_DATA; i++)
        records = try_query(&capacity, error);
    if (records != NULL && capacity != usual)
        InterlockedExchange(&usual_capacity, (LONG)capacity);
    if (records == NULL && *error == ERROR_MORE_DATA)
        *error = ERROR_GEN_FAILURE; /* the list outgrew every buffer, which no real list does */
    return records;
}

static const SYSTEM_PROCESS_INFORMATION *next(const SYSTEM_PROCESS_INFORMATION *record)
{
    if (record->NextEntryOffset == 0)
        return NULL;
    return (const void *)((const uint8_t *)record + record->NextEntryOffset);
}

static uint32_t count_records(const uint8_t *records)
{
    uint32_t count = 0;
    for (const SYSTEM_PROCESS_INFORMATION *record = (const void *)records; record != NULL;
         record = next(record))
        count++;
    return count;
}

static uint32_t saturated(SIZE_T value)
{
    return value > UINT32_MAX ? UINT32_MAX : (uint32_t)value;
}

static void fill_row(struct wts_process *row, const SYSTEM_PROCESS_INFORMATION *record,
                     const struct wts_sid *sid)
{
    row->session_id = record->SessionId;
    row->process_id = HandleToULong(record->UniqueProcessId);
    row->name = wts_text_empty();
    if (record->ImageName.Buffer != NULL)
        row->name = (struct wts_text){record->ImageName.Buffer, record->ImageName.Length / sizeof(WCHAR)};
    row->sid = sid->length > 0 ? sid->sid : NULL;
    row->thread_count = record->NumberOfThreads;
    row->handle_count = record->HandleCount;
    row->page_file_usage = saturated(record->VirtualMemoryCounters.PagefileUsage);
    row->peak_page_file_usage = saturated(record->VirtualMemoryCounters.PeakPagefileUsage);
    row->working_set = saturated(record->VirtualMemoryCounters.WorkingSetSize);
    row->peak_working_set = saturated(record->VirtualMemoryCounters.PeakWorkingSetSize);
    row->create_time = (uint64_t)record->CreateTime.QuadPart;
    row->user_time = (uint64_t)record->UserTime.QuadPart;
    row->kernel_time = (uint64_t)record->KernelTime.QuadPart;
}

static void fill_rows(struct listing *listing)
{
    struct wts_sids *known = wts_sids_remembered();
    uint32_t hint = 0;
    uint32_t i = 0;
    for (const SYSTEM_PROCESS_INFORMATION *record = (const void *)listing->records; record != NULL;
         record = next(record), i++) {
        struct wts_sid *sid = &listing->sids->rows[i];
        wts_sids_fill(sid, HandleToULong(record->UniqueProcessId), record->CreateTime.QuadPart, known, &hint);
        fill_row(&listing->rows[i], record, sid);
    }
    listing->sids->count = i;
    wts_sids_remember(listing->sids);
    wts_sids_release(known);
}

static void free_listing(struct wts_processes *processes)
{
    struct listing *listing = processes->owner;
    wts_sids_release(listing->sids);
    free(listing->records);
    free(listing);
}

void wts_process_list_forget(void)
{
    wts_sids_forget();
}

uint32_t wts_process_list_read(struct wts_processes *processes)
{
    uint32_t error;
    uint8_t *records = query(&error);
    if (records == NULL)
        return error;
    const uint32_t count = count_records(records);
    struct listing *listing = malloc(sizeof *listing + count * sizeof listing->rows[0]);
    struct wts_sids *sids = listing != NULL ? wts_sids_make(count) : NULL;
    if (sids == NULL) {
        free(listing);
        free(records);
        return ERROR_NOT_ENOUGH_MEMORY;
    }
    listing->sids = sids;
    listing->records = records;
    fill_rows(listing);
    *processes =
        (struct wts_processes){.rows = listing->rows, .count = count, .owner = listing, .free = free_listing};
    return ERROR_SUCCESS;
}

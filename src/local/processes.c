/*
 * The processes of this machine, by one NtQuerySystemInformation. Contract 3.3 and 3.4.
 */
#include "local/local.h"

#include <winternl.h>

#include <stdlib.h>

#include "core/error.h"
#include "core/processes.h"
#include "local/native.h"
#include "local/sids.h"

#define FIRST_CAPACITY 0x10000U
#define MARGIN 0x4000U /* processes and threads that start between two tries */
#define MOST_TRIES 10

/* What the last list took, so that the first try nearly always fits. */
static volatile LONG usual_capacity = FIRST_CAPACITY;

/* Owns everything that the rows point to. */
struct snapshot {
    struct wts_sids *sids;
    uint8_t *records;
    struct wts_process rows[];
};

/* Gives the list, or NULL and why in *error. */
static uint8_t *query(uint32_t *error)
{
    ULONG capacity = (ULONG)usual_capacity;
    *error = ERROR_GEN_FAILURE; /* the list outgrew every buffer: none is that fast */
    for (int i = 0; i < MOST_TRIES; i++) {
        ULONG needed = 0;
        uint8_t *records = malloc(capacity);
        if (records == NULL) {
            *error = ERROR_NOT_ENOUGH_MEMORY;
            return NULL;
        }
        const NTSTATUS status =
            NtQuerySystemInformation(SystemProcessInformation, records, capacity, &needed);
        if (NT_SUCCESS(status))
            return records;
        free(records);
        if (status != STATUS_INFO_LENGTH_MISMATCH) {
            *error = wts_error_from_status((uint32_t)status);
            return NULL;
        }
        capacity = (needed > capacity ? needed : capacity) + MARGIN;
        InterlockedExchange(&usual_capacity, (LONG)capacity);
    }
    return NULL;
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
    row->user_time = (uint64_t)record->UserTime.QuadPart;
    row->kernel_time = (uint64_t)record->KernelTime.QuadPart;
}

static void fill_rows(struct snapshot *snapshot)
{
    struct wts_sids *known = wts_sids_remembered();
    uint32_t hint = 0;
    uint32_t i = 0;
    for (const SYSTEM_PROCESS_INFORMATION *record = (const void *)snapshot->records; record != NULL;
         record = next(record), i++) {
        struct wts_sid *sid = &snapshot->sids->rows[i];
        wts_sids_fill(sid, HandleToULong(record->UniqueProcessId), record->CreateTime.QuadPart, known, &hint);
        fill_row(&snapshot->rows[i], record, sid);
    }
    snapshot->sids->count = i;
    wts_sids_remember(snapshot->sids);
    wts_sids_release(known);
}

static void free_snapshot(struct wts_processes *processes)
{
    struct snapshot *snapshot = processes->owner;
    wts_sids_release(snapshot->sids);
    free(snapshot->records);
    free(snapshot);
}

uint32_t wts_local_list_processes(struct wts_server *server, struct wts_processes *processes)
{
    uint32_t error;
    (void)server;
    uint8_t *records = query(&error);
    if (records == NULL)
        return error;
    const uint32_t count = count_records(records);
    struct snapshot *snapshot = malloc(sizeof *snapshot + count * sizeof snapshot->rows[0]);
    struct wts_sids *sids = snapshot != NULL ? wts_sids_make(count) : NULL;
    if (sids == NULL) {
        free(snapshot);
        free(records);
        return ERROR_NOT_ENOUGH_MEMORY;
    }
    snapshot->sids = sids;
    snapshot->records = records;
    fill_rows(snapshot);
    *processes = (struct wts_processes){
        .rows = snapshot->rows, .count = count, .owner = snapshot, .free = free_snapshot};
    return ERROR_SUCCESS;
}

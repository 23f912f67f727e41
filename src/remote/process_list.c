/*
 * The processes of an opened server. [MS-TSTS], RpcWinStationGetAllProcesses_NT6, and without it
 * RpcWinStationGetAllProcesses; docs/contract.md#process-list, docs/wire.md#process-records.
 */
#include <stdlib.h>

#include "core/error.h"
#include "core/processes.h"
#include "remote/call.h"
#include "remote/remote.h"
#include "remote/tsts/process_list.h"

#define MAX_ARENA ((size_t)64 * 1024 * 1024) /* 0x8000 processes with the longest names take less */

/* Owns everything the rows point to. */
struct answer {
    struct wts_ndr_arena arena;
    struct wts_process rows[];
};

static void fill_row(struct wts_process *row, const struct wts_process_record *record)
{
    *row = (struct wts_process){.session_id = record->session_id,
                                .process_id = record->process_id,
                                .name = record->image_name != NULL ? wts_text_of(record->image_name)
                                                                   : wts_text_empty(),
                                .sid = record->sid,
                                .thread_count = record->thread_count,
                                .handle_count = record->handle_count,
                                .page_file_usage = record->page_file,
                                .peak_page_file_usage = record->peak_page_file,
                                .working_set = record->working_set,
                                .peak_working_set = record->peak_working_set,
                                .user_time = record->user_time,
                                .kernel_time = record->kernel_time};
}

static void free_answer(struct wts_processes *processes)
{
    struct answer *answer = processes->owner;
    wts_ndr_arena_free(&answer->arena);
    free(answer);
}

/* Takes over `arena` on success. */
static uint32_t fill_rows(struct wts_ndr_arena *arena, const struct wts_process_list *list,
                          struct wts_processes *processes)
{
    struct answer *answer = malloc(sizeof *answer + (size_t)list->count * sizeof answer->rows[0]);
    if (answer == NULL)
        return ERROR_NOT_ENOUGH_MEMORY;
    for (uint32_t i = 0; i < list->count; i++)
        fill_row(&answer->rows[i], &list->records[i]);
    answer->arena = *arena;
    *processes = (struct wts_processes){
        .rows = answer->rows, .count = list->count, .owner = answer, .free = free_answer};
    return ERROR_SUCCESS;
}

uint32_t wts_remote_list_processes(struct wts_server *server, struct wts_processes *processes)
{
    struct wts_operation operation = wts_operation_begin(server);
    struct wts_ndr_arena arena;
    struct wts_process_list list;
    wts_ndr_arena_init(&arena, MAX_ARENA);
    uint32_t error = wts_perform(&operation, &wts_legacy_get_all_processes_nt6, NULL, &arena, &list);
    if (error == RPC_S_PROCNUM_OUT_OF_RANGE && wts_operation_was_refused(&operation, error))
        error = wts_perform(&operation, &wts_legacy_get_all_processes, NULL, &arena, &list);
    if (error == ERROR_SUCCESS)
        error = fill_rows(&arena, &list, processes);
    if (error != ERROR_SUCCESS)
        wts_ndr_arena_free(&arena);
    return error;
}

/*
 * The processes of an opened server. [MS-TSTS], RpcWinStationGetAllProcesses_NT6, and without it
 * RpcWinStationGetAllProcesses; contract 3.3 and 3.4.
 */
#include <stdlib.h>

#include "core/error.h"
#include "core/processes.h"
#include "remote/remote.h"
#include "remote/tsts/interfaces.h"
#include "remote/tsts/process_list.h"

#define ARENA_LIMIT ((size_t)64 * 1024 * 1024) /* 0x8000 processes with the longest names take less */

/* Owns everything that the rows point to. */
struct answer {
    struct wts_ndr_arena arena;
    struct wts_process rows[];
};

static void put_request(struct wts_ndr_writer *writer, const struct wts_context_handle *context,
                        const void *arguments)
{
    (void)arguments;
    wts_legacy_put_get_all_processes(writer, context);
}

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

static uint32_t read_response(struct wts_operation *operation, uint16_t opnum,
                              const struct wts_response *response, struct wts_processes *processes)
{
    struct wts_ndr_arena arena;
    struct wts_process_list list;
    uint32_t error;
    wts_ndr_arena_init(&arena, ARENA_LIMIT);
    switch (wts_legacy_get_all_processes(opnum, response->data, response->length, &arena, &list)) {
    case WTS_NDR_OK:
        error = list.end.result != 0 ? fill_rows(&arena, &list, processes) : wts_legacy_error(list.end.error);
        break;
    case WTS_NDR_NO_MEMORY:
        error = wts_operation_lose(operation, ERROR_NOT_ENOUGH_MEMORY);
        break;
    default:
        error = wts_operation_lose(operation, RPC_X_BAD_STUB_DATA);
        break;
    }
    if (error != ERROR_SUCCESS)
        wts_ndr_arena_free(&arena);
    return error;
}

static uint32_t list_by(struct wts_operation *operation, uint16_t opnum, struct wts_processes *processes)
{
    const struct wts_remote_call call = {
        .interface = &wts_interface_legacy, .opnum = opnum, .rule = &wts_legacy_context, .put = put_request};
    struct wts_response response;
    uint32_t error = wts_remote_perform(operation, &call, &response);
    if (error != ERROR_SUCCESS)
        return error;
    error = read_response(operation, opnum, &response, processes);
    free(response.data);
    return error;
}

uint32_t wts_remote_list_processes(struct wts_server *server, struct wts_processes *processes)
{
    struct wts_operation operation = wts_operation_begin(server);
    uint32_t error = list_by(&operation, WTS_LEGACY_GET_ALL_PROCESSES_NT6, processes);
    if (error == RPC_S_PROCNUM_OUT_OF_RANGE && wts_operation_was_refused(&operation, error))
        error = list_by(&operation, WTS_LEGACY_GET_ALL_PROCESSES, processes);
    return error;
}

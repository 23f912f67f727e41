/*
 * Rows of the Legacy interface, see responses.h.
 */
#include "remote/tsts/process_list.h"
#include "responses.h"

static void show_legacy_end(struct show *show, const void *answer)
{
    show_legacy_result(show, answer);
}

static void show_events(struct show *show, const void *answer)
{
    const struct wts_legacy_events *events = answer;
    show_number(show, "events", events->events);
    show_legacy_result(show, &events->end);
}

static void show_process(struct show *show, const struct wts_process_record *record)
{
    show_number(show, "id", record->process_id);
    show_number(show, "parent", record->parent_id);
    show_number(show, "session", record->session_id);
    show_number(show, "threads", record->thread_count);
    show_number(show, "handles", record->handle_count);
    show_number(show, "peak", record->peak_working_set);
    show_number(show, "set", record->working_set);
    show_number(show, "page", record->page_file);
    show_number(show, "peak_page", record->peak_page_file);
    show_number(show, "created", record->create_time);
    show_number(show, "user", record->user_time);
    show_number(show, "kernel", record->kernel_time);
    show_text(show, "name", wts_text_of(record->image_name));
    show_bytes(show, "sid", record->sid, record->sid_length);
}

static void show_processes(struct show *show, const void *answer)
{
    const struct wts_process_list *list = answer;
    for (uint32_t i = 0; i < list->count; i++)
        show_process(show, &list->records[i]);
    show_legacy_result(show, &list->end);
}

const struct response legacy_responses[] = {
    RESPONSE(wts_legacy_open_server, show_legacy_end),
    RESPONSE(wts_legacy_shutdown_system, show_legacy_end),
    RESPONSE(wts_legacy_wait_system_event, show_events),
    RESPONSE(wts_legacy_terminate_process, show_legacy_end),
    RESPONSE(wts_legacy_get_all_processes, show_processes),
    RESPONSE(wts_legacy_close_server_ex, show_legacy_end),
    RESPONSE(wts_legacy_get_all_processes_nt6, show_processes),
    LAST_RESPONSE,
};

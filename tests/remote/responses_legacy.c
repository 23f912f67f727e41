/*
 * Rows of the Legacy interface, see responses.h.
 */
#include "remote/tsts/process_list.h"
#include "responses.h"

static enum wts_ndr_status read_shutdown_system(const uint8_t *stub, size_t length,
                                                struct wts_ndr_arena *arena, struct show *show)
{
    struct wts_legacy_result out;
    poison(&out, sizeof out);
    (void)arena;
    const bool good = wts_legacy_get_shutdown_system(stub, length, &out);
    if (!was_read(good ? WTS_NDR_OK : WTS_NDR_MALFORMED, &out, sizeof out))
        return WTS_NDR_MALFORMED;
    show_legacy_result(show, &out);
    return WTS_NDR_OK;
}

static enum wts_ndr_status read_wait_system_event(const uint8_t *stub, size_t length,
                                                  struct wts_ndr_arena *arena, struct show *show)
{
    struct wts_legacy_events out;
    poison(&out, sizeof out);
    (void)arena;
    const bool good = wts_legacy_get_wait_system_event(stub, length, &out);
    if (!was_read(good ? WTS_NDR_OK : WTS_NDR_MALFORMED, &out, sizeof out))
        return WTS_NDR_MALFORMED;
    show_number(show, "events", out.events);
    show_legacy_result(show, &out.end);
    return WTS_NDR_OK;
}

static enum wts_ndr_status read_process_sid(const uint8_t *stub, size_t length, struct wts_ndr_arena *arena,
                                            struct show *show)
{
    struct wts_process_sid out;
    poison(&out, sizeof out);
    const enum wts_ndr_status status = wts_legacy_get_process_sid(stub, length, arena, &out);
    if (was_read(status, &out, sizeof out)) {
        show_bytes(show, "sid", out.sid, out.sid_length);
        show_number(show, "needed", out.needed);
        show_legacy_result(show, &out.end);
    }
    return status;
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

static enum wts_ndr_status read_processes(uint16_t opnum, const uint8_t *stub, size_t length,
                                          struct wts_ndr_arena *arena, struct show *show)
{
    struct wts_process_list out;
    poison(&out, sizeof out);
    const enum wts_ndr_status status = wts_legacy_get_all_processes(opnum, stub, length, arena, &out);
    if (!was_read(status, &out, sizeof out))
        return status;
    for (uint32_t i = 0; i < out.count; i++)
        show_process(show, &out.records[i]);
    show_legacy_result(show, &out.end);
    return status;
}

static enum wts_ndr_status read_all_processes(const uint8_t *stub, size_t length, struct wts_ndr_arena *arena,
                                              struct show *show)
{
    return read_processes(WTS_LEGACY_GET_ALL_PROCESSES, stub, length, arena, show);
}

static enum wts_ndr_status read_all_processes_nt6(const uint8_t *stub, size_t length,
                                                  struct wts_ndr_arena *arena, struct show *show)
{
    return read_processes(WTS_LEGACY_GET_ALL_PROCESSES_NT6, stub, length, arena, show);
}

const struct response legacy_responses[] = {
    {WTS_LEGACY_SHUTDOWN_SYSTEM, read_shutdown_system},
    {WTS_LEGACY_WAIT_SYSTEM_EVENT, read_wait_system_event},
    {WTS_LEGACY_GET_ALL_PROCESSES, read_all_processes},
    {WTS_LEGACY_GET_PROCESS_SID, read_process_sid},
    {WTS_LEGACY_GET_ALL_PROCESSES_NT6, read_all_processes_nt6},
    {0, NULL},
};

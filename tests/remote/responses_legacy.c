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

const struct response legacy_responses[] = {
    {WTS_LEGACY_SHUTDOWN_SYSTEM, read_shutdown_system},
    {WTS_LEGACY_WAIT_SYSTEM_EVENT, read_wait_system_event},
    {WTS_LEGACY_GET_PROCESS_SID, read_process_sid},
    {0, NULL},
};

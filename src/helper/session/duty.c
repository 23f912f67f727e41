/*
 * The duty session; see duty.h.
 */
#include "helper/session/duty.h"

#include "core/error.h"
#include "helper/host/worker.h"
#include "helper/session/payload.h"

static bool check_open(struct wts_frame_reader *payload, struct wts_secret_place *secret)
{
    *secret = (struct wts_secret_place){0, 0};
    return wts_frame_reader_ended(payload);
}

static void open_channel(struct wts_worker *worker, struct wts_frame_reader payload, char *secret,
                         size_t length)
{
    static const struct wts_frame_outcome done = {.progress = WTS_EXECUTED};
    (void)payload, (void)secret, (void)length;
    wts_worker_opened(worker, &done, NULL, NULL);
}

static void fill_session(struct wts_frame_writer *writer, const void *what)
{
    wts_linux_put_session(writer, what);
}

static void request(struct wts_worker *worker, uint32_t verb, struct wts_frame_reader payload)
{
    static const struct wts_frame_text reason = {"not looked for", 14};
    const struct wts_linux_session session = {
        .lock_source = WTS_LINUX_SOURCE_COUNT,
        .sources = {{.reason = reason}, {.reason = reason}, {.reason = reason}}};
    const bool is_known = verb == WTS_LINUX_READ || verb == WTS_LINUX_WATCH;
    const struct wts_frame_outcome outcome = {
        .error = is_known && wts_frame_reader_ended(&payload) ? ERROR_SUCCESS : ERROR_CALL_NOT_IMPLEMENTED,
        .progress = is_known ? WTS_EXECUTED : WTS_NOT_EXECUTED};
    wts_worker_reply(worker, &outcome, false, outcome.error == ERROR_SUCCESS ? fill_session : NULL, &session);
}

/* Where the sources are. */
static const char *const variables[] = {"DBUS_SYSTEM_BUS_ADDRESS",
                                        "DBUS_SESSION_BUS_ADDRESS",
                                        "XDG_RUNTIME_DIR",
                                        "XDG_SESSION_ID",
                                        "XRDP_SOCKET_PATH",
                                        "DISPLAY",
                                        NULL};

const struct wts_duty wts_session_duty = {
    .number = WTS_SESSION_DUTY,
    .variables = variables,
    .open_lost = RPC_S_SERVER_UNAVAILABLE,
    .request_late = RPC_S_CALL_CANCELLED,
    .request_lost = RPC_S_CALL_FAILED,
    .check_open = check_open,
    .open = open_channel,
    .request = request,
};

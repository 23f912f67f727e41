/*
 * The helper wts-session; see session_helper.h.
 */
#include "local/session/session_helper.h"

#include "helper/session/payload.h"

static const char *const variables[] = {
    "DBUS_SESSION_BUS_ADDRESS", "DBUS_SYSTEM_BUS_ADDRESS", "DISPLAY", "XDG_RUNTIME_DIR",
    "XDG_SESSION_ID",           "XRDP_SOCKET_PATH",        NULL};

/* The helper's watchdog reports its end, so that a window that is registered for hours does not need a check
 * every second. After the end of the watch the helper is not needed any more, but a program that opens one
 * channel after the other needs it again. */
struct wts_helper_kind wts_session_helper = {.program = "wts-session",
                                             .variables = variables,
                                             .brief_duty = WTS_SESSION_DUTY,
                                             .look_interval_ms = 10000,
                                             .lock = WTS_LOCK_INITIALIZER};

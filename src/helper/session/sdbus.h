/*
 * libsystemd's sd-bus, loaded at run time: where libsystemd is absent (elogind, musl, a small container)
 * wts-session still runs, without the sources that need a bus.
 */
#ifndef WTS_HELPER_SESSION_SDBUS_H
#define WTS_HELPER_SESSION_SDBUS_H

#include <stdbool.h>
#include <systemd/sd-bus.h>

/* Every function of sd-bus that wts-session calls; `sd_bus_` comes before each name. */
#define WTS_SD_BUS_FUNCTIONS(X)                                                                              \
    X(new)                                                                                                   \
    X(set_address)                                                                                           \
    X(set_bus_client)                                                                                        \
    X(set_watch_bind)                                                                                        \
    X(set_method_call_timeout)                                                                               \
    X(start)                                                                                                 \
    X(close_unref)                                                                                           \
    X(is_open)                                                                                               \
    X(is_ready)                                                                                              \
    X(get_fd)                                                                                                \
    X(get_events)                                                                                            \
    X(get_timeout)                                                                                           \
    X(process)                                                                                               \
    X(slot_unref)                                                                                            \
    X(match_signal_async)                                                                                    \
    X(add_match_async)                                                                                       \
    X(call_async)                                                                                            \
    X(message_new_method_call)                                                                               \
    X(message_set_auto_start)                                                                                \
    X(message_append_basic)                                                                                  \
    X(message_unref)                                                                                         \
    X(message_get_sender)                                                                                    \
    X(message_get_error)                                                                                     \
    X(message_read_basic)                                                                                    \
    X(message_peek_type)                                                                                     \
    X(message_enter_container)                                                                               \
    X(message_exit_container)                                                                                \
    X(message_skip)

struct wts_sd_bus {
#define WTS_SD_BUS_MEMBER(name) __typeof__(sd_bus_##name) *(name);
    WTS_SD_BUS_FUNCTIONS(WTS_SD_BUS_MEMBER)
#undef WTS_SD_BUS_MEMBER
};

/* Filled by wts_sd_bus_load(). */
extern struct wts_sd_bus wts_sd_bus;

/* Loads the library. Returns NULL, or the reason of the failure, a text that lives as long as the process. */
const char *wts_sd_bus_load(void);

#endif

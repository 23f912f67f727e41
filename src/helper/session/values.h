/*
 * The contents of answers and signals of the sources. Data from a bus is not trusted: a property of the wrong
 * type counts as absent, as does a text that is empty or too long.
 */
#ifndef WTS_HELPER_SESSION_VALUES_H
#define WTS_HELPER_SESSION_VALUES_H

#include "helper/session/payload.h"
#include "helper/session/sdbus.h"

/* The properties of a session of logind. `known`: WTS_LINUX_ID to WTS_LINUX_IDLE_SINCE. */
struct wts_logind_values {
    uint32_t known;
    bool is_locked;
    bool is_active;
    bool is_remote;
    bool is_idle;
    uint32_t user_id;
    uint64_t logon_time;
    uint64_t idle_since; /* known even if the session is not idle */
    char id[WTS_LINUX_MAX_TEXT + 1];
    char user_name[WTS_LINUX_MAX_TEXT + 1];
    char remote_host[WTS_LINUX_MAX_TEXT + 1];
    char type[WTS_LINUX_MAX_TEXT + 1];
    char class_name[WTS_LINUX_MAX_TEXT + 1]; /* "user", "greeter", ...; empty: not known */
};

/*
 * Reads a dictionary of properties, a{sv}, at the message's place, into `values`; values that it lacks are
 * left alone. False: the message has another type there.
 */
bool wts_values_take_properties(sd_bus_message *message, struct wts_logind_values *values);

/* The string array that ends PropertiesChanged: whether it names any property whose value was not sent. */
bool wts_values_are_missing(sd_bus_message *message);

/* One value at the message's place. False: it has another type. Texts live as long as the message. */
bool wts_values_take_path(sd_bus_message *message, const char **path);
bool wts_values_take_text(sd_bus_message *message, const char **text);
bool wts_values_take_flag(sd_bus_message *message, bool *flag);

/* The answer to Get of a user's Display: a variant of (id, path). False: another type, or there is none. */
bool wts_values_take_display(sd_bus_message *message, const char **path);

#endif

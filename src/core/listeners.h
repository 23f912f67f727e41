/*
 * The configuration of the listeners of this machine (the objects that remote desktop clients connect to), as
 * src/local provides it. Contract: docs/contract.md#listeners. Portable.
 */
#ifndef WTS_CORE_LISTENERS_H
#define WTS_CORE_LISTENERS_H

#include <stdint.h>

#include "core/text.h"

enum {
    WTS_LISTENER_NAME_CAPACITY = 33, /* UTF-16 units, with the NUL */
    WTS_LISTENER_TEXT_COUNT = 5,
    WTS_LISTENER_TEXT_CAPACITY = 261
};

struct wts_listener_name {
    uint16_t units[WTS_LISTENER_NAME_CAPACITY];
    struct wts_text text; /* of `units` */
};

struct wts_listener_names {
    struct wts_listener_name *rows; /* the caller frees them with free() */
    uint32_t count;
};

/* One listener; a value that is not configured is 0 or empty. The texts lie in `units`. */
struct wts_listener {
    uint32_t is_enabled;
    uint32_t max_connection_count;
    uint32_t prompts_for_password;
    uint32_t inherits_color_depth;
    uint32_t color_depth;
    uint32_t inherits_broken_timeout;
    uint32_t broken_timeout;
    uint32_t disables_printers;
    uint32_t disables_drives;
    uint32_t disables_com_ports;
    uint32_t disables_lpt_ports;
    uint32_t disables_clipboard;
    uint32_t disables_audio;
    uint32_t disables_pnp;
    uint32_t disables_default_printer;
    uint32_t lan_adapter;
    uint32_t port;
    uint32_t inherits_shadow;
    uint32_t shadow;
    uint32_t connection_timeout;
    uint32_t disconnection_timeout;
    uint32_t idle_timeout;
    uint32_t security_layer;
    uint32_t min_encryption_level;
    uint32_t user_authentication;
    struct wts_text comment;
    struct wts_text user;
    struct wts_text domain;
    struct wts_text directory;
    struct wts_text program;
    uint16_t units[WTS_LISTENER_TEXT_COUNT][WTS_LISTENER_TEXT_CAPACITY];
};

/* Gives the names of all listeners. 8, 5, or another error of the registry; 0, with no names, when none is
 * configured. */
uint32_t wts_local_list_listeners(struct wts_listener_names *names);

/* Reads the listener `name`. 2: it does not exist. */
uint32_t wts_local_query_listener(const uint16_t *name, struct wts_listener *listener);

/*
 * Gives the security descriptor of the listener `name`, self-relative, with the DACL, the SACL and the parts
 * that `information` (a SECURITY_INFORMATION) names; LocalFree frees it. 2: the listener does not exist, or
 * has no descriptor; 1338: its value is not a descriptor.
 */
uint32_t wts_local_listener_security(const uint16_t *name, uint32_t information, void **descriptor,
                                     uint32_t *length);

#endif

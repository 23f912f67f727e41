/*
 * A query about one session, which takes several calls: what session_information.c and session_client.c
 * share. Portable.
 */
#ifndef WTS_REMOTE_SESSION_INFORMATION_H
#define WTS_REMOTE_SESSION_INFORMATION_H

#include "core/sessions.h"
#include "remote/call.h"
#include "remote/tsts/opaque.h"

enum wts_client_state { WTS_CLIENT_UNKNOWN, WTS_CLIENT_ABSENT, WTS_CLIENT_PRESENT };

struct wts_session_query {
    struct wts_operation operation;
    uint32_t session_id;
    struct wts_ndr_arena *arena; /* everything that `information` points to */
    struct wts_session_information *information;
    enum wts_client_state client_state;
    struct wts_opaque_client client; /* all zero unless the client is present */
};

/* Each adds one part to `information`. Returns 0 or a Win32 code. */
uint32_t wts_query_add_client(struct wts_session_query *query);
uint32_t wts_query_add_config(struct wts_session_query *query);
uint32_t wts_query_add_protocol(struct wts_session_query *query);
uint32_t wts_query_add_program(struct wts_session_query *query);
uint32_t wts_query_add_session_address(struct wts_session_query *query);

#endif

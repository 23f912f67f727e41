/*
 * An opened server and its back end: which calls are made for a function, and what their failure means.
 * Portable.
 */
#ifndef WTS_REMOTE_REMOTE_H
#define WTS_REMOTE_REMOTE_H

#include <stdint.h>

#include "core/backend.h"
#include "remote/call.h"
#include "remote/pool.h"

struct wts_remote_server {
    struct wts_server server; /* first: what the handle table keeps */
    struct wts_pool pool;
    uint32_t connect_timeout_ms;
    uint32_t call_timeout_ms;
    uint16_t name[WTS_SERVER_NAME_CAPACITY];
};

/* The Win32 code of a Legacy call that answered FALSE with `status` (ms-tsts 6.2, rule 3): never 0. */
uint32_t wts_legacy_error(uint32_t status);

/* The server handle that all calls of the Legacy interface take. */
extern const struct wts_context_rule wts_legacy_context;

/* Back end of WTSTerminateProcess, see backend.h: RpcWinStationTerminateProcess. */
uint32_t wts_remote_terminate_process(struct wts_server *server, uint32_t process_id, uint32_t exit_code);

/* Back end of the functions that list processes, see backend.h: RpcWinStationGetAllProcesses(_NT6). */
uint32_t wts_remote_list_processes(struct wts_server *server, struct wts_processes *processes);

/* The rest of the back end, see backend.h. */
uint32_t wts_remote_list_sessions(struct wts_server *server, enum wts_sessions_detail detail,
                                  struct wts_sessions *sessions);
uint32_t wts_remote_query_session(struct wts_server *server, uint32_t session_id, uint32_t parts,
                                  struct wts_session_information *information);
uint32_t wts_remote_send_message(struct wts_server *server, const struct wts_message *message,
                                 uint32_t *response);
uint32_t wts_remote_disconnect_session(struct wts_server *server, uint32_t session_id, bool waits);
uint32_t wts_remote_logoff_session(struct wts_server *server, uint32_t session_id, bool waits);
uint32_t wts_remote_shutdown_system(struct wts_server *server, uint32_t flags);
uint32_t wts_remote_wait_event(struct wts_server *server, uint32_t mask, uint32_t *events);
uint32_t wts_remote_register_window(struct wts_server *server, void *window, uint32_t flags);
uint32_t wts_remote_unregister_window(struct wts_server *server, void *window);

#endif

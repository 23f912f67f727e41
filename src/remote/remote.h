/*
 * An opened server and its back end: which procedures a function calls, and what their failures mean.
 * Portable.
 */
#ifndef WTS_REMOTE_REMOTE_H
#define WTS_REMOTE_REMOTE_H

#include <stdint.h>

#include "core/backend.h"
#include "remote/events.h"
#include "remote/pool.h"

struct wts_remote_server {
    struct wts_server server; /* first: the handle table keeps a pointer to it */
    _Atomic uint32_t users;   /* the handle, and our threads that work for it */
    struct wts_pool pool;
    struct wts_remote_wait wait;
    struct wts_remote_windows windows;
    struct wts_timeouts timeouts;
    uint16_t name[WTS_SERVER_NAME_CAPACITY];
};

/* Adds a user; removes one, and the last one frees the server (reference.c). */
void wts_remote_retain(struct wts_remote_server *remote);
void wts_remote_release(struct wts_remote_server *remote);

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

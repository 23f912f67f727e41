/*
 * An opened server and its back end: which calls are made for a function, and what their failure means.
 * Portable.
 */
#ifndef WTS_REMOTE_REMOTE_H
#define WTS_REMOTE_REMOTE_H

#include <stdint.h>

#include "core/backend.h"
#include "remote/call.h"
#include "remote/events.h"
#include "remote/operation.h"
#include "remote/pool.h"

struct wts_remote_server {
    struct wts_server server; /* first: what the handle table keeps */
    _Atomic uint32_t users;   /* the handle, and the threads of ours that work for it */
    struct wts_pool pool;
    struct wts_remote_wait wait;
    struct wts_remote_windows windows;
    struct wts_timeouts timeouts;
    uint16_t name[WTS_SERVER_NAME_CAPACITY];
};

/* One user more, and one less: the last one frees the server. */
void wts_remote_retain(struct wts_remote_server *remote);
void wts_remote_release(struct wts_remote_server *remote);

/* The Win32 code of a Legacy call that answered FALSE with `status` (ms-tsts 6.2, rule 3): never 0. */
uint32_t wts_legacy_error(uint32_t status);

/* The server handle that all calls of the Legacy interface take. */
extern const struct wts_context_rule wts_legacy_context;

/* A call of the Legacy interface that is answered with nothing but its BOOLEAN and pResult; constant. */
struct wts_legacy_result;
struct wts_legacy_question {
    uint16_t opnum;
    void (*put)(struct wts_ndr_writer *writer, const struct wts_context_handle *context,
                const void *arguments);
    bool (*get)(const uint8_t *stub, size_t length, struct wts_legacy_result *answer);
};

/* Makes it. Returns 0, what wts_remote_perform returns, 1783, or what wts_legacy_error makes of a FALSE. */
uint32_t wts_legacy_ask(struct wts_operation *operation, const struct wts_legacy_question *question,
                        const void *arguments);

/* 0 when session `session_id` is there; 2, or what the server says, when it is not. Needs no right. */
uint32_t wts_remote_check_session(struct wts_operation *operation, uint32_t session_id);

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

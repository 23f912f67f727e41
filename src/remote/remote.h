/*
 * An opened server, and the one way a call to it is made: a link from the pool, the server's context opened
 * on it once, the request sent, repeated once and only where it provably did not run. Portable.
 */
#ifndef WTS_REMOTE_REMOTE_H
#define WTS_REMOTE_REMOTE_H

#include <stddef.h>
#include <stdint.h>

#include "core/backend.h"
#include "remote/ndr/writer.h"
#include "remote/pool.h"

struct wts_remote_server {
    struct wts_server server; /* first: what the handle table keeps */
    struct wts_pool pool;
    uint32_t connect_timeout_ms;
    uint32_t call_timeout_ms;
    uint16_t name[WTS_SERVER_NAME_CAPACITY];
};

/* One call of the Legacy interface. */
struct wts_legacy_call {
    uint16_t opnum;
    uint32_t timeout_ms; /* UINT32_MAX: waits as long as it takes */
    /* Writes the request stub; `context` is the one of the link that carries it. */
    void (*put)(struct wts_ndr_writer *writer, const struct wts_context_handle *context,
                const void *arguments);
    const void *arguments;
};

/*
 * Makes one call. Returns 0 and the response stub, which the caller frees with free(), or a Win32 code: of
 * the transport, of the server's open call, or of the call. 1726: it may have run, or the handle was closed;
 * 1818: its deadline passed. Contract section 9; ms-tsts 6.2.
 */
uint32_t wts_legacy_perform(struct wts_remote_server *remote, const struct wts_legacy_call *call,
                            struct wts_response *response);

/* The Win32 code of a Legacy call that answered FALSE with `status` (ms-tsts 6.2, rule 3): never 0. */
uint32_t wts_legacy_error(uint32_t status);

/* Tells the server that the context of `link` is done with, so that it need not wait for its rundown. */
void wts_legacy_close(const struct wts_transport *transport, const struct wts_link *link);

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

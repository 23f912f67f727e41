/*
 * The back end for this machine, as its files share it. Windows only.
 */
#ifndef WTS_LOCAL_LOCAL_H
#define WTS_LOCAL_LOCAL_H

#include <windows.h>

#include <stdbool.h>
#include <stdint.h>

#include "core/backend.h"
#include "core/events.h"
#include "core/session_change.h"

/*
 * Ends a process of this machine. 87: no such process; 5: refused, or it had already ended. The low two bits
 * of `process_id` are ignored, as everywhere in Windows. Contract: docs/contract.md#terminate-process.
 */
uint32_t wts_local_terminate_process(struct wts_server *server, uint32_t process_id, uint32_t exit_code);

/* The rest of the back end, see backend.h. */
uint32_t wts_local_list_sessions(struct wts_server *server, enum wts_sessions_detail detail,
                                 struct wts_sessions *sessions);
uint32_t wts_local_query_session(struct wts_server *server, uint32_t session_id, uint32_t parts,
                                 struct wts_session_information *information);
uint32_t wts_local_send_message(struct wts_server *server, const struct wts_message *message,
                                uint32_t *response);
uint32_t wts_local_disconnect_session(struct wts_server *server, uint32_t session_id, bool waits);
uint32_t wts_local_logoff_session(struct wts_server *server, uint32_t session_id, bool waits);
uint32_t wts_local_shutdown_system(struct wts_server *server, uint32_t flags);
uint32_t wts_local_wait_event(struct wts_server *server, uint32_t mask, uint32_t *events);
uint32_t wts_local_register_window(struct wts_server *server, void *window, uint32_t flags);
uint32_t wts_local_unregister_window(struct wts_server *server, void *window);

/* Frees the registrations, when the DLL is unloaded. */
void wts_local_forget_events(void);

/* Ends the wait for events on a handle that was closed, see backend.h. */
void wts_local_cancel(struct wts_server *server);

/* The object of a handle that was opened by name. */
struct wts_local_named {
    struct wts_server server; /* first: the handle table keeps a pointer to it */
    struct wts_event_queue events;
};

/*
 * Publishes a change of a session of this machine, made or seen by this process, to the waiters of
 * WTSWaitSystemEvent and the registered windows of this process. Called on any thread, with no lock held.
 */
void wts_local_publish(enum wts_session_change change, uint32_t session_id);

#endif

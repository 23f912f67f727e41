/*
 * What the exports need from a server. Two back ends implement it: this machine (src/local) and an opened
 * server (src/remote). Portable: numbers have fixed widths, text is UTF-16, every function returns a Win32
 * code, 0 for success. Nothing below src/api reads or writes the last error.
 */
#ifndef WTS_CORE_BACKEND_H
#define WTS_CORE_BACKEND_H

#include <stdbool.h>
#include <stdint.h>

#include "core/sessions.h"

struct wts_processes;
struct wts_server;
struct wts_user_config;

struct wts_backend {
    /*
     * Ends process `process_id`; its exit code becomes `exit_code`, bit for bit.
     * docs/contract.md#terminate-process. 87 no such process, 5 refused or already ended; a remote server
     * also gives its own and RPC's codes.
     */
    uint32_t (*terminate_process)(struct wts_server *server, uint32_t process_id, uint32_t exit_code);

    /*
     * Gives all processes; the caller calls their `free`. docs/contract.md#process-list. 8, and from a remote
     * server its own and RPC's codes.
     */
    uint32_t (*list_processes)(struct wts_server *server, struct wts_processes *processes);

    /*
     * Gives all sessions that the caller may see; the caller calls their `free`.
     * docs/contract.md#session-list. 8, and from a remote server its own and RPC's codes.
     */
    uint32_t (*list_sessions)(struct wts_server *server, enum wts_sessions_detail detail,
                              struct wts_sessions *sessions);

    /*
     * Gives the members that `parts` (bits of enum wts_session_part) names; 0: none, only whether the session
     * exists. The caller calls its `free`. docs/contract.md#session-information. 2 no such session, 5 access
     * denied, 50 a part that is not known here.
     */
    uint32_t (*query_session)(struct wts_server *server, uint32_t session_id, uint32_t parts,
                              struct wts_session_information *information);

    /*
     * Shows a message box and gives the answer (IDOK ..., IDTIMEOUT 32000, IDASYNC 32001).
     * docs/contract.md#send-message. 7022 no such session; 50 no desktop can show it.
     */
    uint32_t (*send_message)(struct wts_server *server, const struct wts_message *message,
                             uint32_t *response);

    /* docs/contract.md#session-control. 2 no such session, 5 access denied, 50 not possible on this
     * system. */
    uint32_t (*disconnect_session)(struct wts_server *server, uint32_t session_id, bool waits);
    uint32_t (*logoff_session)(struct wts_server *server, uint32_t session_id, bool waits);

    /* `flags`: WTS_WSD_*, checked by the caller. 1314 or 5 without the privilege. */
    uint32_t (*shutdown_system)(struct wts_server *server, uint32_t flags);

    /*
     * Waits, without a limit, for one of the events in `mask` (WTS_EVENT_*) and returns which.
     * docs/contract.md#wait-system-event. WTS_EVENT_FLUSH ends the wait of another thread, with no event. 170
     * another thread waits already; 995 the handle was closed.
     */
    uint32_t (*wait_event)(struct wts_server *server, uint32_t mask, uint32_t *events);

    /*
     * Registers `window` (an HWND) for WM_WTSSESSION_CHANGE, and takes one registration back.
     * docs/contract.md#notifications.
     * `flags`: NOTIFY_FOR_*, checked by the caller, as is the window. 87 not registered.
     */
    uint32_t (*register_window)(struct wts_server *server, void *window, uint32_t flags);
    uint32_t (*unregister_window)(struct wts_server *server, void *window);

    /* Ends calls in flight on `server`, whose handle was closed. Waits at most two seconds for a server that
     * is silent. */
    void (*cancel)(struct wts_server *server);

    /* Frees `server` when the last user is done. */
    void (*destroy)(struct wts_server *server);
};

/* A server as the handle table keeps it; the back ends put it at the front of what they need. */
struct wts_server {
    const struct wts_backend *backend;
};

/* The object that NULL handles mean: this machine, one object for the life of the process. */
extern struct wts_server wts_local_server;

/*
 * Makes the object for a handle opened on this machine by name: the same back end, but events are waited for
 * on this handle alone. Returns 0 and the object, which its back end's destroy frees, or 8.
 */
uint32_t wts_local_open(struct wts_server **server);

/* Functions of this machine alone, which take no server handle. Implemented by src/local. */

/* docs/contract.md#session-control. `password` is NUL terminated. 2 no such session, 50 not possible on this
 * system. */
uint32_t wts_local_connect_session(uint32_t session_id, uint32_t target_id, const uint16_t *password,
                                   bool waits);

/* A primary token (a HANDLE, the caller's to close) of the session's user. docs/contract.md#user-token. 1314,
 * 2, 1008. */
uint32_t wts_local_query_user_token(uint32_t session_id, void **token);

/* Whether any session is active. docs/contract.md#active-session-exists. */
uint32_t wts_local_active_session_exists(bool *exists);

/* Frees what this machine's back end keeps between calls, when the DLL is unloaded and no call is in flight.
 */
void wts_local_unload(void);

/*
 * Makes the object for the server `name` (UTF-16, 1..255 characters, NUL terminated, any content) without
 * touching the network. Returns 0 and the object, which its back end's destroy frees, or 8.
 */
uint32_t wts_remote_open(const uint16_t *name, struct wts_server **server);

/* Frees what opened servers' back end keeps between calls, when the DLL is unloaded and no call is in flight.
 */
void wts_remote_unload(void);

/*
 * Calls that only another machine can serve. They take a server name (as above) instead of a handle, and each
 * call makes its own connection. docs/contract.md#user-config. `user` is NUL terminated, "user" or
 * "DOMAIN\\user". 2221 no such user, 1355 another domain, 5 access denied, and the server's own and RPC's
 * codes.
 */

/* Gives the settings of an account; the caller calls config->free. */
uint32_t wts_remote_query_user_config(const uint16_t *server_name, const uint16_t *user,
                                      struct wts_user_config *config);

/*
 * Writes `settings` (bits, core/user_config.h) of `config` and keeps everything else. 13: settings of other
 * programs would be lost; 87: a value cannot be stored. Nothing is written then.
 */
uint32_t wts_remote_change_user_config(const uint16_t *server_name, const uint16_t *user,
                                       const struct wts_user_config *config, uint32_t settings);

#endif

/*
 * What the exports ask of a server, and the two who answer: this machine (src/local) and an opened server
 * (src/remote). Portable: numbers have fixed widths, text is UTF-16, every function returns a Win32 code, 0
 * for success. Nobody below src/api reads or writes the last error.
 */
#ifndef WTS_CORE_BACKEND_H
#define WTS_CORE_BACKEND_H

#include <stdint.h>

struct wts_processes;
struct wts_server;

struct wts_backend {
    /*
     * Ends process `process_id`; its exit code becomes `exit_code`, bit for bit. Contract 3.1.
     * 87 no such process, 5 refused or already ended; a remote server also gives its own and RPC's codes.
     */
    uint32_t (*terminate_process)(struct wts_server *server, uint32_t process_id, uint32_t exit_code);

    /*
     * Gives all processes, whose `free` the caller calls. Contract 3.3 and 3.4. 8, and from a remote server
     * its own and RPC's codes.
     */
    uint32_t (*list_processes)(struct wts_server *server, struct wts_processes *processes);

    /* Makes calls in flight on `server` end soon: its handle was closed. Returns at once. */
    void (*cancel)(struct wts_server *server);

    /* Frees `server` when the last user is done. */
    void (*destroy)(struct wts_server *server);
};

/* A server as the handle table keeps it; the back ends put it at the front of what they need. */
struct wts_server {
    const struct wts_backend *backend;
};

/* This machine: one object for the life of the process; its cancel and destroy do nothing. */
extern struct wts_server wts_local_server;

/*
 * Makes the object for the server `name` (UTF-16, 1..255 characters, NUL terminated, any content) without
 * touching the network. Returns 0 and the object, which its back end's destroy frees, or 8.
 */
uint32_t wts_remote_open(const uint16_t *name, struct wts_server **server);

#endif

/*
 * The process' server handles: one handle table whose objects are servers. NULL is this machine and needs no
 * table.
 */
#ifndef WTS_CORE_SERVER_H
#define WTS_CORE_SERVER_H

#include <stdbool.h>
#include <stdint.h>

#include "core/backend.h"

/* Gives `server` a handle. Returns it, or NULL when slots or memory are exhausted: the server is then
 * destroyed. */
void *wts_server_open(struct wts_server *server);

/*
 * The server of `handle`, with one reference taken; 0 on success. NULL gives this machine. Any value that is
 * not a live handle returns ERROR_INVALID_HANDLE at once. Each success needs one wts_server_release.
 */
uint32_t wts_server_acquire(void *handle, struct wts_server **server);
void wts_server_release(void *handle);

/* True when `handle` is live and means this machine: NULL, or opened by one of its names. */
bool wts_server_is_local(void *handle);

/* Ends the handle and cancels calls in flight on it; the last user frees the server. NULL and dead values are
 * ignored. */
void wts_server_close(void *handle);

/* How many handles are open now. */
uint32_t wts_server_count(void);

/* Frees the table when the DLL is unloaded. Servers that are still open are left alone: nothing is closed
 * under the loader lock. */
void wts_server_unload(void);

#endif

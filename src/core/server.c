/*
 * The process' server handles; see server.h.
 */
#include "core/server.h"

#include <stdatomic.h>
#include <stddef.h>

#include "core/error.h"
#include "core/handle_table.h"

static _Atomic uint32_t open_count;

static void destroy(void *object)
{
    struct wts_server *server = object;
    server->backend->destroy(server);
}

#if UINTPTR_MAX > UINT32_MAX
static struct wts_handle_table table = WTS_HANDLE_TABLE_INITIALIZER(&wts_handle_layout_64, destroy);
#else
static struct wts_handle_table table = WTS_HANDLE_TABLE_INITIALIZER(&wts_handle_layout_32, destroy);
#endif

void *wts_server_open(struct wts_server *server)
{
    const uint64_t value = wts_handle_open(&table, server);
    if (value == 0)
        destroy(server);
    else
        atomic_fetch_add(&open_count, 1);
    return (void *)(uintptr_t)value; // NOLINT(performance-no-int-to-ptr)
}

uint32_t wts_server_acquire(void *handle, struct wts_server **server)
{
    *server = handle == NULL ? &wts_local_server : wts_handle_acquire(&table, (uintptr_t)handle);
    return *server != NULL ? ERROR_SUCCESS : ERROR_INVALID_HANDLE;
}

void wts_server_release(void *handle)
{
    if (handle != NULL)
        wts_handle_release(&table, (uintptr_t)handle);
}

bool wts_server_is_local(void *handle)
{
    struct wts_server *server;
    if (handle == NULL)
        return true;
    if (wts_server_acquire(handle, &server) != ERROR_SUCCESS)
        return false;
    const bool is_local = server->backend == wts_local_server.backend;
    wts_server_release(handle);
    return is_local;
}

void wts_server_close(void *handle)
{
    struct wts_server *server = handle != NULL ? wts_handle_acquire(&table, (uintptr_t)handle) : NULL;
    if (server == NULL)
        return;
    /* Several threads may close at once: only the one that ends the handle cancels. Our reference keeps the
     * server alive. */
    if (wts_handle_close(&table, (uintptr_t)handle)) {
        atomic_fetch_sub(&open_count, 1);
        server->backend->cancel(server);
    }
    wts_handle_release(&table, (uintptr_t)handle);
}

uint32_t wts_server_count(void)
{
    return atomic_load(&open_count);
}

void wts_server_unload(void)
{
    wts_handle_table_free(&table);
}

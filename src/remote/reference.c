/*
 * References to an opened server: the handle's, and those of our threads that work for it. See remote.h.
 */
#include <stdatomic.h>
#include <stdlib.h>

#include "remote/remote.h"

void wts_remote_retain(struct wts_remote_server *remote)
{
    atomic_fetch_add(&remote->users, 1);
}

void wts_remote_release(struct wts_remote_server *remote)
{
    if (atomic_fetch_sub(&remote->users, 1) > 1)
        return;
    while (remote->pool.links != NULL)
        wts_pool_drop(&remote->pool, remote->pool.links);
    wts_registrations_clear(&remote->windows.registrations);
    free(remote);
}

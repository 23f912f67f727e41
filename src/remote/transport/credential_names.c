/*
 * Remembered names of credentials; see credential_names.h.
 */
#include "remote/transport/credential_names.h"

#include "core/backend.h"
#include "core/platform.h"
#include "remote/transport/credential_list.h"
#include "remote/transport/credential_rule.h"

#include <stdint.h>
#include <wchar.h>

/* Units of 100 ns. A new name appears before the rest of its credential. Names that are read sooner than this
 * after a change may be incomplete, and are not remembered. */
#define SETTLED_AFTER 10000000ULL

static struct {
    struct wts_lock lock;
    CREDENTIALW **entries;
    DWORD count;
    uint64_t changed_at; /* of the store, when they were read; 0: nothing is remembered */
} names = {.lock = WTS_LOCK_INITIALIZER};

/* Call under the lock, like the function that follows. */
static void forget(void)
{
    wts_credential_list_free(names.entries, names.count);
    names.entries = NULL;
    names.count = 0;
    names.changed_at = 0;
}

static void read_if_changed(void)
{
    const uint64_t changed_at = wts_credential_list_changed_at();
    if (changed_at != 0 && changed_at == names.changed_at)
        return;
    forget();
    if (wts_credential_list_read(&names.entries, &names.count) != ERROR_SUCCESS)
        return;
    const uint64_t now = wts_clock_now();
    if (now > changed_at && now - changed_at >= SETTLED_AFTER)
        names.changed_at = changed_at;
}

WCHAR *wts_credential_names_choose(const WCHAR *server, DWORD *type)
{
    WCHAR *name = NULL;
    wts_lock_acquire(&names.lock);
    read_if_changed();
    const DWORD chosen = wts_credential_choose(names.entries, names.count, server);
    if (chosen < names.count) {
        name = _wcsdup(names.entries[chosen]->TargetName);
        *type = names.entries[chosen]->Type;
    }
    wts_lock_release(&names.lock);
    return name;
}

void wts_remote_unload(void)
{
    forget();
}

/*
 * Remembered names of credentials; see credential_names.h.
 */
#include "remote/transport/credential_names.h"

#include "core/backend.h"
#include "core/platform.h"
#include "core/system.h"
#include "remote/transport/credential_rule.h"

#include <wincred.h>

/* Wine keeps a credential in a key of its own below this one, which changes when a name comes or goes. */
static const WCHAR store[] = L"Software\\Wine\\Credential Manager";

/* Units of 100 ns. A new name appears before the rest of its credential. Names that are read sooner than this
 * after a change may be incomplete, and are not remembered. */
#define SETTLED_AFTER 10000000ULL

/* The system's list, without the passwords. */
static struct {
    struct wts_lock lock;
    CREDENTIALW **entries; /* NULL: none, or nothing is remembered */
    DWORD count;
    uint64_t changed_at; /* of the store, when they were read; 0: nothing is remembered */
} names = {.lock = WTS_LOCK_INITIALIZER};

/* When a name last came or went, as wts_clock_now() counts; 0: unknown. */
static uint64_t store_changed_at(void)
{
    HKEY key;
    FILETIME time = {0, 0};
    if (WTS_SYSTEM(RegOpenKeyExW) == NULL || WTS_SYSTEM(RegQueryInfoKeyW) == NULL ||
        WTS_SYSTEM(RegCloseKey) == NULL)
        return 0;
    if (WTS_SYSTEM(RegOpenKeyExW)(HKEY_CURRENT_USER, store, 0, KEY_QUERY_VALUE, &key) != ERROR_SUCCESS)
        return 0;
    const LSTATUS status =
        WTS_SYSTEM(RegQueryInfoKeyW)(key, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, &time);
    WTS_SYSTEM(RegCloseKey)(key);
    return status == ERROR_SUCCESS ? (uint64_t)time.dwHighDateTime << 32 | time.dwLowDateTime : 0;
}

/* Call under the lock, like the functions that follow. */
static void forget(void)
{
    if (names.entries != NULL)
        WTS_SYSTEM(CredFree)(names.entries);
    names.entries = NULL;
    names.count = 0;
    names.changed_at = 0;
}

static void wipe_passwords(void)
{
    for (DWORD i = 0; i < names.count; i++) {
        if (names.entries[i]->CredentialBlob != NULL)
            SecureZeroMemory(names.entries[i]->CredentialBlob, names.entries[i]->CredentialBlobSize);
    }
}

static void read_if_changed(void)
{
    const uint64_t changed_at = store_changed_at();
    if (changed_at != 0 && changed_at == names.changed_at)
        return;
    forget();
    if (WTS_SYSTEM(CredEnumerateW) == NULL || WTS_SYSTEM(CredFree) == NULL)
        return;
    if (!WTS_SYSTEM(CredEnumerateW)(NULL, 0, &names.count, &names.entries)) {
        names.entries = NULL;
        names.count = 0;
    }
    wipe_passwords();
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

/*
 * The stored credential for a server; see credential.h.
 */
#include "remote/transport/credential.h"

#include "core/deadline.h"
#include "core/system.h"
#include "remote/transport/credential_lock.h"
#include "remote/transport/credential_names.h"

#include <windows.h>

#include <stdlib.h>
#include <wchar.h>
#include <wincred.h>

/* Writing takes a fraction of this. A writer that hangs must not use up the time for connecting. */
#define MAX_WAIT_MS 1000U

static bool to_utf8(const WCHAR *text, int count, char *out, int capacity)
{
    const int length = count > 0 ? WideCharToMultiByte(CP_UTF8, WC_ERR_INVALID_CHARS, text, count, out,
                                                       capacity - 1, NULL, NULL)
                                 : 0;
    out[length] = '\0';
    return length > 0 || count == 0;
}

/* Splits DOMAIN\name; anything else, including name@realm, is the user name. */
static bool take_apart(const CREDENTIALW *stored, struct wts_credential *credential)
{
    const WCHAR *name = stored->UserName != NULL ? stored->UserName : L"";
    const WCHAR *separator = wcschr(name, L'\\');
    const WCHAR *user = separator != NULL ? separator + 1 : name;
    const int domain_count = separator != NULL ? (int)(separator - name) : 0;
    return to_utf8(name, domain_count, credential->domain, sizeof credential->domain) &&
           to_utf8(user, (int)wcslen(user), credential->user, sizeof credential->user) &&
           to_utf8((const WCHAR *)stored->CredentialBlob, (int)(stored->CredentialBlobSize / sizeof(WCHAR)),
                   credential->password, sizeof credential->password);
}

static CREDENTIALW *read_stored(const WCHAR *name, DWORD type, uint64_t deadline_ms)
{
    CREDENTIALW *stored = NULL;
    if (WTS_SYSTEM(CredReadW) == NULL || WTS_SYSTEM(CredFree) == NULL)
        return NULL;
    const uint32_t left_ms = wts_deadline_left(deadline_ms);
    const HANDLE lock = wts_credential_lock(left_ms < MAX_WAIT_MS ? left_ms : MAX_WAIT_MS);
    const BOOL is_read = WTS_SYSTEM(CredReadW)(name, type, 0, &stored);
    wts_credential_unlock(lock);
    return is_read ? stored : NULL;
}

bool wts_credential_read(const uint16_t *server, uint64_t deadline_ms, struct wts_credential *credential)
{
    DWORD type = 0;
    wts_credential_wipe(credential);
    WCHAR *name = wts_credential_names_choose(server, &type);
    CREDENTIALW *stored = name != NULL ? read_stored(name, type, deadline_ms) : NULL;
    if (stored != NULL) {
        if (!take_apart(stored, credential) || credential->user[0] == '\0')
            wts_credential_wipe(credential);
        if (stored->CredentialBlob != NULL)
            SecureZeroMemory(stored->CredentialBlob, stored->CredentialBlobSize);
        WTS_SYSTEM(CredFree)(stored);
    }
    free(name);
    return credential->user[0] != '\0';
}

void wts_credential_wipe(struct wts_credential *credential)
{
    SecureZeroMemory(credential, sizeof *credential);
}

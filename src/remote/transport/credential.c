/*
 * The stored credential for a server; see credential.h.
 */
#include "remote/transport/credential.h"

#include "remote/transport/credential_rule.h"

#include <windows.h>

#include <wchar.h>
#include <wincred.h>

static bool to_utf8(const WCHAR *text, int count, char *out, int capacity)
{
    const int length = count > 0 ? WideCharToMultiByte(CP_UTF8, WC_ERR_INVALID_CHARS, text, count, out,
                                                       capacity - 1, NULL, NULL)
                                 : 0;
    out[length] = '\0';
    return length > 0 || count == 0;
}

/* Splits DOMAIN\name; everything else, name@realm too, is the user's name alone. */
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

static bool take_from(const CREDENTIALW *stored, struct wts_credential *credential)
{
    const bool is_whole = take_apart(stored, credential) && credential->user[0] != '\0';
    if (!is_whole)
        wts_credential_wipe(credential);
    return is_whole;
}

/* The whole list is read: when a name is absent, Wine's CredReadW loses a handle (measured: Wine 8.0),
 * and CredEnumerateW does not. Every password of it is wiped. */
bool wts_credential_read(const uint16_t *server, struct wts_credential *credential)
{
    CREDENTIALW **list;
    DWORD count;
    wts_credential_wipe(credential);
    if (!CredEnumerateW(NULL, 0, &count, &list))
        return false;
    const DWORD chosen = wts_credential_choose(list, count, server);
    const bool is_read = chosen < count && take_from(list[chosen], credential);
    for (DWORD i = 0; i < count; i++) {
        if (list[i]->CredentialBlob != NULL)
            SecureZeroMemory(list[i]->CredentialBlob, list[i]->CredentialBlobSize);
    }
    CredFree(list);
    return is_read;
}

void wts_credential_wipe(struct wts_credential *credential)
{
    SecureZeroMemory(credential, sizeof *credential);
}

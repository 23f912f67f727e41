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

/* All zero where a part is missing or is no text. */
static void take_from(const CREDENTIALW *stored, struct wts_credential *credential)
{
    if (!take_apart(stored, credential) || credential->user[0] == '\0')
        wts_credential_wipe(credential);
}

/*
 * Reads the credential that the rule chooses among those whose names begin as `filter` says, or among all
 * (NULL). Returns whether one was chosen: an exact name only where a filter is given. Every password of the
 * list is wiped.
 */
static bool choose_from(const WCHAR *filter, const WCHAR *server, struct wts_credential *credential)
{
    CREDENTIALW **list;
    DWORD count;
    if (!CredEnumerateW(filter, 0, &count, &list))
        return false;
    const DWORD chosen = wts_credential_choose(list, count, server);
    const bool is_chosen = chosen < count && (filter == NULL || wts_credential_is_exact(list[chosen]));
    if (is_chosen)
        take_from(list[chosen], credential);
    for (DWORD i = 0; i < count; i++) {
        if (list[i]->CredentialBlob != NULL)
            SecureZeroMemory(list[i]->CredentialBlob, list[i]->CredentialBlobSize);
    }
    CredFree(list);
    return is_chosen;
}

/* Exact names go first, and the system gives them without the others, each of which it would decrypt
 * (measured under Wine: 0.2 ms each). CredReadW, when a name is absent, loses a handle (Wine 8.0);
 * CredEnumerateW does not. */
bool wts_credential_read(const uint16_t *server, struct wts_credential *credential)
{
    static const WCHAR *const exact[] = {L"%ls*", L"TERMSRV/%ls*"};
    WCHAR filter[300];
    bool is_chosen = false;
    wts_credential_wipe(credential);
    for (unsigned i = 0; !is_chosen && i < ARRAYSIZE(exact); i++) {
        const int length = _snwprintf(filter, ARRAYSIZE(filter), exact[i], server);
        is_chosen = length > 0 && length < (int)ARRAYSIZE(filter) && choose_from(filter, server, credential);
    }
    if (!is_chosen)
        choose_from(NULL, server, credential);
    return credential->user[0] != '\0';
}

void wts_credential_wipe(struct wts_credential *credential)
{
    SecureZeroMemory(credential, sizeof *credential);
}

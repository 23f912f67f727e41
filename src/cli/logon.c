/*
 * Whom a server sees; see logon.h. The rule that chooses a credential is the DLL's.
 */
#include "cli/logon.h"

#include "remote/transport/credential_rule.h"

static CREDENTIALW **entries;
static DWORD count;

void logon_read(void)
{
    if (!CredEnumerateW(NULL, 0, &count, &entries))
        count = 0;
    for (DWORD i = 0; i < count; i++) {
        if (entries[i]->CredentialBlob != NULL)
            SecureZeroMemory(entries[i]->CredentialBlob, entries[i]->CredentialBlobSize);
    }
}

const wchar_t *logon_of(const wchar_t *server)
{
    const DWORD chosen = server != NULL ? wts_credential_choose(entries, count, server) : count;
    return chosen < count ? entries[chosen]->UserName : NULL;
}

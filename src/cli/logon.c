/*
 * The user that a server sees; see logon.h. The rule that chooses a credential is that of the DLL.
 */
#include "cli/logon.h"

#include "cli/connections.h"
#include "cli/memory.h"
#include "remote/transport/credential_rule.h"

#include <wchar.h>

static INIT_ONCE once = INIT_ONCE_STATIC_INIT;
static CREDENTIALW **entries;
static DWORD count;

static BOOL CALLBACK read_entries(INIT_ONCE *read, void *argument, void **context)
{
    (void)read;
    (void)argument;
    (void)context;
    if (!CredEnumerateW(NULL, 0, &count, &entries))
        count = 0;
    for (DWORD i = 0; i < count; i++) {
        if (entries[i]->CredentialBlob != NULL)
            SecureZeroMemory(entries[i]->CredentialBlob, entries[i]->CredentialBlobSize);
    }
    return TRUE;
}

const CREDENTIALW *logon_entry(const wchar_t *server)
{
    InitOnceExecuteOnce(&once, read_entries, NULL, NULL);
    const DWORD chosen = wts_credential_choose(entries, count, server);
    return chosen < count ? entries[chosen] : NULL;
}

wchar_t *logon_of(const wchar_t *server)
{
    const CREDENTIALW *entry = server != NULL ? logon_entry(server) : NULL;
    if (entry != NULL)
        return entry->UserName != NULL ? memory_copy(entry->UserName, wcslen(entry->UserName)) : NULL;
    return server != NULL ? connections_principal(server) : NULL;
}

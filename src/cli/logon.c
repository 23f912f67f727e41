/*
 * The user that a server sees; see logon.h. The rule that chooses a credential is that of the DLL.
 */
#include "cli/logon.h"

#include "cli/connections.h"
#include "cli/memory.h"
#include "remote/transport/credential_list.h"
#include "remote/transport/credential_rule.h"

#include <wchar.h>

static INIT_ONCE once = INIT_ONCE_STATIC_INIT;
static CREDENTIALW **entries;
static DWORD count;
static DWORD error;

static BOOL CALLBACK read_entries(INIT_ONCE *read, void *argument, void **context)
{
    (void)read;
    (void)argument;
    (void)context;
    error = wts_credential_list_read(&entries, &count);
    if (error == ERROR_NOT_ENOUGH_MEMORY)
        memory_is_exhausted();
    return TRUE;
}

DWORD logon_entries(CREDENTIALW *const **list, DWORD *list_count)
{
    InitOnceExecuteOnce(&once, read_entries, NULL, NULL);
    *list = entries;
    *list_count = count;
    return error;
}

const CREDENTIALW *logon_entry(const wchar_t *server)
{
    CREDENTIALW *const *list;
    DWORD list_count;
    logon_entries(&list, &list_count);
    const DWORD chosen = wts_credential_choose(list, list_count, server);
    return chosen < list_count ? list[chosen] : NULL;
}

wchar_t *logon_of(const wchar_t *server)
{
    const CREDENTIALW *entry = server != NULL ? logon_entry(server) : NULL;
    if (entry != NULL)
        return entry->UserName != NULL ? memory_copy(entry->UserName, wcslen(entry->UserName)) : NULL;
    return server != NULL ? connections_principal(server) : NULL;
}

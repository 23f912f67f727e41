/*
 * Exports that return the token of a session's user, docs/contract.md#user-token. The argument is checked
 * before the privilege. Both names are the same function.
 */
#include <wtsapi32.h>

#include "api/call.h"
#include "core/backend.h"
#include "forward/forward.h"

static BOOL query(const char *name, ULONG session, HANDLE *token)
{
    const struct wts_call call = wts_call_begin(name);
    HANDLE found = NULL;
    DWORD error = ERROR_INVALID_PARAMETER;
    if (token != NULL)
        error = wts_local_query_user_token(session, &found);
    if (error == ERROR_SUCCESS)
        *token = found;
    return wts_call_end(&call, error);
}

BOOL WINAPI WTSQueryUserToken(ULONG SessionId, PHANDLE phToken)
{
    WTS_FORWARD(WTSQueryUserToken, (SessionId, phToken));
    return query("WTSQueryUserToken", SessionId, phToken);
}

BOOL WINAPI QueryUserToken(ULONG SessionId, PHANDLE phToken)
{
    WTS_FORWARD(QueryUserToken, (SessionId, phToken));
    return query("QueryUserToken", SessionId, phToken);
}

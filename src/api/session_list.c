/*
 * Exports that list sessions, and the one that reports whether any is active; docs/contract.md#session-list,
 * docs/contract.md#session-list-ex, docs/contract.md#active-session-exists. Arguments are checked before the
 * handle, outputs are written on success only, and success leaves the last error alone.
 */
#include <wtsapi32.h>

#include "api/call.h"
#include "core/block.h"
#include "core/server.h"
#include "core/sessions.h"
#include "forward/forward.h"

#define FIELD(kind, source, target) WTS_FIELD(kind, struct wts_session, source, WTS_SESSION_INFO, target)

static const struct wts_field fields[] = {
    FIELD(NUMBER, session_id, SessionId),
    FIELD(TEXT, name, pWinStationName),
    FIELD(NUMBER, state, State),
};

#define FIELD_1(kind, source, target) WTS_FIELD(kind, struct wts_session, source, WTS_SESSION_INFO_1, target)

static const struct wts_field fields_1[] = {
    FIELD_1(NUMBER, environment_id, ExecEnvId),
    FIELD_1(NUMBER, state, State),
    FIELD_1(NUMBER, session_id, SessionId),
    FIELD_1(TEXT, name, pSessionName),
    FIELD_1(TEXT, host, pHostName),
    FIELD_1(TEXT, user, pUserName),
    FIELD_1(TEXT, domain, pDomainName),
    FIELD_1(TEXT, farm, pFarmName),
};

/* Indexed by enum wts_sessions_detail. */
static const struct wts_layout layouts[] = {
    WTS_LAYOUT(fields, struct wts_session, WTS_SESSION_INFO),
    WTS_LAYOUT(fields_1, struct wts_session, WTS_SESSION_INFO_1),
};

static BOOL list(const char *name, HANDLE handle, bool is_request_valid, enum wts_sessions_detail detail,
                 enum wts_form form, void **block, DWORD *count)
{
    const struct wts_call call = wts_call_begin(name);
    struct wts_server *server;
    struct wts_sessions sessions;
    void *packed = NULL;
    size_t length;
    if (!is_request_valid || block == NULL || count == NULL)
        return wts_call_end(&call, ERROR_INVALID_PARAMETER);
    DWORD error = wts_server_acquire(handle, &server);
    if (error != ERROR_SUCCESS)
        return wts_call_end(&call, error);
    error = server->backend->list_sessions(server, detail, &sessions);
    wts_server_release(handle);
    if (error != ERROR_SUCCESS)
        return wts_call_end(&call, error);
    error = wts_block_pack(&layouts[detail], form, sessions.rows, sessions.count, &packed, &length);
    if (error == ERROR_SUCCESS) {
        *block = packed;
        *count = sessions.count;
    }
    sessions.free(&sessions);
    return wts_call_end(&call, error);
}

static bool is_version_valid(DWORD reserved, DWORD version)
{
    return reserved == 0 && version == 1;
}

/* The level is never written, not even a wrong one. */
static bool is_level_valid(const DWORD *level, DWORD filter)
{
    return level != NULL && *level == 1 && filter == 0;
}

BOOL WINAPI WTSEnumerateSessionsW(HANDLE hServer, DWORD Reserved, DWORD Version,
                                  PWTS_SESSION_INFOW *ppSessionInfo, DWORD *pCount)
{
    WTS_FORWARD_BUFFER(WTSEnumerateSessionsW, wts_server_is_local(hServer),
                       (NULL, Reserved, Version, ppSessionInfo, pCount), ppSessionInfo, 0, WTS_RELEASE_PLAIN,
                       0);
    return list("WTSEnumerateSessionsW", hServer, is_version_valid(Reserved, Version), WTS_SESSIONS_PLAIN,
                WTS_FORM_UTF16, (void **)ppSessionInfo, pCount);
}

BOOL WINAPI WTSEnumerateSessionsA(HANDLE hServer, DWORD Reserved, DWORD Version,
                                  PWTS_SESSION_INFOA *ppSessionInfo, DWORD *pCount)
{
    WTS_FORWARD_BUFFER(WTSEnumerateSessionsA, wts_server_is_local(hServer),
                       (NULL, Reserved, Version, ppSessionInfo, pCount), ppSessionInfo, 0, WTS_RELEASE_PLAIN,
                       0);
    return list("WTSEnumerateSessionsA", hServer, is_version_valid(Reserved, Version), WTS_SESSIONS_PLAIN,
                WTS_FORM_ANSI, (void **)ppSessionInfo, pCount);
}

BOOL WINAPI WTSEnumerateSessionsExW(HANDLE hServer, DWORD *pLevel, DWORD Filter,
                                    PWTS_SESSION_INFO_1W *ppSessionInfo, DWORD *pCount)
{
    WTS_FORWARD_BUFFER(WTSEnumerateSessionsExW, wts_server_is_local(hServer),
                       (NULL, pLevel, Filter, ppSessionInfo, pCount), ppSessionInfo, *pCount,
                       WTS_RELEASE_EX_W, WTSTypeSessionInfoLevel1);
    return list("WTSEnumerateSessionsExW", hServer, is_level_valid(pLevel, Filter), WTS_SESSIONS_WITH_USERS,
                WTS_FORM_UTF16, (void **)ppSessionInfo, pCount);
}

BOOL WINAPI WTSEnumerateSessionsExA(HANDLE hServer, DWORD *pLevel, DWORD Filter,
                                    PWTS_SESSION_INFO_1A *ppSessionInfo, DWORD *pCount)
{
    WTS_FORWARD_BUFFER(WTSEnumerateSessionsExA, wts_server_is_local(hServer),
                       (NULL, pLevel, Filter, ppSessionInfo, pCount), ppSessionInfo, *pCount,
                       WTS_RELEASE_EX_A, WTSTypeSessionInfoLevel1);
    return list("WTSEnumerateSessionsExA", hServer, is_level_valid(pLevel, Filter), WTS_SESSIONS_WITH_USERS,
                WTS_FORM_ANSI, (void **)ppSessionInfo, pCount);
}

BOOL WINAPI WTSActiveSessionExists(PBOOL pbActiveSessionExists)
{
    WTS_FORWARD(WTSActiveSessionExists, (pbActiveSessionExists));
    const struct wts_call call = wts_call_begin("WTSActiveSessionExists");
    bool exists = false;
    if (pbActiveSessionExists == NULL)
        return wts_call_end(&call, ERROR_INVALID_PARAMETER);
    const DWORD error = wts_local_active_session_exists(&exists);
    if (error == ERROR_SUCCESS)
        *pbActiveSessionExists = exists;
    return wts_call_end(&call, error);
}

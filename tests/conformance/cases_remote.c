/* The same functions on an opened server, docs/contract.md#open-server. Nothing there is ended or changed. */
#include "conformance.h"

static HANDLE opened(void)
{
    WCHAR name[256];
    wcscpy(name, conformance_server_name());
    const HANDLE server = CALL(WTSOpenServerW)(name);
    if (server == NULL)
        skip("the server cannot be opened: %lu", GetLastError());
    return server;
}

static void processes(void)
{
    const HANDLE server = opened();
    WTS_PROCESS_INFOW *list = NULL;
    DWORD count = 0;
    SEE(CALL(WTSEnumerateProcessesW)(server, 0, 1, &list, &count));
    see("%s", count != 0 ? "processes" : "no process");
    CALL(WTSFreeMemory)(list);
    CALL(WTSCloseServer)(server);
}

static void sessions(void)
{
    const HANDLE server = opened();
    WTS_SESSION_INFOW *list = NULL;
    DWORD count = 0;
    SEE(CALL(WTSEnumerateSessionsW)(server, 0, 1, &list, &count));
    see("%s", count != 0 ? "sessions" : "no session");
    CALL(WTSFreeMemory)(list);
    CALL(WTSCloseServer)(server);
}

static void terminate_unknown(void)
{
    const HANDLE server = opened();
    SEE(CALL(WTSTerminateProcess)(server, 0x7FFFFFF0, 1));
    CALL(WTSCloseServer)(server);
}

static void unknown_session(void)
{
    const HANDLE server = opened();
    LPWSTR buffer = NULL;
    DWORD bytes = 0;
    SEE(CALL(WTSQuerySessionInformationW)(server, 4711, WTSUserName, &buffer, &bytes));
    CALL(WTSCloseServer)(server);
}

static void is_remote(void)
{
    const HANDLE server = opened();
    LPWSTR buffer = NULL;
    DWORD bytes = 0;
    SEE(CALL(WTSQuerySessionInformationW)(server, 0, WTSIsRemoteSession, &buffer, &bytes));
    CALL(WTSCloseServer)(server);
}

static void unreachable(void)
{
    WCHAR name[] = L"wts-conformance.invalid";
    const HANDLE server = CALL(WTSOpenServerW)(name);
    SEE(CALL(WTSTerminateProcess)(server, 0x7FFFFFF0, 1));
    CALL(WTSCloseServer)(server);
}

static const struct conformance_case cases[] = {
    {"server.processes", DOCUMENTED, SERVER, KEPT "; processes | " ZERO "; processes", processes},
    {"server.sessions", DOCUMENTED, SERVER, KEPT "; sessions | " ZERO "; sessions", sessions},
    {"server.terminate-unknown-process", UNVERIFIED, SERVER, FAILS(87), terminate_unknown},
    {"server.unknown-session", UNVERIFIED, SERVER, FAILS(2) " | " FAILS(7022), unknown_session},
    {"server.is-remote", UNVERIFIED, SERVER, FAILS(50), is_remote},
    {"server.unreachable", UNVERIFIED, SERVER, FAILS(1722), unreachable},
};
CONFORMANCE_GROUP(conformance_remote);

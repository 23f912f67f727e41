/*
 * Lists the sessions of this machine, or of a server, with their users: sessions [SERVER]
 * Exit status: 0 done, 1 failed.
 */
#include <windows.h>

#include <stdio.h>

#include <wtsapi32.h>

int main(int count, char **words)
{
    HANDLE server = count > 1 ? WTSOpenServerA(words[1]) : WTS_CURRENT_SERVER_HANDLE;
    DWORD level = 1;
    WTS_SESSION_INFO_1W *sessions;
    DWORD sessions_count;
    if (!WTSEnumerateSessionsExW(server, &level, 0, &sessions, &sessions_count)) {
        fprintf(stderr, "the sessions were not listed: error %lu\n", GetLastError());
        WTSCloseServer(server);
        return 1;
    }
    for (DWORD i = 0; i < sessions_count; i++) {
        const WTS_SESSION_INFO_1W *session = &sessions[i];
        printf("%lu %ls %s %ls\n", session->SessionId, session->pSessionName ? session->pSessionName : L"",
               session->State == WTSActive ? "active" : "not active",
               session->pUserName ? session->pUserName : L"");
    }
    WTSFreeMemoryExW(WTSTypeSessionInfoLevel1, sessions, sessions_count);
    WTSCloseServer(server);
    return 0;
}

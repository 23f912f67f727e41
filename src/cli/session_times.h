/*
 * When a session's user logged on, and how long there was no input.
 */
#ifndef WTS_CLI_SESSION_TIMES_H
#define WTS_CLI_SESSION_TIMES_H

#include <wtsapi32.h>

#include <stdbool.h>

struct session_times {
    long long logon; /* FILETIME as one number; 0: not known */
    bool is_idle_known;
    unsigned long long idle_seconds;
};

/* By the server's own clock. False: the server does not know the last input. */
bool session_times_idle(const WTSINFOEX_LEVEL1_W *level, unsigned long long *seconds);

/* Returns a Win32 code; unless it is 0, *times is all zero. */
DWORD session_times_read(HANDLE server, DWORD session_id, struct session_times *times);

#endif

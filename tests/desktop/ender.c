/*
 * Ends a session or the system, or waits to be ended.
 *
 * usage: ender logoff SESSION WAIT     WTSLogoffSession
 *        ender shutdown FLAGS          WTSShutdownSystem
 *        ender wait                    prints "waits"
 * Prints "result 1 error deadbeef", and lives on for a minute: an exit code of 3 says that nobody ended it.
 */
#include <windows.h>

#include <wtsapi32.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define POISON 0xDEADBEEFU
#define LIFE_MS 60000

int main(int count, char **words)
{
    BOOL done;
    SetLastError(POISON);
    if (count == 4 && strcmp(words[1], "logoff") == 0)
        done = WTSLogoffSession(NULL, strtoul(words[2], NULL, 0), atoi(words[3]));
    else if (count == 3 && strcmp(words[1], "shutdown") == 0)
        done = WTSShutdownSystem(NULL, strtoul(words[2], NULL, 0));
    else if (count == 2 && strcmp(words[1], "wait") == 0)
        done = TRUE;
    else
        return 64;
    printf("result %d error %lx\n", done, GetLastError());
    fflush(stdout);
    if (!done)
        return 2;
    Sleep(LIFE_MS);
    return 3;
}

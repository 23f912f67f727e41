/*
 * Ends a process of this machine, or of a server: end PROCESS-ID [SERVER [EXIT-CODE]]
 * Exit status: 0 the process was ended, 1 it was not, 2 wrong usage.
 */
#include <windows.h>

#include <stdio.h>
#include <stdlib.h>

#include <wtsapi32.h>

int main(int count, char **words)
{
    HANDLE server = WTS_CURRENT_SERVER_HANDLE;
    if (count < 2 || count > 4) {
        fprintf(stderr, "usage: end PROCESS-ID [SERVER [EXIT-CODE]]\n");
        return 2;
    }
    const DWORD process = strtoul(words[1], NULL, 0);
    const DWORD exit_code = count > 3 ? strtoul(words[3], NULL, 0) : 1;
    if (count > 2)
        server = WTSOpenServerA(words[2]); /* touches no network: the first call does */
    const BOOL done = WTSTerminateProcess(server, process, exit_code);
    const DWORD error = GetLastError();
    WTSCloseServer(server); /* harmless on this machine's handle */
    if (!done) {
        fprintf(stderr, "process %lu was not ended: error %lu\n", process, error);
        return 1;
    }
    printf("process %lu was ended with exit code %lu\n", process, exit_code);
    return 0;
}

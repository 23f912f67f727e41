/*
 * Talks to the client of a remote session through a virtual channel: opens the dynamic channel "ECHO", which
 * FreeRDP's clients serve with /echo, or a static channel, sends messages of several sizes, and compares what
 * comes back, read by WTSVirtualChannelRead and by the channel's file handle in turn.
 *
 * usage: echo_channel.exe [NAME [static]]
 */
#include <windows.h>

#include <pchannel.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <wtsapi32.h>

#define PATIENCE_MS 10000

/* Reads one chunk at the file handle; its length, or 0 when there is none in time. */
static DWORD read_file(HANDLE file, char *chunk, DWORD size)
{
    OVERLAPPED overlapped = {.hEvent = CreateEventW(NULL, TRUE, FALSE, NULL)};
    DWORD length = 0;
    if (ReadFile(file, chunk, size, NULL, &overlapped) || GetLastError() == ERROR_IO_PENDING) {
        if (WaitForSingleObject(overlapped.hEvent, PATIENCE_MS) != WAIT_OBJECT_0)
            CancelIo(file);
        if (!GetOverlappedResult(file, &overlapped, &length, TRUE))
            length = 0;
    }
    CloseHandle(overlapped.hEvent);
    return length;
}

/* Whether `size` bytes come back as they are. A dynamic channel has a header before each chunk. */
static BOOL comes_back(HANDLE channel, HANDLE file, const char *sent, ULONG size, BOOL is_static)
{
    const ULONG header = is_static ? 0 : sizeof(CHANNEL_PDU_HEADER);
    for (ULONG done = 0; done < size;) {
        char chunk[CHANNEL_PDU_LENGTH];
        ULONG length = 0;
        if (file != NULL)
            length = read_file(file, chunk, sizeof chunk);
        else if (!WTSVirtualChannelRead(channel, PATIENCE_MS, chunk, sizeof chunk, &length))
            printf("WTSVirtualChannelRead: error %lu\n", GetLastError());
        if (length <= header || length - header > size - done ||
            memcmp(chunk + header, sent + done, length - header) != 0)
            return FALSE;
        done += length - header;
    }
    return TRUE;
}

int main(int count, char **words)
{
    static const ULONG sizes[] = {1, 10, 1590, 1600, 5000, 30000, 32768, 65536, 262144, 1048576};
    char name[CHANNEL_NAME_LEN + MAX_PATH] = "ECHO";
    const BOOL is_static = count == 3 && strcmp(words[2], "static") == 0;
    HANDLE *file = NULL;
    DWORD length = 0;
    int failures = 0;
    if (count > 1)
        snprintf(name, sizeof name, "%s", words[1]);
    const HANDLE channel =
        WTSVirtualChannelOpenEx(WTS_CURRENT_SESSION, name, is_static ? 0 : WTS_CHANNEL_OPTION_DYNAMIC);
    if (channel == NULL || !WTSVirtualChannelQuery(channel, WTSVirtualFileHandle, (PVOID *)&file, &length)) {
        printf("%s: error %lu\n", name, GetLastError());
        return 1;
    }
    for (unsigned i = 0; i < sizeof sizes / sizeof sizes[0]; i++) {
        const ULONG size = sizes[i];
        char *bytes = malloc(size);
        LARGE_INTEGER frequency;
        LARGE_INTEGER begin;
        LARGE_INTEGER end;
        ULONG written = 0;
        BOOL is_equal = TRUE;
        if (bytes == NULL)
            return 1;
        for (ULONG at = 0; at < size; at++)
            bytes[at] = (char)rand();
        QueryPerformanceFrequency(&frequency);
        QueryPerformanceCounter(&begin);
        /* In messages that the client can answer one by one. */
        for (ULONG at = 0; at < size && is_equal; at += written) {
            const ULONG part = size - at < 32768 ? size - at : 32768;
            is_equal = WTSVirtualChannelWrite(channel, bytes + at, part, &written) &&
                       comes_back(channel, i % 2 == 0 ? *file : NULL, bytes + at, part, is_static);
        }
        QueryPerformanceCounter(&end);
        printf("%8lu bytes, read by %-21s: %s, %.2f ms\n", size,
               i % 2 == 0 ? "the file handle" : "WTSVirtualChannelRead", is_equal ? "equal" : "NOT EQUAL",
               (double)(end.QuadPart - begin.QuadPart) * 1000.0 / (double)frequency.QuadPart);
        fflush(stdout);
        failures += !is_equal;
        free(bytes);
    }
    WTSFreeMemory(file);
    WTSVirtualChannelClose(channel);
    return failures != 0;
}

/*
 * Virtual channels of the played xrdp session: what is sent comes back, byte by byte, or the channel ends. It
 * may end at any moment, because its server and its helper are killed.
 */
#include "soak.h"

#include <pchannel.h>
#include <string.h>
#include <wtsapi32.h>

enum { MAX_MESSAGE = 8000, READ_MS = 1000 };

static HANDLE open_channel(struct call *call, bool is_dynamic)
{
    char name[] = "ECHO";
    const ULONGLONG begin = GetTickCount64();
    const HANDLE channel =
        is_dynamic ? WTSVirtualChannelOpenEx(WTS_CURRENT_SESSION, name, WTS_CHANNEL_OPTION_DYNAMIC)
                   : WTSVirtualChannelOpen(WTS_CURRENT_SERVER_HANDLE, WTS_CURRENT_SESSION, name);
    judge_time("channel-open", begin, 0, channel != NULL ? 0 : GetLastError());
    call->is_timed_own = true;
    return channel;
}

static BOOL write_message(HANDLE channel, char *bytes, ULONG length)
{
    ULONG written = 0;
    const ULONGLONG begin = GetTickCount64();
    const BOOL result = WTSVirtualChannelWrite(channel, bytes, length, &written);
    judge_time("channel-write", begin, 0, result ? 0 : GetLastError());
    if (result && written != length)
        say("wrong channel: %lu of %lu bytes written\n", written, length);
    return result;
}

/* The answer to a message: its bytes, in chunks, which have a header on dynamic channels. */
static BOOL read_message(HANDLE channel, const char *expected, ULONG expected_length, bool is_dynamic)
{
    const ULONG skipped = is_dynamic ? sizeof(CHANNEL_PDU_HEADER) : 0;
    for (ULONG done = 0; done < expected_length;) {
        char chunk[CHANNEL_PDU_LENGTH];
        ULONG length = 0;
        const ULONGLONG begin = GetTickCount64();
        const BOOL result = WTSVirtualChannelRead(channel, READ_MS, chunk, sizeof chunk, &length);
        judge_time("channel-read", begin, READ_MS, result ? 0 : GetLastError());
        if (!result)
            return FALSE;
        const ULONG payload = length - skipped;
        if (length <= skipped || payload > expected_length - done ||
            memcmp(chunk + skipped, expected + done, payload) != 0) {
            say("wrong channel: %lu bytes at %lu of %lu differ\n", length, done, expected_length);
            return FALSE;
        }
        done += payload;
    }
    return TRUE;
}

static BOOL exchange(struct call *call, HANDLE channel, bool is_dynamic)
{
    char bytes[MAX_MESSAGE];
    const ULONG length = 1 + next_random(&call->random) % MAX_MESSAGE;
    for (ULONG i = 0; i < length; i++)
        bytes[i] = (char)next_random(&call->random);
    return write_message(channel, bytes, length) && read_message(channel, bytes, length, is_dynamic);
}

static BOOL ask_file(HANDLE channel)
{
    HANDLE *file;
    DWORD length;
    if (!WTSVirtualChannelQuery(channel, WTSVirtualFileHandle, (PVOID *)&file, &length))
        return FALSE;
    WTSFreeMemory(file);
    return TRUE;
}

static BOOL purge(HANDLE channel)
{
    char bytes[MAX_MESSAGE] = "";
    if (!write_message(channel, bytes, sizeof bytes))
        return FALSE;
    const ULONGLONG begin = GetTickCount64();
    const BOOL result = WTSVirtualChannelPurgeOutput(channel);
    judge_time("channel-purge", begin, 0, result ? 0 : GetLastError());
    const ULONGLONG next = GetTickCount64();
    const BOOL other = WTSVirtualChannelPurgeInput(channel);
    judge_time("channel-purge", next, 0, other ? 0 : GetLastError());
    return result && other;
}

BOOL use_channel(struct call *call)
{
    const bool is_dynamic = (next_random(&call->random) & 1) != 0;
    const HANDLE channel = open_channel(call, is_dynamic);
    if (channel == NULL)
        return FALSE;
    BOOL result = ask_file(channel);
    for (unsigned i = next_random(&call->random) % 4; result && i > 0; i--)
        result = exchange(call, channel, is_dynamic);
    /* Last, because an answer may still come. */
    if (result && next_random(&call->random) % 4 == 0)
        result = purge(channel);
    const DWORD error = GetLastError();
    const ULONGLONG begin = GetTickCount64();
    WTSVirtualChannelClose(channel);
    judge_time("channel-close", begin, 0, 0);
    SetLastError(error);
    return result;
}

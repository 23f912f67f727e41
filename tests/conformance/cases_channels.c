/* docs/contract.md#virtual-channels, outside of a remote session. */
#include "conformance.h"

static void see_open(HANDLE channel, DWORD error)
{
    if (channel == NULL)
        see("NULL, last error %lu", error);
    else
        see("a handle");
    if (channel != NULL)
        CALL(WTSVirtualChannelClose)(channel);
}

static void open(const char *name)
{
    char copy[300];
    if (name != NULL)
        strcpy(copy, name);
    SetLastError(POISON);
    const HANDLE channel = CALL(WTSVirtualChannelOpen)(NULL, WTS_CURRENT_SESSION, name == NULL ? NULL : copy);
    see_open(channel, GetLastError());
}

static void open_static(void)
{
    if (GetSystemMetrics(SM_REMOTESESSION))
        skip("this is a remote session");
    open("WTSCONF");
}

static void open_dynamic(void)
{
    char name[] = "WTSCONFORMANCE";
    if (GetSystemMetrics(SM_REMOTESESSION))
        skip("this is a remote session");
    SetLastError(POISON);
    const HANDLE channel =
        CALL(WTSVirtualChannelOpenEx)(WTS_CURRENT_SESSION, name, WTS_CHANNEL_OPTION_DYNAMIC);
    see_open(channel, GetLastError());
}

static void name_null(void)
{
    open(NULL);
}

static void name_empty(void)
{
    open("");
}

static void name_too_long(void)
{
    open("EIGHTCHR");
}

static void close_null(void)
{
    SEE(CALL(WTSVirtualChannelClose)(NULL));
}

static void close_stray(void)
{
    SEE(CALL(WTSVirtualChannelClose)((HANDLE)1));
}

static void read_stray(void)
{
    char buffer[1608]; /* a chunk of a channel with its header */
    ULONG got = 4711;
    SEE(CALL(WTSVirtualChannelRead)((HANDLE)1, 0, buffer, sizeof buffer, &got));
}

static void write_stray(void)
{
    char buffer[1] = {0};
    ULONG sent = 4711;
    SEE(CALL(WTSVirtualChannelWrite)((HANDLE)1, buffer, sizeof buffer, &sent));
}

static void query_stray(void)
{
    void *buffer = NULL;
    DWORD bytes = 0;
    SEE(CALL(WTSVirtualChannelQuery)((HANDLE)1, WTSVirtualFileHandle, &buffer, &bytes));
}

static const struct conformance_case cases[] = {
    {"virtual-channel.open-dynamic", UNVERIFIED, NOTHING, NULL, open_dynamic},
    {"virtual-channel.open-static", UNVERIFIED, NOTHING, NULL, open_static},
    {"virtual-channel.name-null", OURS, NOTHING, "NULL, last error 87", name_null},
    {"virtual-channel.name-empty", OURS, NOTHING, "NULL, last error 87", name_empty},
    {"virtual-channel.name-too-long", OURS, NOTHING, "NULL, last error 87", name_too_long},
    {"virtual-channel.close-null", OURS, NOTHING, FAILS(87), close_null},
    {"virtual-channel.close-stray", OURS, NOTHING, FAILS(87), close_stray},
    {"virtual-channel.read-stray", OURS, NOTHING, FAILS(87), read_stray},
    {"virtual-channel.write-stray", OURS, NOTHING, FAILS(87), write_stray},
    {"virtual-channel.query-stray", OURS, NOTHING, FAILS(87), query_stray},
};
CONFORMANCE_GROUP(conformance_channels);

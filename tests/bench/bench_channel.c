/*
 * One virtual channel of the client, "ECHO", as a program under Wine uses it, and natively (the reference) by
 * the socket of xrdp with the same pacing: a turn of 10 bytes, and 1 MiB in messages of 32 KiB out and back.
 * Prints "turn NS" and "megabyte NS". Run by bench_channel.py in a session of xrdp.
 */
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { TURNS = 200, TURN = 10, PIECE = 32768, WHOLE = 1 << 20 };

/* Sends one message; receives what is there, and returns its length. Both end the program on failure. */
static void write_message(const void *data, size_t length);
static size_t read_part(void *data, size_t size);
static uint64_t now_ns(void);

static void fail(const char *what)
{
    fprintf(stderr, "%s\n", what);
    exit(1);
}

#ifdef _WIN32
#include <windows.h>

#include <pchannel.h>
#include <wtsapi32.h>

static HANDLE channel;

static void open_channel(void)
{
    char name[] = "ECHO";
    channel = WTSVirtualChannelOpenEx(WTS_CURRENT_SESSION, name, WTS_CHANNEL_OPTION_DYNAMIC);
    if (channel == NULL)
        fail("the channel does not open");
}

static void write_message(const void *data, size_t length)
{
    ULONG written;
    if (!WTSVirtualChannelWrite(channel, (void *)data, (ULONG)length, &written))
        fail("the channel takes nothing");
}

static size_t read_part(void *data, size_t size)
{
    char chunk[CHANNEL_PDU_LENGTH];
    ULONG length;
    if (!WTSVirtualChannelRead(channel, 10000, chunk, sizeof chunk, &length) ||
        length < sizeof(CHANNEL_PDU_HEADER) || length - sizeof(CHANNEL_PDU_HEADER) > size)
        fail("the channel gives nothing");
    memcpy(data, chunk + sizeof(CHANNEL_PDU_HEADER), length - sizeof(CHANNEL_PDU_HEADER));
    return length - sizeof(CHANNEL_PDU_HEADER);
}

static uint64_t now_ns(void)
{
    LARGE_INTEGER count;
    LARGE_INTEGER frequency;
    QueryPerformanceFrequency(&frequency);
    QueryPerformanceCounter(&count);
    return (uint64_t)((double)count.QuadPart * 1e9 / (double)frequency.QuadPart);
}
#else
#include <linux/sockios.h>
#include <poll.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <time.h>
#include <unistd.h>

static int channel;

/* Version 0 or 1 of the protocol, whichever is answered. */
static void open_channel(void)
{
    static const uint32_t old[] = {20, 0, 4, 0x4F484345 /* ECHO */, 1};
    const char *display = getenv("DISPLAY");
    for (int version = 0; version < 2; version++) {
        struct sockaddr_un address = {.sun_family = AF_UNIX};
        uint8_t request[384] = {1, 0, 0, 0, 0, 0, 0, 0, 1, 0, 0, 0, 'E', 'C', 'H', 'O'};
        uint32_t status = 1;
        struct pollfd readable = {.events = POLLIN};
        snprintf(address.sun_path, sizeof address.sun_path, "%s/xrdpapi_%d", getenv("XRDP_SOCKET_PATH"),
                 display != NULL ? atoi(display + 1) : 0);
        channel = readable.fd = socket(AF_UNIX, SOCK_STREAM, 0);
        if (connect(channel, (struct sockaddr *)&address, sizeof address) != 0)
            fail("the channel server cannot be reached");
        if (version == 0 ? write(channel, old, sizeof old) < 0 : write(channel, request, sizeof request) < 0)
            fail("the channel server takes nothing");
        if (poll(&readable, 1, 1000) == 1 && read(channel, &status, sizeof status) == sizeof status &&
            status == 0)
            return;
        close(channel);
    }
    fail("the channel does not open");
}

static void write_message(const void *data, size_t length)
{
    int waiting = 1;
    if (write(channel, data, length) != (ssize_t)length)
        fail("the channel takes nothing");
    while (ioctl(channel, SIOCOUTQ, &waiting) == 0 && waiting != 0)
        usleep(50);
}

static size_t read_part(void *data, size_t size)
{
    const ssize_t length = read(channel, data, size);
    if (length <= 0)
        fail("the channel gives nothing");
    return (size_t)length;
}

static uint64_t now_ns(void)
{
    struct timespec time;
    clock_gettime(CLOCK_MONOTONIC, &time);
    return (uint64_t)time.tv_sec * 1000000000 + (uint64_t)time.tv_nsec;
}
#endif

static void read_back(uint8_t *data, size_t length)
{
    for (size_t at = 0; at < length;)
        at += read_part(data + at, length - at);
}

int main(void)
{
    static uint8_t sent[WHOLE];
    static uint8_t got[WHOLE];
    for (size_t i = 0; i < sizeof sent; i++)
        sent[i] = (uint8_t)(i * 7 + i / 253);
    open_channel();
    uint64_t began = now_ns();
    for (unsigned i = 0; i < TURNS; i++) {
        write_message(sent, TURN);
        read_back(got, TURN);
    }
    printf("turn %.0f\n", (double)(now_ns() - began) / TURNS);
    began = now_ns();
    for (size_t at = 0; at < WHOLE; at += PIECE) {
        write_message(sent + at, PIECE);
        read_back(got + at, PIECE);
    }
    printf("megabyte %.0f\n", (double)(now_ns() - began));
    if (memcmp(sent, got, WHOLE) != 0)
        fail("what came back is not what was sent");
    return 0;
}

/*
 * Virtual channels of a session as a program sees them, docs/contract.md#virtual-channels: the exports, the
 * file handle, threads, ends, and each documented argument error. test_dll.py plays xrdp beside it.
 */
#include "support.h"

#include <pchannel.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <wtsapi32.h>

#define DYNAMIC WTS_CHANNEL_OPTION_DYNAMIC
#define SECONDS(count) ((count)*1000U)

static HANDLE open_channel(const char *name, DWORD options)
{
    char copy[300];
    snprintf(copy, sizeof copy, "%s", name);
    SetLastError(POISON);
    const HANDLE channel = WTSVirtualChannelOpenEx(WTS_CURRENT_SESSION, copy, options);
    if (channel == NULL)
        fail_msg("%s: error %lu", name, GetLastError());
    assert_int_equal(GetLastError(), POISON);
    return channel;
}

static void check_no_open(const char *name, DWORD options, DWORD error)
{
    char copy[300] = "";
    if (name != NULL)
        snprintf(copy, sizeof copy, "%s", name);
    assert_fails(WTSVirtualChannelOpenEx(WTS_CURRENT_SESSION, name != NULL ? copy : NULL, options) != NULL,
                 error);
}

static void write_message(HANDLE channel, const void *data, ULONG length)
{
    ULONG written = 77;
    assert_succeeds(WTSVirtualChannelWrite(channel, (char *)data, length, &written));
    assert_int_equal(written, length);
}

/* One read, which succeeds; the bytes read. */
static ULONG read_chunk(HANDLE channel, void *data, ULONG size)
{
    ULONG length = 77;
    SetLastError(POISON);
    if (!WTSVirtualChannelRead(channel, SECONDS(30), data, size, &length))
        fail_msg("read: error %lu", GetLastError());
    assert_int_equal(GetLastError(), POISON);
    return length;
}

/* The server does what `text` says, and answers. */
static void order(const char *text, char *answer, size_t size)
{
    const HANDLE orders = open_channel("orders", 0);
    write_message(orders, text, (ULONG)strlen(text));
    const ULONG length = read_chunk(orders, answer, (ULONG)size - 1);
    answer[length] = 0;
    assert_succeeds(WTSVirtualChannelClose(orders));
}

/* Orders until the answer ends like this: the client may not have read all yet. */
static void order_until(const char *text, const char *end, char *answer, size_t size)
{
    const size_t length = strlen(end);
    for (unsigned i = 0; i < 1000; i++) {
        order(text, answer, size);
        if (strlen(answer) >= length && strcmp(answer + strlen(answer) - length, end) == 0)
            return;
        Sleep(50);
    }
    fail_msg("%s: %s", text, answer);
}

static void order_only(const char *text)
{
    char answer[64];
    order(text, answer, sizeof answer);
}

static HANDLE file_of(HANDLE channel)
{
    HANDLE *block = NULL;
    DWORD length = 77;
    assert_succeeds(WTSVirtualChannelQuery(channel, WTSVirtualFileHandle, (PVOID *)&block, &length));
    assert_int_equal(length, sizeof(HANDLE));
    const HANDLE file = *block;
    WTSFreeMemory(block);
    return file;
}

static void wrong_arguments_reach_no_session(void **state)
{
    char name[] = "ECHO";
    char long_name[300];
    memset(long_name, 'x', sizeof long_name);
    long_name[261] = 0;
    (void)state;
    check_no_open(NULL, 0, 87);
    check_no_open(NULL, DYNAMIC, 87);
    check_no_open("", 0, 87);
    check_no_open("", DYNAMIC, 87);
    check_no_open("eightchr", 0, 87);
    check_no_open(long_name, DYNAMIC, 87);
    check_no_open("ECHO", 0x10, 87);
    check_no_open("ECHO", 0x80000001, 87);
    check_no_open("ECHO", WTS_CHANNEL_OPTION_DYNAMIC_PRI_MED, 87);
    check_no_open("ECHO", WTS_CHANNEL_OPTION_DYNAMIC_NO_COMPRESS, 87);
    assert_fails(WTSVirtualChannelOpen(NULL, WTS_CURRENT_SESSION, NULL) != NULL, 87);
    assert_fails(WTSVirtualChannelOpen((HANDLE)(ULONG_PTR)0x1235, WTS_CURRENT_SESSION, NULL) != NULL, 87);
    assert_fails(WTSVirtualChannelOpen((HANDLE)(ULONG_PTR)0x1235, WTS_CURRENT_SESSION, name) != NULL, 6);
    assert_fails(WTSVirtualChannelOpen(NULL, 4711, name) != NULL, 5);
    assert_fails(WTSVirtualChannelOpenEx(4711, name, DYNAMIC) != NULL, 5);
    assert_fails(WTSVirtualChannelOpenEx(0, name, DYNAMIC) != NULL, 5);
}

static void another_machine_has_no_channels_here(void **state)
{
    static wchar_t other[] = L"other.example";
    static wchar_t own[] = L"localhost";
    char name[] = "echo";
    const HANDLE server = WTSOpenServerW(other);
    const HANDLE here = WTSOpenServerW(own);
    (void)state;
    assert_fails(WTSVirtualChannelOpen(server, WTS_CURRENT_SESSION, name) != NULL, 50);
    const HANDLE channel = WTSVirtualChannelOpen(here, WTS_CURRENT_SESSION, name);
    assert_non_null(channel);
    assert_succeeds(WTSVirtualChannelClose(channel));
    /* A server is no channel, and a channel no server. */
    const HANDLE other_channel = WTSVirtualChannelOpen(NULL, WTS_CURRENT_SESSION, name);
    assert_fails(WTSVirtualChannelClose(here), 87);
    assert_fails(WTSDisconnectSession(other_channel, 1, FALSE), 6);
    assert_succeeds(WTSVirtualChannelClose(other_channel));
    WTSCloseServer(server);
    WTSCloseServer(here);
}

static void check_dead(HANDLE channel)
{
    char data[16] = "";
    ULONG length = 77;
    void *block = data;
    assert_fails(WTSVirtualChannelClose(channel), 87);
    assert_fails(WTSVirtualChannelRead(channel, 0, data, sizeof data, &length), 87);
    assert_fails(WTSVirtualChannelWrite(channel, data, 1, &length), 87);
    assert_fails(WTSVirtualChannelPurgeInput(channel), 87);
    assert_fails(WTSVirtualChannelPurgeOutput(channel), 87);
    assert_fails(WTSVirtualChannelQuery(channel, WTSVirtualFileHandle, &block, &length), 87);
    assert_int_equal(length, 77);
    assert_ptr_equal(block, data);
}

static void forged_closed_and_foreign_handles_fail(void **state)
{
    const HANDLE channel = open_channel("ECHO", DYNAMIC);
    const HANDLE file = file_of(channel);
    (void)state;
    check_dead(NULL);
    check_dead(INVALID_HANDLE_VALUE);
    check_dead(GetCurrentProcess());
    check_dead(file);
    for (unsigned bit = 0; bit < sizeof channel * 8; bit++)
        check_dead((HANDLE)((ULONG_PTR)channel ^ (ULONG_PTR)1 << bit));
    assert_succeeds(WTSVirtualChannelClose(channel));
    check_dead(channel);
}

static void wrong_arguments_of_an_open_channel(void **state)
{
    const HANDLE channel = open_channel("ECHO", DYNAMIC);
    char data[16] = "";
    ULONG length = 77;
    void *block = data;
    (void)state;
    assert_fails(WTSVirtualChannelRead(channel, 0, NULL, 16, &length), 87);
    assert_fails(WTSVirtualChannelRead(channel, 0, data, 0, &length), 87);
    assert_fails(WTSVirtualChannelRead(channel, 0, data, 16, NULL), 87);
    assert_fails(WTSVirtualChannelWrite(channel, NULL, 1, &length), 87);
    assert_fails(WTSVirtualChannelWrite(channel, data, 1, NULL), 87);
    assert_fails(WTSVirtualChannelQuery(channel, WTSVirtualFileHandle, NULL, &length), 87);
    assert_fails(WTSVirtualChannelQuery(channel, WTSVirtualFileHandle, &block, NULL), 87);
    assert_fails(WTSVirtualChannelQuery(channel, WTSVirtualClientData, &block, &length), 87);
    assert_fails(WTSVirtualChannelQuery(channel, (WTS_VIRTUAL_CLASS)2, &block, &length), 87);
    assert_int_equal(length, 77);
    assert_ptr_equal(block, data);
    write_message(channel, NULL, 0);
    assert_succeeds(WTSVirtualChannelClose(channel));
}

static void what_xrdp_and_the_client_refuse(void **state)
{
    static const char *const taken[] = {"cliprdr", "rdpsnd", "RDPDR", "drdynvc", "rail"};
    (void)state;
    check_no_open("unknown", 0, 2);
    check_no_open("none", DYNAMIC, 31);
    check_no_open("shut", DYNAMIC, 1);
    for (unsigned i = 0; i < ARRAYSIZE(taken); i++)
        check_no_open(taken[i], 0, 5);
}

/* Reads a whole message of a dynamic channel, with its headers, and compares it. */
static void check_message(HANDLE channel, const char *expected, ULONG expected_length)
{
    ULONG done = 0;
    while (done < expected_length) {
        char chunk[CHANNEL_PDU_LENGTH];
        CHANNEL_PDU_HEADER header;
        const ULONG length = read_chunk(channel, chunk, sizeof chunk);
        assert_true(length > sizeof header);
        memcpy(&header, chunk, sizeof header);
        const ULONG payload = length - (ULONG)sizeof header;
        const ULONG left = expected_length - done;
        assert_int_equal(header.length, expected_length);
        assert_int_equal(payload, left < CHANNEL_CHUNK_LENGTH ? left : CHANNEL_CHUNK_LENGTH);
        assert_int_equal(header.flags,
                         (done == 0 ? CHANNEL_FLAG_FIRST : 0) | (payload == left ? CHANNEL_FLAG_LAST : 0));
        assert_memory_equal(chunk + sizeof header, expected + done, payload);
        done += payload;
    }
    assert_int_equal(done, expected_length);
}

static char *random_bytes(ULONG length)
{
    char *bytes = malloc(length);
    assert_non_null(bytes);
    for (ULONG i = 0; i < length; i++)
        bytes[i] = (char)(rand() >> 4);
    return bytes;
}

static void messages_of_dynamic_channels_come_back_whole(void **state)
{
    static const ULONG lengths[] = {1, 10, 1590, 1596, 1598, 1599, 1600, 1601, 3200, 5000, 32767, 32768};
    static const DWORD options[] = {DYNAMIC, DYNAMIC | WTS_CHANNEL_OPTION_DYNAMIC_PRI_REAL,
                                    DYNAMIC | WTS_CHANNEL_OPTION_DYNAMIC_NO_COMPRESS};
    (void)state;
    for (unsigned option = 0; option < ARRAYSIZE(options); option++) {
        const HANDLE channel = open_channel("ECHO", options[option]);
        for (unsigned i = 0; i < ARRAYSIZE(lengths); i++) {
            char *bytes = random_bytes(lengths[i]);
            write_message(channel, bytes, lengths[i]);
            check_message(channel, bytes, lengths[i]);
            free(bytes);
        }
        assert_succeeds(WTSVirtualChannelClose(channel));
    }
}

struct order_of_bytes {
    HANDLE channel;
    char *bytes;
    ULONG length;
};

static DWORD WINAPI write_all(void *argument)
{
    const struct order_of_bytes *order = argument;
    ULONG written = 0;
    return WTSVirtualChannelWrite(order->channel, order->bytes, order->length, &written) &&
           written == order->length;
}

/* Longer than 32,768 bytes: several messages for the client, but every byte. It echoes while it takes. */
static void a_megabyte_goes_out_and_back(void **state)
{
    const ULONG length = 1 << 20;
    const HANDLE channel = open_channel("ECHO", DYNAMIC);
    char *bytes = random_bytes(length);
    struct order_of_bytes order = {channel, bytes, length};
    DWORD done_all = FALSE;
    (void)state;
    const HANDLE thread = CreateThread(NULL, 0, write_all, &order, 0, NULL);
    for (ULONG done = 0; done < length; done += 32768)
        check_message(channel, bytes + done, 32768);
    assert_int_equal(WaitForSingleObject(thread, SECONDS(30)), WAIT_OBJECT_0);
    assert_true(GetExitCodeThread(thread, &done_all));
    assert_true(done_all);
    CloseHandle(thread);
    free(bytes);
    assert_succeeds(WTSVirtualChannelClose(channel));
}

static void static_channels_have_no_headers(void **state)
{
    const HANDLE channel = open_channel("echo", 0);
    char *bytes = random_bytes(5000);
    char got[6000];
    ULONG done = 0;
    (void)state;
    write_message(channel, bytes, 10);
    assert_int_equal(read_chunk(channel, got, sizeof got), 10);
    assert_memory_equal(got, bytes, 10);
    write_message(channel, bytes, 5000);
    while (done < 5000) {
        const ULONG length = read_chunk(channel, got + done, sizeof got - done);
        assert_true(length > 0 && length <= CHANNEL_CHUNK_LENGTH);
        done += length;
    }
    assert_memory_equal(got, bytes, 5000);
    free(bytes);
    assert_succeeds(WTSVirtualChannelClose(channel));
}

static void reads_wait_as_long_as_they_are_told(void **state)
{
    const HANDLE channel = open_channel("ECHO", DYNAMIC);
    char data[CHANNEL_PDU_LENGTH];
    ULONG length = 77;
    (void)state;
    assert_succeeds(WTSVirtualChannelRead(channel, 0, data, sizeof data, &length));
    assert_int_equal(length, 0);
    length = 77;
    assert_fails(WTSVirtualChannelRead(channel, 50, data, sizeof data, &length), 996);
    assert_int_equal(length, 77);
    write_message(channel, "0123456789", 10);
    length = 0;
    SetLastError(POISON);
    assert_int_equal(WTSVirtualChannelRead(channel, SECONDS(30), data, 12, &length), FALSE);
    assert_int_equal(GetLastError(), 234);
    assert_int_equal(length, 12);
    assert_memory_equal(data + 8, "0123", 4);
    assert_int_equal(read_chunk(channel, data, sizeof data), 6);
    assert_memory_equal(data, "456789", 6);
    assert_succeeds(WTSVirtualChannelClose(channel));
}

/* Reads or writes at the file handle, 30 s at most. */
static DWORD transfer(HANDLE file, bool writes, void *data, DWORD size, DWORD *length)
{
    OVERLAPPED overlapped = {.hEvent = CreateEventW(NULL, TRUE, FALSE, NULL)};
    const BOOL done = writes ? WriteFile(file, data, size, NULL, &overlapped)
                             : ReadFile(file, data, size, NULL, &overlapped);
    DWORD error = done ? ERROR_SUCCESS : GetLastError();
    if (error == ERROR_IO_PENDING || error == ERROR_SUCCESS || error == ERROR_MORE_DATA) {
        assert_int_equal(WaitForSingleObject(overlapped.hEvent, SECONDS(30)), WAIT_OBJECT_0);
        error = GetOverlappedResult(file, &overlapped, length, FALSE) ? ERROR_SUCCESS : GetLastError();
    }
    CloseHandle(overlapped.hEvent);
    return error;
}

static void the_file_handle_is_a_pipe_of_messages(void **state)
{
    const HANDLE channel = open_channel("ECHO", DYNAMIC);
    const HANDLE file = file_of(channel);
    char data[CHANNEL_PDU_LENGTH];
    DWORD length = 0;
    DWORD mode = 0;
    OVERLAPPED overlapped = {.hEvent = CreateEventW(NULL, TRUE, FALSE, NULL)};
    (void)state;
    assert_ptr_equal(file_of(channel), file);
    assert_int_equal(GetFileType(file), FILE_TYPE_PIPE);
    assert_true(GetNamedPipeHandleStateW(file, &mode, NULL, NULL, NULL, NULL, 0));
    assert_int_equal(mode & PIPE_READMODE_MESSAGE, PIPE_READMODE_MESSAGE);
    /* Nothing there: pending, until it is cancelled. */
    assert_false(ReadFile(file, data, sizeof data, NULL, &overlapped));
    assert_int_equal(GetLastError(), ERROR_IO_PENDING);
    assert_true(CancelIo(file));
    assert_false(GetOverlappedResult(file, &overlapped, &length, TRUE));
    assert_int_equal(GetLastError(), ERROR_OPERATION_ABORTED);
    CloseHandle(overlapped.hEvent);
    char *bytes = random_bytes(4000);
    assert_int_equal(transfer(file, true, bytes, 4000, &length), ERROR_SUCCESS);
    assert_int_equal(length, 4000);
    static const DWORD expected[] = {1608, 1608, 808};
    for (unsigned i = 0; i < 3; i++) {
        assert_int_equal(transfer(file, false, data, sizeof data, &length), ERROR_SUCCESS);
        assert_int_equal(length, expected[i]);
        assert_int_equal(((CHANNEL_PDU_HEADER *)(void *)data)->length, 4000);
        assert_int_equal(((CHANNEL_PDU_HEADER *)(void *)data)->flags,
                         (i == 0 ? CHANNEL_FLAG_FIRST : 0) | (i == 2 ? CHANNEL_FLAG_LAST : 0));
        assert_memory_equal(data + 8, bytes + 1600 * i, length - 8);
    }
    /* A message that is longer than the buffers on the way. */
    free(bytes);
    bytes = random_bytes(200000);
    assert_int_equal(transfer(file, true, bytes, 200000, &length), ERROR_SUCCESS);
    for (ULONG done = 0; done < 200000; done += 32768)
        check_message(channel, bytes + done, 200000 - done < 32768 ? 200000 - done : 32768);
    free(bytes);
    assert_succeeds(WTSVirtualChannelClose(channel));
}

static void a_duplicate_outlives_the_channel(void **state)
{
    const HANDLE channel = open_channel("ECHO", DYNAMIC);
    char data[CHANNEL_PDU_LENGTH];
    DWORD length = 0;
    HANDLE copy = NULL;
    (void)state;
    assert_true(DuplicateHandle(GetCurrentProcess(), file_of(channel), GetCurrentProcess(), &copy, 0, FALSE,
                                DUPLICATE_SAME_ACCESS));
    assert_succeeds(WTSVirtualChannelClose(channel));
    for (unsigned i = 0; i < 3; i++) {
        assert_int_equal(transfer(copy, true, "still here", 10, &length), ERROR_SUCCESS);
        assert_int_equal(transfer(copy, false, data, sizeof data, &length), ERROR_SUCCESS);
        assert_int_equal(length, 18);
        assert_memory_equal(data + 8, "still here", 10);
    }
    CloseHandle(copy);
}

static DWORD WINAPI read_until_closed(void *argument)
{
    char data[CHANNEL_PDU_LENGTH];
    ULONG length;
    return WTSVirtualChannelRead(argument, INFINITE, data, sizeof data, &length) ? 0 : GetLastError();
}

static void closing_ends_a_read(void **state)
{
    const HANDLE channel = open_channel("ECHO", DYNAMIC);
    const HANDLE thread = CreateThread(NULL, 0, read_until_closed, channel, 0, NULL);
    DWORD error = 0;
    (void)state;
    assert_int_equal(WaitForSingleObject(thread, 100), WAIT_TIMEOUT);
    assert_succeeds(WTSVirtualChannelClose(channel));
    assert_int_equal(WaitForSingleObject(thread, SECONDS(30)), WAIT_OBJECT_0);
    assert_true(GetExitCodeThread(thread, &error));
    assert_int_equal(error, ERROR_OPERATION_ABORTED);
    CloseHandle(thread);
}

/* What was written before the close has been sent, in order, even if the process would end now. */
static void closing_sends_what_was_written(void **state)
{
    char answer[256];
    const HANDLE channel = open_channel("sink", DYNAMIC);
    (void)state;
    for (ULONG i = 0; i < 20; i++)
        write_message(channel, "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ", i + 1);
    assert_succeeds(WTSVirtualChannelClose(channel));
    order_until("sizes sink", " 20", answer, sizeof answer);
    assert_string_equal(answer, "1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16 17 18 19 20");
}

/*
 * xrdp gives what comes for a static channel to a dynamic one with the same number, if that one is still
 * there: what was closed has to be gone before the next open, with the file and without.
 */
static void a_closed_channel_is_out_of_the_way(void **state)
{
    (void)state;
    for (unsigned i = 0; i < 20; i++) {
        /* A client that is slow is still at the first message when the channel is closed. */
        const HANDLE channel = open_channel(i < 4 ? "slow" : "ECHO", DYNAMIC);
        char answer[64];
        if (i % 2 != 0)
            file_of(channel);
        write_message(channel, "turn", 4);
        if (i < 4)
            write_message(channel, "next", 4);
        else
            check_message(channel, "turn", 4);
        assert_succeeds(WTSVirtualChannelClose(channel));
        order("connected", answer, sizeof answer);
        assert_string_equal(answer, "0");
    }
}

/* The same by the file, while more comes than the program reads: the pipe is full, and then it is gone. */
static void closing_the_file_sends_what_was_written(void **state)
{
    static char bytes[1000];
    char answer[256];
    (void)state;
    for (unsigned i = 0; i < 5; i++) {
        char name[16];
        char line[32];
        DWORD length = 0;
        HANDLE copy = NULL;
        snprintf(name, sizeof name, "echo%u", i);
        snprintf(line, sizeof line, "taken %s", name);
        const HANDLE channel = open_channel(name, DYNAMIC);
        assert_true(DuplicateHandle(GetCurrentProcess(), file_of(channel), GetCurrentProcess(), &copy, 0,
                                    FALSE, DUPLICATE_SAME_ACCESS));
        assert_succeeds(WTSVirtualChannelClose(channel));
        for (unsigned message = 0; message < 150; message++)
            assert_int_equal(transfer(copy, true, bytes, sizeof bytes, &length), ERROR_SUCCESS);
        CloseHandle(copy);
        order_until(line, "150000", answer, sizeof answer);
    }
}

/* The file comes in the middle: what a read has begun, and what comes for one that waits, stays in order. */
static void the_file_comes_while_messages_come(void **state)
{
    const HANDLE channel = open_channel("ECHO", DYNAMIC);
    char data[CHANNEL_PDU_LENGTH];
    ULONG length = 0;
    DWORD file_length = 0;
    (void)state;
    write_message(channel, "0123456789", 10);
    assert_int_equal(WTSVirtualChannelRead(channel, SECONDS(30), data, 12, &length), FALSE);
    assert_int_equal(GetLastError(), ERROR_MORE_DATA);
    const HANDLE file = file_of(channel);
    assert_int_equal(transfer(file, false, data, sizeof data, &file_length), ERROR_SUCCESS);
    assert_int_equal(file_length, 6);
    assert_memory_equal(data, "456789", 6);
    write_message(channel, "by either", 9);
    check_message(channel, "by either", 9);
    assert_succeeds(WTSVirtualChannelClose(channel));
}

static DWORD WINAPI read_one(void *argument)
{
    char data[CHANNEL_PDU_LENGTH];
    ULONG length = 0;
    return WTSVirtualChannelRead(argument, INFINITE, data, sizeof data, &length) ? length : 0;
}

/* A read that began without the file gets the next message, or ends with the handle although the file lives.
 */
static void a_read_began_before_the_file(void **state)
{
    (void)state;
    for (unsigned ends = 0; ends < 2; ends++) {
        const HANDLE channel = open_channel("ECHO", DYNAMIC);
        const HANDLE thread = CreateThread(NULL, 0, ends ? read_until_closed : read_one, channel, 0, NULL);
        HANDLE copy = NULL;
        DWORD result = 0;
        DWORD length = 0;
        assert_int_equal(WaitForSingleObject(thread, 100), WAIT_TIMEOUT);
        assert_true(DuplicateHandle(GetCurrentProcess(), file_of(channel), GetCurrentProcess(), &copy, 0,
                                    FALSE, DUPLICATE_SAME_ACCESS));
        if (ends)
            assert_succeeds(WTSVirtualChannelClose(channel));
        else
            write_message(channel, "one", 3);
        assert_int_equal(WaitForSingleObject(thread, SECONDS(30)), WAIT_OBJECT_0);
        assert_true(GetExitCodeThread(thread, &result));
        assert_int_equal(result, ends ? ERROR_OPERATION_ABORTED : 8 + 3);
        CloseHandle(thread);
        char data[CHANNEL_PDU_LENGTH];
        assert_int_equal(transfer(copy, true, "more", 4, &length), ERROR_SUCCESS);
        assert_int_equal(transfer(copy, false, data, sizeof data, &length), ERROR_SUCCESS);
        assert_int_equal(length, 8 + 4);
        CloseHandle(copy);
        if (!ends)
            assert_succeeds(WTSVirtualChannelClose(channel));
    }
}

static void the_client_goes(void **state)
{
    const HANDLE channel = open_channel("ECHO", DYNAMIC);
    const HANDLE other = open_channel("echo", 0);
    const HANDLE file = file_of(other);
    char data[CHANNEL_PDU_LENGTH];
    ULONG length = 77;
    (void)state;
    const HANDLE orders = open_channel("orders", 0);
    write_message(orders, "leave 700", 9);
    SetLastError(POISON);
    assert_int_equal(WTSVirtualChannelRead(channel, SECONDS(30), data, sizeof data, &length), FALSE);
    assert_int_equal(GetLastError(), ERROR_IO_DEVICE);
    assert_int_equal(length, 77);
    const DWORD error = transfer(file, false, data, sizeof data, &length);
    assert_true(error == ERROR_BROKEN_PIPE);
    assert_fails(WTSVirtualChannelWrite(channel, data, 1, &length), ERROR_IO_DEVICE);
    assert_fails(WTSVirtualChannelPurgeInput(channel), ERROR_IO_DEVICE);
    assert_fails(WTSVirtualChannelPurgeOutput(channel), ERROR_IO_DEVICE);
    check_no_open("ECHO", DYNAMIC, 1);
    assert_succeeds(WTSVirtualChannelClose(channel));
    assert_succeeds(WTSVirtualChannelClose(other));
    assert_succeeds(WTSVirtualChannelClose(orders));
    char name[] = "ECHO";
    HANDLE again = NULL;
    for (unsigned i = 0; i < 1000 && again == NULL; i++) {
        Sleep(50);
        again = WTSVirtualChannelOpenEx(WTS_CURRENT_SESSION, name, DYNAMIC);
    }
    assert_non_null(again);
    write_message(again, "again", 5);
    check_message(again, "again", 5);
    assert_succeeds(WTSVirtualChannelClose(again));
}

static void check_purge_of_input(bool has_file)
{
    const HANDLE channel = open_channel("ECHO", DYNAMIC);
    char answer[64];
    char data[CHANNEL_PDU_LENGTH];
    ULONG length = 77;
    if (has_file)
        file_of(channel);
    for (unsigned i = 0; i < 10; i++)
        write_message(channel, "old", 3);
    /* The last has come back: all others have. */
    for (unsigned i = 0; i < 5; i++)
        read_chunk(channel, data, sizeof data);
    order_until("sent ECHO", "10", answer, sizeof answer);
    assert_succeeds(WTSVirtualChannelPurgeInput(channel));
    assert_succeeds(WTSVirtualChannelRead(channel, 0, data, sizeof data, &length));
    assert_int_equal(length, 0);
    write_message(channel, "new", 3);
    check_message(channel, "new", 3);
    assert_succeeds(WTSVirtualChannelPurgeInput(channel));
    assert_succeeds(WTSVirtualChannelClose(channel));
}

/* Half a message would become part of the next: the channel ends with the time of the call. */
static void a_client_takes_nothing(void **state)
{
    static char bytes[32768];
    const HANDLE channel = open_channel("stuck", DYNAMIC);
    ULONG length = sizeof bytes;
    (void)state;
    SetEnvironmentVariableA("WTSAPI32_CALL_TIMEOUT_MS", "200");
    for (unsigned i = 0; i < 1000 && length == sizeof bytes; i++) {
        length = 77;
        SetLastError(POISON);
        WTSVirtualChannelWrite(channel, bytes, sizeof bytes, &length);
    }
    assert_int_equal(GetLastError(), 1818);
    assert_int_equal(length, 77);
    SetEnvironmentVariableA("WTSAPI32_CALL_TIMEOUT_MS", NULL);
    assert_fails(WTSVirtualChannelWrite(channel, bytes, 1, &length), ERROR_IO_DEVICE);
    assert_fails(WTSVirtualChannelRead(channel, SECONDS(30), bytes, sizeof bytes, &length), ERROR_IO_DEVICE);
    assert_succeeds(WTSVirtualChannelClose(channel));
}

static void what_has_come_is_purged(void **state)
{
    (void)state;
    check_purge_of_input(false);
    check_purge_of_input(true);
}

static void what_was_written_is_purged(void **state)
{
    char answer[4096];
    const HANDLE channel = open_channel("slow", DYNAMIC);
    static char bytes[1000];
    (void)state;
    for (unsigned i = 0; i < 20; i++)
        write_message(channel, bytes, sizeof bytes);
    assert_succeeds(WTSVirtualChannelPurgeOutput(channel));
    write_message(channel, "last", 4);
    assert_succeeds(WTSVirtualChannelClose(channel));
    order_until("sizes slow", " 4", answer, sizeof answer);
    assert_true(strlen(answer) < 19 * 5);
    assert_null(strstr(answer, "1004"));
}

struct talk {
    HANDLE channel;
    HANDLE file;
    unsigned count;
    volatile LONG written;
    volatile LONG read;
};

static DWORD WINAPI talk_out(void *argument)
{
    struct talk *talk = argument;
    ULONG length;
    DWORD file_length;
    for (unsigned i = 0; i < talk->count; i++) {
        char bytes[64];
        memset(bytes, 'a' + (int)(i % 26), sizeof bytes);
        if (i % 2 == 0 || talk->file == NULL
                ? !WTSVirtualChannelWrite(talk->channel, bytes, 1 + i % 64, &length)
                : transfer(talk->file, true, bytes, 1 + i % 64, &file_length) != ERROR_SUCCESS)
            return 1;
        InterlockedIncrement(&talk->written);
    }
    return 0;
}

static DWORD WINAPI talk_in(void *argument)
{
    struct talk *talk = argument;
    for (unsigned i = 0; i < talk->count; i++) {
        char chunk[CHANNEL_PDU_LENGTH];
        ULONG length;
        if (!WTSVirtualChannelRead(talk->channel, SECONDS(60), chunk, sizeof chunk, &length))
            return GetLastError();
        /* A message is one letter, again and again: none was mixed with another. */
        for (ULONG at = 9; at < length; at++)
            if (chunk[at] != chunk[8])
                return 2;
        InterlockedIncrement(&talk->read);
    }
    return 0;
}

static void check_threads(bool has_file)
{
    enum { EACH = 3, COUNT = 100 };
    struct talk talk = {.channel = open_channel("ECHO", DYNAMIC), .count = COUNT};
    HANDLE threads[2 * EACH];
    talk.file = has_file ? file_of(talk.channel) : NULL;
    for (unsigned i = 0; i < EACH; i++) {
        threads[2 * i] = CreateThread(NULL, 0, talk_out, &talk, 0, NULL);
        threads[2 * i + 1] = CreateThread(NULL, 0, talk_in, &talk, 0, NULL);
    }
    for (unsigned i = 0; i < 2 * EACH; i++) {
        DWORD result = 77;
        assert_int_equal(WaitForSingleObject(threads[i], SECONDS(90)), WAIT_OBJECT_0);
        assert_true(GetExitCodeThread(threads[i], &result));
        assert_int_equal(result, 0);
        CloseHandle(threads[i]);
    }
    assert_int_equal(talk.written, EACH * COUNT);
    assert_int_equal(talk.read, EACH * COUNT);
    assert_succeeds(WTSVirtualChannelClose(talk.channel));
}

static void several_threads_read_and_write(void **state)
{
    (void)state;
    check_threads(true);
    check_threads(false);
}

static void forty_channels_at_once(void **state)
{
    enum { COUNT = 40 };
    HANDLE channels[COUNT];
    char text[COUNT][32];
    (void)state;
    for (unsigned i = 0; i < COUNT; i++) {
        snprintf(text[i], sizeof text[i], "echo number %u", i);
        channels[i] = open_channel(text[i], DYNAMIC);
        write_message(channels[i], text[i], (ULONG)strlen(text[i]));
    }
    for (unsigned i = COUNT; i-- > 0;)
        check_message(channels[i], text[i], (ULONG)strlen(text[i]));
    for (unsigned i = 0; i < COUNT; i++)
        assert_succeeds(WTSVirtualChannelClose(channels[i]));
}

/* A program that does not read its channel does not hold up another, and loses nothing. */
static void a_flood_waits_for_its_reader(void **state)
{
    const HANDLE flood = open_channel("flood", DYNAMIC);
    const HANDLE channel = open_channel("ECHO", DYNAMIC);
    char data[CHANNEL_PDU_LENGTH];
    ULONG total = 0;
    (void)state;
    for (unsigned i = 0; i < 50; i++) {
        write_message(channel, "turn", 4);
        check_message(channel, "turn", 4);
    }
    while (total < 8 << 20)
        total += read_chunk(flood, data, sizeof data) - (ULONG)sizeof(CHANNEL_PDU_HEADER);
    assert_int_equal(total, 8 << 20);
    assert_succeeds(WTSVirtualChannelClose(channel));
    assert_succeeds(WTSVirtualChannelClose(flood));
}

struct race {
    HANDLE channel;
    volatile LONG begun;
};

/* Both go on until the handle is closed; only then a call may fail, as one on a closed handle does. */
static DWORD WINAPI write_in_race(void *argument)
{
    struct race *race = argument;
    ULONG length;
    do
        InterlockedIncrement(&race->begun);
    while (WTSVirtualChannelWrite(race->channel, "race", 4, &length));
    return GetLastError();
}

static DWORD WINAPI read_in_race(void *argument)
{
    struct race *race = argument;
    char data[CHANNEL_PDU_LENGTH];
    ULONG length;
    do
        InterlockedIncrement(&race->begun);
    while (WTSVirtualChannelRead(race->channel, SECONDS(30), data, sizeof data, &length) ||
           GetLastError() == ERROR_MORE_DATA);
    return GetLastError();
}

static void closing_races_with_readers_and_writers(void **state)
{
    enum { ROUNDS = 25, THREADS = 4 };
    (void)state;
    for (unsigned round = 0; round < ROUNDS; round++) {
        struct race race = {.channel = open_channel("ECHO", DYNAMIC)};
        HANDLE threads[THREADS];
        for (unsigned i = 0; i < THREADS; i++)
            threads[i] = CreateThread(NULL, 0, i % 2 == 0 ? write_in_race : read_in_race, &race, 0, NULL);
        while (race.begun < (LONG)(round % 20))
            Sleep(0);
        assert_succeeds(WTSVirtualChannelClose(race.channel));
        for (unsigned i = 0; i < THREADS; i++) {
            DWORD error = 0;
            assert_int_equal(WaitForSingleObject(threads[i], SECONDS(60)), WAIT_OBJECT_0);
            assert_true(GetExitCodeThread(threads[i], &error));
            if (error != ERROR_INVALID_PARAMETER)
                assert_int_equal(error, i % 2 == 0 ? ERROR_IO_DEVICE : ERROR_OPERATION_ABORTED);
            CloseHandle(threads[i]);
        }
    }
}

/* Nothing of a channel stays: the next handle is the same after hundreds as before. */
static void channels_leak_no_handle(void **state)
{
    (void)state;
    for (unsigned i = 0; i < 3; i++)
        order_only("nothing");
    Sleep(300);
    const HANDLE before = support_next_handle();
    for (unsigned i = 0; i < 10; i++)
        order_only("nothing");
    HANDLE after = support_next_handle();
    for (unsigned i = 0; i < 500 && after > before; i++) {
        Sleep(100); /* the threads of a closed channel end soon */
        after = support_next_handle();
    }
    assert_true(after <= before);
}

/* Run alone, where there is no session. */
static int without_a_session(void)
{
    char name[] = "ECHO";
    SetLastError(POISON);
    const HANDLE channel = WTSVirtualChannelOpenEx(WTS_CURRENT_SESSION, name, DYNAMIC);
    printf("open: %p, error %lu\n", channel, channel != NULL ? 0 : GetLastError());
    if (channel != NULL)
        WTSVirtualChannelClose(channel);
    return 0;
}

/* Run alone: holds the session's state and a channel until its input ends. */
static int session_and_channel(void)
{
    char name[] = "ECHO";
    char *block = NULL;
    DWORD length = 0;
    const BOOL is_known =
        WTSQuerySessionInformationA(NULL, WTS_CURRENT_SESSION, WTSSessionInfoEx, &block, &length);
    const HANDLE channel = WTSVirtualChannelOpenEx(WTS_CURRENT_SESSION, name, DYNAMIC);
    WTSFreeMemory(block);
    puts(is_known && channel != NULL ? "both" : "failed");
    fgets(name, sizeof name, stdin);
    return WTSVirtualChannelClose(channel) ? 0 : 1;
}

/* Run alone: closes a channel whose client takes nothing while the helper is stopped, and uses another. */
static int late_helper(void)
{
    static char bytes[1000];
    char line[16];
    ULONG length;
    const HANDLE stuck = open_channel("stuck", DYNAMIC);
    const HANDLE other = open_channel("ECHO", DYNAMIC);
    WTSVirtualChannelWrite(stuck, bytes, sizeof bytes, &length);
    puts("open");
    fgets(line, sizeof line, stdin);
    WTSVirtualChannelClose(stuck);
    SetLastError(ERROR_SUCCESS);
    WTSVirtualChannelPurgeInput(other);
    printf("error %lu\n", GetLastError());
    return WTSVirtualChannelClose(other) ? 0 : 1;
}

int main(int count, char **words)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_teardown(wrong_arguments_reach_no_session, support_check_heap),
        cmocka_unit_test_teardown(another_machine_has_no_channels_here, support_check_heap),
        cmocka_unit_test_teardown(forged_closed_and_foreign_handles_fail, support_check_heap),
        cmocka_unit_test_teardown(wrong_arguments_of_an_open_channel, support_check_heap),
        cmocka_unit_test_teardown(what_xrdp_and_the_client_refuse, support_check_heap),
        cmocka_unit_test_teardown(messages_of_dynamic_channels_come_back_whole, support_check_heap),
        cmocka_unit_test_teardown(a_megabyte_goes_out_and_back, support_check_heap),
        cmocka_unit_test_teardown(static_channels_have_no_headers, support_check_heap),
        cmocka_unit_test_teardown(reads_wait_as_long_as_they_are_told, support_check_heap),
        cmocka_unit_test_teardown(the_file_handle_is_a_pipe_of_messages, support_check_heap),
        cmocka_unit_test_teardown(a_duplicate_outlives_the_channel, support_check_heap),
        cmocka_unit_test_teardown(closing_ends_a_read, support_check_heap),
        cmocka_unit_test_teardown(closing_sends_what_was_written, support_check_heap),
        cmocka_unit_test_teardown(a_closed_channel_is_out_of_the_way, support_check_heap),
        cmocka_unit_test_teardown(closing_the_file_sends_what_was_written, support_check_heap),
        cmocka_unit_test_teardown(the_file_comes_while_messages_come, support_check_heap),
        cmocka_unit_test_teardown(a_read_began_before_the_file, support_check_heap),
        cmocka_unit_test_teardown(the_client_goes, support_check_heap),
        cmocka_unit_test_teardown(a_client_takes_nothing, support_check_heap),
        cmocka_unit_test_teardown(what_has_come_is_purged, support_check_heap),
        cmocka_unit_test_teardown(what_was_written_is_purged, support_check_heap),
        cmocka_unit_test_teardown(several_threads_read_and_write, support_check_heap),
        cmocka_unit_test_teardown(forty_channels_at_once, support_check_heap),
        cmocka_unit_test_teardown(a_flood_waits_for_its_reader, support_check_heap),
        cmocka_unit_test_teardown(closing_races_with_readers_and_writers, support_check_heap),
        cmocka_unit_test_teardown(channels_leak_no_handle, support_check_heap),
    };
    setvbuf(stdout, NULL, _IONBF, 0);
    if (count == 2 && strcmp(words[1], "--open") == 0)
        return without_a_session();
    if (count == 2 && strcmp(words[1], "--both") == 0)
        return session_and_channel();
    if (count == 2 && strcmp(words[1], "--late") == 0)
        return late_helper();
    return cmocka_run_group_tests(tests, support_check_dll, NULL);
}

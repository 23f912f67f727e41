/*
 * wire.h under Wine: a connected pair of loopback sockets, one end of which is the helper's standard input.
 * No port stays open, and no secret is needed to know who is at the other end.
 */
#include <winsock2.h>
#include <windows.h>

#include <ntsecapi.h>
#include <winternl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <wchar.h>

#include "core/deadline.h"
#include "core/error.h"
#include "core/system.h"
#include "core/trace.h"
#include "helper/client/find.h"
#include "helper/client/start.h"
#include "helper/client/wire.h"

/* mingw's headers do not declare it. */
NTSYSAPI NTSTATUS NTAPI NtWriteFile(HANDLE file, HANDLE event, PIO_APC_ROUTINE routine, void *context,
                                    IO_STATUS_BLOCK *status, const void *data, ULONG length,
                                    LARGE_INTEGER *offset, ULONG *key);

#define PATH_CAPACITY 1024
#define UNIX_PREFIX L"\\\\?\\unix"

/*
 * A copy of the helper's end stays open, because when the last handle in the prefix to a socket is closed,
 * Wine shuts the socket down, although another program still has it (measured: Wine 8.0). Shutting the copy
 * down also makes the receiver see an end that the helper did not report.
 */
struct wts_wire {
    SOCKET ours;
    SOCKET theirs;
    HANDLE received; /* the receiver's event */
    HANDLE replies;  /* NULL: the socket is read */
    uint32_t process_id;
    HANDLE secrets; /* NULL: not opened yet */
    struct wts_lock secrets_lock;
};

static SOCKET make_socket(void)
{
    return WTS_SYSTEM(WSASocketW)(AF_INET, SOCK_STREAM, IPPROTO_TCP, NULL, 0,
                                  WSA_FLAG_OVERLAPPED | WSA_FLAG_NO_HANDLE_INHERIT);
}

static void close_socket(SOCKET *socket)
{
    if (*socket != INVALID_SOCKET)
        WTS_SYSTEM(closesocket)(*socket);
    *socket = INVALID_SOCKET;
}

static bool listen_on_loopback(SOCKET listener, struct sockaddr_in *address)
{
    int length = sizeof *address;
    *address = (struct sockaddr_in){.sin_family = AF_INET};
    address->sin_addr.s_addr = 0x0100007F; /* 127.0.0.1 in network order */
    return WTS_SYSTEM(bind)(listener, (struct sockaddr *)address, sizeof *address) == 0 &&
           WTS_SYSTEM(listen)(listener, 8) == 0 &&
           WTS_SYSTEM(getsockname)(listener, (struct sockaddr *)address, &length) == 0;
}

/* Accepts connections until the one from `ours` comes; connections of other programs are closed. */
static SOCKET accept_ours(SOCKET listener, SOCKET ours)
{
    struct sockaddr_in expected;
    int length = sizeof expected;
    if (WTS_SYSTEM(getsockname)(ours, (struct sockaddr *)&expected, &length) != 0)
        return INVALID_SOCKET;
    for (;;) {
        struct sockaddr_in peer;
        length = sizeof peer;
        SOCKET accepted = WTS_SYSTEM(accept)(listener, (struct sockaddr *)&peer, &length);
        if (accepted == INVALID_SOCKET ||
            (peer.sin_port == expected.sin_port && peer.sin_addr.s_addr == expected.sin_addr.s_addr))
            return accepted;
        close_socket(&accepted);
    }
}

/* Makes a connected pair, neither end inheritable; send on our end never waits. */
static bool make_pair(struct wts_wire *wire)
{
    struct sockaddr_in address;
    const BOOL at_once = TRUE;
    u_long never_waits = 1;
    SOCKET listener = make_socket();
    wire->ours = make_socket();
    if (listener != INVALID_SOCKET && wire->ours != INVALID_SOCKET &&
        listen_on_loopback(listener, &address) &&
        WTS_SYSTEM(connect)(wire->ours, (struct sockaddr *)&address, sizeof address) == 0)
        wire->theirs = accept_ours(listener, wire->ours);
    close_socket(&listener);
    if (wire->theirs == INVALID_SOCKET)
        return false;
    WTS_SYSTEM(setsockopt)(wire->ours, IPPROTO_TCP, TCP_NODELAY, (const char *)&at_once, sizeof at_once);
    WTS_SYSTEM(setsockopt)(wire->theirs, IPPROTO_TCP, TCP_NODELAY, (const char *)&at_once, sizeof at_once);
    return WTS_SYSTEM(ioctlsocket)(wire->ours, (long)FIONBIO, &never_waits) == 0;
}

static struct wts_wire *make_wire(void)
{
    WSADATA data;
    struct wts_wire *wire = calloc(1, sizeof *wire);
    if (wire == NULL)
        return NULL;
    wire->ours = INVALID_SOCKET;
    wire->theirs = INVALID_SOCKET;
    wts_lock_initialize(&wire->secrets_lock);
    wire->received = CreateEventW(NULL, TRUE, FALSE, NULL);
    if (wire->received == NULL || WTS_SYSTEM(WSAStartup) == NULL ||
        WTS_SYSTEM(WSAStartup)(MAKEWORD(2, 2), &data) != 0 || !make_pair(wire)) {
        wts_wire_close(wire);
        return NULL;
    }
    return wire;
}

uint32_t wts_wire_start(const struct wts_helper_kind *kind, struct wts_wire **started)
{
    char path[PATH_CAPACITY];
    if (!wts_helper_find(kind, path, sizeof path))
        return RPC_S_PROTSEQ_NOT_SUPPORTED;
    struct wts_wire *wire = make_wire();
    if (wire == NULL) {
        wts_trace(WTS_TRACE_ERRORS, "%s: no loopback sockets", kind->program);
        return RPC_S_PROTSEQ_NOT_SUPPORTED;
    }
    if (!wts_start_program(path, wire->theirs)) {
        wts_trace(WTS_TRACE_ERRORS, "%s: %s cannot be started, error %lu", kind->program, path,
                  GetLastError());
        wts_wire_close(wire);
        return RPC_S_PROTSEQ_NOT_SUPPORTED;
    }
    wts_trace(WTS_TRACE_WIRE, "%s: started %s", kind->program, path);
    *started = wire;
    return ERROR_SUCCESS;
}

size_t wts_wire_receive(struct wts_wire *wire, void *data, size_t size)
{
    OVERLAPPED overlapped = {.hEvent = wire->received};
    WSABUF buffer = {size > INT_MAX ? INT_MAX : (ULONG)size, data};
    DWORD length = 0;
    DWORD flags = 0;
    if (WTS_SYSTEM(WSARecv)(wire->ours, &buffer, 1, &length, &flags, &overlapped, NULL) == 0)
        return length;
    if (WTS_SYSTEM(WSAGetLastError)() != WSA_IO_PENDING ||
        !WTS_SYSTEM(WSAGetOverlappedResult)(wire->ours, &overlapped, &length, TRUE, &flags))
        return 0;
    return length;
}

static HANDLE open_descriptor(const struct wts_frame_ready *ready, uint32_t descriptor, DWORD access,
                              DWORD flags)
{
    WCHAR path[96];
    swprintf(path, ARRAYSIZE(path), UNIX_PREFIX L"\\proc\\%lu\\fd\\%lu", (unsigned long)ready->process_id,
             (unsigned long)descriptor);
    return CreateFileW(path, access, FILE_SHARE_READ | FILE_SHARE_WRITE, NULL, OPEN_EXISTING,
                       FILE_ATTRIBUTE_NORMAL | flags, NULL);
}

/* Not overlapped, because only then Wine waits in the system's own poll() (docs/wine.md#native-programs). */
bool wts_wire_open_replies(struct wts_wire *wire, const struct wts_frame_ready *ready)
{
    const HANDLE replies = ready->replies_descriptor != 0
                               ? open_descriptor(ready, ready->replies_descriptor, GENERIC_READ, 0)
                               : INVALID_HANDLE_VALUE;
    wire->replies = replies != INVALID_HANDLE_VALUE ? replies : NULL;
    return wire->replies != NULL;
}

size_t wts_wire_receive_reply(struct wts_wire *wire, void *data, size_t size)
{
    DWORD length = 0;
    const DWORD wanted = size > INT_MAX ? INT_MAX : (DWORD)size;
    return ReadFile(wire->replies, data, wanted, &length, NULL) ? length : 0;
}

wts_wire_pipe wts_wire_open_requests(const struct wts_frame_ready *ready, uint32_t descriptor)
{
    return (wts_wire_pipe)open_descriptor(ready, descriptor, GENERIC_READ | GENERIC_WRITE,
                                          FILE_FLAG_OVERLAPPED);
}

/* Not WriteFile, because with its OVERLAPPED Wine reports each completion to its server. */
bool wts_wire_write_request(wts_wire_pipe pipe, const void *data, size_t length)
{
    IO_STATUS_BLOCK done = {.Information = 0};
    const NTSTATUS status = NtWriteFile((HANDLE)pipe, NULL, NULL, NULL, &done, (void *)(uintptr_t)data,
                                        (ULONG)length, NULL, NULL);
    if (status == STATUS_PENDING) { /* the pipe is not empty, against the rules; `done` must outlive it */
        CancelIo((HANDLE)pipe);
        WaitForSingleObject((HANDLE)pipe, INFINITE);
    }
    return status != STATUS_PENDING && NT_SUCCESS(status) && done.Information == length;
}

/* A read that would wait means that the pipe is empty; it is cancelled. */
bool wts_wire_take_back(wts_wire_pipe pipe, size_t length)
{
    uint8_t request[WTS_FRAME_MAX_DIRECT];
    OVERLAPPED overlapped = {.hEvent = CreateEventW(NULL, TRUE, FALSE, NULL)};
    DWORD got = 0;
    if (overlapped.hEvent == NULL)
        return false;
    bool is_read = ReadFile((HANDLE)pipe, request, (DWORD)length, &got, &overlapped);
    if (!is_read && GetLastError() == ERROR_IO_PENDING) {
        CancelIo((HANDLE)pipe);
        is_read = GetOverlappedResult((HANDLE)pipe, &overlapped, &got, TRUE);
    }
    CloseHandle(overlapped.hEvent);
    SecureZeroMemory(request, sizeof request);
    return is_read && got == length;
}

void wts_wire_close_requests(wts_wire_pipe pipe)
{
    if (pipe != WTS_NO_PIPE)
        CloseHandle((HANDLE)pipe);
}

uint32_t wts_wire_random(void)
{
    uint32_t number = 0;
    /* Documented as RtlGenRandom. */
    if (WTS_SYSTEM(SystemFunction036) == NULL || !WTS_SYSTEM(SystemFunction036)(&number, sizeof number))
        number = GetTickCount();
    return number;
}

bool wts_wire_send(struct wts_wire *wire, const void *data, size_t length, size_t *sent)
{
    const int count = WTS_SYSTEM(send)(wire->ours, data, length > INT_MAX ? INT_MAX : (int)length, 0);
    *sent = count > 0 ? (size_t)count : 0;
    return count >= 0 || WTS_SYSTEM(WSAGetLastError)() == WSAEWOULDBLOCK;
}

void wts_wire_wait_for_room(struct wts_wire *wire, uint64_t until_ms)
{
    const uint32_t left_ms = wts_deadline_left(until_ms);
    struct timeval limit = {(long)(left_ms / 1000), (long)(left_ms % 1000) * 1000};
    fd_set full = {.fd_count = 1, .fd_array = {wire->ours}};
    WTS_SYSTEM(select)(0, NULL, &full, NULL, &limit);
}

void wts_wire_note_process(struct wts_wire *wire, uint32_t process_id)
{
    wire->process_id = process_id;
}

/* Checks the process' working folder in /proc, an entry that disappears when the process ends, not when it is
 * collected. Error 5 means that it is there. */
bool wts_wire_is_alive(const struct wts_wire *wire)
{
    WCHAR path[64];
    if (wire->process_id == 0)
        return true;
    swprintf(path, ARRAYSIZE(path), UNIX_PREFIX L"\\proc\\%lu\\cwd", (unsigned long)wire->process_id);
    if (GetFileAttributesW(path) != INVALID_FILE_ATTRIBUTES)
        return true;
    const DWORD error = GetLastError();
    return error != ERROR_FILE_NOT_FOUND && error != ERROR_PATH_NOT_FOUND;
}

/* They are still in the copy of its end. */
size_t wts_wire_unread(const struct wts_wire *wire)
{
    u_long length = 0;
    if (wts_wire_is_alive(wire) || WTS_SYSTEM(ioctlsocket)(wire->theirs, (long)FIONREAD, &length) != 0)
        return 0;
    return length;
}

void wts_wire_finish(struct wts_wire *wire)
{
    WTS_SYSTEM(shutdown)(wire->theirs, SD_SEND);
}

void wts_wire_end(struct wts_wire *wire)
{
    WTS_SYSTEM(shutdown)(wire->ours, SD_BOTH);
}

static HANDLE open_secrets(const struct wts_frame_ready *ready)
{
    const HANDLE file = open_descriptor(ready, ready->secret_descriptor, GENERIC_WRITE, 0);
    if (file == INVALID_HANDLE_VALUE) {
        wts_trace(WTS_TRACE_ERRORS, "the secret area of process %lu cannot be opened, error %lu",
                  (unsigned long)ready->process_id, GetLastError());
        return NULL;
    }
    return file;
}

bool wts_wire_write_secret(struct wts_wire *wire, const struct wts_frame_ready *ready, uint32_t offset,
                           const void *data, size_t length)
{
    OVERLAPPED place = {.Offset = offset};
    DWORD written = 0;
    wts_lock_acquire(&wire->secrets_lock);
    if (wire->secrets == NULL)
        wire->secrets = open_secrets(ready);
    const HANDLE secrets = wire->secrets;
    wts_lock_release(&wire->secrets_lock);
    return secrets != NULL && WriteFile(secrets, data, (DWORD)length, &written, &place) && written == length;
}

void wts_wire_close(struct wts_wire *wire)
{
    if (wire->secrets != NULL)
        CloseHandle(wire->secrets);
    close_socket(&wire->ours);
    close_socket(&wire->theirs);
    if (wire->received != NULL)
        CloseHandle(wire->received);
    if (wire->replies != NULL)
        CloseHandle(wire->replies);
    free(wire);
}

/* Stores a variable and its value at *place, which moves behind them; does nothing when there is no room. */
static void keep_variable(struct wts_frame_hello *hello, const char *name, const char *value, char **place,
                          const char *limit)
{
    const size_t length = strlen(value);
    if (length == 0 || length > WTS_FRAME_MAX_TEXT || length > (size_t)(limit - *place) ||
        hello->count == WTS_FRAME_MAX_VARIABLES)
        return;
    memcpy(*place, value, length);
    hello->variables[hello->count++] =
        (struct wts_frame_variable){.name = {name, strlen(name)}, .value = {*place, length}};
    *place += length;
}

/* The user's home: Wine keeps it as an NT path, \??\unix\home\me or \??\Z:\home\me (measured: Wine 8.0). */
static void keep_home(struct wts_frame_hello *hello, char **place, const char *limit)
{
    WCHAR path[PATH_CAPACITY];
    const DWORD length = GetEnvironmentVariableW(L"WINEHOMEDIR", path, ARRAYSIZE(path));
    if (length < 5 || length >= ARRAYSIZE(path) || WTS_SYSTEM(wine_get_unix_file_name) == NULL)
        return;
    path[1] = L'\\'; /* \\?\ is what the functions of Win32 understand */
    char *unix_name = WTS_SYSTEM(wine_get_unix_file_name)(path);
    if (unix_name == NULL)
        return;
    keep_variable(hello, "HOME", unix_name, place, limit);
    HeapFree(GetProcessHeap(), 0, unix_name);
}

void wts_wire_variables(const struct wts_helper_kind *kind, struct wts_frame_hello *hello, char *buffer,
                        size_t size)
{
    char value[PATH_CAPACITY];
    char *place = buffer;
    *hello = (struct wts_frame_hello){.version = WTS_FRAME_VERSION};
    for (const char *const *name = kind->variables; *name != NULL; name++) {
        if (strcmp(*name, "HOME") == 0)
            keep_home(hello, &place, buffer + size);
        else if (wts_environment_get(*name, value, sizeof value))
            keep_variable(hello, *name, value, &place, buffer + size);
    }
}

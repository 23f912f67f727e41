/*
 * Starting wts-relay; see relay_start.h. The relay gets one end of a connected loopback pair as its standard
 * input: no secret, no port that stays open, and the end of either side is seen by the other.
 */
#include "remote/transport/relay_start.h"

#include <stdio.h>
#include <wchar.h>

#include "core/error.h"
#include "core/module.h"
#include "core/system.h"
#include "core/trace.h"

/*
 * A program that others may change must not get passwords. Only the system itself can tell the owner and the
 * mode for certain (what Wine makes of them has no group and one name for all strangers), so its shell checks
 * the program and its folder and becomes the relay when both are fit.
 */
static const WCHAR check_and_become[] =
    L"sh -c \"for p in \\\"$0\\\" \\\"${0%/*}/\\\"; do "
    L"[ -n \\\"$(/usr/bin/find -P \\\"$p\\\" -maxdepth 0 ! -type l '(' -uid 0 -o -uid $(/usr/bin/id -u) ')' "
    L"! -perm /022 2>/dev/null)\\\" ] || { echo 'refused: it is a link, or others own or may change it' >&0; "
    L"exit 1; }; "
    L"done; exec \\\"$0\\\"\" ";

#define PATH_CAPACITY 1024

/* The Unix path of the relay beside this DLL. */
static bool find_beside(char *path, size_t capacity)
{
    WCHAR module[MAX_PATH];
    const DWORD length = GetModuleFileNameW(wts_module, module, ARRAYSIZE(module));
    if (length == 0 || length == ARRAYSIZE(module) || WTS_SYSTEM(wine_get_unix_file_name) == NULL)
        return false;
    char *unix_name = WTS_SYSTEM(wine_get_unix_file_name)(module);
    char *slash = unix_name != NULL ? strrchr(unix_name, '/') : NULL;
    const int folder = slash != NULL ? (int)(slash - unix_name) : -1;
    const bool fits =
        folder >= 0 && snprintf(path, capacity, "%.*s/wts-relay", folder, unix_name) < (int)capacity;
    if (unix_name != NULL)
        HeapFree(GetProcessHeap(), 0, unix_name);
    return fits;
}

static bool exists(const char *path)
{
    WCHAR name[PATH_CAPACITY + 16] = L"\\\\?\\unix";
    if (MultiByteToWideChar(CP_UTF8, MB_ERR_INVALID_CHARS, path, -1, name + 8, PATH_CAPACITY) == 0)
        return false;
    const DWORD attributes = GetFileAttributesW(name);
    return attributes != INVALID_FILE_ATTRIBUTES && (attributes & FILE_ATTRIBUTE_DIRECTORY) == 0;
}

static bool locate(char *path, size_t capacity)
{
    const DWORD length = GetEnvironmentVariableA("WTSAPI32_RELAY", path, (DWORD)capacity);
    if (length >= capacity)
        path[0] = '\0'; /* too long to be had: what stands there is nothing to trace */
    if (length > 0)
        return length < capacity && path[0] == '/' && exists(path);
    if (find_beside(path, capacity) && exists(path))
        return true;
    snprintf(path, capacity, "/usr/libexec/wtsapi32/wts-relay");
    return exists(path);
}

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

/* Takes connections from the listener until it is the one from `ours`; what a stranger opened is closed. */
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

/* A connected pair; only `theirs` can be inherited. */
static bool make_pair(struct wts_relay_end *end)
{
    struct sockaddr_in address;
    const BOOL at_once = TRUE;
    SOCKET listener = make_socket();
    end->theirs = INVALID_SOCKET;
    end->ours = make_socket();
    if (listener != INVALID_SOCKET && end->ours != INVALID_SOCKET && listen_on_loopback(listener, &address) &&
        WTS_SYSTEM(connect)(end->ours, (struct sockaddr *)&address, sizeof address) == 0)
        end->theirs = accept_ours(listener, end->ours);
    close_socket(&listener);
    if (end->theirs == INVALID_SOCKET) {
        close_socket(&end->ours);
        return false;
    }
    WTS_SYSTEM(setsockopt)(end->ours, IPPROTO_TCP, TCP_NODELAY, (const char *)&at_once, sizeof at_once);
    WTS_SYSTEM(setsockopt)(end->theirs, IPPROTO_TCP, TCP_NODELAY, (const char *)&at_once, sizeof at_once);
    return true;
}

/* Appends the path as one argument, which holds no quote: what a path may not hold ends the search. */
static bool make_command(const char *path, WCHAR *command, int capacity)
{
    const int length = (int)ARRAYSIZE(check_and_become) - 1;
    if (strpbrk(path, "\"\\") != NULL || length + 3 > capacity)
        return false;
    memcpy(command, check_and_become, sizeof check_and_become);
    command[length] = L'"';
    const int count = MultiByteToWideChar(CP_UTF8, MB_ERR_INVALID_CHARS, path, -1, command + length + 1,
                                          capacity - length - 2);
    if (count == 0)
        return false;
    command[length + count] = L'"';
    command[length + count + 1] = L'\0';
    return true;
}

static bool start_program(const char *path, SOCKET input)
{
    WCHAR command[ARRAYSIZE(check_and_become) + PATH_CAPACITY + 4];
    HANDLE none = INVALID_HANDLE_VALUE;
    STARTUPINFOW startup = {.cb = sizeof startup,
                            .dwFlags = STARTF_USESTDHANDLES,
                            .hStdInput = (HANDLE)input,
                            .hStdOutput = none,
                            .hStdError = GetStdHandle(STD_ERROR_HANDLE)};
    PROCESS_INFORMATION process;
    if (!make_command(path, command, ARRAYSIZE(command)) ||
        !SetHandleInformation((HANDLE)input, HANDLE_FLAG_INHERIT, HANDLE_FLAG_INHERIT))
        return false;
    const BOOL started =
        CreateProcessW(L"\\\\?\\unix\\bin\\sh", command, NULL, NULL, TRUE, 0, NULL, NULL, &startup, &process);
    /* Programs that the caller starts later must not get it. */
    SetHandleInformation((HANDLE)input, HANDLE_FLAG_INHERIT, 0);
    if (started) {
        CloseHandle(process.hThread);
        CloseHandle(process.hProcess);
    }
    return started;
}

uint32_t wts_relay_start(struct wts_relay_end *end)
{
    char path[PATH_CAPACITY];
    WSADATA data;
    if (!locate(path, sizeof path)) {
        wts_trace(WTS_TRACE_ERRORS, "relay: no program %s", path[0] != '\0' ? path : "wts-relay");
        return RPC_S_PROTSEQ_NOT_SUPPORTED;
    }
    if (WTS_SYSTEM(WSAStartup) == NULL || WTS_SYSTEM(WSAStartup)(MAKEWORD(2, 2), &data) != 0 ||
        !make_pair(end)) {
        wts_trace(WTS_TRACE_ERRORS, "relay: no loopback sockets");
        return RPC_S_PROTSEQ_NOT_SUPPORTED;
    }
    if (!start_program(path, end->theirs)) {
        wts_trace(WTS_TRACE_ERRORS, "relay: %s cannot be started, error %lu", path, GetLastError());
        wts_relay_end_close(end);
        return RPC_S_PROTSEQ_NOT_SUPPORTED;
    }
    wts_trace(WTS_TRACE_WIRE, "relay: started %s", path);
    return ERROR_SUCCESS;
}

void wts_relay_end_close(struct wts_relay_end *end)
{
    close_socket(&end->ours);
    close_socket(&end->theirs);
}

/* Keeps `text` at *place, which moves on behind it; absent when there is none or no room. */
static struct wts_frame_text keep(const char *text, char **place, const char *limit)
{
    const size_t length = text != NULL ? strlen(text) : 0;
    if (length == 0 || length >= (size_t)(limit - *place))
        return (struct wts_frame_text){NULL, 0};
    const struct wts_frame_text kept = {memcpy(*place, text, length + 1), length};
    *place += length + 1;
    return kept;
}

static struct wts_frame_text variable(const WCHAR *name, char **place, const char *limit)
{
    WCHAR value[PATH_CAPACITY];
    char text[PATH_CAPACITY];
    const DWORD length = GetEnvironmentVariableW(name, value, ARRAYSIZE(value));
    if (length == 0 || length >= ARRAYSIZE(value) ||
        WideCharToMultiByte(CP_UTF8, 0, value, -1, text, sizeof text, NULL, NULL) == 0)
        text[0] = '\0';
    return keep(text, place, limit);
}

/* The user's home: Wine keeps it as an NT path, \??\unix\home\me or \??\Z:\home\me (measured: Wine 8.0). */
static struct wts_frame_text home_folder(char **place, const char *limit)
{
    WCHAR path[PATH_CAPACITY];
    const DWORD length = GetEnvironmentVariableW(L"WINEHOMEDIR", path, ARRAYSIZE(path));
    if (length < 5 || length >= ARRAYSIZE(path) || WTS_SYSTEM(wine_get_unix_file_name) == NULL)
        return keep(NULL, place, limit);
    path[1] = L'\\'; /* \\?\ is what the functions of Win32 understand */
    char *unix_name = WTS_SYSTEM(wine_get_unix_file_name)(path);
    const struct wts_frame_text text = keep(unix_name, place, limit);
    if (unix_name != NULL)
        HeapFree(GetProcessHeap(), 0, unix_name);
    return text;
}

void wts_relay_hello(struct wts_frame_hello *hello, char *buffer, size_t capacity)
{
    const char *limit = buffer + capacity;
    char *place = buffer;
    *hello = (struct wts_frame_hello){.version = WTS_FRAME_VERSION};
    hello->home = home_folder(&place, limit);
    hello->krb5_cache = variable(L"KRB5CCNAME", &place, limit);
    hello->krb5_config = variable(L"KRB5_CONFIG", &place, limit);
}

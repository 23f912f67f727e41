/*
 * The parent's loop; see serve.h.
 */
#include "relay/serve.h"

#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "core/error.h"
#include "relay/connection.h"
#include "relay/guardian.h"
#include "relay/process.h"
#include "relay/samba_rpc.h"

enum {
    HIGH_WATER = 1024 * 1024, /* bytes that may wait for the DLL; above that, nobody is read from */
    HELLO_SECONDS = 30,       /* until HELLO was answered */
    TURN_SECONDS = 60,        /* the longest turn of the loop */
    WAIT_MS = 20000           /* the longest poll(), well below TURN_SECONDS */
};

struct server {
    struct loadparm_context *lp; /* NULL: before HELLO */
    struct wts_stream dll;
    struct wts_connection_entry *entries;
    size_t count;
    struct pollfd *polls; /* [0]: the DLL, then the entries in their order */
    size_t polls_size;
};

static struct wts_connection_entry *find(const struct server *server, uint32_t id)
{
    struct wts_connection_entry *entry = server->entries;
    while (entry && entry->id != id)
        entry = entry->next;
    return entry;
}

/* Each frame of the DLL: false means that it breaks the protocol, or that memory is gone. */

static bool handle_hello(struct server *server, const uint8_t *payload, size_t length)
{
    struct wts_frame_hello hello;
    uint8_t frame[512];
    if (server->lp || !wts_relay_frame_get_hello(payload, length, &hello))
        return false;
    struct wts_frame_ready ready = {.version = WTS_FRAME_VERSION, .text = {"", 0}};
    const char *why = NULL;
    if (hello.version != WTS_FRAME_VERSION) {
        ready.error = RPC_S_PROTSEQ_NOT_SUPPORTED;
        why = "another version of the protocol";
    } else {
        why = wts_process_set_environment(&hello) ? wts_rpc_start(&server->lp) : "no memory";
        ready.error = why ? RPC_S_SERVER_UNAVAILABLE : 0;
    }
    if (why)
        ready.text = (struct wts_frame_text){why, strlen(why)};
    return wts_stream_put(&server->dll, frame, wts_relay_frame_put_ready(frame, sizeof frame, &ready)) &&
           !why;
}

/* A connect that cannot even begin. */
static bool refuse_connect(struct server *server, uint32_t id)
{
    static const char words[] = "no process for this connection";
    const struct wts_frame_connected answer = {
        .error = ERROR_NOT_ENOUGH_MEMORY, .step = WTS_STEP_NAME, .text = {words, sizeof words - 1}};
    uint8_t frame[512];
    return wts_stream_put(&server->dll, frame,
                          wts_relay_frame_put_connected(frame, sizeof frame, id, &answer));
}

static bool handle_connect(struct server *server, const struct wts_frame *frame, const uint8_t *payload)
{
    struct wts_frame_connect connect;
    if (!wts_relay_frame_get_connect(payload, frame->length, &connect) || find(server, frame->connection))
        return false;
    struct wts_connection_entry *entry =
        wts_connection_start(server->lp, frame->connection, &connect, &server->dll);
    const bool is_refused = !entry;
    if (is_refused)
        entry = wts_connection_make_broken(frame->connection);
    if (!entry)
        return false;
    entry->next = server->entries;
    server->entries = entry;
    server->count++;
    return !is_refused || refuse_connect(server, frame->connection);
}

static bool handle_call(struct server *server, const struct wts_frame *frame, const uint8_t *payload)
{
    struct wts_frame_call call;
    struct wts_connection_entry *entry = find(server, frame->connection);
    if (!entry || !wts_relay_frame_get_call(payload, frame->length, &call))
        return false;
    const enum wts_connection_state was = entry->state;
    if (was != WTS_CONNECTION_IDLE && was != WTS_CONNECTION_BROKEN)
        return false;
    entry->state = WTS_CONNECTION_CALLING;
    entry->call = frame->call;
    entry->handed_over = false;
    if (was == WTS_CONNECTION_BROKEN)
        return wts_connection_end(entry, WTS_END_PROCESS, &server->dll);
    wts_connection_set_deadline(entry, call.timeout_ms);
    return wts_stream_put(&entry->stream, payload - WTS_FRAME_HEADER_LENGTH,
                          WTS_FRAME_HEADER_LENGTH + (size_t)frame->length);
}

static bool handle_cancel(struct server *server, const struct wts_frame *frame)
{
    struct wts_connection_entry *entry = find(server, frame->connection);
    if (!entry)
        return false;
    if (entry->state == WTS_CONNECTION_CONNECTING || entry->state == WTS_CONNECTION_CALLING)
        return wts_connection_end(entry, WTS_END_CANCEL, &server->dll);
    return true;
}

static bool handle_close(struct server *server, const struct wts_frame *frame)
{
    struct wts_connection_entry **link = &server->entries;
    while (*link && (*link)->id != frame->connection)
        link = &(*link)->next;
    struct wts_connection_entry *entry = *link;
    if (!entry)
        return false;
    *link = entry->next;
    server->count--;
    wts_connection_free(entry);
    return true;
}

static bool handle(struct server *server, const struct wts_frame *frame, const uint8_t *payload)
{
    if (frame->type == WTS_FRAME_HELLO)
        return handle_hello(server, payload, frame->length);
    if (!server->lp)
        return false;
    switch (frame->type) {
    case WTS_FRAME_CONNECT:
        return handle_connect(server, frame, payload);
    case WTS_FRAME_CALL:
        return handle_call(server, frame, payload);
    case WTS_FRAME_CANCEL:
        return handle_cancel(server, frame);
    case WTS_FRAME_CLOSE:
        return handle_close(server, frame);
    default:
        return false;
    }
}

/* Whether there is something to read: without the DLL reading, nothing new is taken in. */
static bool may_read(const struct server *server)
{
    return wts_stream_waiting(&server->dll) < HIGH_WATER;
}

/* -1: go on; else the exit status. */
static int read_dll(struct server *server)
{
    struct wts_frame frame;
    uint8_t *payload = NULL;
    int got;
    if (wts_stream_read(&server->dll) == WTS_STREAM_ENDED)
        return 0;
    while ((got = wts_stream_frame(&server->dll, &frame, &payload)) == 1) {
        const bool good = handle(server, &frame, payload);
        wts_stream_skip(&server->dll, &frame);
        if (!good) {
            wts_stream_write(&server->dll); /* the READY that says why */
            return 1;
        }
    }
    return got < 0 ? 1 : -1;
}

/* A frame of a connection's process: noted, and passed on as it is. */
static bool pass_on(struct server *server, struct wts_connection_entry *entry, const struct wts_frame *frame,
                    const uint8_t *payload)
{
    struct wts_frame_connected connected;
    struct wts_frame_result result;
    bool broken;
    if (entry->state == WTS_CONNECTION_CONNECTING && frame->type == WTS_FRAME_CONNECTED &&
        wts_relay_frame_get_connected(payload, frame->length, &connected))
        broken = connected.error != 0;
    else if (entry->state == WTS_CONNECTION_CALLING && frame->type == WTS_FRAME_RESULT &&
             wts_relay_frame_get_result(payload, frame->length, &result))
        broken = result.result.broken;
    else
        return wts_connection_end(entry, WTS_END_PROCESS, &server->dll);
    entry->state = WTS_CONNECTION_IDLE;
    entry->deadline = INT64_MAX;
    const bool done = wts_stream_put(&server->dll, payload - WTS_FRAME_HEADER_LENGTH,
                                     WTS_FRAME_HEADER_LENGTH + (size_t)frame->length);
    if (broken)
        wts_connection_break(entry);
    return done;
}

static bool read_entry(struct server *server, struct wts_connection_entry *entry)
{
    struct wts_frame frame;
    uint8_t *payload = NULL;
    if (wts_stream_read(&entry->stream) == WTS_STREAM_ENDED)
        return wts_connection_end(entry, WTS_END_PROCESS, &server->dll);
    const int got = wts_stream_frame(&entry->stream, &frame, &payload);
    if (got < 0)
        return wts_connection_end(entry, WTS_END_PROCESS, &server->dll);
    if (got == 0)
        return true;
    const bool done = pass_on(server, entry, &frame, payload);
    if (entry->state != WTS_CONNECTION_BROKEN)
        wts_stream_skip(&entry->stream, &frame);
    return done;
}

static bool write_entry(struct server *server, struct wts_connection_entry *entry)
{
    const size_t before = wts_stream_waiting(&entry->stream);
    if (wts_stream_write(&entry->stream) == WTS_STREAM_ENDED)
        return wts_connection_end(entry, WTS_END_PROCESS, &server->dll);
    if (wts_stream_waiting(&entry->stream) < before)
        entry->handed_over = true;
    return true;
}

/* Processes that ended by themselves or were killed. An entry's number may not be killed once it is waited
 * for. */
static void wait_for_children(struct server *server)
{
    pid_t pid;
    while ((pid = waitpid(-1, NULL, WNOHANG)) > 0)
        for (struct wts_connection_entry *entry = server->entries; entry; entry = entry->next)
            if (entry->pid == pid)
                entry->pid = 0;
}

static bool end_late_ones(struct server *server)
{
    const int64_t now = wts_process_milliseconds();
    for (struct wts_connection_entry *entry = server->entries; entry; entry = entry->next)
        if (entry->deadline <= now && !wts_connection_end(entry, WTS_END_LATE, &server->dll))
            return false;
    return true;
}

/* A socket from which nothing is wanted is left out: its hang-up would end every poll() at once. */
static struct pollfd poll_for(const struct wts_stream *stream, bool reading)
{
    const int events = (reading ? POLLIN : 0) | (wts_stream_waiting(stream) != 0 ? POLLOUT : 0);
    return (struct pollfd){.fd = events ? stream->fd : -1, .events = (short)events};
}

/* Fills the poll list; milliseconds until the next deadline, or -1 without memory. */
static int prepare(struct server *server)
{
    const size_t wanted = server->count + 1;
    if (wanted > server->polls_size) {
        struct pollfd *polls = realloc(server->polls, wanted * 2 * sizeof *polls);
        if (!polls)
            return -1;
        server->polls = polls;
        server->polls_size = wanted * 2;
    }
    const bool reading = may_read(server);
    int64_t next = wts_process_milliseconds() + WAIT_MS;
    size_t i = 0;
    server->polls[i++] = poll_for(&server->dll, reading);
    for (struct wts_connection_entry *entry = server->entries; entry; entry = entry->next) {
        server->polls[i++] = poll_for(&entry->stream, reading);
        if (entry->deadline < next)
            next = entry->deadline;
    }
    const int64_t wait = next - wts_process_milliseconds();
    return wait > 0 ? (int)wait : 0;
}

static bool read_entries(struct server *server)
{
    size_t i = 1;
    for (struct wts_connection_entry *entry = server->entries; entry; entry = entry->next, i++) {
        const struct pollfd *one = &server->polls[i];
        if ((one->events & POLLIN) && (one->revents & (POLLIN | POLLHUP | POLLERR)) &&
            !read_entry(server, entry))
            return false;
    }
    return true;
}

/* Sends what waits, as far as the sockets take it; poll() then says when they take more. -1: go on. */
static int write_all(struct server *server)
{
    for (struct wts_connection_entry *entry = server->entries; entry; entry = entry->next)
        if (entry->stream.fd >= 0 && !write_entry(server, entry))
            return 1;
    return wts_stream_write(&server->dll) == WTS_STREAM_ENDED ? 0 : -1;
}

/* One turn: entries before the DLL, for only what the DLL says changes their list, which poll() was given. */
static int turn(struct server *server)
{
    const int status = write_all(server);
    if (status >= 0)
        return status;
    const int wait = prepare(server);
    if (wait < 0)
        return 1;
    sigset_t none;
    sigemptyset(&none);
    const struct timespec limit = {.tv_sec = wait / 1000, .tv_nsec = wait % 1000 * 1000000L};
    const int ready = ppoll(server->polls, server->count + 1, &limit, &none);
    const bool failed = ready < 0 && errno != EINTR;
    wait_for_children(server);
    if (ready < 0)
        return failed ? 1 : -1;
    if (!read_entries(server) || !end_late_ones(server))
        return 1;
    const struct pollfd *dll = &server->polls[0];
    if (dll->revents & POLLIN)
        return read_dll(server);
    return (dll->revents & (POLLHUP | POLLERR)) != 0 ? 0 : -1;
}

static void on_child(int number)
{
    (void)number; /* only to end ppoll() */
}

/*
 * Signals of children arrive in ppoll() and nowhere else. What the starting process left behind is undone: a
 * watchdog that is blocked or ignored is none, and a server that hangs up must not end a process of ours.
 */
static bool set_signals(void)
{
    sigset_t child;
    const struct sigaction action = {.sa_handler = on_child, .sa_flags = SA_NOCLDSTOP};
    sigemptyset(&child);
    sigaddset(&child, SIGCHLD);
    return sigprocmask(SIG_SETMASK, &child, NULL) == 0 && sigaction(SIGCHLD, &action, NULL) == 0 &&
           signal(SIGALRM, SIG_DFL) != SIG_ERR && signal(SIGPIPE, SIG_IGN) != SIG_ERR;
}

int wts_serve(void)
{
    struct server server = {.dll = {.fd = STDIN_FILENO}};
    int status = -1;
    if (!wts_process_isolate() || !wts_guardian_start(STDIN_FILENO) || !set_signals())
        return 1;
    wts_process_watch(HELLO_SECONDS);
    while (status < 0) {
        status = turn(&server);
        if (server.lp)
            wts_process_watch(TURN_SECONDS);
    }
    while (server.entries)
        handle_close(&server, &(struct wts_frame){.connection = server.entries->id});
    wts_stream_close(&server.dll);
    free(server.polls);
    return status;
}

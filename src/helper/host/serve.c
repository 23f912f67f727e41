/*
 * The parent's loop; see serve.h.
 */
#include "helper/host/serve.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include "helper/host/parent.h"
#include "helper/host/process.h"
#include "helper/host/watchdog.h"
#include "helper/host/worker.h"

enum {
    HELLO_SECONDS = 20,            /* the kernel ends the process if HELLO does not come within this time */
    TURN_SECONDS = 20,             /* the same if one turn of the loop takes longer */
    WAIT_MS = 5000,                /* the longest wait in the loop */
    LAST_WORD_MS = 200,            /* how long the last word waits for the DLL to read */
    HIGH_WATER = 16 * 1024 * 1024, /* bytes that wait for the DLL; then nothing is read until it reads */
};

enum outcome { GO_ON, END };

/* In the poll list: the socket to the DLL, the pipe to it, the channels. */
enum { FIRST_CHANNEL = 2 };

struct server {
    struct wts_parent parent;
    pid_t watchdog;
    struct pollfd *polls;
    size_t polls_size;
};

static volatile sig_atomic_t ended_by; /* the signal that ends the helper */

static void on_signal(int number)
{
    if (number != SIGCHLD) /* SIGCHLD only ends ppoll() */
        ended_by = number;
}

/*
 * Signals arrive only in ppoll(). Signal settings of the starting process are reset, because an alarm that is
 * blocked or ignored would end nothing, and a server that hangs up must not end a process of ours. Signals
 * that a terminal sends to all its processes are meant for the program; its end also ends the socket. Workers
 * inherit the ignored signals.
 */
static bool set_signals(void)
{
    static const int taken[] = {SIGCHLD, SIGTERM};
    sigset_t blocked;
    const struct sigaction action = {.sa_handler = on_signal, .sa_flags = SA_NOCLDSTOP};
    sigemptyset(&blocked);
    for (size_t i = 0; i < sizeof taken / sizeof taken[0]; i++) {
        sigaddset(&blocked, taken[i]);
        if (sigaction(taken[i], &action, NULL) != 0)
            return false;
    }
    return sigprocmask(SIG_SETMASK, &blocked, NULL) == 0 && signal(SIGALRM, SIG_DFL) != SIG_ERR &&
           signal(SIGPIPE, SIG_IGN) != SIG_ERR && signal(SIGINT, SIG_IGN) != SIG_ERR &&
           signal(SIGQUIT, SIG_IGN) != SIG_ERR && signal(SIGHUP, SIG_IGN) != SIG_ERR;
}

/* Collects processes that ended by themselves or were killed. */
static enum outcome wait_for_children(struct server *server)
{
    pid_t pid;
    while ((pid = waitpid(-1, NULL, WNOHANG)) > 0) {
        if (pid == server->watchdog) {
            server->watchdog = 0;
            snprintf(server->parent.reason, sizeof server->parent.reason, "the watchdog ended");
            return END;
        }
        wts_parent_forget_process(&server->parent, pid);
    }
    return GO_ON;
}

static enum outcome read_dll(struct wts_parent *parent)
{
    struct wts_frame frame;
    uint8_t *payload = NULL;
    int got;
    if (wts_stream_read(&parent->dll) == WTS_STREAM_ENDED) {
        parent->is_left = true;
        return END;
    }
    while ((got = wts_stream_frame(&parent->dll, &frame, &payload)) == 1) {
        const bool is_good = wts_parent_take_frame(parent, &frame, payload);
        wts_stream_skip(&parent->dll, &frame);
        if (!is_good)
            return END;
    }
    if (got == 0)
        return GO_ON;
    snprintf(parent->reason, sizeof parent->reason, "the DLL sent what is not a frame");
    return END;
}

/* Takes every frame that was received: poll() would not report those that are in the buffer already. */
static bool read_worker(struct wts_parent *parent, struct wts_channel *channel)
{
    struct wts_frame frame;
    uint8_t *payload = NULL;
    int got = 0;
    if (wts_stream_read(&channel->stream) == WTS_STREAM_ENDED)
        return wts_parent_end_channel(parent, channel, errno == ENOMEM ? WTS_END_PROTOCOL : WTS_END_WORKER);
    while (channel->state != WTS_CHANNEL_BROKEN &&
           (got = wts_stream_frame(&channel->stream, &frame, &payload)) == 1) {
        if (!wts_parent_take_worker_frame(parent, channel, &frame, payload))
            return false;
        if (channel->state != WTS_CHANNEL_BROKEN)
            wts_stream_skip(&channel->stream, &frame);
    }
    return got >= 0 || wts_parent_end_channel(parent, channel, WTS_END_PROTOCOL);
}

static bool read_workers(struct server *server)
{
    size_t i = FIRST_CHANNEL;
    for (struct wts_channel *channel = server->parent.channels; channel != NULL;
         channel = channel->next, i++) {
        const struct pollfd *one = &server->polls[i];
        if ((one->events & POLLIN) && (one->revents & (POLLIN | POLLHUP | POLLERR)) &&
            !read_worker(&server->parent, channel))
            return false;
    }
    return true;
}

/* Sends waiting bytes as far as the sockets accept them; poll() then reports when they accept more. */
static bool write_workers(struct wts_parent *parent)
{
    for (struct wts_channel *channel = parent->channels; channel != NULL; channel = channel->next)
        if (channel->stream.fd >= 0 && !wts_channel_write(channel) &&
            !wts_parent_end_channel(parent, channel, WTS_END_PROTOCOL))
            return false;
    return true;
}

/* A socket that is neither read nor written is left out, because its hang-up would end every poll() at
 * once. */
static struct pollfd poll_for(const struct wts_stream *stream, bool is_reading)
{
    const int events = (is_reading ? POLLIN : 0) |
                       (wts_stream_waiting(stream) != wts_stream_waiting_for_pipe(stream) ? POLLOUT : 0);
    return (struct pollfd){.fd = events ? stream->fd : -1, .events = (short)events};
}

/* The end of the pipe needs no report: it means the end of the DLL, which the socket reports. */
static struct pollfd poll_for_pipe(const struct wts_stream *stream)
{
    const bool is_waited_for = wts_stream_waiting_for_pipe(stream) != 0;
    return (struct pollfd){.fd = is_waited_for ? stream->pipe : -1, .events = POLLOUT};
}

/* Fills the poll list. False: no memory. */
static bool prepare(struct server *server)
{
    const size_t wanted = server->parent.count + FIRST_CHANNEL;
    if (wanted > server->polls_size) {
        struct pollfd *polls = realloc(server->polls, wanted * 2 * sizeof *polls);
        if (polls == NULL)
            return false;
        server->polls = polls;
        server->polls_size = wanted * 2;
    }
    const bool is_reading = wts_stream_waiting(&server->parent.dll) < HIGH_WATER;
    size_t i = 0;
    server->polls[i++] = poll_for(&server->parent.dll, is_reading);
    server->polls[i++] = poll_for_pipe(&server->parent.dll);
    for (struct wts_channel *channel = server->parent.channels; channel != NULL; channel = channel->next)
        server->polls[i++] = poll_for(&channel->stream, is_reading);
    return true;
}

/* Waits for sockets, signals or the next deadline. False: the system failed. */
static bool wait_for_something(const struct server *server)
{
    sigset_t none;
    const int64_t now = wts_process_milliseconds();
    const int64_t wait = wts_parent_next_deadline(&server->parent, now + WAIT_MS) - now;
    const struct timespec limit = {.tv_sec = wait > 0 ? wait / 1000 : 0,
                                   .tv_nsec = wait > 0 ? wait % 1000 * 1000000L : 0};
    sigemptyset(&none);
    if (ppoll(server->polls, server->parent.count + FIRST_CHANNEL, &limit, &none) >= 0)
        return true;
    for (size_t i = 0; i < server->parent.count + FIRST_CHANNEL; i++)
        server->polls[i].revents = 0;
    return errno == EINTR;
}

static enum outcome end_without(struct server *server, const char *what)
{
    snprintf(server->parent.reason, sizeof server->parent.reason, "%s", what);
    return END;
}

/* One turn: workers before the DLL, because only frames of the DLL change the list of workers, which poll()
 * was given. */
static enum outcome turn(struct server *server)
{
    struct wts_parent *parent = &server->parent;
    if (!write_workers(parent))
        return end_without(server, "no memory");
    if (wts_stream_write(&parent->dll) == WTS_STREAM_ENDED) {
        parent->is_left = true;
        return END;
    }
    if (!prepare(server))
        return end_without(server, "no memory");
    if (!wait_for_something(server))
        return end_without(server, "the system no longer lets it wait");
    if (wait_for_children(server) == END)
        return END;
    if (ended_by != 0) {
        snprintf(parent->reason, sizeof parent->reason, "ended by signal %d", (int)ended_by);
        return END;
    }
    if (!read_workers(server) || !wts_parent_check_deadlines(parent, wts_process_milliseconds()))
        return end_without(server, "no memory");
    const short got = server->polls[0].revents;
    if (got & POLLIN)
        return read_dll(parent);
    parent->is_left = (got & (POLLHUP | POLLERR)) != 0;
    return parent->is_left ? END : GO_ON;
}

/* Sends the bytes that wait for the DLL, such as READY with an error or the last word, if it still reads. */
static void send_rest(struct wts_parent *parent)
{
    const int64_t end = wts_process_milliseconds() + LAST_WORD_MS;
    while (wts_stream_write(&parent->dll) == WTS_STREAM_OPEN && wts_stream_waiting(&parent->dll) != 0) {
        const bool is_for_pipe = wts_stream_waiting_for_pipe(&parent->dll) != 0;
        struct pollfd one = {.fd = is_for_pipe ? parent->dll.pipe : parent->dll.fd, .events = POLLOUT};
        const int64_t left = end - wts_process_milliseconds();
        if (left <= 0 || poll(&one, 1, (int)left) <= 0)
            return;
    }
}

/* Waits for workers to leave; those that do not are killed. */
static void wait_for_workers(struct server *server)
{
    while (server->parent.leaving != NULL) {
        const int64_t now = wts_process_milliseconds();
        const int64_t wait = wts_parent_next_deadline(&server->parent, now + WAIT_MS) - now;
        const struct timespec limit = {.tv_sec = wait > 0 ? wait / 1000 : 0,
                                       .tv_nsec = wait > 0 ? wait % 1000 * 1000000L : 0};
        sigset_t child;
        sigemptyset(&child);
        sigaddset(&child, SIGCHLD);
        sigtimedwait(&child, NULL, &limit);
        wait_for_children(server);
        wts_parent_check_deadlines(&server->parent, wts_process_milliseconds());
    }
}

bool wts_serve_is_requested(void)
{
    struct sockaddr_storage peer;
    socklen_t length = sizeof peer;
    return getpeername(STDIN_FILENO, (struct sockaddr *)&peer, &length) == 0;
}

int wts_serve(const struct wts_duty *const *duties)
{
    struct server server = {
        .parent = {.duties = duties, .dll = {.fd = STDIN_FILENO}, .secrets = -1, .replies = {-1, -1}}};
    struct wts_parent *parent = &server.parent;
    if (!wts_process_isolate() || !set_signals())
        return 1;
    /* Without a pipe everything goes over the socket. */
    if (pipe2(parent->replies, O_CLOEXEC | O_NONBLOCK) != 0)
        parent->replies[0] = parent->replies[1] = -1;
    server.watchdog = wts_watchdog_start(STDIN_FILENO, parent->replies);
    if (server.watchdog < 0)
        return 1;
    wts_process_watch(HELLO_SECONDS);
    while (turn(&server) == GO_ON)
        if (parent->is_ready)
            wts_process_watch(TURN_SECONDS);
    wts_process_watch(TURN_SECONDS);
    wts_parent_say_last_word(parent);
    send_rest(parent);
    shutdown(parent->dll.fd, SHUT_RDWR);
    wts_parent_close_channels(parent);
    wait_for_workers(&server);
    wts_stream_close(&parent->dll);
    free(server.polls);
    return parent->is_left ? 0 : 1;
}

/*
 * wire.h for native tests; see wire_native.h.
 */
#include "wire_native.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/random.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include "core/deadline.h"
#include "core/error.h"
#include "core/platform.h"
#include "helper/client/wire.h"

struct wts_wire {
    struct wts_wire *next;
    int socket;
    int replies;   /* the pipe, once it is open */
    pid_t process; /* 0: the test plays it */
};

static const char *program;
static int limit;
static struct wts_lock lock = WTS_LOCK_INITIALIZER;
static struct wts_condition changed = WTS_CONDITION_INITIALIZER;
static struct wts_wire *wires;
static int peers[64];
static unsigned peer_count;
static unsigned taken_count;
static _Atomic unsigned started_count;
static _Atomic unsigned open_count;

void wire_native_use(const char *path)
{
    program = path;
}

void wire_native_limit(int length)
{
    limit = length;
}

unsigned wire_native_started(void)
{
    return atomic_load(&started_count);
}

unsigned wire_native_open(void)
{
    return atomic_load(&open_count);
}

int wire_native_next(void)
{
    wts_lock_acquire(&lock);
    while (taken_count == peer_count)
        wts_condition_wait(&changed, &lock, WTS_NEVER);
    const int peer = peers[taken_count++ % 64];
    wts_lock_release(&lock);
    return peer;
}

void wire_native_end_all(void)
{
    wts_lock_acquire(&lock);
    for (struct wts_wire *wire = wires; wire != NULL; wire = wire->next)
        shutdown(wire->socket, SHUT_RDWR);
    while (taken_count < peer_count)
        close(peers[taken_count++ % 64]);
    wts_lock_release(&lock);
}

static pid_t start_program(int input)
{
    const pid_t process = fork();
    if (process == 0) {
        dup2(input, STDIN_FILENO);
        execl(program, program, (char *)NULL);
        _exit(127);
    }
    close(input);
    return process;
}

static void give_to_test(int peer)
{
    wts_lock_acquire(&lock);
    peers[peer_count++ % 64] = peer;
    wts_condition_wake_all(&changed);
    wts_lock_release(&lock);
}

uint32_t wts_wire_start(const struct wts_helper_kind *kind, struct wts_wire **wire)
{
    int pair[2];
    (void)kind;
    *wire = calloc(1, sizeof **wire);
    if (*wire == NULL || socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, pair) != 0)
        abort();
    if (limit > 0)
        setsockopt(pair[0], SOL_SOCKET, SO_SNDBUF, &limit, sizeof limit);
    (*wire)->socket = pair[0];
    (*wire)->replies = -1;
    wts_lock_acquire(&lock);
    (*wire)->next = wires;
    wires = *wire;
    wts_lock_release(&lock);
    atomic_fetch_add(&started_count, 1);
    atomic_fetch_add(&open_count, 1);
    if (program != NULL)
        (*wire)->process = start_program(pair[1]);
    else
        give_to_test(pair[1]);
    return ERROR_SUCCESS;
}

size_t wts_wire_receive(struct wts_wire *wire, void *data, size_t size)
{
    const ssize_t length = recv(wire->socket, data, size, 0);
    return length > 0 ? (size_t)length : 0;
}

static int open_descriptor(const struct wts_frame_ready *ready, uint32_t descriptor, int access)
{
    char path[64];
    snprintf(path, sizeof path, "/proc/%u/fd/%u", ready->process_id, descriptor);
    return open(path, access | O_CLOEXEC);
}

bool wts_wire_open_replies(struct wts_wire *wire, const struct wts_frame_ready *ready)
{
    const int replies =
        ready->replies_descriptor != 0 ? open_descriptor(ready, ready->replies_descriptor, O_RDONLY) : -1;
    wire->replies = replies;
    return replies >= 0;
}

size_t wts_wire_receive_reply(struct wts_wire *wire, void *data, size_t size)
{
    const ssize_t length = read(wire->replies, data, size);
    return length > 0 ? (size_t)length : 0;
}

wts_wire_pipe wts_wire_open_requests(const struct wts_frame_ready *ready, uint32_t descriptor)
{
    return open_descriptor(ready, descriptor, O_RDWR | O_NONBLOCK);
}

bool wts_wire_write_request(wts_wire_pipe pipe, const void *data, size_t length)
{
    return write((int)pipe, data, length) == (ssize_t)length;
}

bool wts_wire_take_back(wts_wire_pipe pipe, size_t length)
{
    uint8_t request[WTS_FRAME_MAX_DIRECT];
    return read((int)pipe, request, length) == (ssize_t)length;
}

void wts_wire_close_requests(wts_wire_pipe pipe)
{
    if (pipe != WTS_NO_PIPE)
        close((int)pipe);
}

uint32_t wts_wire_random(void)
{
    uint32_t number = 0;
    return getrandom(&number, sizeof number, 0) == sizeof number ? number : 0;
}

bool wts_wire_send(struct wts_wire *wire, const void *data, size_t length, size_t *sent)
{
    const ssize_t count = send(wire->socket, data, length, MSG_DONTWAIT | MSG_NOSIGNAL);
    *sent = count > 0 ? (size_t)count : 0;
    return count >= 0 || errno == EAGAIN;
}

void wts_wire_wait_for_room(struct wts_wire *wire, uint64_t until_ms)
{
    struct pollfd full = {.fd = wire->socket, .events = POLLOUT};
    poll(&full, 1, (int)wts_deadline_left(until_ms));
}

void wts_wire_note_process(struct wts_wire *wire, uint32_t process_id)
{
    (void)wire;
    (void)process_id;
}

bool wts_wire_is_alive(const struct wts_wire *wire)
{
    siginfo_t ended = {.si_pid = 0};
    return wire->process == 0 ||
           (waitid(P_PID, (id_t)wire->process, &ended, WEXITED | WNOHANG | WNOWAIT) == 0 &&
            ended.si_pid == 0);
}

size_t wts_wire_unread(const struct wts_wire *wire)
{
    (void)wire;
    return 0;
}

/* The only copy of the other end is the helper's own: the end of its process is that of the socket. */
void wts_wire_finish(struct wts_wire *wire)
{
    (void)wire;
}

void wts_wire_end(struct wts_wire *wire)
{
    shutdown(wire->socket, SHUT_RDWR);
}

bool wts_wire_write_secret(struct wts_wire *wire, const struct wts_frame_ready *ready, uint32_t offset,
                           const void *data, size_t length)
{
    (void)wire;
    const int file = open_descriptor(ready, ready->secret_descriptor, O_WRONLY);
    if (file < 0)
        return false;
    const ssize_t written = pwrite(file, data, length, offset);
    close(file);
    return written == (ssize_t)length;
}

void wts_wire_variables(const struct wts_helper_kind *kind, struct wts_frame_hello *hello, char *buffer,
                        size_t size)
{
    (void)kind;
    (void)buffer;
    (void)size;
    *hello = (struct wts_frame_hello){.version = WTS_FRAME_VERSION};
}

void wts_wire_close(struct wts_wire *wire)
{
    struct wts_wire **place = &wires;
    wts_lock_acquire(&lock);
    while (*place != wire)
        place = &(*place)->next;
    *place = wire->next;
    wts_lock_release(&lock);
    close(wire->socket);
    if (wire->replies >= 0)
        close(wire->replies);
    if (wire->process > 0) {
        kill(wire->process, SIGKILL);
        waitpid(wire->process, NULL, 0);
    }
    free(wire);
    atomic_fetch_sub(&open_count, 1);
}

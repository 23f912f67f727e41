/*
 * The watchdog; see watchdog.h.
 */
#include "helper/host/watchdog.h"

#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <sys/pidfd.h>
#include <sys/socket.h>
#include <unistd.h>

#include "helper/frame.h"

/* The time in which a parent has to end by itself after the DLL has closed its end. */
enum { GRACE_MS = 2000 };

/* Waits until the parent ends (true), the socket's other end closes, or the time is over. */
static bool parent_ends(int parent, int socket, int timeout_ms)
{
    struct pollfd ends[] = {{.fd = parent, .events = POLLIN}, {.fd = socket, .events = POLLRDHUP}};
    int ready;
    do
        ready = poll(ends, 2, timeout_ms);
    while (ready < 0 && errno == EINTR);
    return ready < 0 || ends[0].revents != 0;
}

/* Signals that end a helper are meant for the parent. The watchdog ends with the parent, or by SIGKILL. */
static void ignore_signals(void)
{
    signal(SIGTERM, SIG_IGN);
    signal(SIGALRM, SIG_IGN);
    signal(SIGPIPE, SIG_IGN);
}

/* One write, which the pipe takes whole. If the pipe is full the DLL does not read, but it checks the
 * process. */
static void say_last_word(int pipe)
{
    static const char reason[] = "its process ended";
    uint8_t frame[WTS_FRAME_HEADER_LENGTH + sizeof reason + 4];
    struct wts_frame_writer writer = wts_frame_begin(frame, sizeof frame);
    wts_frame_put_last_word(&writer, (struct wts_frame_text){reason, strlen(reason)});
    const size_t length = wts_frame_finish(&writer, (struct wts_frame){.type = WTS_FRAME_CLOSE});
    if (pipe >= 0 && write(pipe, frame, length) < 0)
        return;
}

static _Noreturn void guard(int socket, const int replies[2], pid_t parent_id)
{
    static const int no_socket = -1;
    static const int no_limit = -1;
    ignore_signals();
    if (replies[0] >= 0)
        close(replies[0]);
    const int parent = pidfd_open(parent_id, 0);
    if (parent < 0 && errno != ESRCH)
        _exit(1);
    /* A parent that is already gone, or whose number was reused, has no descriptor to wait for. */
    if (parent >= 0 && getppid() == parent_id && !parent_ends(parent, socket, no_limit) &&
        !parent_ends(parent, no_socket, GRACE_MS))
        pidfd_send_signal(parent, SIGKILL, NULL, 0);
    /* The DLL sees the end. Bytes that it sent in the meantime stay unread at this end, where they can be
     * counted. Not shut down for reading, because the socket would then answer with a reset, and it would be
     * unknown which requests never ran. */
    shutdown(socket, SHUT_WR);
    say_last_word(replies[1]);
    _exit(0);
}

pid_t wts_watchdog_start(int socket, const int replies[2])
{
    const pid_t parent = getpid();
    const pid_t child = fork();
    if (child == 0)
        guard(socket, replies, parent);
    return child;
}

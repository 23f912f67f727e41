/*
 * The process of one channel; see worker.h.
 */
#include "helper/host/worker.h"

#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <unistd.h>

#include "helper/host/process.h"

enum { MAX_WATCHED = 16, FIRST_WATCHED = 2 };

enum worker_state { OPENING, OPEN, REQUESTED };

struct wts_worker {
    const struct wts_duty *duty;
    uint32_t channel;
    struct wts_stream parent;
    struct wts_stream requests; /* the pipe; fd -1: there is none */
    int replies;                /* the pipe; -1: there is none */
    bool is_direct;             /* the last request came through the pipe */
    struct wts_duty_marks *marks;
    enum worker_state state;
    uint32_t serial;     /* REQUESTED */
    uint32_t credit;     /* bytes of DATA that may be sent */
    uint32_t dll_credit; /* bytes of DATA that may come through the pipe */
    bool is_leaving;
    int watched[MAX_WATCHED];
    size_t watched_count;
};

/*
 * From now on the process has a limited time to say good-bye, whatever the duty is doing. Its socket ends
 * here, which ends every wait for it.
 */
static void on_dismissal(int number)
{
    static const struct itimerval limit = {.it_value = {.tv_usec = WTS_WORKER_GOODBYE_MS * 1000L}};
    const int error = errno;
    (void)number;
    setitimer(ITIMER_REAL, &limit, NULL);
    shutdown(STDIN_FILENO, SHUT_RD);
    errno = error;
}

/* Signals that the parent had blocked are delivered once the handler is installed. */
static bool expect_dismissal(void)
{
    sigset_t none;
    const struct sigaction action = {.sa_handler = on_dismissal, .sa_flags = SA_RESTART};
    sigemptyset(&none);
    return signal(SIGALRM, SIG_DFL) != SIG_ERR && signal(SIGCHLD, SIG_DFL) != SIG_ERR &&
           sigaction(SIGTERM, &action, NULL) == 0 && sigprocmask(SIG_SETMASK, &none, NULL) == 0;
}

_Noreturn void wts_worker_leave(struct wts_worker *worker)
{
    if (!worker->is_leaving) {
        worker->is_leaving = true;
        if (worker->duty->goodbye != NULL)
            worker->duty->goodbye(worker);
    }
    _exit(0);
}

int wts_worker_leave_descriptor(const struct wts_worker *worker)
{
    return worker->parent.fd;
}

/* Waits until a descriptor accepts more; leaves when the parent requests it. */
static void wait_for_room(struct wts_worker *worker, int fd)
{
    struct pollfd polls[] = {{.fd = fd, .events = POLLOUT}, {.fd = worker->parent.fd, .events = POLLRDHUP}};
    if (poll(polls, 2, -1) < 0 && errno != EINTR)
        _exit(1);
    if (polls[1].revents != 0)
        wts_worker_leave(worker);
}

/* Sends the output to the parent, or a short answer into the pipe. */
static void send_all(struct wts_worker *worker, bool is_into_pipe)
{
    struct wts_stream *stream = &worker->parent;
    for (;;) {
        const enum wts_stream_state state =
            is_into_pipe ? wts_stream_write_to_pipe(stream, worker->replies) : wts_stream_write(stream);
        if (state == WTS_STREAM_ENDED)
            wts_worker_leave(worker);
        if (wts_stream_waiting(stream) == 0)
            return;
        wait_for_room(worker, is_into_pipe ? worker->replies : stream->fd);
    }
}

/* If the frame is too long, or memory is exhausted, the process ends and the parent answers for it. */
static void put_frame(struct wts_worker *worker, struct wts_frame frame, wts_stream_fill *fill,
                      const void *what)
{
    frame.channel = worker->channel;
    if (!wts_stream_put_frame(&worker->parent, frame, fill, what))
        wts_worker_leave(worker);
}

static void send_frame(struct wts_worker *worker, struct wts_frame frame, wts_stream_fill *fill,
                       const void *what)
{
    put_frame(worker, frame, fill, what);
    send_all(worker, false);
}

/* A payload behind the prefix of an outcome. */
struct answer {
    const struct wts_frame_outcome *outcome;
    wts_stream_fill *fill;
    const void *what;
};

static void fill_answer(struct wts_frame_writer *writer, const void *what)
{
    const struct answer *answer = what;
    wts_frame_put_outcome(writer, answer->outcome);
    if (answer->fill != NULL)
        answer->fill(writer, answer->what);
}

void wts_worker_opened(struct wts_worker *worker, const struct wts_frame_outcome *outcome,
                       wts_stream_fill *fill, const void *what)
{
    const struct answer answer = {outcome, fill, what};
    const bool is_broken = outcome->error != 0;
    worker->state = OPEN;
    send_frame(worker,
               (struct wts_frame){.type = WTS_FRAME_OPENED, .flags = is_broken ? WTS_FRAME_BROKEN : 0},
               fill_answer, &answer);
    if (is_broken)
        wts_worker_leave(worker);
}

void wts_worker_reply(struct wts_worker *worker, const struct wts_frame_outcome *outcome, bool is_broken,
                      wts_stream_fill *fill, const void *what)
{
    const struct answer answer = {outcome, fill, what};
    worker->state = OPEN;
    put_frame(worker,
              (struct wts_frame){.type = WTS_FRAME_REPLY,
                                 .flags = is_broken ? WTS_FRAME_BROKEN : 0,
                                 .serial = worker->serial},
              fill_answer, &answer);
    send_all(worker,
             worker->is_direct && wts_stream_waiting(&worker->parent) <= (size_t)WTS_FRAME_MAX_DIRECT);
    if (is_broken)
        wts_worker_leave(worker);
}

void wts_worker_event(struct wts_worker *worker, wts_stream_fill *fill, const void *what)
{
    send_frame(worker, (struct wts_frame){.type = WTS_FRAME_EVENT}, fill, what);
}

_Noreturn void wts_worker_close(struct wts_worker *worker, const struct wts_frame_outcome *outcome,
                                wts_stream_fill *fill, const void *what)
{
    const struct answer answer = {outcome, fill, what};
    send_frame(worker, (struct wts_frame){.type = WTS_FRAME_CLOSE, .serial = worker->marks->taken},
               fill_answer, &answer);
    wts_worker_leave(worker);
}

struct piece {
    const uint8_t *data;
    size_t length;
};

static void fill_piece(struct wts_frame_writer *writer, const void *what)
{
    const struct piece *piece = what;
    wts_frame_put_bytes(writer, piece->data, piece->length);
}

static size_t min_of(size_t left, size_t right)
{
    return left < right ? left : right;
}

/* If there is a pipe, DATA are sent in pieces that fit into it, which bypass the parent and Wine's server. */
size_t wts_worker_data(struct wts_worker *worker, const uint8_t *data, size_t length)
{
    const bool has_pipe = worker->replies >= 0;
    const size_t max = has_pipe ? WTS_FRAME_MAX_DIRECT - WTS_FRAME_HEADER_LENGTH : WTS_FRAME_MAX_DATA;
    size_t sent = 0;
    while (sent < length && worker->credit != 0) {
        const size_t part = min_of(min_of(length - sent, worker->credit), max);
        const struct piece piece = {data + sent, part};
        worker->credit -= (uint32_t)part;
        sent += part;
        put_frame(worker, (struct wts_frame){.type = WTS_FRAME_DATA}, fill_piece, &piece);
        send_all(worker, has_pipe);
    }
    return sent;
}

uint32_t wts_worker_credit(const struct wts_worker *worker)
{
    return worker->credit;
}

static void fill_window(struct wts_frame_writer *writer, const void *what)
{
    wts_frame_put_window(writer, *(const uint32_t *)what);
}

void wts_worker_give_credit(struct wts_worker *worker, uint32_t credit)
{
    worker->dll_credit += credit;
    send_frame(worker, (struct wts_frame){.type = WTS_FRAME_WINDOW}, fill_window, &credit);
}

struct wts_duty_marks *wts_worker_marks(struct wts_worker *worker)
{
    return worker->marks;
}

bool wts_worker_watch(struct wts_worker *worker, int fd)
{
    if (worker->watched_count == MAX_WATCHED)
        return false;
    worker->watched[worker->watched_count++] = fd;
    return true;
}

void wts_worker_unwatch(struct wts_worker *worker, int fd)
{
    for (size_t i = 0; i < worker->watched_count; i++)
        if (worker->watched[i] == fd) {
            worker->watched[i] = worker->watched[--worker->watched_count];
            return;
        }
}

static void take_request(struct wts_worker *worker, const struct wts_frame *frame,
                         struct wts_frame_reader payload)
{
    struct wts_frame_request request;
    if (!wts_frame_get_request(&payload, &request))
        _exit(1);
    worker->state = REQUESTED;
    worker->serial = frame->serial;
    worker->duty->request(worker, request.verb, payload);
}

static void take_window(struct wts_worker *worker, struct wts_frame_reader payload)
{
    uint32_t credit;
    if (!wts_frame_get_window(&payload, &credit) || credit > WTS_FRAME_MAX_CREDIT - worker->credit)
        _exit(1);
    worker->credit += credit;
    if (worker->duty->credit != NULL)
        worker->duty->credit(worker);
}

static void take_data(struct wts_worker *worker, const uint8_t *payload, size_t length)
{
    if (length > worker->dll_credit)
        _exit(1);
    worker->dll_credit -= (uint32_t)length;
    worker->duty->data(worker, payload, length);
}

/* The parent or read_requests() has checked the frame, so it is due. */
static void take_frame(struct wts_worker *worker, const struct wts_frame *frame, const uint8_t *payload)
{
    const struct wts_frame_reader reader = {.data = payload, .left = frame->length};
    switch (frame->type) {
    case WTS_FRAME_REQUEST:
        take_request(worker, frame, reader);
        break;
    case WTS_FRAME_DATA:
        take_data(worker, payload, frame->length);
        break;
    case WTS_FRAME_WINDOW:
        take_window(worker, reader);
        break;
    default:
        _exit(1);
    }
}

static void read_parent(struct wts_worker *worker)
{
    struct wts_frame frame;
    uint8_t *payload = NULL;
    int got;
    if (wts_stream_read(&worker->parent) == WTS_STREAM_ENDED)
        wts_worker_leave(worker);
    while ((got = wts_stream_frame(&worker->parent, &frame, &payload)) == 1) {
        if (frame.type == WTS_FRAME_REQUEST)
            worker->is_direct = false;
        take_frame(worker, &frame, payload);
        wts_stream_skip(&worker->parent, &frame);
    }
    if (got < 0)
        _exit(1);
}

/* Whether a frame is due: no request while another is served, and nothing that the duty does not take. */
static bool is_due(const struct wts_worker *worker, const struct wts_frame *frame)
{
    if (frame->channel != worker->channel)
        return false;
    return frame->type == WTS_FRAME_REQUEST
               ? worker->state == OPEN && frame->length <= (uint32_t)WTS_FRAME_MAX_DIRECT
               : frame->type == WTS_FRAME_DATA && worker->duty->data != NULL &&
                     frame->length <= (uint32_t)WTS_FRAME_MAX_DATA;
}

/*
 * Reads frames that the parent has not checked: one that is not due ends the process. The end of the pipe
 * means only that the DLL no longer uses it.
 */
static void read_requests(struct wts_worker *worker)
{
    struct wts_frame frame;
    uint8_t *payload = NULL;
    int got;
    if (wts_stream_read(&worker->requests) == WTS_STREAM_ENDED) {
        wts_stream_close(&worker->requests);
        return;
    }
    while ((got = wts_stream_frame(&worker->requests, &frame, &payload)) == 1) {
        if (!is_due(worker, &frame))
            _exit(1);
        if (frame.type == WTS_FRAME_REQUEST) {
            worker->marks->taken = frame.serial;
            worker->is_direct = true;
        }
        take_frame(worker, &frame, payload);
        wts_stream_skip(&worker->requests, &frame);
    }
    if (got < 0)
        _exit(1);
}

/* The duty may change the watched descriptors while it is called. */
static void serve_watched(struct wts_worker *worker, const struct pollfd *polls, size_t count)
{
    for (size_t i = 0; i < count; i++)
        if (polls[i].revents != 0 && worker->duty->readable != NULL)
            worker->duty->readable(worker, polls[i].fd);
}

static void turn(struct wts_worker *worker)
{
    struct pollfd polls[FIRST_WATCHED + MAX_WATCHED] = {
        {.fd = worker->parent.fd, .events = POLLIN | POLLRDHUP},
        {.fd = worker->requests.fd, .events = POLLIN}};
    const size_t count = worker->watched_count;
    for (size_t i = 0; i < count; i++)
        polls[FIRST_WATCHED + i] = (struct pollfd){.fd = worker->watched[i], .events = POLLIN};
    if (poll(polls, FIRST_WATCHED + count, -1) < 0) {
        if (errno == EINTR)
            return;
        _exit(1);
    }
    if (polls[0].revents & (POLLRDHUP | POLLHUP | POLLERR))
        wts_worker_leave(worker);
    serve_watched(worker, polls + FIRST_WATCHED, count);
    if (polls[0].revents != 0)
        read_parent(worker);
    if (polls[1].revents != 0)
        read_requests(worker);
}

static _Noreturn void run(const struct wts_worker_order *order, void (*forget)(void *held), void *held,
                          int socket, pid_t parent)
{
    struct wts_worker worker = {.duty = order->duty,
                                .channel = order->channel,
                                .parent = {.fd = STDIN_FILENO},
                                .requests = {.fd = -1, .is_pipe = true},
                                .marks = order->marks};
    struct wts_frame_reader payload = order->payload;
    uint8_t *copy = malloc(payload.left + 1);
    if (copy == NULL)
        _exit(1);
    memcpy(copy, payload.data, payload.left);
    payload.data = copy;
    /* The parent's descriptors are closed next, including that of the answers. */
    const bool has_pipes = order->requests >= 0;
    const int replies = has_pipes ? dup(order->replies) : -1;
    forget(held);
    if ((has_pipes && replies < 0) || !wts_process_become_worker(socket, order->requests, replies, parent) ||
        !expect_dismissal())
        _exit(1);
    worker.requests.fd = has_pipes ? WTS_PROCESS_REQUESTS : -1;
    worker.replies = has_pipes ? WTS_PROCESS_REPLIES : -1;
    order->duty->open(&worker, payload, order->secret, order->secret_length);
    explicit_bzero(order->secret, order->secret_length);
    explicit_bzero(copy, order->payload.left);
    free(copy);
    for (;;)
        turn(&worker);
}

pid_t wts_worker_start(const struct wts_worker_order *order, void (*forget)(void *held), void *held,
                       int *socket)
{
    int pair[2];
    if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, pair) != 0)
        return -1;
    const pid_t parent = getpid();
    const pid_t worker = fork();
    if (worker == 0)
        run(order, forget, held, pair[1], parent);
    close(pair[1]);
    if (worker < 0) {
        close(pair[0]);
        return -1;
    }
    *socket = pair[0];
    return worker;
}

void wts_worker_dismiss(pid_t worker)
{
    kill(worker, SIGTERM);
}

void wts_worker_kill(pid_t worker)
{
    kill(worker, SIGKILL);
}

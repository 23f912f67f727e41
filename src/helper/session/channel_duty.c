/*
 * The duty channel; see channel_duty.h. xrdp's socket is a stream, but the client sees messages. So output is
 * paced and marked to make each send one message, and input is taken one send at a time.
 *
 * Memory is bounded in both directions. Nothing is read from xrdp until the DLL has taken the earlier data,
 * and the DLL sends within the credit that it gets here.
 */
#include "helper/session/channel_duty.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <sys/timerfd.h>
#include <unistd.h>

#include <linux/sockios.h>

#include "core/error.h"
#include "helper/host/worker.h"
#include "helper/session/channel_payload.h"
#include "helper/session/chansrv.h"
#include "helper/session/xrdp_ini.h"

enum {
    MAX_SEND = 32768,      /* the longest message that stays one message for the client */
    CREDIT = 4 * MAX_SEND, /* how many bytes the DLL may send ahead */
    /* A message of one byte takes 5 of the credit and 21 in the pipe; one of half a page leaves the rest
       unused. */
    DATA_PIPE = 1024 * 1024,
    MAX_FRAGMENT = 4096, /* of the client; also the size of the pipe */
    REST_NS =
        200 * 1000000, /* how long a message that may have ended waits for more, because of network delays */
    MIN_PACE_NS = 50 * 1000, /* between two checks whether xrdp has taken the sent data */
    MAX_PACE_NS = 2 * 1000000
};

static struct wts_chansrv chansrv;
static bool is_dynamic;
static int rest_timer;
static int pace_timer;
static bool is_rest_due; /* the rest timer runs */
static int mark;         /* a descriptor that goes with each send */
static long pace_ns;

/* Input: a message that is being received, behind the header of its record, and then sent to the DLL. */
static int pipe_ends[2];
static uint8_t *input;      /* a record with WTS_VC_MAX_RECORD bytes */
static size_t input_length; /* bytes of the message */
static size_t input_sent;   /* bytes of the record sent to the DLL; only while is_delivering */
static size_t input_end;    /* bytes of the record */
static bool is_delivering;
static bool is_inside_message; /* a part was delivered, because the message is too long for one record */
static bool is_reading;        /* the socket is watched */
static bool is_purge_due;      /* a record with WTS_VC_PURGED is to follow */

/* Output. */
static uint8_t output[CREDIT];
static size_t output_length;
static uint32_t message_left; /* bytes of the first message that were not sent yet */
static size_t send_left;      /* bytes of the current send that the socket did not accept at once */
static bool is_dropping;      /* the first message was purged */
static uint32_t owed_credit;
static bool is_flushing; /* a request waits until all is sent */
static bool is_ending;   /* and then until the socket is closed */

static void set_timer(int timer, long ns)
{
    const struct itimerspec time = {.it_value = {.tv_nsec = ns}};
    timerfd_settime(timer, 0, &time, NULL);
}

static void fill_text(struct wts_frame_writer *writer, const void *what)
{
    wts_frame_put_text(writer, (struct wts_frame_text){what, strlen(what)});
}

static _Noreturn void end(struct wts_worker *worker, const char *reason)
{
    static const struct wts_frame_outcome gone = {.error = ERROR_IO_DEVICE, .progress = WTS_EXECUTED};
    if (is_flushing)
        wts_worker_reply(worker, &gone, true, NULL, NULL); /* the last frame: it does not return */
    wts_worker_close(worker, &gone, fill_text, reason);
}

static void watch_input(struct wts_worker *worker, bool wanted)
{
    if (wanted == is_reading)
        return;
    is_reading = wanted;
    if (wanted)
        wts_worker_watch(worker, chansrv.data);
    else
        wts_worker_unwatch(worker, chansrv.data);
}

/* Sends what the credit allows; the socket is read again when everything was sent. */
static void deliver(struct wts_worker *worker)
{
    if (is_delivering) {
        input_sent += wts_worker_data(worker, input + input_sent, input_end - input_sent);
        is_delivering = input_sent != input_end;
    }
    if (!is_delivering && is_purge_due) {
        const struct wts_vc_record purged = {0, WTS_VC_PURGED};
        wts_vc_put_record(input, &purged);
        is_purge_due = false;
        input_length = 0;
        input_end = WTS_VC_RECORD_HEADER_LENGTH;
        input_sent = wts_worker_data(worker, input, input_end);
        is_delivering = input_sent != input_end;
    }
    watch_input(worker, !is_delivering);
}

static void stop_rest(void)
{
    set_timer(rest_timer, 0);
    is_rest_due = false;
}

/* Makes the current message a record. */
static void hand_over(struct wts_worker *worker, bool has_ended)
{
    const struct wts_vc_record record = {(uint32_t)input_length, (is_inside_message ? 0 : WTS_VC_FIRST) |
                                                                     (has_ended ? WTS_VC_LAST : 0)};
    stop_rest();
    wts_vc_put_record(input, &record);
    is_inside_message = !has_ended;
    input_end = WTS_VC_RECORD_HEADER_LENGTH + input_length;
    input_length = 0;
    input_sent = 0;
    is_delivering = true;
    deliver(worker);
}

/*
 * Whether a fragment of this length may be followed by more of its message. A client fills each but the last:
 * 1600 bytes with a header of 2 or 3, the first also with the length of the whole in 2 or 4. A message that
 * fits into one fragment has no such length.
 */
static bool may_go_on(size_t length, bool is_first)
{
    return is_first ? length >= 1593 && length <= 1596 : length == 1597 || length == 1598;
}

/* One send of the peer: a fragment of a message of a dynamic channel, a whole one of a static channel. */
static void take_fragment(struct wts_worker *worker, size_t length)
{
    const bool is_first = input_length == 0 && !is_inside_message;
    input_length += length;
    if (!is_dynamic || !may_go_on(length, is_first))
        hand_over(worker, true);
    else if (input_length > WTS_VC_MAX_RECORD - MAX_FRAGMENT)
        hand_over(worker, false);
    else {
        set_timer(rest_timer, REST_NS);
        is_rest_due = true;
    }
}

/*
 * Reads the bytes of one send of the peer; 0: there are none. A pipe of one page does not take a second send.
 * At the end of xrdp's connection a message that may have ended is delivered first, and the end is read again
 * after it.
 */
static size_t read_fragment(struct wts_worker *worker, uint8_t *place)
{
    const ssize_t moved =
        splice(chansrv.data, NULL, pipe_ends[1], NULL, MAX_FRAGMENT, SPLICE_F_NONBLOCK | SPLICE_F_MOVE);
    if (moved < 0 && (errno == EAGAIN || errno == EINTR))
        return 0;
    if (moved <= 0 && input_length != 0) {
        hand_over(worker, true);
        return 0;
    }
    if (moved <= 0)
        end(worker, "xrdp has ended the channel");
    if (read(pipe_ends[0], place, MAX_FRAGMENT) != moved)
        end(worker, "the channel cannot be read");
    return (size_t)moved;
}

static void read_input(struct wts_worker *worker)
{
    while (!is_delivering) {
        const size_t length = read_fragment(worker, input + WTS_VC_RECORD_HEADER_LENGTH + input_length);
        if (length == 0)
            return;
        take_fragment(worker, length);
    }
}

/* Drops the input, except for a record that the DLL has a part of, which is completed. */
static void purge_input(struct wts_worker *worker)
{
    uint8_t scratch[MAX_FRAGMENT];
    stop_rest();
    input_length = 0;
    is_inside_message = false;
    while (read_fragment(worker, scratch) != 0)
        ;
    is_purge_due = true;
    deliver(worker);
}

static void drop_output(size_t length)
{
    output_length -= length;
    owed_credit += (uint32_t)length;
    memmove(output, output + length, output_length);
}

static size_t min_of(size_t left, size_t right)
{
    return left < right ? left : right;
}

/*
 * Begins a send, with a descriptor, because Linux ends a receive behind bytes that came with one. So xrdp,
 * which ignores it, never takes two sends for one message, even when it is interrupted while it receives.
 */
static ssize_t send_marked(size_t length)
{
    union {
        char bytes[CMSG_SPACE(sizeof mark)];
        struct cmsghdr aligned;
    } control = {.bytes = {0}};
    struct iovec part = {.iov_base = output, .iov_len = length};
    const struct msghdr message = {.msg_iov = &part,
                                   .msg_iovlen = 1,
                                   .msg_control = control.bytes,
                                   .msg_controllen = sizeof control.bytes};
    struct cmsghdr *header = CMSG_FIRSTHDR(&message);
    header->cmsg_level = SOL_SOCKET;
    header->cmsg_type = SCM_RIGHTS;
    header->cmsg_len = CMSG_LEN(sizeof mark);
    memcpy(CMSG_DATA(header), &mark, sizeof mark);
    const ssize_t sent = sendmsg(chansrv.data, &message, MSG_NOSIGNAL | MSG_DONTWAIT);
    /* Too many of the user's descriptors are in flight, so only pacing is left. */
    return sent < 0 && errno == ETOOMANYREFS ? send(chansrv.data, output, length, MSG_NOSIGNAL | MSG_DONTWAIT)
                                             : sent;
}

/* Sends as much of the current send as the socket accepts. False: it accepts nothing now. */
static bool send_rest(struct wts_worker *worker)
{
    while (send_left != 0) {
        const ssize_t sent = send_marked(send_left);
        if (sent < 0 && errno == EINTR)
            continue;
        if (sent < 0 && errno == EAGAIN)
            return false;
        if (sent <= 0)
            end(worker, "xrdp has ended the channel");
        send_left -= (size_t)sent;
        message_left -= (uint32_t)sent;
        drop_output((size_t)sent);
    }
    return true;
}

/* Whether xrdp has taken everything that was sent. */
static bool is_taken(void)
{
    int waiting = 0;
    return ioctl(chansrv.data, SIOCOUTQ, &waiting) != 0 || waiting == 0;
}

/* Begins the next message. False: it has not come yet. */
static bool take_header(void)
{
    while (message_left == 0) {
        struct wts_frame_reader reader = {.data = output, .left = output_length};
        if (output_length < WTS_VC_SENT_HEADER_LENGTH)
            return false;
        message_left = wts_frame_get_u32(&reader);
        drop_output(WTS_VC_SENT_HEADER_LENGTH);
    }
    return true;
}

/* Whether the next send is whole in the buffer. */
static bool is_next_whole(void)
{
    return take_header() && output_length >= min_of(message_left, MAX_SEND);
}

/* Drops the available bytes of the first message. */
static void drop_message(void)
{
    const size_t part = min_of(message_left, output_length);
    message_left -= (uint32_t)part;
    drop_output(part);
    is_dropping = message_left != 0;
}

static void give_credit(struct wts_worker *worker)
{
    if (owed_credit < CREDIT / 4)
        return;
    wts_worker_give_credit(worker, owed_credit);
    owed_credit = 0;
}

static void look_again_later(void)
{
    set_timer(pace_timer, pace_ns);
    pace_ns = pace_ns < MAX_PACE_NS / 2 ? pace_ns * 2 : MAX_PACE_NS;
}

static void answer_flush(struct wts_worker *worker)
{
    static const struct wts_frame_outcome done = {.progress = WTS_EXECUTED};
    if (!is_flushing || send_left != 0 || (!is_dropping && is_next_whole()))
        return;
    if (!is_taken()) {
        look_again_later();
        return;
    }
    is_flushing = false;
    if (is_ending)
        close(chansrv.data);
    wts_worker_reply(worker, &done, is_ending, NULL, NULL); /* at the end it does not return */
}

/* xrdp reads all available bytes and takes them for one message, so the next send waits until it has read.
 * This also keeps most of the output within reach of a purge. */
static void write_output(struct wts_worker *worker)
{
    for (;;) {
        if (send_left == 0 && is_dropping)
            drop_message();
        if (send_left == 0 && (is_dropping || !is_next_whole()))
            break;
        if (!is_taken()) {
            look_again_later();
            break;
        }
        if (send_left == 0)
            send_left = min_of(message_left, MAX_SEND);
        if (!send_rest(worker)) {
            look_again_later();
            break;
        }
        pace_ns = MIN_PACE_NS;
    }
    give_credit(worker);
    answer_flush(worker);
}

/* A send that was partly accepted by the socket is completed. */
static void purge_output(struct wts_worker *worker)
{
    static uint8_t begun[MAX_SEND];
    const size_t length = send_left;
    memcpy(begun, output, length);
    output_length -= length;
    memmove(output, output + length, output_length);
    message_left -= (uint32_t)length;
    do
        drop_message();
    while (!is_dropping && take_header());
    memmove(output + length, output, output_length);
    memcpy(output, begun, length);
    output_length += length;
    message_left += (uint32_t)length;
    give_credit(worker);
}

static bool check_open(struct wts_frame_reader *payload, struct wts_secret_place *secret)
{
    struct wts_vc_open open;
    *secret = (struct wts_secret_place){0, 0};
    return wts_vc_get_open(payload, &open);
}

static void put_given_up(struct wts_frame_writer *writer, const struct wts_duty_marks *marks,
                         const char *reason)
{
    (void)marks;
    wts_frame_put_text(writer, (struct wts_frame_text){reason, strlen(reason)});
}

static bool prepare(void)
{
    input = malloc(WTS_VC_RECORD_HEADER_LENGTH + (size_t)WTS_VC_MAX_RECORD);
    rest_timer = timerfd_create(CLOCK_MONOTONIC, TFD_CLOEXEC | TFD_NONBLOCK);
    pace_timer = timerfd_create(CLOCK_MONOTONIC, TFD_CLOEXEC | TFD_NONBLOCK);
    mark = open("/dev/null", O_RDONLY | O_CLOEXEC);
    pace_ns = MIN_PACE_NS;
    return input != NULL && rest_timer >= 0 && pace_timer >= 0 && mark >= 0 &&
           pipe2(pipe_ends, O_CLOEXEC | O_NONBLOCK) == 0 &&
           fcntl(pipe_ends[1], F_SETPIPE_SZ, MAX_FRAGMENT) >= MAX_FRAGMENT;
}

static void open_channel(struct wts_worker *worker, struct wts_frame_reader payload, char *secret,
                         size_t length)
{
    static const struct wts_frame_outcome done = {.progress = WTS_EXECUTED};
    struct wts_chansrv_failure failure = {ERROR_NOT_ENOUGH_MEMORY, 0, "no memory"};
    struct wts_vc_open open;
    (void)secret;
    (void)length;
    if (!wts_vc_get_open(&payload, &open) || !prepare() ||
        !wts_chansrv_open(&open, wts_worker_leave_descriptor(worker), &chansrv, &failure)) {
        const struct wts_frame_outcome failed = {.error = failure.error, .status = failure.status};
        wts_worker_opened(worker, &failed, fill_text, failure.reason);
        return;
    }
    is_dynamic = open.options != 0;
    wts_worker_opened(worker, &done, fill_text,
                      !is_dynamic && wts_xrdp_ini_drops(open.name.data, open.name.length)
                          ? "[Channels] of xrdp.ini does not list this channel, so xrdp drops what is written"
                          : "");
    wts_worker_give_credit(worker, CREDIT);
    wts_worker_watch(worker, chansrv.state);
    wts_worker_watch(worker, rest_timer);
    wts_worker_watch(worker, pace_timer);
    watch_input(worker, true);
}

static void request(struct wts_worker *worker, uint32_t verb, struct wts_frame_reader payload)
{
    static const struct wts_frame_outcome done = {.progress = WTS_EXECUTED};
    static const struct wts_frame_outcome unknown = {.error = ERROR_CALL_NOT_IMPLEMENTED,
                                                     .progress = WTS_NOT_EXECUTED};
    if (!wts_frame_reader_ended(&payload) || verb < WTS_VC_PURGE_INPUT || verb > WTS_VC_END) {
        wts_worker_reply(worker, &unknown, false, NULL, NULL);
        return;
    }
    if (verb == WTS_VC_FLUSH || verb == WTS_VC_END) {
        is_flushing = true;
        is_ending = verb == WTS_VC_END;
        answer_flush(worker);
        return;
    }
    /* Data that comes after the reply is not purged. */
    if (verb == WTS_VC_PURGE_INPUT)
        purge_input(worker);
    else
        purge_output(worker);
    wts_worker_reply(worker, &done, false, NULL, NULL);
}

static void data(struct wts_worker *worker, const uint8_t *bytes, size_t length)
{
    memcpy(output + output_length, bytes, length);
    output_length += length;
    write_output(worker);
}

/* A message that may have ended got nothing more in time. Data that came while this process did not run still
 * counts. */
static void rest(struct wts_worker *worker)
{
    is_rest_due = false;
    if (is_delivering)
        return;
    read_input(worker);
    if (!is_delivering && !is_rest_due && input_length != 0)
        hand_over(worker, true);
}

static void readable(struct wts_worker *worker, int fd)
{
    uint64_t count;
    if (fd == chansrv.data) {
        read_input(worker);
    } else if (fd == chansrv.state) {
        if (!wts_chansrv_has_client(&chansrv))
            end(worker, "the client has disconnected");
    } else if (read(fd, &count, sizeof count) != (ssize_t)sizeof count) {
        return;
    } else if (fd == pace_timer) {
        write_output(worker);
    } else {
        rest(worker);
    }
}

static const char *const variables[] = {"DISPLAY", "XRDP_SOCKET_PATH", NULL};

const struct wts_duty wts_vc_duty = {
    .number = WTS_VC_DUTY,
    .variables = variables,
    .open_lost = RPC_S_SERVER_UNAVAILABLE,
    .request_late = RPC_S_CALL_CANCELLED,
    .request_lost = RPC_S_CALL_FAILED,
    .check_open = check_open,
    .put_given_up = put_given_up,
    .open = open_channel,
    .request = request,
    .data = data,
    .data_pipe_length = DATA_PIPE,
    .credit = deliver,
    .readable = readable,
};

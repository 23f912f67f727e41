/*
 * A helper whose one duty does what the tests of the chassis need: it echoes, sends events and DATA, never
 * answers, dies, and breaks the protocol. The OPEN payload is a command, the path of a file that its good-bye
 * leaves (or absent), and the place of a secret; each verb of a request is one more command.
 */
#include <fcntl.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/timerfd.h>
#include <unistd.h>

#include "helper/host/serve.h"
#include "helper/host/worker.h"

enum { DUTY = 99, OPEN_LOST = 2001, REQUEST_LATE, REQUEST_LOST, NOT_A_COMMAND };
enum { EVENT_MS = 100, PATTERN = 251 };

enum verb {
    ECHO = 1,      /* the payload comes back */
    SILENCE,       /* no answer, ever */
    DIE,           /* the process ends without an answer */
    STOP,          /* the process stops itself */
    ENVIRONMENT,   /* the value of the variable that the payload names */
    SEND,          /* u32 length: so many bytes of DATA, as credit comes; the reply comes first */
    CREDIT,        /* u32 credit: is given to the DLL, whose DATA comes back as DATA */
    BREAK,         /* a reply that breaks the channel */
    EVENT_BURST,   /* u32 count: so many events, then the reply */
    OVERSTEP,      /* DATA beyond the credit */
    MUCH_CREDIT,   /* more credit than may be given */
    REPLY_TWICE,   /* one reply too many */
    OTHER_SERIAL,  /* a reply for another serial */
    OTHER_CHANNEL, /* an event on another channel */
    GARBAGE,       /* bytes that begin no frame */
    CLOSE,         /* a reply, and CLOSE behind it at once */
    LARGE          /* u32 length: a reply of so many bytes */
};

static char goodbye_path[WTS_FRAME_MAX_TEXT + 1];
static int timer = -1;
static size_t to_send;
static size_t sent;
static uint8_t pending[WTS_FRAME_MAX_CREDIT]; /* DATA that came, and waits for credit to go back */
static size_t pending_length;

static bool copy_text(struct wts_frame_text text, char *out, size_t size)
{
    const bool fits = text.length < size;
    if (fits && text.length != 0)
        memcpy(out, text.data, text.length);
    out[fits ? text.length : 0] = 0;
    return fits;
}

static bool check_open(struct wts_frame_reader *payload, struct wts_secret_place *secret)
{
    const struct wts_frame_text command = wts_frame_get_text(payload);
    wts_frame_get_text(payload);
    secret->offset = wts_frame_get_u32(payload);
    secret->length = wts_frame_get_u32(payload);
    return command.data && wts_frame_reader_ended(payload);
}

static void put_given_up(struct wts_frame_writer *writer, const struct wts_duty_marks *marks,
                         const char *reason)
{
    wts_frame_put_u32(writer, marks->values[0]);
    wts_frame_put_text(writer, (struct wts_frame_text){reason, strlen(reason)});
}

static void fill_reader(struct wts_frame_writer *writer, const void *what)
{
    const struct wts_frame_reader *reader = what;
    wts_frame_put_bytes(writer, reader->data, reader->left);
}

static void fill_zeros(struct wts_frame_writer *writer, const void *what)
{
    static const uint8_t zeros[4096];
    for (uint32_t left = *(const uint32_t *)what; left != 0;) {
        const uint32_t part = left < sizeof zeros ? left : (uint32_t)sizeof zeros;
        wts_frame_put_bytes(writer, zeros, part);
        left -= part;
    }
}

static void start_timer(struct wts_worker *worker)
{
    const struct itimerspec each = {.it_interval = {.tv_nsec = EVENT_MS * 1000000L},
                                    .it_value = {.tv_nsec = EVENT_MS * 1000000L}};
    timer = timerfd_create(CLOCK_MONOTONIC, TFD_CLOEXEC);
    if (timer < 0 || timerfd_settime(timer, 0, &each, NULL) != 0 || !wts_worker_watch(worker, timer))
        abort();
}

static void open_channel(struct wts_worker *worker, struct wts_frame_reader payload, char *secret,
                         size_t length)
{
    static const struct wts_frame_outcome good = {.error = 0};
    const struct wts_frame_outcome refused = {.error = 1326, .step = 3, .status = 0xC000006D};
    char command[32];
    const struct wts_frame_reader secret_bytes = {.data = (const uint8_t *)secret, .left = length};
    copy_text(wts_frame_get_text(&payload), command, sizeof command);
    copy_text(wts_frame_get_text(&payload), goodbye_path, sizeof goodbye_path);
    wts_worker_marks(worker)->step = 5;
    wts_worker_marks(worker)->values[0] = 4711;
    if (strcmp(command, "die") == 0)
        _exit(3);
    if (strcmp(command, "stop") == 0)
        raise(SIGSTOP);
    if (strcmp(command, "stall") == 0)
        return;
    if (strcmp(command, "refuse") == 0)
        wts_worker_opened(worker, &refused, NULL, NULL);
    wts_worker_opened(worker, &good, fill_reader, &secret_bytes);
    if (strcmp(command, "events") == 0)
        start_timer(worker);
    if (strcmp(command, "die later") == 0)
        _exit(3);
}

/* A frame as no function of the chassis writes it, past all its checks. */
static void send_raw(struct wts_frame frame)
{
    uint8_t bytes[WTS_FRAME_HEADER_LENGTH + 16] = {0};
    frame.length = 16;
    wts_frame_put_header(bytes, &frame);
    if (write(STDIN_FILENO, bytes, sizeof bytes) != (ssize_t)sizeof bytes)
        abort();
}

static void send_garbage(void)
{
    static const char text[] = "This begins no frame at all.";
    if (write(STDIN_FILENO, text, sizeof text) != (ssize_t)sizeof text)
        abort();
}

static void send_data(struct wts_worker *worker)
{
    while (to_send != 0 && wts_worker_credit(worker) != 0) {
        uint8_t bytes[1000];
        const size_t length = to_send < sizeof bytes ? to_send : sizeof bytes;
        for (size_t i = 0; i < length; i++)
            bytes[i] = (uint8_t)((sent + i) % PATTERN);
        const size_t gone = wts_worker_data(worker, bytes, length);
        to_send -= gone;
        sent += gone;
    }
    const size_t gone = wts_worker_data(worker, pending, pending_length);
    pending_length -= gone;
    memmove(pending, pending + gone, pending_length);
}

static void request(struct wts_worker *worker, uint32_t verb, struct wts_frame_reader payload)
{
    static const struct wts_frame_outcome good = {.error = 0, .progress = WTS_EXECUTED};
    static const struct wts_frame_outcome wrong = {.error = NOT_A_COMMAND, .progress = WTS_NOT_EXECUTED};
    const struct wts_frame_reader whole = payload;
    char name[64];
    uint32_t number;
    switch ((enum verb)verb) {
    case ECHO:
        wts_worker_reply(worker, &good, false, fill_reader, &whole);
        return;
    case SILENCE:
        return;
    case DIE:
        _exit(3);
    case STOP:
        raise(SIGSTOP);
        return;
    case ENVIRONMENT:
        copy_text(wts_frame_get_text(&payload), name, sizeof name);
        payload.data = (const uint8_t *)getenv(name);
        payload.left = payload.data ? strlen((const char *)payload.data) : 0;
        wts_worker_reply(worker, payload.data ? &good : &wrong, false, fill_reader, &payload);
        return;
    case SEND:
        to_send += wts_frame_get_u32(&payload);
        wts_worker_reply(worker, &good, false, NULL, NULL);
        send_data(worker);
        return;
    case CREDIT:
        wts_worker_give_credit(worker, wts_frame_get_u32(&payload));
        wts_worker_reply(worker, &good, false, NULL, NULL);
        return;
    case BREAK:
        wts_worker_reply(worker, &wrong, true, NULL, NULL);
        return;
    case EVENT_BURST:
        for (number = wts_frame_get_u32(&payload); number != 0; number--)
            wts_worker_event(worker, fill_reader, &whole);
        wts_worker_reply(worker, &good, false, NULL, NULL);
        return;
    case OVERSTEP:
        send_raw((struct wts_frame){.type = WTS_FRAME_DATA, .channel = 1});
        return;
    case MUCH_CREDIT:
        wts_worker_give_credit(worker, WTS_FRAME_MAX_CREDIT);
        wts_worker_give_credit(worker, 1);
        return;
    case REPLY_TWICE:
        wts_worker_reply(worker, &good, false, NULL, NULL);
        wts_worker_reply(worker, &good, false, NULL, NULL);
        return;
    case OTHER_SERIAL:
        send_raw((struct wts_frame){.type = WTS_FRAME_REPLY, .channel = 1, .serial = 0xFFFF});
        return;
    case OTHER_CHANNEL:
        send_raw((struct wts_frame){.type = WTS_FRAME_EVENT, .channel = 0xFFFF});
        return;
    case GARBAGE:
        send_garbage();
        return;
    case CLOSE:
        wts_worker_reply(worker, &good, false, NULL, NULL);
        wts_worker_close(worker, &wrong, NULL, NULL);
    case LARGE:
        number = wts_frame_get_u32(&payload);
        wts_worker_reply(worker, &good, false, fill_zeros, &number);
        return;
    }
    wts_worker_reply(worker, &wrong, false, NULL, NULL);
}

/* DATA comes back as DATA. */
static void data(struct wts_worker *worker, const uint8_t *bytes, size_t length)
{
    if (length > sizeof pending - pending_length)
        abort();
    memcpy(pending + pending_length, bytes, length);
    pending_length += length;
    send_data(worker);
}

static void fill_count(struct wts_frame_writer *writer, const void *what)
{
    const uint64_t *count = what;
    wts_frame_put_u32(writer, (uint32_t)*count);
}

static void readable(struct wts_worker *worker, int fd)
{
    uint64_t count;
    if (read(fd, &count, sizeof count) == (ssize_t)sizeof count)
        wts_worker_event(worker, fill_count, &count);
}

static void goodbye(struct wts_worker *worker)
{
    (void)worker;
    const int file = goodbye_path[0] ? open(goodbye_path, O_CREAT | O_WRONLY, 0600) : -1;
    if (file >= 0)
        close(file);
}

static const char *start(void)
{
    return getenv("WTS_TEST_REFUSE") ? "told not to start" : NULL;
}

static const char *const variables[] = {"HOME", "WTS_TEST_REFUSE", NULL};

static const struct wts_duty duty = {
    .number = DUTY,
    .variables = variables,
    .open_lost = OPEN_LOST,
    .request_late = REQUEST_LATE,
    .request_lost = REQUEST_LOST,
    .start = start,
    .check_open = check_open,
    .put_given_up = put_given_up,
    .open = open_channel,
    .request = request,
    .data = data,
    .data_pipe_length = WTS_FRAME_MAX_CREDIT,
    .credit = send_data,
    .readable = readable,
    .goodbye = goodbye,
};

int main(void)
{
    static const struct wts_duty *const duties[] = {&duty, NULL};
    return wts_serve_is_requested() ? wts_serve(duties) : 2;
}

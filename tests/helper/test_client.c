/*
 * The DLL's side of the protocol, natively: against the chassis with the echo duty (the first argument is
 * that program), and against a helper that the test plays at the other end of the socket.
 */
#include "native_test.h"

#include <poll.h>
#include <pthread.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdio.h>
#include <sys/socket.h>
#include <unistd.h>

#include "core/deadline.h"
#include "core/error.h"
#include "helper/client/client.h"
#include "limit.h"
#include "wire_native.h"

enum {
    ECHO_DUTY = 99,
    ECHO = 1,
    SILENCE = 2,
    DIE = 3,
    STOP = 4,
    SEND = 6,
    CREDIT = 7,
    CLOSE = 16,
    LARGE = 17
};
enum { AMOUNT = 3000000, PATTERN = 251 };

static const char *const no_variables[] = {NULL};
static struct wts_helper_kind kind = WTS_HELPER_KIND("helper", NULL, no_variables);
static const char *echo_program;
static bool small;

static const struct wts_channel_secret no_secret = {NULL, 0};

/* Ends the helpers; then everything of them is gone: their threads have ended, their wires are closed. */
static void nothing_is_left(void)
{
    wire_native_end_all();
    limit_waits_for("the threads of the helpers");
    wts_threads_join();
    assert_int_equal(wire_native_open(), 0);
}

static int set_up(void **state)
{
    (void)state;
    limit_begin();
    return 0;
}

static int tear_down(void **state)
{
    (void)state;
    limit_end();
    wire_native_limit(0);
    return 0;
}

/* The echo duty. */

struct echo_open {
    const char *command;
    size_t secret_length;
};

static void put_echo_open(struct wts_frame_writer *writer, const void *arguments, uint32_t secret_offset)
{
    const struct echo_open *open = arguments;
    wts_frame_put_text(writer, (struct wts_frame_text){open->command, strlen(open->command)});
    wts_frame_put_text(writer, (struct wts_frame_text){NULL, 0});
    wts_frame_put_u32(writer, open->secret_length > 0 ? secret_offset : 0);
    wts_frame_put_u32(writer, (uint32_t)open->secret_length);
}

static void put_u32(struct wts_frame_writer *writer, const void *arguments)
{
    wts_frame_put_u32(writer, *(const uint32_t *)arguments);
}

static struct wts_channel_answer open_echo(struct wts_channel *channel, const char *command,
                                           const char *secret)
{
    const struct echo_open open = {command, strlen(secret)};
    return wts_channel_open(channel, put_echo_open, &open,
                            (struct wts_channel_secret){secret, strlen(secret)}, wts_deadline_after(20000));
}

static struct wts_channel *opened(const char *command, const struct wts_channel_listener *listener)
{
    struct wts_channel *channel = wts_channel_create(&kind, ECHO_DUTY, listener);
    const struct wts_channel_answer answer = open_echo(channel, command, "");
    assert_int_equal(answer.outcome.error, 0);
    free(answer.block);
    return channel;
}

static uint32_t ask(struct wts_channel *channel, uint32_t verb, uint32_t value, uint32_t timeout_ms)
{
    const struct wts_channel_answer answer =
        wts_channel_request(channel, verb, put_u32, &value, wts_deadline_after(timeout_ms));
    const uint32_t error = answer.outcome.error;
    free(answer.block);
    return error;
}

static void *ask_often(void *argument)
{
    _Atomic unsigned *wrong = argument;
    struct wts_channel *channel = wts_channel_create(&kind, ECHO_DUTY, NULL);
    struct wts_channel_answer answer = open_echo(channel, "", "a secret");
    if (answer.outcome.error != 0 || answer.payload.left != 8 ||
        memcmp(answer.payload.data, "a secret", 8) != 0)
        atomic_fetch_add(wrong, 1);
    free(answer.block);
    for (uint32_t i = 0; i < (small ? 20 : 200); i++) {
        const uint32_t value = i * 2654435761U;
        answer = wts_channel_request(channel, ECHO, put_u32, &value, wts_deadline_after(20000));
        if (answer.outcome.error != 0 || wts_frame_get_u32(&answer.payload) != value ||
            !wts_frame_reader_ended(&answer.payload))
            atomic_fetch_add(wrong, 1);
        free(answer.block);
    }
    wts_channel_close(channel);
    return NULL;
}

static void many_threads_ask_at_once(void **state)
{
    pthread_t threads[8];
    _Atomic unsigned wrong = 0;
    (void)state;
    wire_native_use(echo_program);
    struct wts_channel *keeps_it = opened("", NULL);
    const unsigned started = wire_native_started();
    for (size_t i = 0; i < 8; i++)
        assert_int_equal(pthread_create(&threads[i], NULL, ask_often, &wrong), 0);
    for (size_t i = 0; i < 8; i++)
        pthread_join(threads[i], NULL);
    assert_int_equal(atomic_load(&wrong), 0);
    assert_int_equal(wire_native_started(), started);
    wts_channel_close(keeps_it);
    nothing_is_left();
}

struct heard {
    _Atomic unsigned events;
    _Atomic unsigned ends;
    bool believes; /* else each event counts as malformed */
};

static bool count_event(void *context, const uint8_t *payload, size_t length)
{
    struct heard *heard = context;
    (void)payload;
    (void)length;
    atomic_fetch_add(&heard->events, 1);
    return heard->believes;
}

static void count_end(void *context)
{
    struct heard *heard = context;
    atomic_fetch_add(&heard->ends, 1);
}

static void events_come_beside_requests(void **state)
{
    struct heard heard = {.believes = true};
    const struct wts_channel_listener listener = {
        .event = count_event, .ended = count_end, .context = &heard};
    (void)state;
    wire_native_use(echo_program);
    struct wts_channel *channel = opened("events", &listener);
    limit_waits_for("events");
    while (atomic_load(&heard.events) < 3)
        assert_int_equal(ask(channel, ECHO, 1, 20000), 0);
    wts_channel_close(channel);
    nothing_is_left();
    assert_int_equal(atomic_load(&heard.ends), 0);
}

static void a_channel_that_ends_by_itself_says_so(void **state)
{
    struct heard heard = {.believes = true};
    const struct wts_channel_listener listener = {count_event, count_end, &heard};
    (void)state;
    wire_native_use(echo_program);
    struct wts_channel *other = opened("", NULL);
    struct wts_channel *channel = opened("die later", &listener);
    limit_waits_for("the end");
    while (atomic_load(&heard.ends) == 0)
        sched_yield();
    assert_int_equal(ask(other, ECHO, 1, 20000), 0);
    wts_channel_close(channel);
    wts_channel_close(other);
    nothing_is_left();
    assert_int_equal(atomic_load(&heard.ends), 1);
}

static void a_malformed_event_is_the_end_of_the_helper(void **state)
{
    struct heard heard = {.believes = false};
    const struct wts_channel_listener listener = {count_event, count_end, &heard};
    (void)state;
    wire_native_use(echo_program);
    struct wts_channel *channel = opened("events", &listener);
    limit_waits_for("the end");
    while (atomic_load(&heard.ends) == 0)
        sched_yield();
    assert_int_equal(ask(channel, ECHO, 1, 20000), RPC_S_CALL_FAILED);
    wts_channel_close(channel);
    nothing_is_left();
    assert_int_equal(atomic_load(&heard.events), 1);
    assert_int_equal(atomic_load(&heard.ends), 1);
}

/* More than any window, while requests go on. */
static void data_comes_within_its_window(void **state)
{
    static uint8_t piece[30000];
    (void)state;
    wire_native_use(echo_program);
    struct wts_channel *channel = opened("", NULL);
    struct wts_channel *other = opened("", NULL);
    const uint32_t amount = small ? AMOUNT / 10 : AMOUNT;
    assert_int_equal(ask(channel, SEND, amount, 20000), 0);
    for (uint32_t done = 0; done < amount;) {
        size_t length;
        assert_int_equal(wts_channel_read(channel, piece, sizeof piece, wts_deadline_after(20000), &length),
                         0);
        for (size_t i = 0; i < length; i++)
            assert_int_equal(piece[i], (done + i) % PATTERN);
        done += (uint32_t)length;
        if (done % 7 == 0)
            assert_int_equal(ask(other, ECHO, done, 20000), 0);
    }
    size_t length;
    assert_int_equal(wts_channel_read(channel, piece, sizeof piece, wts_deadline_after(20), &length),
                     RPC_S_CALL_CANCELLED);
    wts_channel_close(other);
    wts_channel_close(channel);
    nothing_is_left();
}

static void data_goes_within_the_credit(void **state)
{
    static uint8_t out[200000];
    static uint8_t in[sizeof out];
    size_t length;
    (void)state;
    wire_native_use(echo_program);
    struct wts_channel *channel = opened("", NULL);
    for (size_t i = 0; i < sizeof out; i++)
        out[i] = (uint8_t)(i * 31);
    assert_int_equal(wts_channel_write(channel, out, 1, wts_deadline_after(20), &length),
                     RPC_S_CALL_CANCELLED);
    assert_int_equal(ask(channel, CREDIT, sizeof out, 20000), 0);
    for (size_t done = 0; done < sizeof out; done += length)
        assert_int_equal(
            wts_channel_write(channel, out + done, sizeof out - done, wts_deadline_after(20000), &length), 0);
    assert_int_equal(wts_channel_write(channel, out, 1, wts_deadline_after(20), &length),
                     RPC_S_CALL_CANCELLED);
    for (size_t done = 0; done < sizeof in; done += length)
        assert_int_equal(
            wts_channel_read(channel, in + done, sizeof in - done, wts_deadline_after(20000), &length), 0);
    assert_memory_equal(in, out, sizeof in);
    wts_channel_close(channel);
    nothing_is_left();
}

static void *read_for_ever(void *argument)
{
    uint8_t byte;
    size_t length;
    return (void *)(uintptr_t)wts_channel_read(argument, &byte, 1, WTS_NEVER, &length);
}

/* A wake-up ends the read in flight, or the next one, and none that has something to read. */
static void a_read_is_woken(void **state)
{
    uint8_t byte = 0;
    size_t length;
    pthread_t thread;
    void *error;
    (void)state;
    wire_native_use(echo_program);
    struct wts_channel *channel = opened("", NULL);
    assert_int_equal(pthread_create(&thread, NULL, read_for_ever, channel), 0);
    usleep(20000);
    wts_channel_wake(channel);
    limit_join(thread, &error, "the reader");
    assert_int_equal((uintptr_t)error, RPC_S_CALL_CANCELLED);
    wts_channel_wake(channel);
    assert_int_equal((uintptr_t)read_for_ever(channel), RPC_S_CALL_CANCELLED);
    assert_int_equal(ask(channel, CREDIT, 10, 20000), 0);
    assert_int_equal(wts_channel_write(channel, "x", 1, wts_deadline_after(20000), &length), 0);
    assert_int_equal(wts_channel_read(channel, &byte, 1, wts_deadline_after(20000), &length), 0);
    assert_int_equal(byte, 'x');
    wts_channel_close(channel);
    nothing_is_left();
}

static void a_worker_that_dies_costs_its_channel_alone(void **state)
{
    (void)state;
    wire_native_use(echo_program);
    struct wts_channel *channel = opened("", NULL);
    struct wts_channel *other = opened("", NULL);
    assert_int_not_equal(ask(channel, DIE, 0, 20000), 0);
    assert_int_equal(ask(channel, ECHO, 0, 20000), RPC_S_CALL_FAILED);
    assert_int_equal(ask(other, ECHO, 0, 20000), 0);
    assert_int_equal(ask(other, CLOSE, 0, 20000), 0);
    limit_waits_for("the CLOSE of the other channel");
    while (ask(other, ECHO, 0, 20000) == 0) {
    }
    wts_channel_close(channel);
    wts_channel_close(other);
    channel = opened("", NULL); /* the same helper, or a fresh one after its end */
    wts_channel_close(channel);
    nothing_is_left();
}

/* A helper that the test plays. */

static void write_all(int peer, const uint8_t *data, size_t length, size_t piece)
{
    while (length > 0) {
        const ssize_t sent = send(peer, data, length < piece ? length : piece, MSG_NOSIGNAL);
        if (sent <= 0)
            return;
        data += sent;
        length -= (size_t)sent;
    }
}

static void send_frame(int peer, struct wts_frame frame, const void *payload, size_t length, size_t piece)
{
    uint8_t data[8192];
    struct wts_frame_writer writer = wts_frame_begin(data, sizeof data);
    wts_frame_put_bytes(&writer, payload, length);
    write_all(peer, data, wts_frame_finish(&writer, frame), piece);
}

static void say_ready(int peer, size_t piece)
{
    const struct wts_frame_ready ready = {.version = WTS_FRAME_VERSION, .process_id = 1, .text = {"", 0}};
    uint8_t data[256];
    struct wts_frame_writer writer = wts_frame_begin(data, sizeof data);
    wts_frame_put_ready(&writer, &ready);
    write_all(peer, data, wts_frame_finish(&writer, (struct wts_frame){.type = WTS_FRAME_READY}), piece);
}

static bool read_all(int peer, uint8_t *data, size_t length)
{
    while (length > 0) {
        const ssize_t got = recv(peer, data, length, 0);
        if (got <= 0)
            return false;
        data += got;
        length -= (size_t)got;
    }
    return true;
}

/* The next frame of the DLL; its payload is dropped. False: the socket ended. */
static bool next_frame(int peer, struct wts_frame *frame)
{
    uint8_t header[WTS_FRAME_HEADER_LENGTH];
    uint8_t dropped[4096];
    if (!read_all(peer, header, sizeof header) || !wts_frame_get_header(header, frame))
        return false;
    for (size_t left = frame->length; left > 0;) {
        const size_t part = left < sizeof dropped ? left : sizeof dropped;
        if (!read_all(peer, dropped, part))
            return false;
        left -= part;
    }
    return true;
}

static const uint8_t good_outcome[16] = {0, 0, 0, 0, WTS_EXECUTED};

static void say_opened(int peer, const struct wts_frame *open, size_t piece)
{
    const struct wts_frame opened = {.type = WTS_FRAME_OPENED, .channel = open->channel};
    send_frame(peer, opened, good_outcome, sizeof good_outcome, piece);
}

static void say_replied(int peer, const struct wts_frame *request, size_t piece)
{
    const struct wts_frame reply = {
        .type = WTS_FRAME_REPLY, .channel = request->channel, .serial = request->serial};
    send_frame(peer, reply, good_outcome, sizeof good_outcome, piece);
}

/* Answers everything, byte by byte. */
static void *serve_in_pieces(void *argument)
{
    const size_t piece = *(const size_t *)argument;
    const int peer = wire_native_next();
    struct wts_frame frame;
    write_all(peer, (const uint8_t *)"process 1\na warning\n", 20, piece);
    say_ready(peer, piece);
    while (next_frame(peer, &frame)) {
        if (frame.type == WTS_FRAME_OPEN)
            say_opened(peer, &frame, piece);
        if (frame.type == WTS_FRAME_REQUEST)
            say_replied(peer, &frame, piece);
    }
    close(peer);
    return NULL;
}

static void frames_in_pieces_are_whole_again(void **state)
{
    (void)state;
    wire_native_use(NULL);
    for (size_t piece = 1; piece < 40; piece++) {
        pthread_t thread;
        assert_int_equal(pthread_create(&thread, NULL, serve_in_pieces, &piece), 0);
        struct wts_channel *channel = wts_channel_create(&kind, 1, NULL);
        const struct wts_channel_answer answer =
            wts_channel_open(channel, NULL, NULL, no_secret, wts_deadline_after(20000));
        assert_int_equal(answer.outcome.error, 0);
        free(answer.block);
        for (uint32_t i = 0; i < 3; i++)
            assert_int_equal(ask(channel, 1, i, 20000), 0);
        wts_channel_close(channel);
        wire_native_end_all();
        pthread_join(thread, NULL);
        wts_threads_join();
    }
    nothing_is_left();
}

/* Says READY and opens every channel, but reads nothing once `stops` is set. */
static _Atomic bool stops;

static void *open_and_stop_reading(void *argument)
{
    const int peer = wire_native_next();
    struct wts_frame frame;
    (void)argument;
    say_ready(peer, 4096);
    while (!atomic_load(&stops) && next_frame(peer, &frame)) {
        if (frame.type == WTS_FRAME_OPEN)
            say_opened(peer, &frame, 4096);
        if (frame.type == WTS_FRAME_REQUEST)
            atomic_store(&stops, true);
    }
    return (void *)(intptr_t)peer;
}

static void put_much(struct wts_frame_writer *writer, const void *arguments)
{
    static const uint8_t zeros[65536];
    (void)arguments;
    for (unsigned i = 0; i < 64; i++)
        wts_frame_put_bytes(writer, zeros, sizeof zeros);
}

struct much {
    struct wts_channel *channel;
    uint32_t timeout_ms;
};

static void *ask_much(void *argument)
{
    const struct much *much = argument;
    const struct wts_channel_answer answer =
        wts_channel_request(much->channel, 1, put_much, NULL, wts_deadline_after(much->timeout_ms));
    const uint32_t error = answer.outcome.error;
    free(answer.block);
    return (void *)(uintptr_t)error;
}

static uint64_t since(uint64_t begin_ms)
{
    return wts_clock_ms() - begin_ms;
}

static void a_helper_that_reads_nothing_blocks_nobody(void **state)
{
    struct wts_channel *channels[4];
    pthread_t peer_thread;
    pthread_t asking[2];
    void *result;
    (void)state;
    wire_native_use(NULL);
    wire_native_limit(4096);
    atomic_store(&stops, false);
    assert_int_equal(pthread_create(&peer_thread, NULL, open_and_stop_reading, NULL), 0);
    for (size_t i = 0; i < 4; i++) {
        channels[i] = wts_channel_create(&kind, 1, NULL);
        const struct wts_channel_answer answer =
            wts_channel_open(channels[i], NULL, NULL, no_secret, wts_deadline_after(20000));
        assert_int_equal(answer.outcome.error, 0);
        free(answer.block);
    }
    struct much much[] = {{channels[0], 60000}, {channels[1], 6000}};
    const uint64_t begin_ms = wts_clock_ms();
    assert_int_equal(pthread_create(&asking[0], NULL, ask_much, &much[0]), 0);
    assert_int_equal(pthread_create(&asking[1], NULL, ask_much, &much[1]), 0);
    usleep(200000); /* both are in the middle of it */
    wts_channel_cancel(channels[0]);
    wts_channel_close(channels[3]);
    pthread_join(asking[0], &result);
    assert_int_equal((uintptr_t)result, RPC_S_CALL_FAILED);
    wts_channel_close(channels[0]);
    assert_int_equal(ask(channels[2], 1, 0, 100), RPC_S_CALL_CANCELLED);
    assert_true(since(begin_ms) < 6000); /* before the deadline of the other one */
    pthread_join(asking[1], &result);
    assert_int_not_equal((uintptr_t)result, 0);
    assert_true(since(begin_ms) < 2 * 6000);
    wts_channel_close(channels[1]);
    wts_channel_close(channels[2]);
    pthread_join(peer_thread, &result);
    close((int)(intptr_t)result);
    nothing_is_left();
}

/* Opens the channel and takes one request: of what exceeds the socket, its beginning. Then it ends. */
static void *take_the_beginning(void *argument)
{
    const bool takes_all = *(const bool *)argument;
    const int peer = wire_native_next();
    struct wts_frame frame;
    say_ready(peer, 4096);
    if (next_frame(peer, &frame) && next_frame(peer, &frame))
        say_opened(peer, &frame, 4096);
    if (takes_all)
        next_frame(peer, &frame);
    else
        usleep(100000);
    close(peer);
    return NULL;
}

/* What was not sent to its last byte did not run; anything else may have. */
static void a_request_that_was_cut_did_not_run(void **state)
{
    (void)state;
    wire_native_use(NULL);
    wire_native_limit(4096);
    for (int i = 0; i < 2; i++) {
        const bool takes_all = i == 1;
        pthread_t peer_thread;
        assert_int_equal(pthread_create(&peer_thread, NULL, take_the_beginning, (void *)&takes_all), 0);
        struct wts_channel *channel = wts_channel_create(&kind, 1, NULL);
        struct wts_channel_answer answer =
            wts_channel_open(channel, NULL, NULL, no_secret, wts_deadline_after(20000));
        assert_int_equal(answer.outcome.error, 0);
        free(answer.block);
        answer = wts_channel_request(channel, 1, put_much, NULL, wts_deadline_after(20000));
        assert_int_equal(answer.outcome.error, RPC_S_CALL_FAILED);
        assert_int_equal(answer.outcome.progress, takes_all ? WTS_MAYBE_EXECUTED : WTS_NOT_EXECUTED);
        assert_true(answer.is_broken);
        wts_channel_close(channel);
        limit_join(peer_thread, NULL, "the helper");
        nothing_is_left();
    }
}

/* Opens every channel and answers every request, after a pause in which the socket fills. */
static void *serve_slowly(void *argument)
{
    const int peer = wire_native_next();
    struct wts_frame frame;
    (void)argument;
    say_ready(peer, 4096);
    while (next_frame(peer, &frame)) {
        if (frame.type == WTS_FRAME_OPEN)
            say_opened(peer, &frame, 4096);
        if (frame.type == WTS_FRAME_REQUEST) {
            say_replied(peer, &frame, 4096);
            usleep(100000);
        }
    }
    close(peer);
    return NULL;
}

static void put_some(struct wts_frame_writer *writer, const void *arguments)
{
    static const uint8_t zeros[50000];
    (void)arguments;
    wts_frame_put_bytes(writer, zeros, sizeof zeros);
}

static void *ask_some(void *argument)
{
    uintptr_t wrong = 0;
    for (unsigned i = 0; i < 3; i++) {
        const struct wts_channel_answer answer =
            wts_channel_request(argument, 1, put_some, NULL, wts_deadline_after(20000));
        wrong += answer.outcome.error != 0;
        free(answer.block);
    }
    return (void *)wrong;
}

static void a_slow_helper_gets_every_frame_whole(void **state)
{
    struct wts_channel *channels[4];
    pthread_t peer_thread;
    pthread_t asking[4];
    (void)state;
    wire_native_use(NULL);
    wire_native_limit(4096);
    assert_int_equal(pthread_create(&peer_thread, NULL, serve_slowly, NULL), 0);
    for (size_t i = 0; i < 4; i++) {
        channels[i] = wts_channel_create(&kind, 1, NULL);
        const struct wts_channel_answer answer =
            wts_channel_open(channels[i], NULL, NULL, no_secret, wts_deadline_after(20000));
        assert_int_equal(answer.outcome.error, 0);
        free(answer.block);
    }
    for (size_t i = 0; i < 4; i++)
        assert_int_equal(pthread_create(&asking[i], NULL, ask_some, channels[i]), 0);
    for (size_t i = 0; i < 4; i++) {
        void *wrong;
        limit_join(asking[i], &wrong, "the requests");
        assert_int_equal((uintptr_t)wrong, 0);
        wts_channel_close(channels[i]);
    }
    wire_native_end_all();
    limit_join(peer_thread, NULL, "the helper");
    nothing_is_left();
}

/* What becomes of a request that was written into its channel's pipe. */
struct fate {
    const char *name;
    bool is_taken; /* the helper reads it */
    enum {
        ENDS,
        ENDS_BEFORE_DATA, /* DATA lies in the pipe behind the request */
        CLOSES,
        IS_CANCELLED,
        IS_ABANDONED, /* its caller cancels the channel */
        IS_ANSWERED,  /* as it is cancelled */
        IS_NAMED_TWICE
    } how;
    enum { SAME, OTHER, ANY } serial; /* CLOSES: that the CLOSE names */
    uint32_t timeout_ms;
    uint32_t error;
    enum wts_progress progress;
};

static const struct fate fates[] = {
    {"the helper ends before it reads", false, ENDS, SAME, 20000, RPC_S_CALL_FAILED, WTS_NOT_EXECUTED},
    {"the helper ends after it read", true, ENDS, SAME, 20000, RPC_S_CALL_FAILED, WTS_MAYBE_EXECUTED},
    {"another one was the last", false, CLOSES, OTHER, 20000, RPC_S_CALL_FAILED, WTS_NOT_EXECUTED},
    {"it was the last", true, CLOSES, SAME, 20000, RPC_S_CALL_FAILED, WTS_MAYBE_EXECUTED},
    {"nobody knows", true, CLOSES, ANY, 20000, RPC_S_CALL_FAILED, WTS_MAYBE_EXECUTED},
    {"it is late", true, IS_CANCELLED, ANY, 400, RPC_S_CALL_CANCELLED, WTS_MAYBE_EXECUTED},
    {"its caller cancels", true, IS_ABANDONED, ANY, 20000, RPC_S_CALL_FAILED, WTS_MAYBE_EXECUTED},
    {"only data are left in the pipe", true, ENDS_BEFORE_DATA, SAME, 20000, RPC_S_CALL_FAILED,
     WTS_MAYBE_EXECUTED},
};

/* The channel whose request meets its fate. */
static struct wts_channel *meeting;

static void write_frame(int pipe, struct wts_frame frame, const void *payload, size_t length)
{
    uint8_t data[256];
    struct wts_frame_writer writer = wts_frame_begin(data, sizeof data);
    wts_frame_put_bytes(&writer, payload, length);
    const size_t whole = wts_frame_finish(&writer, frame);
    assert_int_equal(write(pipe, data, whole), whole);
}

/* Waits until the request is in the pipe. Returns its serial, 0 when it stays there. */
static uint32_t wait_for_request(int pipe, bool is_taken)
{
    struct pollfd one = {.fd = pipe, .events = POLLIN};
    uint8_t data[256];
    struct wts_frame frame;
    assert_int_equal(poll(&one, 1, 20000), 1);
    if (!is_taken)
        return 0;
    assert_true(read(pipe, data, sizeof data) > WTS_FRAME_HEADER_LENGTH);
    assert_true(wts_frame_get_header(data, &frame));
    return frame.serial;
}

static void wait_for_frame(int peer, enum wts_frame_type type, struct wts_frame *frame)
{
    assert_true(next_frame(peer, frame));
    assert_int_equal(frame->type, type);
}

/* Before that the channel must not be closed. */
static atomic_bool has_sent_late;

static void give_credit(int replies, uint32_t channel, uint8_t count)
{
    const uint8_t credit[4] = {count};
    write_frame(replies, (struct wts_frame){.type = WTS_FRAME_WINDOW, .channel = channel}, credit,
                sizeof credit);
}

static void close_channel(const struct fate *fate, int peer, int replies, uint32_t channel, uint32_t serial)
{
    struct wts_frame frame;
    const uint32_t serials[] = {[SAME] = serial, [OTHER] = serial + 1, [ANY] = WTS_FRAME_ANY_SERIAL};
    if (fate->how == IS_ABANDONED)
        wts_channel_cancel(meeting);
    if (fate->how == IS_CANCELLED || fate->how == IS_ABANDONED || fate->how == IS_ANSWERED) {
        wait_for_frame(peer, WTS_FRAME_CANCEL, &frame);
        assert_int_equal(frame.serial, serial);
    }
    const struct wts_frame closed = {
        .type = WTS_FRAME_CLOSE, .channel = channel, .serial = serials[fate->serial]};
    const struct wts_frame reply = {.type = WTS_FRAME_REPLY, .channel = channel, .serial = serial};
    if (fate->how == IS_ANSWERED)
        write_frame(replies, reply, good_outcome, sizeof good_outcome);
    write_frame(replies, closed, good_outcome, sizeof good_outcome);
    /* What its process may still write does no harm. */
    write_frame(replies, reply, good_outcome, sizeof good_outcome);
    write_frame(replies, (struct wts_frame){.type = WTS_FRAME_DATA, .channel = channel}, "late", 4);
    write_frame(replies, closed, good_outcome, sizeof good_outcome);
    /* Nor does what its parent passes on late, because the process answered past it. */
    write_frame(replies, (struct wts_frame){.type = WTS_FRAME_EVENT, .channel = channel}, "late", 4);
    give_credit(replies, channel, 4);
    atomic_store(&has_sent_late, true);
    wait_for_frame(peer, WTS_FRAME_CLOSE, &frame);
}

/* Has the DLL write DATA that are longer than the request. */
static void let_data_follow(int replies, uint32_t channel)
{
    static const uint8_t data[100];
    size_t length;
    give_credit(replies, channel, sizeof data);
    assert_int_equal(wts_channel_write(meeting, data, sizeof data, wts_deadline_after(20000), &length), 0);
    assert_int_equal(length, sizeof data);
}

static void serve_request(const struct fate *fate, int peer, int replies, int requests, uint32_t channel)
{
    struct wts_frame frame;
    wait_for_frame(peer, WTS_FRAME_DIRECT, &frame);
    assert_int_equal(frame.channel, channel);
    const uint32_t serial = wait_for_request(requests, fate->is_taken);
    /* Serials begin at random, so that no process of another channel knows them. */
    assert_int_not_equal(serial, 1);
    if (fate->how == ENDS_BEFORE_DATA)
        let_data_follow(replies, channel);
    else if (fate->how != ENDS)
        close_channel(fate, peer, replies, channel, serial);
}

static void *serve_pipes(void *argument)
{
    const struct fate *fate = argument;
    const int peer = wire_native_next();
    int replies[2];
    int requests[2];
    struct wts_frame frame;
    uint8_t data[256];
    struct wts_frame_writer writer = wts_frame_begin(data, sizeof data);
    assert_int_equal(pipe(replies), 0);
    assert_int_equal(pipe(requests), 0);
    const struct wts_frame_ready ready = {.version = WTS_FRAME_VERSION,
                                          .process_id = (uint32_t)getpid(),
                                          .replies_descriptor = (uint32_t)replies[0],
                                          .text = {"", 0}};
    const uint8_t descriptor[4] = {(uint8_t)requests[1]};
    wts_frame_put_ready(&writer, &ready);
    write_all(peer, data, wts_frame_finish(&writer, (struct wts_frame){.type = WTS_FRAME_READY}), 4096);
    wait_for_frame(peer, WTS_FRAME_HELLO, &frame);
    wait_for_frame(peer, WTS_FRAME_DIRECT, &frame);
    wait_for_frame(peer, WTS_FRAME_OPEN, &frame);
    const uint32_t channel = frame.channel;
    write_frame(replies[1], (struct wts_frame){.type = WTS_FRAME_DIRECT, .channel = channel}, descriptor, 4);
    if (fate->how == IS_NAMED_TWICE)
        write_frame(replies[1], (struct wts_frame){.type = WTS_FRAME_DIRECT, .channel = channel}, descriptor,
                    4);
    write_frame(replies[1], (struct wts_frame){.type = WTS_FRAME_OPENED, .channel = channel}, good_outcome,
                sizeof good_outcome);
    if (fate->how == IS_NAMED_TWICE)
        assert_false(next_frame(peer, &frame));
    else
        serve_request(fate, peer, replies[1], requests[0], channel);
    close(peer);
    for (size_t i = 0; i < 2; i++) {
        close(replies[i]);
        close(requests[i]);
    }
    return NULL;
}

/* One request with this fate; its answer, of which nothing is left to free. */
static struct wts_channel_answer meet(const struct fate *fate)
{
    pthread_t thread;
    struct wts_channel *channel = wts_channel_create(&kind, 1, NULL);
    meeting = channel;
    atomic_store(&has_sent_late, fate->how != CLOSES);
    assert_int_equal(pthread_create(&thread, NULL, serve_pipes, (void *)(uintptr_t)fate), 0);
    struct wts_channel_answer answer =
        wts_channel_open(channel, NULL, NULL, no_secret, wts_deadline_after(20000));
    assert_int_equal(answer.outcome.error, 0);
    free(answer.block);
    answer = wts_channel_request(channel, 1, NULL, NULL, wts_deadline_after(fate->timeout_ms));
    free(answer.block);
    answer.block = NULL;
    limit_waits_for("what comes late");
    while (!atomic_load(&has_sent_late))
        usleep(1000);
    if (fate->how == CLOSES)
        usleep(20000); /* for the thread that reads it; if that is too short, it is not looked at */
    wts_channel_close(channel);
    limit_join(thread, NULL, "the helper");
    nothing_is_left();
    return answer;
}

static void a_request_in_a_pipe_ran_or_not(void **state)
{
    (void)state;
    wire_native_use(NULL);
    for (size_t i = 0; i < sizeof fates / sizeof fates[0]; i++) {
        const struct fate *fate = &fates[i];
        print_message("%s\n", fate->name);
        const struct wts_channel_answer answer = meet(fate);
        assert_int_equal(answer.outcome.error, fate->error);
        assert_int_equal(answer.outcome.progress, fate->progress);
        assert_true(answer.is_broken);
    }
}

/* The helper ends the channel all the same: the next request must not meet that. */
static void an_answer_that_crosses_its_cancel_is_the_last(void **state)
{
    static const struct fate fate = {"answered", true, IS_ANSWERED, ANY, 800, 0, WTS_EXECUTED};
    struct wts_channel_answer answer;
    unsigned tries = 0;
    (void)state;
    wire_native_use(NULL);
    do /* on a busy machine the answer comes too late */
        answer = meet(&fate);
    while (answer.outcome.error == RPC_S_CALL_CANCELLED && ++tries < 30);
    assert_int_equal(answer.outcome.error, 0);
    assert_true(answer.is_last);
}

static void *serve_opens_alone(void *argument)
{
    const int peer = wire_native_next();
    struct wts_frame frame;
    (void)argument;
    say_ready(peer, 4096);
    while (next_frame(peer, &frame)) {
        if (frame.type == WTS_FRAME_OPEN)
            say_opened(peer, &frame, 4096);
    }
    close(peer);
    return NULL;
}

static void open_both(struct wts_channel *channels[2])
{
    for (size_t i = 0; i < 2; i++) {
        channels[i] = wts_channel_create(&kind, 1, NULL);
        const struct wts_channel_answer opened =
            wts_channel_open(channels[i], NULL, NULL, no_secret, wts_deadline_after(20000));
        assert_int_equal(opened.outcome.error, 0);
        free(opened.block);
    }
}

/* One that owes an answer gets no other request, and is given up although channels are open. */
static void a_helper_that_is_late_gets_nothing_new(void **state)
{
    struct wts_channel *channels[2];
    pthread_t thread;
    (void)state;
    wire_native_use(NULL);
    assert_int_equal(pthread_create(&thread, NULL, serve_opens_alone, NULL), 0);
    open_both(channels);
    struct wts_channel_answer answer =
        wts_channel_request(channels[0], 1, NULL, NULL, wts_deadline_after(100));
    assert_int_equal(answer.outcome.error, RPC_S_CALL_CANCELLED);
    answer = wts_channel_request(channels[1], 1, NULL, NULL, wts_deadline_after(20000));
    assert_int_equal(answer.outcome.error, RPC_S_CALL_FAILED);
    assert_int_equal(answer.outcome.progress, WTS_NOT_EXECUTED);
    limit_waits_for("the end of the doubt");
    wts_channel_wait_for_helper(channels[1], WTS_NEVER);
    limit_join(thread, NULL, "the end of the helper");
    for (size_t i = 0; i < 2; i++)
        wts_channel_close(channels[i]);
    nothing_is_left();
}

static atomic_bool has_answered_late;

/* Answers the first request some time after its caller gave up, and each later one at once. */
static void *serve_the_first_late(void *argument)
{
    const int peer = wire_native_next();
    struct wts_frame frame;
    (void)argument;
    say_ready(peer, 4096);
    while (next_frame(peer, &frame)) {
        if (frame.type == WTS_FRAME_OPEN) {
            say_opened(peer, &frame, 4096);
        } else if (frame.type == WTS_FRAME_REQUEST) {
            if (!atomic_load(&has_answered_late))
                usleep(600000);
            say_replied(peer, &frame, 4096);
            atomic_store(&has_answered_late, true);
        }
    }
    close(peer);
    return NULL;
}

/* Whether its other channel waits for the late answer, and then is served. */
static bool other_channel_waits_for_a_late_answer(void)
{
    struct wts_channel *channels[2];
    pthread_t thread;
    atomic_store(&has_answered_late, false);
    assert_int_equal(pthread_create(&thread, NULL, serve_the_first_late, NULL), 0);
    open_both(channels);
    struct wts_channel_answer answer =
        wts_channel_request(channels[0], 1, NULL, NULL, wts_deadline_after(100));
    assert_int_equal(answer.outcome.error, RPC_S_CALL_CANCELLED);
    wts_channel_wait_for_helper(channels[1], wts_deadline_after(1)); /* its deadline ends the wait */
    wts_channel_wait_for_helper(channels[1], WTS_NEVER);
    answer = wts_channel_request(channels[1], 1, NULL, NULL, wts_deadline_after(20000));
    free(answer.block);
    for (size_t i = 0; i < 2; i++)
        wts_channel_close(channels[i]);
    wire_native_end_all();
    limit_join(thread, NULL, "the helper");
    nothing_is_left();
    return answer.outcome.error == 0;
}

/* A machine that is busy for half a second is no reason to end what others do with the helper. */
static void a_late_answer_does_not_end_other_channels(void **state)
{
    unsigned tries = 0;
    (void)state;
    wire_native_use(NULL);
    bool is_good = false;
    while (!is_good && tries++ < 5) /* it may be busy for longer */
        is_good = other_channel_waits_for_a_late_answer();
    assert_true(is_good);
}

static void a_pipe_that_is_named_twice_is_the_end_of_the_helper(void **state)
{
    static const struct fate fate = {.name = "named twice", .how = IS_NAMED_TWICE};
    pthread_t thread;
    (void)state;
    wire_native_use(NULL);
    assert_int_equal(pthread_create(&thread, NULL, serve_pipes, (void *)(uintptr_t)&fate), 0);
    struct wts_channel *channel = wts_channel_create(&kind, 1, NULL);
    const struct wts_channel_answer answer =
        wts_channel_open(channel, NULL, NULL, no_secret, wts_deadline_after(20000));
    assert_int_equal(answer.outcome.error, RPC_S_SERVER_UNAVAILABLE);
    assert_false(answer.is_from_helper);
    wts_channel_close(channel);
    limit_join(thread, NULL, "the helper");
    nothing_is_left();
}

/* Random frames, mostly well formed, from a helper that follows no rule. */
static uint32_t next_random(uint32_t *seed)
{
    *seed = *seed * 1664525U + 1013904223U;
    return *seed >> 8;
}

static void *lie(void *argument)
{
    uint32_t seed = *(const uint32_t *)argument;
    const int peer = wire_native_next();
    uint8_t payload[64] = {0};
    if (next_random(&seed) % 8 != 0)
        say_ready(peer, 1 + next_random(&seed) % 64);
    const unsigned count = next_random(&seed) % 40;
    for (unsigned i = 0; i < count; i++) {
        const uint32_t type = WTS_FRAME_OPENED + next_random(&seed) % 6;
        const struct wts_frame frame = {.type =
                                            (uint16_t)(type == WTS_FRAME_REQUEST ? WTS_FRAME_CLOSE : type),
                                        .flags = next_random(&seed) % 8 == 0 ? WTS_FRAME_BROKEN : 0,
                                        .channel = next_random(&seed) % 4,
                                        .serial = next_random(&seed) % 3};
        for (size_t k = 0; k < sizeof payload; k += 4)
            payload[k] = (uint8_t)(next_random(&seed) % 3);
        send_frame(peer, frame, payload, next_random(&seed) % sizeof payload, 1 + next_random(&seed) % 64);
        if (next_random(&seed) % 4 == 0)
            usleep(1000);
    }
    close(peer);
    return NULL;
}

static void a_helper_that_follows_no_rule_does_no_harm(void **state)
{
    (void)state;
    wire_native_use(NULL);
    for (uint32_t seed = 1; seed <= (small ? 20U : 300U); seed++) {
        struct wts_channel *channels[3];
        pthread_t liar;
        const unsigned before = wire_native_started();
        assert_int_equal(pthread_create(&liar, NULL, lie, &seed), 0);
        for (size_t i = 0; i < 3; i++) {
            channels[i] = wts_channel_create(&kind, 1, NULL);
            if (wire_native_started() == before || i == 0) {
                const struct wts_channel_answer answer =
                    wts_channel_open(channels[i], NULL, NULL, no_secret, wts_deadline_after(100));
                free(answer.block);
            }
            ask(channels[i], 1, seed, 20);
        }
        for (size_t i = 0; i < 3; i++)
            wts_channel_close(channels[i]);
        pthread_join(liar, NULL);
        nothing_is_left();
    }
}

int main(int count, char **words)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(many_threads_ask_at_once, set_up, tear_down),
        cmocka_unit_test_setup_teardown(events_come_beside_requests, set_up, tear_down),
        cmocka_unit_test_setup_teardown(a_channel_that_ends_by_itself_says_so, set_up, tear_down),
        cmocka_unit_test_setup_teardown(a_malformed_event_is_the_end_of_the_helper, set_up, tear_down),
        cmocka_unit_test_setup_teardown(data_comes_within_its_window, set_up, tear_down),
        cmocka_unit_test_setup_teardown(data_goes_within_the_credit, set_up, tear_down),
        cmocka_unit_test_setup_teardown(a_read_is_woken, set_up, tear_down),
        cmocka_unit_test_setup_teardown(a_worker_that_dies_costs_its_channel_alone, set_up, tear_down),
        cmocka_unit_test_setup_teardown(frames_in_pieces_are_whole_again, set_up, tear_down),
        cmocka_unit_test_setup_teardown(a_helper_that_reads_nothing_blocks_nobody, set_up, tear_down),
        cmocka_unit_test_setup_teardown(a_request_that_was_cut_did_not_run, set_up, tear_down),
        cmocka_unit_test_setup_teardown(a_slow_helper_gets_every_frame_whole, set_up, tear_down),
        cmocka_unit_test_setup_teardown(a_request_in_a_pipe_ran_or_not, set_up, tear_down),
        cmocka_unit_test_setup_teardown(an_answer_that_crosses_its_cancel_is_the_last, set_up, tear_down),
        cmocka_unit_test_setup_teardown(a_helper_that_is_late_gets_nothing_new, set_up, tear_down),
        cmocka_unit_test_setup_teardown(a_late_answer_does_not_end_other_channels, set_up, tear_down),
        cmocka_unit_test_setup_teardown(a_pipe_that_is_named_twice_is_the_end_of_the_helper, set_up,
                                        tear_down),
        cmocka_unit_test_setup_teardown(a_helper_that_follows_no_rule_does_no_harm, set_up, tear_down),
    };
    if (count < 2) /* the program would start itself, again and again */
        return 64;
    signal(SIGPIPE, SIG_IGN);
    echo_program = words[count - 1];
    small = is_small(count, words);
    return cmocka_run_group_tests(tests, NULL, NULL);
}

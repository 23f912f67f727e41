/*
 * Fuzzes the duty channel of wts-session: a recipe of what the DLL, xrdp and the clocks do, in any order and
 * in pieces of any size, on a real socket. Whatever comes: each receive of xrdp is one message, or a piece of
 * a long one, in order; the DLL gets records that can be, with the client's bytes in order; and neither gets
 * more than its credit. The first byte says which kind of channel it is; if its highest bit is set, the rest
 * is what xrdp reports about the client.
 */
#include "fuzz.h"

#include <setjmp.h>
#include <sys/eventfd.h>

/* With its static functions and what they keep. */
#include "helper/session/channel_duty.c"

enum { MAX_STREAM = 1 << 22, MAX_SENDS = 1 << 16 };

static jmp_buf ended;
static int peer; /* xrdp's end of the channel */

/* What the DLL has and gives. */
static uint8_t received[MAX_STREAM];
static size_t received_length;
static uint32_t dll_credit;
static uint64_t given_credit; /* to the DLL */
static bool is_answered;

/* What xrdp is to get: the sizes of its receives, and their bytes. */
static uint8_t expected[MAX_STREAM];
static size_t expected_length;
static size_t expected_at;
static size_t sends[MAX_SENDS];
static size_t send_count;
static size_t send_at;
static bool is_output_purged; /* then only the borders are known to be possible */

/* What xrdp has sent. */
static uint8_t sent[MAX_STREAM];
static size_t sent_length;
static bool is_input_purged;

/* ---- the worker's functions, for the duty ---- */

void wts_worker_opened(struct wts_worker *worker, const struct wts_frame_outcome *outcome,
                       wts_stream_fill *fill, const void *what)
{
    (void)worker, (void)outcome, (void)fill, (void)what;
}

void wts_worker_reply(struct wts_worker *worker, const struct wts_frame_outcome *outcome, bool is_broken,
                      wts_stream_fill *fill, const void *what)
{
    (void)worker, (void)outcome, (void)fill, (void)what;
    require(!is_answered);
    is_answered = true;
    if (is_broken)
        longjmp(ended, 1);
}

size_t wts_worker_data(struct wts_worker *worker, const uint8_t *data, size_t length)
{
    (void)worker;
    if (length > dll_credit)
        length = dll_credit;
    require(length <= sizeof received - received_length);
    memcpy(received + received_length, data, length);
    received_length += length;
    dll_credit -= (uint32_t)length;
    return length;
}

void wts_worker_give_credit(struct wts_worker *worker, uint32_t credit)
{
    (void)worker;
    given_credit += credit;
    require(given_credit <= CREDIT);
}

_Noreturn void wts_worker_close(struct wts_worker *worker, const struct wts_frame_outcome *outcome,
                                wts_stream_fill *fill, const void *what)
{
    (void)worker, (void)outcome, (void)fill, (void)what;
    longjmp(ended, 1);
}

bool wts_worker_watch(struct wts_worker *worker, int fd)
{
    (void)worker, (void)fd;
    return true;
}

void wts_worker_unwatch(struct wts_worker *worker, int fd)
{
    (void)worker, (void)fd;
}

int wts_worker_leave_descriptor(const struct wts_worker *worker)
{
    (void)worker;
    return -1;
}

/* ---- the recipe ---- */

struct recipe {
    const uint8_t *data;
    size_t left;
};

static uint32_t next(struct recipe *recipe, unsigned bytes)
{
    uint32_t value = 0;
    for (; bytes > 0 && recipe->left > 0; bytes--, recipe->left--)
        value = value << 8 | *recipe->data++;
    return value;
}

/* Bytes of the DLL that are on their way, since messages come in pieces. */
static uint8_t pending[MAX_STREAM];
static size_t pending_length;
static size_t pending_at;

static void write_message(uint32_t length)
{
    static uint8_t letter;
    if (length > sizeof pending - pending_length - 4 || length > sizeof expected - expected_length ||
        send_count + length / MAX_SEND + 1 >= MAX_SENDS)
        return;
    struct wts_frame_writer writer = {.data = pending + pending_length, .size = 4};
    wts_frame_put_u32(&writer, length);
    memset(pending + pending_length + 4, ++letter, length);
    memset(expected + expected_length, letter, length);
    pending_length += 4 + (size_t)length;
    expected_length += length;
    for (uint32_t left = length; left > 0;) {
        const uint32_t one = left < MAX_SEND ? left : MAX_SEND;
        sends[send_count++] = one;
        left -= one;
    }
}

static void give_pending(size_t length)
{
    if (length > pending_length - pending_at)
        length = pending_length - pending_at;
    if (length > given_credit)
        length = (size_t)given_credit;
    if (length == 0)
        return;
    given_credit -= length;
    pending_at += length;
    wts_vc_duty.data(NULL, pending + pending_at - length, length);
}

/* xrdp takes what is there. */
static void receive(void)
{
    static uint8_t bytes[MAX_SEND];
    const ssize_t got = recv(peer, bytes, sizeof bytes, MSG_DONTWAIT);
    if (got <= 0 || is_output_purged)
        return;
    require(send_at < send_count && (size_t)got == sends[send_at]);
    require(memcmp(bytes, expected + expected_at, (size_t)got) == 0);
    expected_at += (size_t)got;
    send_at++;
}

static void client_sends(size_t length)
{
    if (length == 0 || length > sizeof sent - sent_length)
        return;
    memset(sent + sent_length, (int)(sent_length % 251), length);
    const ssize_t taken = send(peer, sent + sent_length, length, MSG_DONTWAIT | MSG_NOSIGNAL);
    if (taken > 0)
        sent_length += (size_t)taken;
}

static void fire(int timer)
{
    const uint64_t one = 1;
    require(write(timer, &one, sizeof one) == sizeof one);
    wts_vc_duty.readable(NULL, timer);
}

static void ask(uint32_t verb)
{
    if (is_flushing)
        return;
    is_answered = false;
    is_output_purged = is_output_purged || verb == WTS_VC_PURGE_OUTPUT;
    is_input_purged = is_input_purged || verb == WTS_VC_PURGE_INPUT;
    wts_vc_duty.request(NULL, verb, (struct wts_frame_reader){.data = NULL});
    require(is_answered || is_flushing);
}

static void step(struct recipe *recipe)
{
    switch (next(recipe, 1) % 11) {
    case 0:
        write_message(next(recipe, 1));
        break;
    case 1:
        write_message(next(recipe, 3) % 200000);
        break;
    case 2:
        give_pending(next(recipe, 2));
        break;
    case 3:
        receive();
        break;
    case 4:
        client_sends(next(recipe, 2) % 6000);
        break;
    case 5:
        client_sends(1593 + next(recipe, 1) % 8); /* as full as a fragment can be */
        break;
    case 6:
        if (is_reading)
            wts_vc_duty.readable(NULL, chansrv.data);
        break;
    case 7:
        dll_credit += next(recipe, 2);
        wts_vc_duty.credit(NULL);
        break;
    case 8:
        fire(rest_timer);
        break;
    case 9:
        fire(pace_timer);
        break;
    default:
        ask(next(recipe, 1) % 5);
        break;
    }
}

/* Everything that is on its way arrives. */
static void settle(void)
{
    dll_credit = UINT32_MAX;
    for (unsigned i = 0; i < 3 * MAX_SENDS && (pending_at < pending_length || send_at < send_count); i++) {
        give_pending(65536);
        fire(pace_timer);
        receive();
        if (is_output_purged && pending_at == pending_length)
            break;
    }
    wts_vc_duty.credit(NULL);
    int waiting = 1;
    while (ioctl(chansrv.data, FIONREAD, &waiting) == 0 && waiting > 0)
        wts_vc_duty.readable(NULL, chansrv.data);
    fire(rest_timer);
    require(is_output_purged || (send_at == send_count && expected_at == expected_length));
}

/* What the DLL got: records that can be, and the client's bytes. */
static void check_records(bool is_whole)
{
    size_t at = 0;
    size_t bytes = 0;
    bool is_inside = false;
    while (received_length - at >= WTS_VC_RECORD_HEADER_LENGTH) {
        struct wts_vc_record record;
        require(wts_vc_get_record(received + at, &record));
        at += WTS_VC_RECORD_HEADER_LENGTH;
        if (record.flags == WTS_VC_PURGED) {
            is_inside = false;
            continue;
        }
        require(((record.flags & WTS_VC_FIRST) != 0) == !is_inside);
        is_inside = (record.flags & WTS_VC_LAST) == 0;
        const size_t there = min_of(record.length, received_length - at);
        require(is_input_purged || memcmp(received + at, sent + bytes, there) == 0);
        at += there;
        bytes += there;
    }
    require(!is_whole || is_input_purged || bytes == sent_length);
}

static void reset(bool dynamic)
{
    int ends[2];
    require(socketpair(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0, ends) == 0);
    if (input == NULL) {
        require(prepare());
        require(dup2(eventfd(0, EFD_NONBLOCK), rest_timer) >= 0);
        require(dup2(eventfd(0, EFD_NONBLOCK), pace_timer) >= 0);
    }
    peer = ends[1];
    chansrv = (struct wts_chansrv){.data = ends[0], .state = -1};
    is_dynamic = dynamic;
    input_length = input_sent = input_end = output_length = send_left = 0;
    is_delivering = is_inside_message = is_purge_due = is_dropping = is_flushing = is_rest_due = false;
    is_reading = true;
    message_left = owed_credit = 0;
    pace_ns = MIN_PACE_NS;
    received_length = expected_length = expected_at = send_count = send_at = sent_length = 0;
    pending_length = pending_at = 0;
    dll_credit = 0;
    given_credit = CREDIT;
    is_output_purged = is_input_purged = is_answered = false;
}

static void close_both(void)
{
    uint64_t count;
    close(peer);
    close(chansrv.data);
    while (read(rest_timer, &count, sizeof count) > 0 || read(pace_timer, &count, sizeof count) > 0) {
    }
}

/* What xrdp reports about the client. */
static void fuzz_state(const uint8_t *data, size_t length)
{
    struct wts_chansrv one = {.state = chansrv.data};
    if (length > 0 && send(peer, data, length, MSG_NOSIGNAL) > 0)
        wts_chansrv_has_client(&one);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t length)
{
    struct recipe recipe = {data, length};
    const uint32_t kind = next(&recipe, 1);
    reset((kind & 1) != 0);
    if ((kind & 0x80) != 0) {
        fuzz_state(recipe.data, recipe.left);
    } else if (setjmp(ended) == 0) {
        while (recipe.left > 0)
            step(&recipe);
        settle();
        check_records(true);
    } else {
        check_records(false);
    }
    close_both();
    return 0;
}

/*
 * One connection; see link.h.
 */
#include "relay/link.h"

#include <errno.h>
#include <netdb.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "core/error.h"
#include "relay/address.h"
#include "relay/process.h"
#include "relay/samba_compat.h"
#include "relay/samba_rpc.h"
#include "relay/stream.h"

/* The copy of a text; absent stays NULL. */
static bool copy(struct wts_frame_text text, char **out)
{
    *out = text.data ? strndup(text.data, text.length) : NULL;
    return !text.data || *out;
}

bool wts_link_copy_order(const struct wts_frame_connect *connect, struct wts_link_order *order)
{
    *order = (struct wts_link_order){.version_major = connect->version_major,
                                     .version_minor = connect->version_minor};
    return copy(connect->server, &order->server) && copy(connect->uuid, &order->uuid) &&
           copy(connect->pipe, &order->pipe) && copy(connect->domain, &order->domain) &&
           copy(connect->user, &order->user) && copy(connect->password, &order->password);
}

/* A connect on its way through its steps. */
struct journey {
    struct wts_link_progress *progress;
    struct wts_frame_connected *answer;
    int64_t began; /* the step that is being done */
    enum wts_step step;
    char *text;
    size_t text_size;
};

/* The step at hand is through, or failed; the next one begins. */
static void next_step(struct journey *journey, enum wts_step step)
{
    const int64_t now = wts_process_microseconds();
    if (journey->step != WTS_STEP_NONE) {
        const uint32_t taken = (uint32_t)(now - journey->began);
        journey->answer->microseconds[journey->step] = taken;
        journey->progress->microseconds[journey->step] = taken;
    }
    journey->began = now;
    journey->step = step;
    if (step != WTS_STEP_NONE)
        journey->progress->step = (uint32_t)step;
}

static void fail(struct journey *journey, uint32_t error, enum wts_step step, const char *words)
{
    next_step(journey, WTS_STEP_NONE);
    journey->answer->error = error;
    journey->answer->step = step;
    snprintf(journey->text, journey->text_size, "%s", words);
}

/* The two steps before Samba; leaves the address. */
static bool reach(struct journey *journey, struct loadparm_context *lp, const char *server, char *address)
{
    const char *const *ports = wts_samba_ports(lp);
    if (!ports) {
        fail(journey, ERROR_NOT_ENOUGH_MEMORY, WTS_STEP_NAME, "no memory");
        return false;
    }
    struct addrinfo *list = NULL;
    next_step(journey, WTS_STEP_NAME);
    const char *why = wts_address_is_name(server) ? wts_address_find(server, &list) : "not a host name";
    if (why) {
        fail(journey, RPC_S_SERVER_UNAVAILABLE, WTS_STEP_NAME, why);
        return false;
    }
    next_step(journey, WTS_STEP_TCP);
    const int failure = wts_address_reach(list, ports, address);
    freeaddrinfo(list);
    if (failure != 0)
        fail(journey, RPC_S_SERVER_UNAVAILABLE, WTS_STEP_TCP, strerror(failure));
    return failure == 0;
}

/* A pipe's name may not say anything else to a server. */
static bool is_pipe_name(const char *pipe)
{
    return *pipe &&
           strspn(pipe, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_-.") == strlen(pipe);
}

/* What Samba said beside its status, when it said something. */
static void add_messages(struct journey *journey)
{
    const size_t used = strlen(journey->text);
    if (used + 4 >= journey->text_size)
        return;
    memcpy(journey->text + used, ": ", 3);
    wts_process_output(journey->text + used + 2, journey->text_size - used - 2);
    if (!journey->text[used + 2])
        journey->text[used] = 0;
}

static void log_on(struct journey *journey, struct loadparm_context *lp, struct wts_link_order *order,
                   const char *address, struct wts_rpc **rpc)
{
    struct wts_rpc_target target = {.server = order->server,
                                    .address = address,
                                    .uuid = order->uuid,
                                    .version_major = order->version_major,
                                    .version_minor = order->version_minor,
                                    .pipe = order->pipe,
                                    .domain = order->domain,
                                    .user = order->user,
                                    .password = order->password};
    next_step(journey, WTS_STEP_LOGON);
    const struct wts_rpc_outcome outcome = wts_rpc_connect(lp, &target, rpc);
    journey->answer->status = outcome.status;
    if (outcome.error == 0) {
        next_step(journey, WTS_STEP_NONE);
        snprintf(journey->text, journey->text_size, "%s at %s", wts_rpc_mechanism(*rpc), address);
        return;
    }
    fail(journey, outcome.error, outcome.step, outcome.text);
    add_messages(journey);
}

void wts_link_connect(struct loadparm_context *lp, struct wts_link_order *order,
                      struct wts_link_progress *progress, struct wts_frame_connected *answer, char *text,
                      size_t text_size, struct wts_rpc **rpc)
{
    char address[WTS_ADDRESS_SIZE];
    struct journey journey = {.progress = progress, .answer = answer, .text = text, .text_size = text_size};
    *answer = (struct wts_frame_connected){.error = 0};
    *text = 0;
    if (!is_pipe_name(order->pipe))
        fail(&journey, RPC_S_SERVER_UNAVAILABLE, WTS_STEP_PIPE, "not a pipe name");
    else if (reach(&journey, lp, order->server, address))
        log_on(&journey, lp, order, address, rpc);
    if (order->password)
        explicit_bzero(order->password, strlen(order->password));
    answer->text = (struct wts_frame_text){text, strlen(text)};
}

/* Sends all that waits; ends the process when the parent is gone. */
static void send_all(struct wts_stream *stream)
{
    while (wts_stream_waiting(stream) != 0) {
        struct pollfd one = {.fd = stream->fd, .events = POLLOUT};
        if (wts_stream_write(stream) == WTS_STREAM_ENDED)
            _exit(1);
        if (wts_stream_waiting(stream) != 0 && poll(&one, 1, -1) < 0 && errno != EINTR)
            _exit(1);
    }
}

/* The next CALL of the parent; ends the process at the end of the socket. */
static void receive(struct wts_stream *stream, struct wts_frame *frame, struct wts_frame_call *call)
{
    uint8_t *payload = NULL;
    int got;
    while ((got = wts_stream_frame(stream, frame, &payload)) == 0) {
        struct pollfd one = {.fd = stream->fd, .events = POLLIN};
        if ((poll(&one, 1, -1) < 0 && errno != EINTR) || wts_stream_read(stream) == WTS_STREAM_ENDED)
            _exit(0);
    }
    if (got < 0 || frame->type != WTS_FRAME_CALL || !wts_relay_frame_get_call(payload, frame->length, call))
        _exit(1);
}

static void answer_call(struct wts_stream *stream, const struct wts_frame *frame,
                        struct wts_frame_result *result)
{
    const size_t length = wts_relay_frame_put_result(NULL, 0, frame->connection, frame->call, result);
    uint8_t *room = length ? wts_stream_room(stream, length) : NULL;
    if (!room) /* too long a response, or no memory: the parent answers for a process that died */
        _exit(1);
    wts_relay_frame_put_result(room, length, frame->connection, frame->call, result);
    wts_stream_filled(stream, length);
    send_all(stream);
}

static void answer_connect(struct wts_stream *stream, uint32_t connection,
                           const struct wts_frame_connected *answer)
{
    const size_t length = wts_relay_frame_put_connected(NULL, 0, connection, answer);
    uint8_t *room = wts_stream_room(stream, length);
    if (!room)
        _exit(1);
    wts_relay_frame_put_connected(room, length, connection, answer);
    wts_stream_filled(stream, length);
    send_all(stream);
}

_Noreturn void wts_link_run(struct loadparm_context *lp, uint32_t connection, struct wts_link_order *order,
                            struct wts_link_progress *progress)
{
    struct wts_stream stream = {.fd = STDIN_FILENO};
    struct wts_frame_connected answer;
    struct wts_rpc *rpc = NULL;
    char text[512];
    wts_link_connect(lp, order, progress, &answer, text, sizeof text, &rpc);
    answer_connect(&stream, connection, &answer);
    if (answer.error != 0)
        _exit(0);
    for (;;) {
        struct wts_frame frame;
        struct wts_frame_call call;
        struct wts_frame_result result;
        receive(&stream, &frame, &call);
        wts_rpc_call(rpc, frame.opnum, call.request, call.request_length, &result);
        wts_stream_skip(&stream, &frame);
        answer_call(&stream, &frame, &result);
        if (result.result.broken)
            _exit(0);
    }
}

/*
 * The transport under Wine: frames to wts-relay, one for the process, which speaks SMB and RPC (see
 * relay_frame.h for who says what). One thread receives; each connection waits for its own answer. A relay
 * that dies fails what is in flight; the next connect starts another. Windows API, Wine only.
 */
#include "remote/transport/relay.h"

#include <winsock2.h>
#include <windows.h>

#include <stdlib.h>

#include "core/deadline.h"
#include "core/error.h"
#include "core/platform.h"
#include "core/system.h"
#include "core/trace.h"
#include "remote/transport/credential.h"
#include "remote/transport/relay_frame.h"
#include "remote/transport/relay_start.h"

#define LINGER_MS 10000U /* without a connection for so long, the relay is let go */
#define GRACE_MS 3000U   /* after its deadline the relay itself must have answered; else it hangs */

/* A running relay. Freed by the last of its users: the connections, and the receiving thread. */
struct relay {
    struct wts_relay_end end;
    struct wts_lock send_lock; /* one frame at a time */
    unsigned users;            /* guarded by the registry's lock, as the rest */
    bool is_ready;
    bool is_dead;
    uint32_t last_number;
    struct wts_connection *connections;
    struct wts_condition changed; /* is_ready, is_dead, users */
    /* The receiving thread's own: */
    size_t received_from;
    size_t received_to;
    uint8_t received[4096];
};

struct wts_connection {
    struct wts_connection *next;
    const uint16_t *server; /* lives as long as the pool does */
    const struct wts_interface *interface;
    struct relay *relay; /* NULL: not connected yet */
    uint32_t number;
    uint32_t call_number;
    bool is_cancelled;
    uint8_t *answer; /* payload of CONNECTED or RESULT, once it came */
    uint32_t answer_length;
    uint16_t answer_type;
    struct wts_condition changed; /* answer, is_cancelled, relay->is_dead */
};

/* The relay for new connections, and the lock of everything that several threads see. */
static struct wts_lock lock = WTS_LOCK_INITIALIZER;
static struct relay *current;

static void drop_user(struct relay *relay)
{
    if (--relay->users == 0) {
        wts_relay_end_close(&relay->end);
        free(relay);
    }
}

/* Under the lock: nobody gets this relay any more, and whoever waits on it wakes. */
static void declare_dead(struct relay *relay)
{
    relay->is_dead = true;
    if (current == relay)
        current = NULL;
    for (struct wts_connection *connection = relay->connections; connection != NULL;
         connection = connection->next)
        wts_condition_wake_all(&connection->changed);
    wts_condition_wake_all(&relay->changed);
}

/* At most WTS_FRAME_PAYLOAD_LIMIT bytes: an int holds that. */
static size_t receive_some(const struct relay *relay, uint8_t *data, size_t length)
{
    const int count = WTS_SYSTEM(recv)(relay->end.ours, (char *)data, (int)length, 0);
    if (count <= 0)
        return 0;
    return (size_t)count;
}

/* Up to `length` bytes of what was received before. */
static size_t take_received(struct relay *relay, uint8_t *data, size_t length)
{
    const size_t there = relay->received_to - relay->received_from;
    const size_t part = there < length ? there : length;
    memcpy(data, relay->received + relay->received_from, part);
    relay->received_from += part;
    return part;
}

/*
 * The next `length` bytes. Most answers are small and come one by one: each is had by one turn to the system,
 * which is dear under Wine, with whatever follows it kept for the next one. A large one goes straight where
 * it is wanted.
 */
static bool receive(struct relay *relay, uint8_t *data, size_t length)
{
    while (length > 0) {
        const bool is_empty = relay->received_from == relay->received_to;
        size_t part;
        if (is_empty && length >= sizeof relay->received) {
            part = receive_some(relay, data, length);
        } else {
            if (is_empty) {
                relay->received_from = 0;
                relay->received_to = receive_some(relay, relay->received, sizeof relay->received);
            }
            part = take_received(relay, data, length);
        }
        if (part == 0)
            return false;
        data += part;
        length -= part;
    }
    return true;
}

static bool send_all(struct relay *relay, const uint8_t *data, size_t length)
{
    wts_lock_acquire(&relay->send_lock);
    while (length > 0) {
        const int count = WTS_SYSTEM(send)(relay->end.ours, (const char *)data,
                                           length > INT_MAX ? INT_MAX : (int)length, 0);
        if (count <= 0)
            break;
        data += count;
        length -= (size_t)count;
    }
    wts_lock_release(&relay->send_lock);
    return length == 0;
}

static bool accept_ready(struct relay *relay, const uint8_t *payload, size_t length)
{
    struct wts_frame_ready ready;
    if (!wts_relay_frame_get_ready(payload, length, &ready))
        return false;
    if (ready.error != ERROR_SUCCESS) {
        wts_trace(WTS_TRACE_ERRORS, "relay: %.*s, error %lu", (int)ready.text.length, ready.text.data,
                  (unsigned long)ready.error);
        return false;
    }
    wts_lock_acquire(&lock);
    relay->is_ready = true;
    wts_condition_wake_all(&relay->changed);
    wts_lock_release(&lock);
    return true;
}

/* Hands an answer to the connection it is for; one that was closed meanwhile gets nothing. Takes `payload`.
 */
static void deliver(struct relay *relay, const struct wts_frame *frame, uint8_t *payload)
{
    wts_lock_acquire(&lock);
    struct wts_connection *connection = relay->connections;
    while (connection != NULL && connection->number != frame->connection)
        connection = connection->next;
    if (connection != NULL && connection->answer == NULL &&
        (frame->type == WTS_FRAME_CONNECTED || frame->call == connection->call_number)) {
        connection->answer = payload;
        connection->answer_length = frame->length;
        connection->answer_type = frame->type;
        wts_condition_wake_all(&connection->changed);
        payload = NULL;
    }
    wts_lock_release(&lock);
    free(payload);
}

static bool receive_frame(struct relay *relay)
{
    uint8_t header[WTS_FRAME_HEADER_LENGTH];
    struct wts_frame frame;
    if (!receive(relay, header, sizeof header))
        return false;
    if (!wts_relay_frame_get_header(header, &frame)) {
        wts_trace(WTS_TRACE_ERRORS, "relay: says \"%.*s\"", (int)sizeof header, (const char *)header);
        return false;
    }
    uint8_t *payload = malloc(frame.length + 1U);
    if (payload == NULL || !receive(relay, payload, frame.length)) {
        free(payload);
        return false;
    }
    if (frame.type == WTS_FRAME_READY) {
        const bool accepted = accept_ready(relay, payload, frame.length);
        free(payload);
        return accepted;
    }
    if (frame.type != WTS_FRAME_CONNECTED && frame.type != WTS_FRAME_RESULT) {
        free(payload);
        return false;
    }
    deliver(relay, &frame, payload);
    return true;
}

/* Lets an unused relay go after a while: one whose only users are its two threads. */
static void linger(void *argument)
{
    struct relay *relay = argument;
    wts_lock_acquire(&lock);
    uint64_t unused_since = wts_clock_ms();
    while (!relay->is_dead) {
        const uint64_t unused_for = wts_clock_ms() - unused_since;
        if (relay->users > 2) /* a connect counts before it has its connection */
            unused_since = wts_clock_ms();
        else if (unused_for >= LINGER_MS)
            break;
        wts_condition_wait(&relay->changed, &lock, wts_deadline_after(LINGER_MS / 4));
    }
    if (!relay->is_dead)
        declare_dead(relay);
    /* Ends the receiving thread, and the relay itself. */
    WTS_SYSTEM(shutdown)(relay->end.ours, SD_BOTH);
    drop_user(relay);
    wts_lock_release(&lock);
}

static void receive_frames(void *argument)
{
    struct relay *relay = argument;
    while (receive_frame(relay)) {
    }
    wts_lock_acquire(&lock);
    if (!relay->is_dead)
        wts_trace(WTS_TRACE_WIRE, "relay: ended");
    declare_dead(relay);
    drop_user(relay);
    wts_lock_release(&lock);
}

static bool say_hello(struct relay *relay)
{
    char texts[4096];
    uint8_t frame[WTS_FRAME_HEADER_LENGTH + sizeof texts + 64];
    struct wts_frame_hello hello;
    wts_relay_hello(&hello, texts, sizeof texts);
    const size_t length = wts_relay_frame_put_hello(frame, sizeof frame, &hello);
    return length > 0 && length <= sizeof frame && send_all(relay, frame, length);
}

/* Under the lock. Both threads count as users from before they start. */
static uint32_t start_relay(struct relay **started)
{
    struct relay *relay = calloc(1, sizeof *relay);
    if (relay == NULL)
        return ERROR_NOT_ENOUGH_MEMORY;
    const uint32_t error = wts_relay_start(&relay->end);
    if (error != ERROR_SUCCESS) {
        free(relay);
        return error;
    }
    wts_lock_initialize(&relay->send_lock);
    wts_condition_initialize(&relay->changed);
    relay->users = 2;
    if (!wts_thread_start(linger, relay)) {
        wts_relay_end_close(&relay->end);
        free(relay);
        return ERROR_NOT_ENOUGH_MEMORY;
    }
    if (!wts_thread_start(receive_frames, relay)) {
        declare_dead(relay); /* the other thread cleans up */
        drop_user(relay);
        return ERROR_NOT_ENOUGH_MEMORY;
    }
    if (!say_hello(relay))
        declare_dead(relay);
    current = relay;
    *started = relay;
    return ERROR_SUCCESS;
}

/* Gives the running relay, started if need be, to the connection, until `deadline_ms`. */
static uint32_t acquire_relay(struct wts_connection *connection, uint64_t deadline_ms)
{
    wts_lock_acquire(&lock);
    struct relay *relay = current;
    uint32_t error = relay == NULL ? start_relay(&relay) : ERROR_SUCCESS;
    if (error == ERROR_SUCCESS) {
        relay->users++;
        while (!relay->is_ready && !relay->is_dead && !connection->is_cancelled &&
               wts_condition_wait(&relay->changed, &lock, deadline_ms)) {
        }
        if (relay->is_ready) {
            connection->relay = relay;
            connection->number = ++relay->last_number;
            connection->next = relay->connections;
            relay->connections = connection;
        } else {
            wts_trace(WTS_TRACE_ERRORS, "relay: it does not serve");
            if (!connection->is_cancelled)
                declare_dead(relay);
            drop_user(relay);
            error = connection->is_cancelled ? RPC_S_CALL_FAILED : RPC_S_PROTSEQ_NOT_SUPPORTED;
        }
    }
    wts_lock_release(&lock);
    return error;
}

/* Takes the answer of `type`, waiting for it. False: cancelled, dead, or late. */
static bool take_answer(struct wts_connection *connection, uint16_t type, uint64_t deadline_ms,
                        uint8_t **payload, uint32_t *length)
{
    wts_lock_acquire(&lock);
    while (connection->answer == NULL && !connection->is_cancelled && !connection->relay->is_dead &&
           wts_condition_wait(&connection->changed, &lock, deadline_ms)) {
    }
    *payload = connection->answer;
    *length = connection->answer_length;
    const bool is_right = *payload != NULL && connection->answer_type == type;
    connection->answer = NULL;
    wts_lock_release(&lock);
    if (!is_right)
        free(*payload);
    return is_right;
}

static void send_header(const struct wts_connection *connection, enum wts_frame_type type)
{
    uint8_t frame[WTS_FRAME_HEADER_LENGTH];
    wts_relay_frame_put_header(frame,
                               &(struct wts_frame){.type = (uint16_t)type, .connection = connection->number});
    send_all(connection->relay, frame, sizeof frame);
}

static void relay_close(struct wts_connection *connection)
{
    struct relay *relay = connection->relay;
    if (relay != NULL) {
        send_header(connection, WTS_FRAME_CLOSE);
        wts_lock_acquire(&lock);
        struct wts_connection **place = &relay->connections;
        while (*place != connection)
            place = &(*place)->next;
        *place = connection->next;
        drop_user(relay);
        wts_lock_release(&lock);
    }
    free(connection->answer);
    free(connection);
}

static struct wts_frame_text text_of(const char *text)
{
    return (struct wts_frame_text){text, strlen(text)};
}

/* Sends CONNECT; the frame, which may hold a password, is wiped. */
static uint32_t send_connect(const struct wts_connection *connection, uint32_t timeout_ms)
{
    const struct wts_interface *interface = connection->interface;
    struct wts_credential credential;
    char server[1024];
    uint8_t frame[8192];
    struct wts_frame_connect connect = {.version_major = interface->version_major,
                                        .version_minor = interface->version_minor,
                                        .timeout_ms = timeout_ms,
                                        .uuid = text_of(interface->uuid),
                                        .pipe = text_of(interface->pipe)};
    if (WideCharToMultiByte(CP_UTF8, WC_ERR_INVALID_CHARS, connection->server, -1, server, sizeof server,
                            NULL, NULL) == 0)
        return RPC_S_SERVER_UNAVAILABLE;
    connect.server = text_of(server);
    if (wts_credential_read(connection->server, &credential)) {
        connect.domain = text_of(credential.domain);
        connect.user = text_of(credential.user);
        connect.password = text_of(credential.password);
    }
    const size_t length = wts_relay_frame_put_connect(frame, sizeof frame, connection->number, &connect);
    const bool sent = length > 0 && length <= sizeof frame && send_all(connection->relay, frame, length);
    wts_credential_wipe(&credential);
    SecureZeroMemory(frame, sizeof frame);
    return sent ? ERROR_SUCCESS : RPC_S_SERVER_UNAVAILABLE;
}

/* Whether the server itself said it: it has no such pipe, not for this user, or no such interface. */
static bool is_answer(const struct wts_frame_connected *connected)
{
    const uint32_t status = connected->status;
    if (connected->step == WTS_STEP_PIPE) /* OBJECT_NAME_NOT_FOUND, OBJECT_PATH_NOT_FOUND, ACCESS_DENIED */
        return status == 0xC0000034U || status == 0xC000003AU || status == 0xC0000022U;
    return connected->error == ERROR_SUCCESS || connected->error == RPC_S_UNKNOWN_IF;
}

static struct wts_call_result wait_connected(struct wts_connection *connection, uint64_t deadline_ms)
{
    uint8_t *payload;
    uint32_t length;
    struct wts_frame_connected connected;
    struct wts_call_result result = {.error = RPC_S_SERVER_UNAVAILABLE, .broken = true};
    if (!take_answer(connection, WTS_FRAME_CONNECTED, wts_deadline_extended(deadline_ms, GRACE_MS), &payload,
                     &length)) {
        wts_trace(WTS_TRACE_ERRORS, "%ls: the relay gave no answer", connection->server);
        result.error = connection->is_cancelled ? RPC_S_CALL_FAILED : RPC_S_SERVER_UNAVAILABLE;
        return result;
    }
    if (wts_relay_frame_get_connected(payload, length, &connected)) {
        result = (struct wts_call_result){.error = connected.error,
                                          .broken = connected.error != ERROR_SUCCESS,
                                          .is_answer = is_answer(&connected)};
        wts_trace(
            result.error != ERROR_SUCCESS ? WTS_TRACE_ERRORS : WTS_TRACE_WIRE,
            "%ls: connect: step %s, error %lu, status %08lx, name %lu us, tcp %lu us, logon %lu us: %.*s",
            connection->server, wts_step_name(connected.step), (unsigned long)result.error,
            (unsigned long)connected.status, (unsigned long)connected.microseconds[WTS_STEP_NAME],
            (unsigned long)connected.microseconds[WTS_STEP_TCP],
            (unsigned long)connected.microseconds[WTS_STEP_LOGON], (int)connected.text.length,
            connected.text.data);
    }
    free(payload);
    return result;
}

static struct wts_connection *relay_create(const uint16_t *server, const struct wts_interface *interface)
{
    struct wts_connection *connection = calloc(1, sizeof *connection);
    if (connection == NULL)
        return NULL;
    connection->server = server;
    connection->interface = interface;
    wts_condition_initialize(&connection->changed);
    return connection;
}

static struct wts_call_result relay_connect(struct wts_connection *connection, uint64_t deadline_ms)
{
    struct wts_call_result result = {.broken = true};
    result.error = acquire_relay(connection, deadline_ms);
    if (result.error == ERROR_SUCCESS)
        result.error = send_connect(connection, wts_deadline_left(deadline_ms));
    if (result.error == ERROR_SUCCESS)
        result = wait_connected(connection, deadline_ms);
    return result;
}

/* False: nothing of the request left this process. */
static bool send_call(struct wts_connection *connection, uint16_t opnum, const struct wts_frame_call *call)
{
    uint8_t small[512];
    wts_lock_acquire(&lock);
    const bool is_usable = !connection->is_cancelled && !connection->relay->is_dead;
    const uint32_t number = ++connection->call_number;
    wts_lock_release(&lock);
    if (!is_usable)
        return false;
    uint8_t *frame = small;
    size_t length = wts_relay_frame_put_call(frame, sizeof small, connection->number, number, opnum, call);
    if (length > sizeof small) {
        frame = malloc(length);
        if (frame == NULL)
            return false;
        wts_relay_frame_put_call(frame, length, connection->number, number, opnum, call);
    }
    /* Part of a frame makes no call: the relay acts on whole ones only. */
    const bool sent = length > 0 && send_all(connection->relay, frame, length);
    if (frame != small)
        free(frame);
    return sent;
}

/* The response stub takes over the payload it lies in. */
static void keep_response(const struct wts_frame_result *result, uint8_t *payload,
                          struct wts_response *response)
{
    memmove(payload, result->response, result->response_length);
    *response = (struct wts_response){payload, result->response_length};
}

static struct wts_call_result relay_call(struct wts_connection *connection, uint16_t opnum,
                                         const uint8_t *request, size_t request_length,
                                         struct wts_response *response, uint64_t deadline_ms)
{
    const struct wts_frame_call call = {wts_deadline_left(deadline_ms), request, request_length};
    const struct wts_call_result lost = {RPC_S_CALL_FAILED, WTS_MAYBE_EXECUTED, true, false};
    struct wts_frame_result result;
    uint8_t *payload;
    uint32_t length;
    if (!send_call(connection, opnum, &call))
        return (struct wts_call_result){RPC_S_CALL_FAILED, WTS_NOT_EXECUTED, true, false};
    if (!take_answer(connection, WTS_FRAME_RESULT, wts_deadline_extended(deadline_ms, GRACE_MS), &payload,
                     &length)) {
        wts_trace(WTS_TRACE_ERRORS, "%ls: opnum %u: no answer of the relay", connection->server, opnum);
        return lost;
    }
    if (!wts_relay_frame_get_result(payload, length, &result)) {
        free(payload);
        return lost;
    }
    wts_trace(result.result.error != ERROR_SUCCESS ? WTS_TRACE_ERRORS : WTS_TRACE_WIRE,
              "%ls: opnum %u: error %lu, status %08lx, fault %08lx, step %s, %lu bytes", connection->server,
              opnum, (unsigned long)result.result.error, (unsigned long)result.status,
              (unsigned long)result.fault, wts_step_name(result.step), (unsigned long)result.response_length);
    if (result.result.error == ERROR_SUCCESS)
        keep_response(&result, payload, response);
    else
        free(payload);
    result.result.is_answer = !result.result.broken;
    return result.result;
}

static void relay_cancel(struct wts_connection *connection)
{
    wts_lock_acquire(&lock);
    connection->is_cancelled = true;
    wts_condition_wake_all(&connection->changed);
    const bool is_known = connection->relay != NULL;
    if (!is_known && current != NULL)
        wts_condition_wake_all(&current->changed);
    wts_lock_release(&lock);
    if (is_known)
        send_header(connection, WTS_FRAME_CANCEL);
}

const struct wts_transport wts_transport_relay = {
    .name = "relay",
    .create = relay_create,
    .connect = relay_connect,
    .call = relay_call,
    .cancel = relay_cancel,
    .close = relay_close,
};

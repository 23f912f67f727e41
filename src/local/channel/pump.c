/*
 * Carries the bytes of a virtual channel; see pump.h. Until the program wants the file there is only the
 * channel of the helper. With the file there are two threads: one copies from the helper into the pipe, one
 * from the pipe to the helper. Each waits as long as the other side takes nothing, so that no buffer grows.
 * The end of the pipe ends the second thread, which ends the first.
 */
#include "local/channel/pump.h"

#include <stdlib.h>
#include <string.h>
#include <wchar.h>

#include "core/deadline.h"
#include "core/error.h"
#include "core/platform.h"
#include "core/trace.h"
#include "helper/client/client.h"
#include "helper/session/channel_payload.h"
#include "local/channel/inflow.h"
#include "local/session/session_helper.h"

enum { PIPE_LENGTH = 65536, FIRST_LENGTH = 2048, FLUSH_MS = 1000, DRAIN_MS = 10 };

struct wts_pump {
    struct wts_channel *helper;
    struct wts_inflow inflow;
    HANDLE stop;               /* set at the end of the channel; made with the pipe */
    struct wts_lock pipe_lock; /* held while making the pipe */
    struct wts_lock lock;      /* guards what follows */
    struct wts_condition changed;
    HANDLE server;       /* our end of the pipe; NULL: not made yet, or already closed */
    HANDLE client;       /* the program's end, which the handle of the channel owns */
    bool is_finished;    /* no pipe will be made */
    unsigned references; /* the handle, and each thread */
    unsigned threads;
    bool is_over;
    bool is_purging_output;
    struct wts_lock request_lock; /* a helper's channel takes one request at a time ... */
    struct wts_lock write_lock;   /* ... and one message */
};

static void destroy(struct wts_pump *pump)
{
    if (pump->helper != NULL)
        wts_channel_close(pump->helper);
    if (pump->server != NULL)
        CloseHandle(pump->server);
    if (pump->stop != NULL)
        CloseHandle(pump->stop);
    free(pump);
}

void wts_pump_hold(struct wts_pump *pump)
{
    wts_lock_acquire(&pump->lock);
    pump->references++;
    wts_lock_release(&pump->lock);
}

void wts_pump_release(struct wts_pump *pump)
{
    wts_lock_acquire(&pump->lock);
    const bool is_last = --pump->references == 0;
    wts_lock_release(&pump->lock);
    if (is_last)
        destroy(pump);
}

/* Wakes both threads, and whoever waits for them. */
static void end(struct wts_pump *pump)
{
    wts_lock_acquire(&pump->lock);
    pump->is_over = true;
    wts_condition_wake_all(&pump->changed);
    if (pump->stop != NULL)
        SetEvent(pump->stop);
    wts_lock_release(&pump->lock);
    wts_channel_cancel(pump->helper);
}

/* The last thread closes our end of the pipe, because the program must read all data before it sees the end
 * of the channel. */
static void leave_thread(struct wts_pump *pump)
{
    wts_lock_acquire(&pump->lock);
    const bool is_last = --pump->threads == 0;
    wts_lock_release(&pump->lock);
    if (is_last && pump->server != NULL) {
        CloseHandle(pump->server);
        pump->server = NULL;
    }
    wts_pump_release(pump);
}

/* Ends an operation on the pipe that is in flight; *length: what it moved. */
static uint32_t finish(struct wts_pump *pump, OVERLAPPED *overlapped, DWORD *length)
{
    const HANDLE waited[] = {overlapped->hEvent, pump->stop};
    if (WaitForMultipleObjects(2, waited, FALSE, INFINITE) != WAIT_OBJECT_0)
        CancelIoEx(pump->server, overlapped);
    return GetOverlappedResult(pump->server, overlapped, length, TRUE) ? ERROR_SUCCESS : GetLastError();
}

static uint32_t write_pipe(struct wts_pump *pump, HANDLE event, const void *data, DWORD size)
{
    OVERLAPPED overlapped = {.hEvent = event};
    DWORD length;
    if (WriteFile(pump->server, data, size, NULL, &overlapped))
        return ERROR_SUCCESS;
    return GetLastError() == ERROR_IO_PENDING ? finish(pump, &overlapped, &length) : GetLastError();
}

/* 234: more of the message is left. */
static uint32_t read_pipe(struct wts_pump *pump, HANDLE event, void *data, DWORD size, DWORD *length)
{
    OVERLAPPED overlapped = {.hEvent = event};
    if (!ReadFile(pump->server, data, size, NULL, &overlapped) && GetLastError() != ERROR_IO_PENDING &&
        GetLastError() != ERROR_MORE_DATA)
        return GetLastError();
    return finish(pump, &overlapped, length);
}

/* ---- from the helper to the program ---- */

/* Data that the program no longer takes is dropped: the other thread must end first, after it has sent
 * everything that was written. */
static void carry_in(void *argument)
{
    struct wts_pump *pump = argument;
    const HANDLE event = CreateEventW(NULL, TRUE, FALSE, NULL);
    uint8_t chunk[WTS_MAX_CHUNK];
    size_t length;
    while (event != NULL &&
           wts_inflow_read(&pump->inflow, false, WTS_NEVER, chunk, sizeof chunk, &length) == ERROR_SUCCESS)
        write_pipe(pump, event, chunk, (DWORD)length);
    end(pump);
    if (event != NULL)
        CloseHandle(event);
    leave_thread(pump);
}

/* ---- requests ---- */

static uint64_t call_deadline(void)
{
    const struct wts_timeouts timeouts = wts_timeouts_read();
    return wts_deadline_after(timeouts.call_ms);
}

/* A channel ends when its client goes. */
static uint32_t error_of(uint32_t error)
{
    return error == RPC_S_CALL_FAILED ? ERROR_IO_DEVICE : error;
}

static uint32_t request(struct wts_pump *pump, uint32_t verb, uint64_t deadline_ms)
{
    wts_lock_acquire(&pump->request_lock);
    wts_channel_wait_for_helper(pump->helper, deadline_ms);
    struct wts_channel_answer answer = wts_channel_request(pump->helper, verb, NULL, NULL, deadline_ms);
    wts_lock_release(&pump->request_lock);
    free(answer.block);
    return error_of(answer.outcome.error);
}

/* Sends everything that was written, waits until xrdp's end is closed, and ends the channel. */
static void finish_helper(struct wts_pump *pump)
{
    request(pump, WTS_VC_END, wts_deadline_after(FLUSH_MS));
    end(pump);
}

/* ---- from the program to the helper ---- */

static uint32_t write_helper(struct wts_pump *pump, const uint8_t *data, size_t size, uint64_t deadline_ms)
{
    while (size != 0) {
        size_t length;
        const uint32_t error = wts_channel_write(pump->helper, data, size, deadline_ms, &length);
        if (error != ERROR_SUCCESS)
            return error;
        data += length;
        size -= length;
    }
    return ERROR_SUCCESS;
}

/* The header is sent with the first bytes, because a frame of its own would wake the helper's processes
 * twice. */
static uint32_t send_message(struct wts_pump *pump, const void *data, uint32_t length, uint64_t deadline_ms)
{
    uint8_t first[FIRST_LENGTH];
    struct wts_frame_writer writer = {.data = first, .size = WTS_VC_SENT_HEADER_LENGTH};
    const uint32_t joined = length < sizeof first - WTS_VC_SENT_HEADER_LENGTH
                                ? length
                                : (uint32_t)sizeof first - WTS_VC_SENT_HEADER_LENGTH;
    wts_frame_put_u32(&writer, length);
    if (joined > 0)
        memcpy(first + WTS_VC_SENT_HEADER_LENGTH, data, joined);
    wts_lock_acquire(&pump->write_lock);
    uint32_t error = write_helper(pump, first, WTS_VC_SENT_HEADER_LENGTH + (size_t)joined, deadline_ms);
    if (error == ERROR_SUCCESS)
        error = write_helper(pump, (const uint8_t *)data + joined, length - joined, deadline_ms);
    wts_lock_release(&pump->write_lock);
    return error;
}

/* A message of the program, in memory that grows with it. */
struct message {
    uint8_t *data;
    DWORD size;
    DWORD length;
};

static bool read_message(struct wts_pump *pump, HANDLE event, struct message *message)
{
    message->length = 0;
    for (;;) {
        DWORD length = 0;
        if (message->length == message->size) {
            const DWORD size = message->size != 0 ? message->size * 2 : PIPE_LENGTH;
            uint8_t *data = size > message->size ? realloc(message->data, size) : NULL;
            if (data == NULL)
                return false;
            message->data = data;
            message->size = size;
        }
        const uint32_t error =
            read_pipe(pump, event, message->data + message->length, message->size - message->length, &length);
        message->length += length;
        if (error != ERROR_MORE_DATA)
            return error == ERROR_SUCCESS;
    }
}

/* Whether the message is to be dropped; the purge ends with the last message in the pipe. */
static bool is_purged(struct wts_pump *pump)
{
    DWORD waiting = 0;
    wts_lock_acquire(&pump->lock);
    const bool is_purging = pump->is_purging_output;
    if (is_purging && (!PeekNamedPipe(pump->server, NULL, 0, NULL, &waiting, NULL) || waiting == 0)) {
        pump->is_purging_output = false;
        wts_condition_wake_all(&pump->changed);
    }
    wts_lock_release(&pump->lock);
    return is_purging;
}

static void carry_out(void *argument)
{
    struct wts_pump *pump = argument;
    const HANDLE event = CreateEventW(NULL, TRUE, FALSE, NULL);
    struct message message = {NULL, 0, 0};
    while (event != NULL && read_message(pump, event, &message)) {
        if (is_purged(pump))
            continue;
        if (send_message(pump, message.data, message.length, WTS_NEVER) != ERROR_SUCCESS)
            break;
    }
    finish_helper(pump);
    free(message.data);
    if (event != NULL)
        CloseHandle(event);
    leave_thread(pump);
}

/* ---- opening ---- */

/* Nobody else can open the pipe: it has a single instance, which is taken at once. */
static uint32_t make_pipe(HANDLE *server, HANDLE *client)
{
    static volatile LONG last_number;
    WCHAR name[64];
    DWORD mode = PIPE_READMODE_MESSAGE;
    _snwprintf(name, ARRAYSIZE(name), L"\\\\.\\pipe\\wtsapi32-channel-%lu-%lu", GetCurrentProcessId(),
               InterlockedIncrement(&last_number));
    *server =
        CreateNamedPipeW(name, PIPE_ACCESS_DUPLEX | FILE_FLAG_OVERLAPPED | FILE_FLAG_FIRST_PIPE_INSTANCE,
                         PIPE_TYPE_MESSAGE | PIPE_READMODE_MESSAGE | PIPE_REJECT_REMOTE_CLIENTS, 1,
                         PIPE_LENGTH, PIPE_LENGTH, 0, NULL);
    if (*server == INVALID_HANDLE_VALUE)
        return GetLastError();
    *client =
        CreateFileW(name, GENERIC_READ | GENERIC_WRITE, 0, NULL, OPEN_EXISTING, FILE_FLAG_OVERLAPPED, NULL);
    if (*client != INVALID_HANDLE_VALUE && SetNamedPipeHandleState(*client, &mode, NULL, NULL))
        return ERROR_SUCCESS;
    const DWORD error = GetLastError();
    if (*client != INVALID_HANDLE_VALUE)
        CloseHandle(*client);
    CloseHandle(*server);
    return error;
}

static void put_open(struct wts_frame_writer *writer, const void *arguments, uint32_t secret_offset)
{
    (void)secret_offset;
    wts_vc_put_open(writer, arguments);
}

/* A request without an answer is reported like a missing session. */
static uint32_t open_helper(struct wts_pump *pump, const char *name, uint32_t options)
{
    static const struct wts_channel_secret no_secret = {NULL, 0};
    const struct wts_vc_open open = {{name, strlen(name)}, options};
    const struct wts_timeouts timeouts = wts_timeouts_read();
    struct wts_channel_answer answer =
        wts_channel_open(pump->helper, put_open, &open, no_secret, wts_deadline_after(timeouts.connect_ms));
    uint32_t error = answer.outcome.error;
    struct wts_frame_text reason = {NULL, 0};
    if (answer.is_from_helper)
        reason = wts_frame_get_text(&answer.payload);
    if (error == RPC_S_SERVER_UNAVAILABLE || error == RPC_S_CALL_FAILED)
        error = ERROR_INVALID_FUNCTION;
    if (error != ERROR_SUCCESS)
        wts_trace(WTS_TRACE_ERRORS, "virtual channel \"%s\": %.*s: error %lu, status %08lx", name,
                  reason.data != NULL ? (int)reason.length : 24,
                  reason.data != NULL ? reason.data : "no answer of wts-session", (unsigned long)error,
                  (unsigned long)answer.outcome.status);
    else if (reason.data != NULL && reason.length != 0)
        wts_trace(WTS_TRACE_ERRORS, "virtual channel \"%s\": %.*s", name, (int)reason.length, reason.data);
    free(answer.block);
    return error;
}

static bool start_thread(struct wts_pump *pump, void (*run)(void *argument))
{
    wts_lock_acquire(&pump->lock);
    pump->references++;
    pump->threads++;
    wts_lock_release(&pump->lock);
    if (wts_thread_start(run, pump))
        return true;
    /* Only the caller's reference is left: the channel has ended, and closing it frees everything. */
    wts_lock_acquire(&pump->lock);
    pump->references--;
    pump->threads--;
    wts_lock_release(&pump->lock);
    end(pump);
    return false;
}

uint32_t wts_pump_open(const char *name, uint32_t options, struct wts_pump **opened)
{
    struct wts_pump *pump = calloc(1, sizeof *pump);
    if (pump == NULL)
        return ERROR_NOT_ENOUGH_MEMORY;
    wts_lock_initialize(&pump->lock);
    wts_condition_initialize(&pump->changed);
    wts_lock_initialize(&pump->pipe_lock);
    wts_lock_initialize(&pump->request_lock);
    wts_lock_initialize(&pump->write_lock);
    pump->references = 1;
    pump->helper = wts_channel_create(&wts_session_helper, WTS_VC_DUTY, NULL);
    const uint32_t error = pump->helper != NULL ? open_helper(pump, name, options) : ERROR_NOT_ENOUGH_MEMORY;
    if (error != ERROR_SUCCESS) {
        destroy(pump);
        return error;
    }
    wts_inflow_begin(&pump->inflow, pump->helper, options != 0);
    *opened = pump;
    return ERROR_SUCCESS;
}

/* ---- the file ---- */

void *wts_pump_file(struct wts_pump *pump)
{
    wts_lock_acquire(&pump->lock);
    void *file = pump->client;
    wts_lock_release(&pump->lock);
    return file;
}

/* Makes the pipe visible to other threads. False: the channel is being closed. */
static bool show_pipe(struct wts_pump *pump, HANDLE stop, HANDLE server, HANDLE client)
{
    wts_lock_acquire(&pump->lock);
    const bool is_shown = !pump->is_finished;
    if (is_shown) {
        pump->stop = stop;
        pump->server = server;
        pump->client = client;
        if (pump->is_over)
            SetEvent(stop);
    }
    wts_lock_release(&pump->lock);
    return is_shown;
}

static uint32_t start_pipe(struct wts_pump *pump)
{
    HANDLE server = NULL;
    HANDLE client = NULL;
    const HANDLE stop = CreateEventW(NULL, TRUE, FALSE, NULL);
    uint32_t error = stop != NULL ? make_pipe(&server, &client) : ERROR_NOT_ENOUGH_MEMORY;
    if (error == ERROR_SUCCESS && !show_pipe(pump, stop, server, client)) {
        CloseHandle(server);
        CloseHandle(client);
        error = ERROR_INVALID_PARAMETER;
    }
    if (error != ERROR_SUCCESS) {
        if (stop != NULL)
            CloseHandle(stop);
        return error;
    }
    return start_thread(pump, carry_in) && start_thread(pump, carry_out) ? ERROR_SUCCESS
                                                                         : ERROR_NOT_ENOUGH_MEMORY;
}

uint32_t wts_pump_make_file(struct wts_pump *pump, void **file)
{
    uint32_t error = ERROR_SUCCESS;
    wts_lock_acquire(&pump->pipe_lock);
    *file = wts_pump_file(pump);
    if (*file == NULL) {
        error = start_pipe(pump);
        *file = wts_pump_file(pump);
    }
    wts_lock_release(&pump->pipe_lock);
    return error;
}

/* ---- the end ---- */

void wts_pump_close(struct wts_pump *pump)
{
    wts_lock_acquire(&pump->lock);
    const bool has_pipe = pump->client != NULL;
    pump->is_finished = true;
    wts_lock_release(&pump->lock);
    wts_inflow_close(&pump->inflow);
    if (!has_pipe)
        finish_helper(pump);
}

/* Whether the program has closed the last handle of its end. */
static bool is_file_closed(struct wts_pump *pump)
{
    wts_lock_acquire(&pump->lock);
    const bool is_closed = pump->server == NULL || (!PeekNamedPipe(pump->server, NULL, 0, NULL, NULL, NULL) &&
                                                    GetLastError() == ERROR_BROKEN_PIPE);
    wts_lock_release(&pump->lock);
    return is_closed;
}

void wts_pump_settle(struct wts_pump *pump)
{
    const uint64_t until_ms = wts_deadline_after(FLUSH_MS);
    bool in_time = true;
    if (!is_file_closed(pump)) {
        request(pump, WTS_VC_FLUSH, until_ms);
        return;
    }
    wts_lock_acquire(&pump->lock);
    while (!pump->is_over && in_time)
        in_time = wts_condition_wait(&pump->changed, &pump->lock, until_ms);
    wts_lock_release(&pump->lock);
}

/* ---- what the exports do without the pipe ---- */

uint32_t wts_pump_write(struct wts_pump *pump, const void *data, uint32_t length)
{
    const uint32_t error = send_message(pump, data, length, call_deadline());
    /* Else half of this message would become part of the next. */
    if (error == RPC_S_CALL_CANCELLED)
        end(pump);
    return error_of(error);
}

uint32_t wts_pump_read(struct wts_pump *pump, uint64_t deadline_ms, void *data, uint32_t size,
                       uint32_t *length)
{
    size_t got;
    const uint32_t error = wts_inflow_read(&pump->inflow, true, deadline_ms, data, size, &got);
    *length = (uint32_t)got;
    return error_of(error);
}

/* The thread that copies into the pipe may be waiting for space, so the pipe is emptied repeatedly. */
static uint32_t wait_for_purge(struct wts_pump *pump, void (*drain)(void *context), void *context,
                               uint64_t deadline_ms)
{
    for (;;) {
        const bool has_pipe = wts_pump_file(pump) != NULL;
        const uint64_t moment_ms = has_pipe ? wts_deadline_after(DRAIN_MS) : deadline_ms;
        if (has_pipe)
            drain(context);
        const uint32_t error = wts_inflow_wait_for_purge(&pump->inflow, !has_pipe, moment_ms);
        if (error == ERROR_SUCCESS && has_pipe)
            drain(context);
        if (error != RPC_S_CALL_CANCELLED || wts_deadline_left(deadline_ms) == 0)
            return error;
    }
}

uint32_t wts_pump_purge_input(struct wts_pump *pump, void (*drain)(void *context), void *context)
{
    const uint64_t deadline_ms = call_deadline();
    wts_inflow_begin_purge(&pump->inflow);
    uint32_t error = request(pump, WTS_VC_PURGE_INPUT, deadline_ms);
    if (error == ERROR_SUCCESS)
        error = error_of(wait_for_purge(pump, drain, context, deadline_ms));
    wts_inflow_end_purge(&pump->inflow);
    return error;
}

/* Waits until carry_out() has dropped the messages in the pipe. */
static uint32_t wait_for_output(struct wts_pump *pump, uint64_t until_ms)
{
    uint32_t error = ERROR_SUCCESS;
    wts_lock_acquire(&pump->lock);
    while (pump->is_purging_output && !pump->is_over && error == ERROR_SUCCESS) {
        if (!wts_condition_wait(&pump->changed, &pump->lock, until_ms))
            error = RPC_S_CALL_CANCELLED;
    }
    if (pump->is_purging_output && pump->is_over)
        error = ERROR_IO_DEVICE;
    wts_lock_release(&pump->lock);
    return error;
}

uint32_t wts_pump_purge_output(struct wts_pump *pump)
{
    DWORD waiting = 0;
    const uint64_t deadline_ms = call_deadline();
    wts_lock_acquire(&pump->lock);
    /* Without a message in the pipe nothing would end the purge. */
    pump->is_purging_output = !pump->is_over && pump->server != NULL &&
                              PeekNamedPipe(pump->server, NULL, 0, NULL, &waiting, NULL) && waiting != 0;
    wts_lock_release(&pump->lock);
    const uint32_t error = request(pump, WTS_VC_PURGE_OUTPUT, deadline_ms);
    return error == ERROR_SUCCESS ? wait_for_output(pump, deadline_ms) : error;
}

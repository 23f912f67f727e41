/*
 * Connections of the parent; see connection.h.
 */
#include "relay/connection.h"

#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <unistd.h>

#include "core/error.h"
#include "relay/process.h"

/* The new process: it keeps its own order only, of all that the parent held. */
static _Noreturn void run(struct loadparm_context *lp, const struct wts_connection_entry *entry, int socket,
                          const struct wts_frame_connect *connect, struct wts_stream *dll, pid_t parent)
{
    struct wts_link_order order;
    const bool copied = wts_link_copy_order(connect, &order);
    wts_stream_close(dll);
    if (!copied || !wts_process_become_child(socket, parent))
        _exit(1);
    wts_link_run(lp, entry->id, &order, entry->progress);
}

static struct wts_connection_entry *allocate(uint32_t id)
{
    struct wts_connection_entry *entry = calloc(1, sizeof *entry);
    if (!entry)
        return NULL;
    entry->id = id;
    entry->stream.fd = -1;
    entry->progress =
        mmap(NULL, sizeof *entry->progress, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    if (entry->progress == MAP_FAILED) {
        free(entry);
        return NULL;
    }
    return entry;
}

struct wts_connection_entry *wts_connection_start(struct loadparm_context *lp, uint32_t id,
                                                  const struct wts_frame_connect *connect,
                                                  struct wts_stream *dll)
{
    int pair[2];
    struct wts_connection_entry *entry = allocate(id);
    if (!entry)
        return NULL;
    if (socketpair(AF_UNIX, SOCK_STREAM, 0, pair) != 0) {
        wts_connection_free(entry);
        return NULL;
    }
    const pid_t parent = getpid();
    entry->stream.fd = pair[0];
    entry->pid = fork();
    if (entry->pid == 0)
        run(lp, entry, pair[1], connect, dll, parent);
    close(pair[1]);
    if (entry->pid < 0) {
        entry->pid = 0;
        wts_connection_free(entry);
        return NULL;
    }
    wts_connection_set_deadline(entry, connect->timeout_ms);
    return entry;
}

struct wts_connection_entry *wts_connection_make_broken(uint32_t id)
{
    struct wts_connection_entry *entry = allocate(id);
    if (entry)
        wts_connection_break(entry);
    return entry;
}

void wts_connection_break(struct wts_connection_entry *entry)
{
    if (entry->pid != 0)
        kill(entry->pid, SIGKILL);
    wts_stream_close(&entry->stream);
    entry->state = WTS_CONNECTION_BROKEN;
    entry->deadline = INT64_MAX;
}

void wts_connection_free(struct wts_connection_entry *entry)
{
    wts_connection_break(entry);
    munmap(entry->progress, sizeof *entry->progress);
    free(entry);
}

void wts_connection_set_deadline(struct wts_connection_entry *entry, uint32_t timeout_ms)
{
    entry->timeout_ms = timeout_ms;
    entry->deadline = timeout_ms == UINT32_MAX ? INT64_MAX : wts_process_milliseconds() + timeout_ms;
}

static const char *words_of(enum wts_connection_end end)
{
    switch (end) {
    case WTS_END_LATE:
        return "no answer in time";
    case WTS_END_CANCEL:
        return "cancelled";
    default:
        return "the relay's process of this connection ended";
    }
}

static bool put_connected(const struct wts_connection_entry *entry, enum wts_connection_end end,
                          struct wts_stream *dll)
{
    static const uint32_t io_timeout = 0xC00000B5;
    const char *words = words_of(end);
    const uint32_t step = entry->progress->step;
    struct wts_frame_connected answer = {.error = RPC_S_SERVER_UNAVAILABLE,
                                         .status = end == WTS_END_LATE ? io_timeout : 0,
                                         .step = step && step < WTS_STEP_COUNT ? (enum wts_step)step
                                                                               : WTS_STEP_NAME,
                                         .text = {words, strlen(words)}};
    for (size_t i = 0; i < WTS_STEP_COUNT; i++)
        answer.microseconds[i] = entry->progress->microseconds[i];
    uint8_t frame[512];
    return wts_stream_put(dll, frame, wts_relay_frame_put_connected(frame, sizeof frame, entry->id, &answer));
}

static bool put_result(const struct wts_connection_entry *entry, enum wts_connection_end end,
                       struct wts_stream *dll)
{
    static const uint32_t io_timeout = 0xC00000B5;
    const struct wts_frame_result answer = {
        .result = {.error = end == WTS_END_LATE ? RPC_S_CALL_CANCELLED : RPC_S_CALL_FAILED,
                   .progress = entry->handed_over ? WTS_MAYBE_EXECUTED : WTS_NOT_EXECUTED,
                   .broken = true},
        .status = end == WTS_END_LATE ? io_timeout : 0,
        .step = WTS_STEP_CALL};
    uint8_t frame[64];
    return wts_stream_put(dll, frame,
                          wts_relay_frame_put_result(frame, sizeof frame, entry->id, entry->call, &answer));
}

bool wts_connection_end(struct wts_connection_entry *entry, enum wts_connection_end end,
                        struct wts_stream *dll)
{
    const enum wts_connection_state was = entry->state;
    wts_connection_break(entry);
    if (was == WTS_CONNECTION_CONNECTING)
        return put_connected(entry, end, dll);
    if (was == WTS_CONNECTION_CALLING)
        return put_result(entry, end, dll);
    return true;
}

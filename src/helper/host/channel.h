/*
 * The parent's side of one channel: its worker, the socket to it, and the operation in flight with its
 * deadline.
 */
#ifndef WTS_HELPER_HOST_CHANNEL_H
#define WTS_HELPER_HOST_CHANNEL_H

#include <sys/types.h>

#include "helper/host/duty.h"
#include "helper/host/stream.h"

enum wts_channel_state {
    WTS_CHANNEL_OPENING, /* OPENED is due */
    WTS_CHANNEL_IDLE,
    WTS_CHANNEL_REQUESTED, /* REPLY is due */
    WTS_CHANNEL_BROKEN     /* has no worker; waits for the DLL's CLOSE */
};

struct wts_channel {
    struct wts_channel *next;
    uint32_t number;
    enum wts_channel_state state;
    const struct wts_duty *duty;
    pid_t worker; /* 0: none, or ended and collected */
    struct wts_stream stream;
    struct wts_duty_marks *marks; /* shared with the worker */
    uint32_t serial;              /* REQUESTED: of the request */
    int64_t deadline;             /* OPENING, REQUESTED: wts_process_milliseconds(); INT64_MAX: none */
    size_t ahead;                 /* REQUESTED: bytes to be sent to the worker before the request */
    bool is_handed_over;          /* REQUESTED: part of the request was sent to the worker */
    uint32_t dll_credit;          /* bytes of DATA that the DLL may send */
    uint32_t worker_credit;       /* bytes of DATA that the worker may send */
    int requests;  /* the pipe for the DLL to write to the worker, until the DLL has opened it; -1: none */
    bool has_pipe; /* the pipe was made: requests that are not known here may be in flight */
};

/* Makes a channel; without a worker it counts as broken. NULL: memory is exhausted. */
struct wts_channel *wts_channel_new(uint32_t number, const struct wts_duty *duty);

/* Closes the socket, wipes and frees. Does not end the worker. */
void wts_channel_free(struct wts_channel *channel);

/* Starts the clock of an open or a request. */
void wts_channel_set_deadline(struct wts_channel *channel, uint32_t timeout_ms);

enum wts_channel_end {
    WTS_END_LATE,      /* the deadline passed */
    WTS_END_CANCELLED, /* the DLL cancelled it */
    WTS_END_WORKER,    /* the worker ended */
    WTS_END_PROTOCOL,  /* the worker broke the protocol, and may still run */
    WTS_END_CLOSED     /* the worker closed the channel before it saw the request */
};

/*
 * Breaks the channel: closes the socket to its worker, and writes the answer that is due, or else CLOSE, to
 * the DLL's stream. The caller dismisses the worker. False: no memory for the answer.
 */
bool wts_channel_end(struct wts_channel *channel, enum wts_channel_end end, struct wts_stream *dll);

/* Writes the OPENED of a channel that got no worker. */
bool wts_channel_refuse(struct wts_channel *channel, struct wts_stream *dll);

/* Sends as much as the worker's socket accepts. False: it has ended. */
bool wts_channel_write(struct wts_channel *channel);

#endif

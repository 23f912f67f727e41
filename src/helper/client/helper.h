/*
 * A running helper and its channels, as the files of this folder share them; other rooms use client.h. The
 * kind's lock guards everything except where noted. Portable.
 */
#ifndef WTS_HELPER_HELPER_H
#define WTS_HELPER_HELPER_H

#include "helper/client/client.h"
#include "helper/client/places.h"
#include "helper/client/wire.h"

enum wts_helper_state {
    WTS_HELPER_STARTING, /* READY has not come */
    WTS_HELPER_SERVING,
    WTS_HELPER_DEAD
};

/* Bytes that the socket has not accepted. */
struct wts_unsent {
    struct wts_unsent *next;
    size_t length;
    size_t sent;
    uint8_t data[];
};

struct wts_helper {
    struct wts_helper_kind *kind;
    struct wts_wire *wire; /* NULL: it is being started */
    enum wts_helper_state state;
    uint32_t start_error; /* why it could not start */
    unsigned users;       /* its threads and its channels; the last one frees it */
    bool is_doubtful; /* gets no new work: an answer is overdue since doubted_at_ms, or its process is gone */
    uint64_t doubted_at_ms;
    uint64_t heard_at_ms; /* when it last sent anything */
    uint64_t used_at_ms;  /* when a channel that keeps it running was closed; 0: none was */
    uint32_t last_channel;
    struct wts_channel *channels;
    struct wts_unsent *unsent;      /* callers do not wait for the socket: the next sender sends these, too */
    struct wts_unsent **unsent_end; /* where its last `next` is */
    uint64_t queued;                /* bytes since the start, sent or not */
    uint64_t sent; /* bytes of these that the socket accepted, less those that are known to be lost */
    struct wts_frame_ready ready; /* without its text */
    bool has_pipe;                /* it answers through the pipe; set before it serves */
    struct wts_places places;     /* in the secret area */
    struct wts_condition changed; /* for the keeper */
    /* For the receiving thread only: bytes that were received but not yet read. */
    size_t received_from;
    size_t received_to;
    uint8_t received[WTS_FRAME_HEADER_LENGTH + WTS_FRAME_MAX_TEXT];
};

enum wts_channel_state {
    WTS_CHANNEL_NEW,
    WTS_CHANNEL_OPENING, /* OPENED is due */
    WTS_CHANNEL_OPEN,
    WTS_CHANNEL_BROKEN
};

/* A DATA that was received; its payload begins at `block`. */
struct wts_channel_data {
    struct wts_channel_data *next;
    uint8_t *block;
    size_t length;
    size_t read;
};

struct wts_channel {
    struct wts_channel *next; /* the next channel of the same helper */
    struct wts_helper_kind *kind;
    struct wts_helper *helper; /* NULL: none yet */
    uint32_t duty;
    uint32_t number; /* 0: no frame for it was sent */
    enum wts_channel_state state;
    bool is_cancelled;
    bool is_woken;                    /* the next read without DATA does not wait */
    bool is_in_flight;                /* the REPLY of `serial` is due */
    bool met_close;                   /* the request in flight crossed the helper's CLOSE, and did not run */
    uint32_t serial;                  /* of the last request; if there is a pipe, the first is random */
    uint32_t descriptor;              /* of the pipe of its requests, in the helper; 0: it has none */
    wts_wire_pipe requests;           /* that pipe, once it is open */
    bool has_sent_data;               /* DATA were written to it, so its content need not be the request */
    bool is_direct;                   /* the request in flight was written to it */
    size_t direct_length;             /* length of that request, in bytes */
    uint64_t sent_to;                 /* the value of `queued` behind its last REQUEST */
    struct wts_channel_answer answer; /* .block NULL: none has come */
    struct wts_channel_listener listener;
    struct wts_condition changed;
    struct wts_channel_data *received; /* DATA that has not been read yet, in order */
    struct wts_channel_data **received_end;
    uint32_t credit;       /* bytes of DATA that may be sent to the helper */
    uint32_t given_credit; /* bytes that the helper may still send */
    uint32_t owed_credit;  /* bytes that were read, but for which no new credit was given yet */
};

/* life.c */

/*
 * The helper that new channels use, with one more user; starts one if none serves. NULL: memory is exhausted.
 * Releases the lock while it starts one.
 */
struct wts_helper *wts_helper_acquire(struct wts_helper_kind *kind);

/* Whether it may get new work. Checks its process if it has been silent for a while. */
bool wts_helper_takes_work(struct wts_helper *helper);

/*
 * An answer did not come in time. The helper is dead when it had `grace_ms` beyond the time that it was given
 * for the answer, and that is long enough to be sure; else it gets nothing new, and is dead unless it sends
 * something soon.
 */
void wts_helper_missed_deadline(struct wts_helper *helper, uint32_t grace_ms);

/* receive.c: the thread that receives; `argument` is the helper, with a use of its own. */
void wts_helper_receive(void *argument);

/*
 * due.c: takes a frame that came after READY, and its payload, which is freed or kept for the channel. False:
 * it is malformed or not due.
 */
bool wts_helper_take_frame(struct wts_helper *helper, const struct wts_frame *frame, uint8_t *payload);

/* data.c: receive DATA and WINDOW. False: not due. take_data sets *payload to NULL if it keeps it. */
bool wts_channel_take_data(struct wts_channel *channel, size_t length, uint8_t **payload);
bool wts_channel_take_window(struct wts_channel *channel, uint32_t credit);
void wts_channel_drop_data(struct wts_channel *channel);

/* helper.c */

/* Whether it has channels: its threads alone do not keep it running. */
bool wts_helper_has_channels(const struct wts_helper *helper);

/* Tells the listener that the channel, which was open, has ended. */
void wts_channel_report_end(const struct wts_channel *channel);

/* Whether an answer may still come: the channel is not cancelled and has its helper. */
bool wts_channel_is_usable(const struct wts_channel *channel);

/* Sends a frame; the bytes that the socket does not accept at once are kept. A failure ends the helper. */
void wts_helper_send(struct wts_helper *helper, const void *frame, size_t length);

/* Sends the bytes that were kept, as far as the socket accepts them. A failure ends the helper. */
void wts_helper_send_unsent(struct wts_helper *helper);

/* Sends a frame without a payload. */
void wts_helper_send_header(struct wts_helper *helper, enum wts_frame_type type, uint32_t channel,
                            uint32_t serial);

/* Wakes all threads that wait on one of its channels. */
void wts_helper_wake_channels(struct wts_helper *helper);

/* Gives it no new work until it sends something. */
void wts_helper_doubt(struct wts_helper *helper);

/* Ends it: everything in flight on it fails. `reason`, for the trace, may be NULL. */
void wts_helper_declare_dead(struct wts_helper *helper, const char *reason);

/* Gives up one use of it. */
void wts_helper_release(struct wts_helper *helper);

#endif

/*
 * The DLL's side of a helper, for any duty (helper/frame.h): channels. The first channel that needs a helper
 * starts it, all channels of the process share it, and it is released some seconds after the last one. A
 * helper counts as dead when it reports its end, when its socket or process ends, when it sends a frame that
 * is malformed or not due, or when it does not answer in time; then everything in flight fails, and the next
 * channel starts another helper. Portable except for the functions of wire.h.
 */
#ifndef WTS_HELPER_CLIENT_H
#define WTS_HELPER_CLIENT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "core/platform.h"
#include "helper/frame.h"

/* One of the programs that serve the DLL. A static object; make it with WTS_HELPER_KIND. */
struct wts_helper_kind {
    const char *program;          /* its file name */
    const char *path_variable;    /* the environment variable with the path of this program; NULL: none */
    const char *const *variables; /* the environment variables that are passed to it; ends with NULL */
    uint32_t brief_duty;          /* channels of this duty do not keep it running after their end; 0: none */
    uint32_t look_interval_ms;    /* how often its process is checked while it is silent; 0: every second */
    /* Private: */
    struct wts_lock
        lock; /* guards all helpers and channels of the kind; nobody waits for anything under it */
    struct wts_helper *current;
};
#define WTS_HELPER_KIND(program_name, own_variable, its_variables)                                           \
    {                                                                                                        \
        .program = (program_name), .path_variable = (own_variable), .variables = (its_variables),            \
        .lock = WTS_LOCK_INITIALIZER                                                                         \
    }

/* The result of an open or a request. */
struct wts_channel_answer {
    struct wts_frame_outcome outcome; /* error 0: done */
    bool is_broken;                   /* the channel can only be closed */
    bool is_last;        /* an answer that arrived while it was being cancelled; the channel ends */
    bool is_from_helper; /* false: made here; `payload` is empty then */
    uint8_t *block;      /* the caller frees it with free(); `payload` reads in it */
    struct wts_frame_reader payload; /* the duty's own */
};

/*
 * Receives the events of an open channel, and then its end, if it breaks or its helper ends. The functions
 * are called on a thread of the client, under its lock: they may note the event and wake a thread, but must
 * not wait or call a function of this header. They are not called once wts_channel_close has begun. Either
 * may be NULL. `event` returns false for a malformed payload, which ends the helper.
 */
struct wts_channel_listener {
    bool (*event)(void *context, const uint8_t *payload, size_t length);
    void (*ended)(void *context);
    void *context;
};

/* A secret for an open; {NULL, 0}: none. */
struct wts_channel_secret {
    const void *data;
    size_t length; /* bytes, at most WTS_CHANNEL_MAX_SECRET */
};
enum { WTS_CHANNEL_MAX_SECRET = 4096 };

struct wts_channel;

/* Writes the payload of a request, behind its prefix. */
typedef void (*wts_channel_put)(struct wts_frame_writer *writer, const void *arguments);
/* The same for an open; the secret is at `secret_offset` of the helper's secret area. */
typedef void (*wts_channel_put_open)(struct wts_frame_writer *writer, const void *arguments,
                                     uint32_t secret_offset);

/*
 * Makes a channel for `duty` (the number from the duty's header). Only allocates memory. `listener` may be
 * NULL; it is copied. NULL: memory is exhausted.
 */
struct wts_channel *wts_channel_create(struct wts_helper_kind *kind, uint32_t duty,
                                       const struct wts_channel_listener *listener);

/*
 * Opens it, once, until `deadline_ms` (core/deadline.h) at the latest. Errors of the client: 1703 no helper
 * can be started, 1722 it ended or did not answer in time, 1726 cancelled, 8 memory, 1312 the helper has no
 * place for the secret, which was not passed to it. `put` may be called more than once.
 */
struct wts_channel_answer wts_channel_open(struct wts_channel *channel, wts_channel_put_open put,
                                           const void *arguments, struct wts_channel_secret secret,
                                           uint64_t deadline_ms);

/*
 * Sends one request and waits for its reply; one at a time on a channel. Errors of the client: 1726 the
 * channel is broken, cancelled, or its helper ended, 1818 no answer in time, 8 memory; outcome.progress shows
 * whether the request may have run.
 */
struct wts_channel_answer wts_channel_request(struct wts_channel *channel, uint32_t verb, wts_channel_put put,
                                              const void *arguments, uint64_t deadline_ms);

/*
 * Waits while another answer of the helper is overdue, in which time it gets no requests: until it sends
 * something or counts as dead. For a caller that cannot open another channel instead of this one.
 */
void wts_channel_wait_for_helper(struct wts_channel *channel, uint64_t deadline_ms);

/*
 * DATA in either direction, independent of requests; one reader and one writer at a time. Each waits until at
 * least one byte was read or written, and gives the count in *length. Returns 0, 1726 (broken, cancelled, or
 * the helper ended; data received before is read first), 1818 (nothing in time; the channel stays open), or
 * 8.
 */
uint32_t wts_channel_read(struct wts_channel *channel, void *data, size_t size, uint64_t deadline_ms,
                          size_t *length);
uint32_t wts_channel_write(struct wts_channel *channel, const void *data, size_t size, uint64_t deadline_ms,
                           size_t *length);

/*
 * Ends the read that another thread has in flight, or else the next one, with 1818, unless data is available.
 * Never waits.
 */
void wts_channel_wake(struct wts_channel *channel);

/*
 * Ends the open, request, read or write that another thread has in flight, at once, with 1726; one that comes
 * later fails. Never waits.
 */
void wts_channel_cancel(struct wts_channel *channel);

/* Closes and frees. Nothing may be in flight. Never waits. */
void wts_channel_close(struct wts_channel *channel);

#endif

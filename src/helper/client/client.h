/*
 * The DLL's side of a helper, for any duty (helper/frame.h): channels. The first channel that needs a helper
 * starts it, all channels of the process share it, and it is let go some seconds after the last one. A helper
 * is dead when it says so, when its socket or process ends, when it sends what is malformed or not due, or
 * when it does not answer in time; then all that is in flight fails, and the next channel starts another.
 * Portable but for what wire.h names.
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
    const char *path_variable;    /* the environment variable that names it alone; NULL: none */
    const char *const *variables; /* the environment variables that it gets; ends with NULL */
    uint32_t brief_duty;          /* channels of this duty do not make it linger; 0: none */
    uint32_t look_interval_ms;    /* how often its process is looked after while it is silent; 0: a second */
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

/* What an open or a request came to. */
struct wts_channel_answer {
    struct wts_frame_outcome outcome; /* error 0: done */
    bool is_broken;                   /* only close is left */
    bool is_last;                     /* an answer that came as it was given up; the channel ends */
    bool is_from_helper;              /* false: made here; `payload` is empty then */
    uint8_t *block;                   /* the caller frees it with free(); `payload` reads in it */
    struct wts_frame_reader payload;  /* the duty's own */
};

/*
 * Gets the events of an open channel, and then its end, if it breaks or its helper ends: on a thread of the
 * client and under its lock. It may note them and wake somebody, never wait nor call a function of this
 * header. Nothing comes once wts_channel_close has begun. Either function may be NULL. `event` returns false
 * for a payload that is malformed, which is the helper's end.
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
/* The same of an open; the secret lies at `secret_offset` of the helper's secret area. */
typedef void (*wts_channel_put_open)(struct wts_frame_writer *writer, const void *arguments,
                                     uint32_t secret_offset);

/*
 * Makes a channel for `duty` (the number that the duty's header gives). Touches nothing outside this memory.
 * `listener` may be NULL; it is copied. NULL: no memory.
 */
struct wts_channel *wts_channel_create(struct wts_helper_kind *kind, uint32_t duty,
                                       const struct wts_channel_listener *listener);

/*
 * Opens it, once, until `deadline_ms` (core/deadline.h) at the latest. Errors made here: 1703 no helper can
 * be started, 1722 it ended or gave no answer in time, 1726 cancelled, 8 memory, 1312 the helper has no place
 * for the secret, which it then did not get. `put` may be called more than once.
 */
struct wts_channel_answer wts_channel_open(struct wts_channel *channel, wts_channel_put_open put,
                                           const void *arguments, struct wts_channel_secret secret,
                                           uint64_t deadline_ms);

/*
 * Sends one request and waits for its reply; one at a time on a channel. Errors made here: 1726 the channel
 * is broken, cancelled, or its helper ended, 1818 no answer in time, 8 memory; outcome.progress says whether
 * it may have run.
 */
struct wts_channel_answer wts_channel_request(struct wts_channel *channel, uint32_t verb, wts_channel_put put,
                                              const void *arguments, uint64_t deadline_ms);

/*
 * DATA, in either direction, beside requests; one reader and one writer at a time. Each waits until at least
 * one byte was read or written, and gives the count in *length. Returns 0, 1726 (broken, cancelled, or the
 * helper ended; what was received before is read first), 1818 (nothing in time: the channel lives on), or 8.
 */
uint32_t wts_channel_read(struct wts_channel *channel, void *data, size_t size, uint64_t deadline_ms,
                          size_t *length);
uint32_t wts_channel_write(struct wts_channel *channel, const void *data, size_t size, uint64_t deadline_ms,
                           size_t *length);

/*
 * Ends the read that another thread has in flight, or else the next one, with 1818, unless it has something.
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

/*
 * A duty defines one kind of channel. A helper is the chassis of this folder with one duty or several. The
 * parent process calls `start`, `check_open` and `put_given_up`; everything else runs in the worker, one
 * process for each channel. So a duty may keep the state of its channel in static variables and may block:
 * the parent watches the deadlines and answers for a worker that is late, cancelled or dead.
 */
#ifndef WTS_HELPER_HOST_DUTY_H
#define WTS_HELPER_HOST_DUTY_H

#include "helper/frame.h"

struct wts_worker;

/* A part of the secret area, which READY names. */
struct wts_secret_place {
    uint32_t offset;
    uint32_t length; /* bytes; 0: no secret */
};

enum { WTS_DUTY_MAX_SECRET = 4096, WTS_DUTY_MARKS = 16 };

/*
 * Memory that a worker shares with the parent: how far its open came, in case it has to be killed during it,
 * and the requests that it took without the parent. Only the worker writes it.
 */
struct wts_duty_marks {
    _Atomic uint32_t taken;                  /* the chassis's: serial of the last REQUEST from the pipe */
    _Atomic uint32_t step;                   /* for the prefix of OPENED */
    _Atomic uint32_t values[WTS_DUTY_MARKS]; /* the duty's own, for put_given_up */
};

struct wts_duty {
    uint32_t number; /* as the prefix of OPEN names it */

    /* Names of the variables that it takes from HELLO, ended by NULL; all others are unset. */
    const char *const *variables;

    /* Win32 codes of the answers that the parent gives; see wts_frame_outcome. */
    uint32_t open_lost;    /* OPENED: late, cancelled, the worker died */
    uint32_t request_late; /* REPLY: late */
    uint32_t request_lost; /* REPLY: cancelled, the worker died; CLOSE */

    /* Called once, before any worker: initialises libraries. Returns NULL, or why it failed. May be NULL. */
    const char *(*start)(void);

    /*
     * Whether the payload of an OPEN, behind its prefix, is valid; a malformed one ends the helper. [out]
     * secret: the place that it names; length 0 if it names none.
     */
    bool (*check_open)(struct wts_frame_reader *payload, struct wts_secret_place *secret);

    /* Writes the duty's payload of an OPENED that the parent sends. [in] reason: in words. NULL: no
     * payload. */
    void (*put_given_up)(struct wts_frame_writer *writer, const struct wts_duty_marks *marks,
                         const char *reason);

    /*
     * Opens the channel; the duty answers with wts_worker_opened(), now or later. [in] payload: checked,
     * valid until the return. [in] secret: `length` bytes and a NUL, wiped after the return unless the duty
     * did before; the duty wipes its own copies.
     */
    void (*open)(struct wts_worker *worker, struct wts_frame_reader payload, char *secret, size_t length);

    /* Serves a request; the duty answers with wts_worker_reply(), now or later. [in] payload: valid until the
     * return. */
    void (*request)(struct wts_worker *worker, uint32_t verb, struct wts_frame_reader payload);

    /* Receives DATA, within the credit given. NULL for a duty that never gives credit. */
    void (*data)(struct wts_worker *worker, const uint8_t *data, size_t length);
    /* Size of the pipe for DATA, in bytes: large enough that it is never full, however the credit is used. */
    uint32_t data_pipe_length;

    /* The DLL gave more credit. May be NULL. */
    void (*credit)(struct wts_worker *worker);

    /* A watched descriptor is readable or has ended; see wts_worker_watch(). May be NULL. */
    void (*readable)(struct wts_worker *worker, int fd);

    /*
     * The channel is given up: the duty says good-bye to its peer, within WTS_WORKER_GOODBYE_MS; after that
     * the process is killed. Called from the worker's loop, or by the duty itself. May be NULL.
     */
    void (*goodbye)(struct wts_worker *worker);
};

#endif

/*
 * The state of a helper's parent process, and how each frame changes it. It has no waits, no signals and no
 * sockets except the streams; see serve.h for those.
 */
#ifndef WTS_HELPER_HOST_PARENT_H
#define WTS_HELPER_HOST_PARENT_H

#include "helper/host/channel.h"

/* A worker that was dismissed and has not ended yet. */
struct wts_leaving {
    struct wts_leaving *next;
    pid_t worker;
    int64_t deadline; /* wts_process_milliseconds() when it is to be killed; INT64_MAX: it has been killed */
};

struct wts_parent {
    const struct wts_duty *const *duties; /* ended by NULL */
    struct wts_stream dll;
    struct wts_channel *channels;
    size_t count; /* of channels */
    struct wts_leaving *leaving;
    bool is_ready;    /* READY with error 0 was sent */
    bool is_left;     /* the DLL said good-bye, or ended the socket */
    int secrets;      /* the secret area, or -1 */
    int replies[2];   /* the pipe to the DLL: the end that it opens (-1 after that), and the end for writing
                         frames */
    char reason[128]; /* why the helper ends, for its last word; or empty */
};

/*
 * Handles a frame of the DLL. False: the helper ends; `is_left` or `reason` is set, or the READY that was
 * written has the reason.
 */
bool wts_parent_take_frame(struct wts_parent *parent, const struct wts_frame *frame, const uint8_t *payload);

/*
 * Handles a frame of a channel's worker: passes it on, or breaks the channel when it is not due. False: no
 * memory.
 */
bool wts_parent_take_worker_frame(struct wts_parent *parent, struct wts_channel *channel,
                                  const struct wts_frame *frame, const uint8_t *payload);

/* Breaks a channel and dismisses its worker; see wts_channel_end(). False: no memory. */
bool wts_parent_end_channel(struct wts_parent *parent, struct wts_channel *channel, enum wts_channel_end end);

/* Ends operations that are late, and kills workers that did not leave. False: no memory. */
bool wts_parent_check_deadlines(struct wts_parent *parent, int64_t now);

/* When wts_parent_check_deadlines() is to be called next, at most `limit`. */
int64_t wts_parent_next_deadline(const struct wts_parent *parent, int64_t limit);

/* A child process was collected: its number must not be used any more. */
void wts_parent_forget_process(struct wts_parent *parent, pid_t process);

/* Writes the last word: CLOSE of channel 0 with the reason. */
void wts_parent_say_last_word(struct wts_parent *parent);

/* Frees all channels and dismisses their workers. */
void wts_parent_close_channels(struct wts_parent *parent);

#endif

/*
 * The parent's side of one connection: its process, the socket to it, what it is asked to do and until when.
 */
#ifndef WTS_RELAY_CONNECTION_H
#define WTS_RELAY_CONNECTION_H

#include <sys/types.h>

#include "relay/link.h"
#include "relay/stream.h"

enum wts_connection_state {
    WTS_CONNECTION_CONNECTING, /* CONNECTED is due */
    WTS_CONNECTION_IDLE,
    WTS_CONNECTION_CALLING, /* RESULT is due */
    WTS_CONNECTION_BROKEN   /* its process is gone; waits for CLOSE */
};

struct wts_connection_entry {
    struct wts_connection_entry *next;
    uint32_t id;
    enum wts_connection_state state;
    pid_t pid; /* 0: ended and waited for */
    struct wts_stream stream;
    struct wts_link_progress *progress; /* shared with the process */
    uint32_t call;                      /* CALLING: number to answer with */
    uint32_t timeout_ms;                /* CONNECTING, CALLING: as asked for */
    int64_t deadline;                   /* CONNECTING, CALLING: wts_process_milliseconds(); INT64_MAX: none */
    bool handed_over;                   /* CALLING: part of the request has left for the process */
};

/*
 * Starts the process of a connection. [in] dll: the parent's own stream; the new process wipes its copy of
 * it. Returns NULL when the system gives no process, socket or memory.
 */
struct wts_connection_entry *wts_connection_start(struct loadparm_context *lp, uint32_t id,
                                                  const struct wts_frame_connect *connect,
                                                  struct wts_stream *dll);

/* A connection without a process: broken from the start, known for the CLOSE that is to come. NULL: no
 * memory. */
struct wts_connection_entry *wts_connection_make_broken(uint32_t id);

/* Kills the process, if it lives, and closes the socket to it; the entry stays. */
void wts_connection_break(struct wts_connection_entry *entry);

/* The same, and frees the entry, unless its process still has to be waited for (see pid). */
void wts_connection_free(struct wts_connection_entry *entry);

/* Starts the clock of a connect or a call. */
void wts_connection_set_deadline(struct wts_connection_entry *entry, uint32_t timeout_ms);

enum wts_connection_end {
    WTS_END_LATE,   /* the deadline passed */
    WTS_END_CANCEL, /* the DLL asked for it */
    WTS_END_PROCESS /* the connection's process ended by itself */
};

/*
 * Breaks a connection and writes the answer that is due, if one is, to the DLL's stream.
 * False: no memory for the answer.
 */
bool wts_connection_end(struct wts_connection_entry *entry, enum wts_connection_end end,
                        struct wts_stream *dll);

#endif

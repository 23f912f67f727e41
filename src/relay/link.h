/*
 * The process of one connection: it connects, answers CONNECTED, then does one call after the other. It
 * blocks wherever Samba blocks; its parent keeps the time, and ends it by killing it.
 */
#ifndef WTS_RELAY_LINK_H
#define WTS_RELAY_LINK_H

#include "remote/transport/relay_frame.h"

struct loadparm_context;

/*
 * Memory shared with the parent: how far a connect came, for when the process has to be killed in it. Written
 * by the connection's process only.
 */
struct wts_link_progress {
    _Atomic uint32_t step;                         /* enum wts_step that is being done; NONE: none yet */
    _Atomic uint32_t microseconds[WTS_STEP_COUNT]; /* of the steps that are through */
};

/* A connect as a process of its own does it; texts are NUL terminated copies. */
struct wts_link_order {
    uint16_t version_major;
    uint16_t version_minor;
    char *server;
    char *uuid;
    char *pipe;
    char *domain;   /* or NULL */
    char *user;     /* or NULL */
    char *password; /* or NULL */
};

/* Copies what a CONNECT says. False: no memory; the order is then empty. */
bool wts_link_copy_order(const struct wts_frame_connect *connect, struct wts_link_order *order);

/*
 * Name, TCP, log-on, pipe and bind, as one; for the connection's process and for --check.
 * [in] order: the password in it is wiped. [out] answer: `text` points to `text`, of at least 512 bytes.
 * [out] rpc: on error 0. [out] progress: kept up to date.
 */
struct wts_rpc;
void wts_link_connect(struct loadparm_context *lp, struct wts_link_order *order,
                      struct wts_link_progress *progress, struct wts_frame_connected *answer, char *text,
                      size_t text_size, struct wts_rpc **rpc);

/* The whole life of a connection's process, whose descriptor 0 is the socket to its parent. Does not return.
 */
_Noreturn void wts_link_run(struct loadparm_context *lp, uint32_t connection, struct wts_link_order *order,
                            struct wts_link_progress *progress);

#endif

/*
 * The source xrdp: whether this is an xrdp session, whether a client is connected, and what xrdp-sesadmin
 * (xrdp 0.10) prints about the session.
 *
 * xrdp-chansrv of the session listens on its own socket while no client is connected; when one is, that
 * socket is gone and other sockets exist. See docs/linux-session.md#xrdp.
 */
#ifndef WTS_HELPER_SESSION_XRDP_H
#define WTS_HELPER_SESSION_XRDP_H

#include <sys/types.h>

#include "helper/session/report.h"
#include "helper/session/sesadmin.h"

enum { WTS_XRDP_PATH_SIZE = 256, WTS_XRDP_OUTPUT_SIZE = 16384 };

struct wts_xrdp {
    struct wts_report report;
    bool is_session; /* the fields below are valid */
    uint32_t display_number;
    bool is_connection_known;
    bool is_connected;
    struct wts_sesadmin details;

    /* Private: */
    int epoll;
    int notices; /* of the folder */
    char folder[WTS_XRDP_PATH_SIZE];
    pid_t lister; /* xrdp-sesadmin; 0: it does not run */
    int output;
    int64_t lister_due; /* when it is killed */
    size_t length;
    char text[WTS_XRDP_OUTPUT_SIZE];
};

/* [in] epoll: watches the descriptors. The environment shows whether this is an xrdp session. */
void wts_xrdp_start(struct wts_xrdp *xrdp, int epoll);

/* Handles changes. */
void wts_xrdp_turn(struct wts_xrdp *xrdp);
int64_t wts_xrdp_due(const struct wts_xrdp *xrdp);

/* Whether it no longer waits for an answer. */
bool wts_xrdp_is_settled(const struct wts_xrdp *xrdp);

/* Ends xrdp-sesadmin if it runs. */
void wts_xrdp_stop(struct wts_xrdp *xrdp);

/* The number of an X display on this machine, ":10" or ":10.0". False: another kind of name. */
bool wts_xrdp_read_display(const char *display, uint32_t *number);

#endif

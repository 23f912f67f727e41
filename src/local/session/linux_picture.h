/*
 * What the DLL keeps from a report of wts-session (helper/session/payload.h): the Linux session in which Wine
 * runs, in the terms of the API. Portable.
 */
#ifndef WTS_LOCAL_SESSION_LINUX_PICTURE_H
#define WTS_LOCAL_SESSION_LINUX_PICTURE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "core/sessions.h"

/* Unknown values are zero, unless noted otherwise. */
struct wts_linux_picture {
    bool has_lock;          /* a source for `lock` exists */
    int32_t lock;           /* WTS_LOCK_*; unknown until such a source has answered */
    bool has_connection;    /* a source for `is_connected` has answered; until then `is_connected` is true */
    bool is_connected;      /* the session is visible: its seat or a client shows it */
    bool is_remote;         /* the user is at another machine, whatever the protocol */
    bool is_rdp;            /* a session of xrdp: display, screen and address are the client's */
    uint16_t display;       /* the number of its X display */
    uint32_t width, height; /* pixels */
    uint32_t bits;          /* a pixel */
    uint64_t logon_time;    /* FILETIMEs */
    uint64_t idle_since;    /* 0: unknown, or not idle */
    struct wts_session_address address;
};

/* The picture that is shown when nothing is known. */
#define WTS_LINUX_PICTURE_UNKNOWN                                                                            \
    {                                                                                                        \
        .lock = WTS_LOCK_UNLOCKED, .is_connected = true                                                      \
    }

/* Reads a report. False: it is malformed, and *picture is undefined. */
bool wts_linux_picture_read(const uint8_t *payload, size_t length, struct wts_linux_picture *picture);

/* Writes one trace line for each source of a report that is well-formed: docs/compatibility.md, *The trace*.
 */
void wts_linux_picture_trace(const uint8_t *payload, size_t length);

/* Copies from `before` the values whose source is lost. */
void wts_linux_picture_keep(struct wts_linux_picture *picture, const struct wts_linux_picture *before);

#endif

/*
 * What the DLL keeps of a report of wts-session (helper/session/payload.h): the Linux session in which Wine
 * runs, in the terms of the API. Portable.
 */
#ifndef WTS_LOCAL_SESSION_LINUX_PICTURE_H
#define WTS_LOCAL_SESSION_LINUX_PICTURE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "core/sessions.h"

/* What is not known is zero, unless said otherwise. */
struct wts_linux_picture {
    bool has_lock;          /* a source for `lock` exists */
    int32_t lock;           /* WTS_LOCK_*; unknown: no such source has ever answered */
    bool has_connection;    /* a source for `is_connected` has answered; else it is true */
    bool is_connected;      /* somebody sees the session: its seat shows it, or a client does */
    bool is_remote;         /* from another machine, by whatever protocol */
    bool is_rdp;            /* a session of xrdp: display, screen and address are the client's */
    uint16_t display;       /* the number of its X display */
    uint32_t width, height; /* pixels */
    uint32_t bits;          /* a pixel */
    uint64_t logon_time;    /* FILETIMEs */
    uint64_t idle_since;    /* 0: not idle, too */
    struct wts_session_address address;
};

/* What is shown where nothing is known. */
#define WTS_LINUX_PICTURE_UNKNOWN                                                                            \
    {                                                                                                        \
        .lock = WTS_LOCK_UNLOCKED, .is_connected = true                                                      \
    }

/* Reads a report. False, with *picture undefined: it is malformed. */
bool wts_linux_picture_read(const uint8_t *payload, size_t length, struct wts_linux_picture *picture);

/* Writes one trace line for each source of a report that is well-formed: docs/compatibility.md, *The trace*.
 */
void wts_linux_picture_trace(const uint8_t *payload, size_t length);

/* Takes over what `before` knew and a source that is lost no longer says. */
void wts_linux_picture_keep(struct wts_linux_picture *picture, const struct wts_linux_picture *before);

#endif

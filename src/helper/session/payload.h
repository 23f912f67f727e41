/*
 * The payloads of the duty session, which follow the fixed prefixes of its frames; see helper/frame.h. A
 * channel shows the one Linux session that the program runs in. Shared by wts-session and the DLL's source of
 * sessions. Portable, without allocation.
 *
 *   OPEN, OPENED   no payload. OPENED comes at once; the sources are read meanwhile.
 *   REQUEST        no payload; the verb says what is wanted.
 *   REPLY          the state, struct wts_linux_session. It comes as soon as each source has answered or is
 *                  known to be absent, and WTS_LINUX_MAX_GATHER_MS after OPEN at the latest.
 *   EVENT          the state after a change, on a channel that got a WATCH. Its first event differs
 *                  from the reply to WATCH, and each later one from the event before it. Changes that come
 *                  faster than WTS_LINUX_MIN_EVENT_GAP_MS are merged: the last state always arrives.
 *
 * A helper that has lost a source keeps its last values and goes on looking for it.
 */
#ifndef WTS_HELPER_SESSION_PAYLOAD_H
#define WTS_HELPER_SESSION_PAYLOAD_H

#include "helper/frame.h"

enum {
    WTS_SESSION_DUTY = 2,             /* in the prefix of OPEN */
    WTS_LINUX_MAX_TEXT = 255,         /* bytes of one text */
    WTS_LINUX_MAX_GATHER_MS = 200,    /* a REPLY never waits longer for a source */
    WTS_LINUX_MIN_EVENT_GAP_MS = 10,  /* between two EVENTs */
    WTS_LINUX_MAX_ADDRESS_LENGTH = 16 /* bytes */
};

/* The verb of a REQUEST; any other gets error 120. */
enum wts_linux_verb {
    WTS_LINUX_READ = 1, /* the state now */
    WTS_LINUX_WATCH     /* the state now, and from then on an EVENT after each change */
};

/* Where the state comes from, in the order in which they are preferred. */
enum wts_linux_source {
    WTS_LINUX_LOGIND,       /* org.freedesktop.login1 on the system bus: logind, elogind */
    WTS_LINUX_SCREEN_SAVER, /* org.freedesktop.ScreenSaver on the session bus: lock only */
    WTS_LINUX_XRDP,         /* the sockets of an xrdp session, and xrdp-sesadmin */
    WTS_LINUX_SOURCE_COUNT
};

/* The state of a source. */
enum wts_linux_presence {
    WTS_LINUX_ABSENT,    /* no bus, no such service, no such session, or access denied */
    WTS_LINUX_SILENT,    /* it exists but has never answered, or not within its time */
    WTS_LINUX_LOST,      /* it has answered before; its fields are the last known */
    WTS_LINUX_ANSWERING, /* its fields are up to date */
    WTS_LINUX_PRESENCE_COUNT
};

/* Bits of `known`: which fields below have a value. The others are 0 or absent. */
enum wts_linux_field {
    WTS_LINUX_ID = 0x1,
    WTS_LINUX_USER_ID = 0x2,
    WTS_LINUX_USER_NAME = 0x4,
    WTS_LINUX_LOCKED = 0x8,
    WTS_LINUX_ACTIVE = 0x10,
    WTS_LINUX_REMOTE = 0x20,
    WTS_LINUX_REMOTE_HOST = 0x40,
    WTS_LINUX_TYPE = 0x80,
    WTS_LINUX_LOGON_TIME = 0x100,
    WTS_LINUX_IDLE = 0x200,
    WTS_LINUX_IDLE_SINCE = 0x400,
    WTS_LINUX_CONNECTED = 0x800,
    WTS_LINUX_PROTOCOL = 0x1000,
    WTS_LINUX_DISPLAY_NUMBER = 0x2000,
    WTS_LINUX_SCREEN = 0x4000,
    WTS_LINUX_CLIENT_ADDRESS = 0x8000,
    WTS_LINUX_ALL_FIELDS = 0xFFFF
};

/*
 * The state of the session. Times are microseconds since 1970-01-01 00:00 UTC (FILETIME is
 * (time + 11644473600000000) * 10). Texts hold 1 to WTS_LINUX_MAX_TEXT bytes when their bit is set, and are
 * absent otherwise.
 */
struct wts_linux_session {
    uint32_t known; /* enum wts_linux_field */

    /* From logind. */
    struct wts_frame_text id; /* as logind names the session, "c1" */
    uint32_t user_id;         /* the Unix user */
    struct wts_frame_text user_name;
    bool is_locked; /* LockedHint; ScreenSaver's GetActive while LockedHint has never been true */
    bool is_active; /* in the foreground of its seat: false after a switch of users or of the terminal */
    bool is_remote; /* an xrdp session, or logind says so (a log-on through SSH as well) */
    struct wts_frame_text remote_host; /* name or address */
    struct wts_frame_text type;        /* "x11", "wayland", "tty", ... */
    uint64_t logon_time;               /* of logind, else of xrdp */
    bool is_idle;                      /* IdleHint */
    uint64_t idle_since;               /* only while is_idle */

    /* From xrdp: known in an xrdp session only. */
    bool is_connected;       /* a client is connected */
    uint32_t protocol;       /* as WTSClientProtocolType: 2, RDP */
    uint32_t display_number; /* N of the X display :N, at most 0xFFFF */
    uint32_t width;          /* WTS_LINUX_SCREEN: pixels, 1 to 0xFFFF */
    uint32_t height;
    uint32_t color_depth;                          /* bits per pixel, 1 to 32 */
    uint32_t address_length;                       /* WTS_LINUX_CLIENT_ADDRESS: 4 (IPv4) or 16 (IPv6) bytes */
    uint8_t address[WTS_LINUX_MAX_ADDRESS_LENGTH]; /* in network order; of the client that started it */

    /* The source of is_locked; WTS_LINUX_SOURCE_COUNT: none. */
    uint32_t lock_source;

    /* For people: the state of each source, and the reason for it. Never absent, may be empty. */
    struct {
        enum wts_linux_presence presence;
        struct wts_frame_text reason;
    } sources[WTS_LINUX_SOURCE_COUNT];
};

/*
 * The put function writes a REPLY or EVENT behind its prefix; it fails the writer for values that the
 * comments above forbid. The get function reads to the end of the payload; false, with the output undefined,
 * when it is cut, too long, or has an invalid value. Its texts point into the payload.
 */
void wts_linux_put_session(struct wts_frame_writer *writer, const struct wts_linux_session *session);
bool wts_linux_get_session(struct wts_frame_reader *reader, struct wts_linux_session *session);

/* Whether two states are equal for a program, that is, in everything but the reasons. */
bool wts_linux_is_same(const struct wts_linux_session *left, const struct wts_linux_session *right);

#endif

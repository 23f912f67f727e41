/*
 * The payloads of the duty channel, which follow the fixed prefixes of its frames; see helper/frame.h. A
 * channel of the helper is one virtual channel of the xrdp session that the program runs in. Shared by
 * wts-session and the DLL. Portable, without allocation.
 *
 *   OPEN           struct wts_vc_open
 *   OPENED         text: why it failed, in words; on success empty, or why nothing will arrive
 *   REQUEST        no payload, a verb of enum wts_vc_verb; REPLY has no payload either
 *   DATA           records, which need not begin or end with a frame. To the helper: u32 length, and that
 * many bytes of one message. From the helper: struct wts_vc_record, and its bytes. CLOSE          text: why
 * the channel ended. The client went, or xrdp did.
 */
#ifndef WTS_HELPER_SESSION_CHANNEL_PAYLOAD_H
#define WTS_HELPER_SESSION_CHANNEL_PAYLOAD_H

#include "helper/frame.h"

enum {
    WTS_VC_DUTY = 3,                 /* in the prefix of OPEN */
    WTS_VC_MAX_NAME = 260,           /* bytes */
    WTS_VC_MAX_STATIC_NAME = 7,      /* bytes */
    WTS_VC_DYNAMIC = 0x1,            /* the options of WTSVirtualChannelOpenEx */
    WTS_VC_ALL_OPTIONS = 0xF,        /* with priorities and NO_COMPRESS */
    WTS_VC_SENT_HEADER_LENGTH = 4,   /* of a record to the helper */
    WTS_VC_RECORD_HEADER_LENGTH = 8, /* of one from it */
    WTS_VC_MAX_RECORD = 1024 * 1024  /* bytes in one record from the helper */
};

enum wts_vc_verb {
    /* Drops input that was not sent to the DLL; a record with WTS_VC_PURGED follows. */
    WTS_VC_PURGE_INPUT = 1,
    /* Drops data of the DLL that was not sent to the client. */
    WTS_VC_PURGE_OUTPUT,
    /* The reply comes when xrdp has taken all whole messages that came before; 1117: it will not. */
    WTS_VC_FLUSH,
    /* The same, and then the channel ends: the reply, which is its last frame, comes when xrdp's socket is
       closed. */
    WTS_VC_END
};

struct wts_vc_open {
    struct wts_frame_text name; /* 1 to WTS_VC_MAX_NAME bytes without a NUL */
    uint32_t options;           /* 0: a static channel, whose name has WTS_VC_MAX_STATIC_NAME bytes at most */
};

/* Flags of a record from the helper. */
enum {
    WTS_VC_FIRST = 0x1,        /* a message begins */
    WTS_VC_LAST = 0x2,         /* a message ends */
    WTS_VC_PURGED = 0x80000000 /* not a message: everything before it is purged; its length is 0 */
};

struct wts_vc_record {
    uint32_t length; /* at most WTS_VC_MAX_RECORD */
    uint32_t flags;
};

void wts_vc_put_open(struct wts_frame_writer *writer, const struct wts_vc_open *open);
/* False, with the output undefined, for a payload that is cut, too long, or invalid. */
bool wts_vc_get_open(struct wts_frame_reader *reader, struct wts_vc_open *open);

/* The header of a record, at `bytes`, which has WTS_VC_RECORD_HEADER_LENGTH. False: it is invalid. */
void wts_vc_put_record(uint8_t *bytes, const struct wts_vc_record *record);
bool wts_vc_get_record(const uint8_t *bytes, struct wts_vc_record *record);

#endif
